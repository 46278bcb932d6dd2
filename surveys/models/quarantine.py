"""Submissions that could not be understood: number and reason, never a payload."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.models import Deployment


class Reason(models.TextChoices):
    """Why a submission is set aside; the page puts each into a sentence."""

    MALFORMED = "malformed", _("it cannot be read as a submission")
    NO_IDENTITY = "no_identity", _("it has no number or no root UUID")
    UNKNOWN_VERSION = "unknown_version", _("its form version is not known here")
    AWAITING_APPROVAL = "awaiting_approval", _("its form version awaits approval")
    UNKNOWN_QUESTION = "unknown_question", _("it answers a question that its version has not")
    MALFORMED_ANSWER = "malformed_answer", _("an answer has an unexpected shape")
    NO_CONSENT_ANSWER = "no_consent_answer", _("the question of consent is not answered")
    ENCRYPTED = "encrypted", _("it is encrypted and cannot be read")
    SAME_ROOT = "same_root", _("another submission of the same interview came with it")
    TOO_LARGE = "too_large", _("it is too large")


class QuarantinedQuerySet(models.QuerySet["Quarantined"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)

    def held(self) -> Self:
        """Held back until the focal point approves their version: nothing is wrong with them."""
        return self.open().filter(reason=Reason.AWAITING_APPROVAL)

    def to_retry(self) -> Self:
        """Asked for again by a person, or held for a version that has been approved since."""
        approved = models.Exists(
            Deployment.objects.filter(
                pk=models.OuterRef("deployment_id"),
                deployed_versions__version_uid=models.OuterRef("version_uid"),
                deployed_versions__version__approved_at__isnull=False,
            )
        )
        return self.open().filter(
            models.Q(retry_at__isnull=False)
            | (models.Q(reason__in=[Reason.AWAITING_APPROVAL, Reason.UNKNOWN_VERSION]) & approved)
        )

    def try_again(self, *, at: datetime) -> int:
        return self.open().update(retry_at=at)


class Quarantined(models.Model):
    """One submission set aside; *try again* fetches it anew."""

    deployment = models.ForeignKey(Deployment, models.PROTECT, related_name="quarantined")
    kobo_id = models.BigIntegerField(_("number at KoBo"))
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    path = models.CharField(_("question"), max_length=500, blank=True)
    version_uid = models.CharField(_("version"), max_length=100, blank=True)
    times_seen = models.PositiveIntegerField(_("times seen"), default=1)
    first_seen_at = models.DateTimeField(_("first seen"))
    last_seen_at = models.DateTimeField(_("last seen"))
    retry_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True)

    objects = QuarantinedQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission set aside")
        verbose_name_plural = _("submissions set aside")
        default_permissions = ["view"]
        permissions = [("retry_quarantined", "Can have submissions fetched again")]
        constraints = [
            models.UniqueConstraint(
                name="surveys_a_submission_is_set_aside_once", fields=["deployment", "kobo_id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.kobo_id}: {self.get_reason_display()}"
