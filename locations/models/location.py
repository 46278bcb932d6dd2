"""A place: one dated row with an identity of its own. Codes are its attributes, kept as text."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Level(models.IntegerChoices):
    """Oblasts first; cities of oblast rank and city districts stand beside the rayons."""

    OBLAST = 1, _("oblast")
    RAYON = 2, _("rayon")
    AYIL_AIMAK = 3, _("ayil aimak")
    SETTLEMENT = 4, _("settlement")


class LocationQuerySet(models.QuerySet["Location"]):
    def as_of(self, day: date) -> Self:
        """The places that existed on a day; `valid_to` is the first day without the place."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day)
        )


class Location(models.Model):
    """A unit of the registry while it is valid; a reform closes it and opens another."""

    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("part of"),
        related_name="children",
        null=True,
        blank=True,
    )
    unit_type = models.CharField(_("type of unit"), max_length=20, blank=True)
    soate = models.CharField(_("SOATE"), max_length=14, blank=True)
    pcode = models.CharField(_("P-code"), max_length=13, blank=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    name_ru = models.CharField(_("name in Russian"), max_length=120, blank=True)
    name_ky = models.CharField(_("name in Kyrgyz"), max_length=120, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        permissions = [("see_every_oblast", "Can work in every oblast")]
        constraints = [
            models.UniqueConstraint(
                name="locations_one_open_unit_a_soate_code",
                fields=["soate"],
                condition=Q(valid_to=None) & ~Q(soate=""),
            ),
            models.CheckConstraint(
                name="locations_only_an_oblast_has_no_parent",
                condition=Q(level=Level.OBLAST, parent=None)
                | Q(level__gt=Level.OBLAST, parent__isnull=False),
            ),
            models.CheckConstraint(
                name="locations_a_place_has_a_name",
                condition=~Q(name_en="", name_ru="", name_ky=""),
            ),
            models.CheckConstraint(
                name="locations_a_place_ends_after_it_begins",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="locations_a_point_has_both_coordinates",
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__isnull=False,
                    longitude__range=(-180, 180),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, or else in one that there is: never made up."""
        names = {"en": self.name_en, "ru": self.name_ru, "ky": self.name_ky}
        return names.get(get_language() or "en") or self.name_ru or self.name_en or self.name_ky

    def path(self) -> tuple["Location", ...]:
        """The place and what it is part of, oblast first."""
        above = self.parent.path() if self.parent else ()
        return (*above, self)

    def at_level(self, level: Level) -> "Location | None":
        """Return the unit of a level that this place is or belongs to; None if there is none."""
        return next((place for place in self.path() if place.level == level), None)
