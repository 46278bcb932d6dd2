"""Who decided what on which submission, when and why: rows that are never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models.round import Round
from surveys.models.submission import Submission, ValidationStatus


class ReasonCode(models.TextChoices):
    """Why a submission is not approved, or waits."""

    INCOMPLETE = "incomplete", _("answers are missing")
    CONTRADICTORY = "contradictory", _("answers contradict each other")
    WRONG_PLACE = "wrong_place", _("the place is wrong")
    DUPLICATE = "duplicate", _("the same interview was sent before")
    NOT_AN_INTERVIEW = "not_an_interview", _("a test, or not a real interview")
    ASK_ENUMERATOR = "ask_enumerator", _("to be asked of the enumerator")
    OTHER = "other", _("another reason")


class Decision(models.Model):
    """One decision. The database lets nobody change or remove it."""

    # Not a constraint: a decision outlives a submission that is erased.
    submission = models.ForeignKey(
        Submission, models.DO_NOTHING, related_name="decisions", db_constraint=False
    )
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    was_status = models.CharField(_("status before"), max_length=20, choices=ValidationStatus)
    status = models.CharField(_("status"), max_length=20, choices=ValidationStatus)
    reason_code = models.CharField(_("reason"), max_length=20, choices=ReasonCode, blank=True)
    reason = models.TextField(_("in words"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("decided by"), related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ["view"]
        ordering = ["-decided_at", "-pk"]
        indexes = [models.Index(fields=["round", "submission"], name="surveys_decisions")]
        constraints = [
            models.CheckConstraint(
                name="surveys_a_refusal_says_why",
                condition=Q(status__in=[ValidationStatus.APPROVED, ValidationStatus.PENDING])
                | (~Q(reason_code="") & ~Q(reason="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.decided_at:%Y-%m-%d %H:%M}"
