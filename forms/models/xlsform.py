"""A form, its versions, and each version's questions with the privacy class of each."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forms.core.privacy import Privacy, Treatment


class XLSForm(models.Model):
    """A questionnaire through all its versions."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self) -> str:
        return self.name


class VersionQuerySet(models.QuerySet["Version"]):
    def awaiting_approval(self) -> Self:
        return self.filter(approved_at=None)

    def approve(self, *, by_id: int, at: datetime) -> int:
        """Approve the privacy classes of those that wait; return how many. One UPDATE."""
        return self.awaiting_approval().update(approved_by=by_id, approved_at=at)


class Version(models.Model):
    """One state of a form's questions; its answers are read with them.

    `policy_hash` names the normalised question list that the focal point's approval is
    bound to. Labels, hints, order and the form's name are not in it.
    """

    form = models.ForeignKey(XLSForm, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=250, blank=True)
    languages = models.JSONField(_("languages"), default=list)
    workbook = models.BinaryField(null=True, editable=False)  # None: read back from KoBo
    policy_hash = models.CharField(_("question list"), max_length=64, editable=False)
    registered_at = models.DateTimeField(_("registered at"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("approved by"),
        related_name="+",
        null=True,
        blank=True,
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        permissions = [
            ("approve_version", "Can approve the privacy classes of a version"),
            ("deploy_version", "Can bring a version to the tablets"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="xlsforms_versions_of_a_form_are_numbered_once", fields=["form", "number"]
            ),
            models.CheckConstraint(
                name="xlsforms_an_approval_has_a_person_and_a_time",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.number}"

    @property
    def is_approved(self) -> bool:
        return self.approved_at is not None


class Question(models.Model):
    """One question of a version, as ingestion and review need it."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(_("position"))
    path = models.CharField(_("path"), max_length=500)
    type = models.CharField(_("type"), max_length=60)
    labels = models.JSONField(_("labels"), default=dict)  # language -> text
    choices = models.JSONField(_("choices"), default=list)  # [{"name": .., "labels": {..}}]
    asked_when = models.JSONField(_("asked if"), default=list)  # conditions, outermost first
    calculation = models.TextField(_("calculation"), blank=True)
    repeat = models.CharField(_("repeat"), max_length=500, blank=True)
    privacy = models.CharField(_("privacy class"), max_length=20)
    declared_privacy = models.CharField(_("declared class"), max_length=20, blank=True)
    treatment = models.CharField(_("treatment"), max_length=20)
    bands = models.JSONField(_("bands"), default=list)  # lower limits, for what leaves the team
    given = models.JSONField(_("answers that mean yes"), default=list)
    has_token = models.BooleanField(_("leaves a token"), default=False)
    is_informed_consent = models.BooleanField(_("informed consent"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                name="xlsforms_a_path_is_one_question_of_a_version", fields=["version", "path"]
            ),
            models.CheckConstraint(
                name="xlsforms_every_question_has_a_privacy_class",
                condition=Q(privacy__in=sorted(Privacy)),
            ),
            models.CheckConstraint(
                name="xlsforms_every_question_has_a_treatment",
                condition=Q(treatment__in=sorted(Treatment)),
            ),
            models.UniqueConstraint(
                name="xlsforms_a_version_has_one_informed_consent",
                fields=["version"],
                condition=Q(is_informed_consent=True),
            ),
        ]

    def __str__(self) -> str:
        return self.path
