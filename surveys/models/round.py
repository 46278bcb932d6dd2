"""One wave of data collection."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Activity(models.TextChoices):
    """What is asked: of key informants about places, or of returned migrants about themselves."""

    BMA = "bma", _("baseline mobility assessment")
    SURVEY = "survey", _("survey")


class State(models.TextChoices):
    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    CLOSING = "closing", _("closing")
    CLOSED = "closed", _("closed")
    ARCHIVED = "archived", _("archived")


class Round(models.Model):
    """A round, with the public keys that its sealed answers are locked to.

    Places are read as they were on `registry_date`.
    """

    activity = models.CharField(_("activity"), max_length=10, choices=Activity)
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    registry_date = models.DateField(_("registry as of"))
    starts_on = models.DateField(_("fieldwork from"), null=True, blank=True)
    ends_on = models.DateField(_("fieldwork to"), null=True, blank=True)
    vault_public_keys = models.JSONField(
        default=dict, editable=False
    )  # fingerprint -> hexadecimal digits of an X25519 key

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-number", "activity"]
        constraints = [
            models.UniqueConstraint(
                name="surveys_rounds_of_an_activity_are_numbered_once",
                fields=["activity", "number"],
            ),
            models.CheckConstraint(
                name="surveys_fieldwork_ends_after_it_starts",
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_activity_display()} {self.number}"

    @property
    def takes_submissions(self) -> bool:
        return self.state in {State.OPEN, State.CLOSING}
