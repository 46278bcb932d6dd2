"""An interview as KoBo last held it, anonymised before it was written here."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from forms.models import Deployment, Mode, Version
from locations.models import Location
from surveys.models.enumerator import Enumerator
from surveys.models.round import Round


class ValidationStatus(models.TextChoices):
    """KoBo's three, and *pending* for none yet (at KoBo the absence of a status)."""

    PENDING = "pending", _("awaiting review")
    APPROVED = "approved", _("approved")
    NOT_APPROVED = "not_approved", _("not approved")
    ON_HOLD = "on_hold", _("on hold")

    @property
    def kobo_uid(self) -> str | None:
        """The uid that KoBo knows it by; None for pending, which KoBo has not."""
        return None if self is ValidationStatus.PENDING else f"validation_status_{self.value}"


UNDECIDED = [ValidationStatus.PENDING, ValidationStatus.ON_HOLD]


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def awaiting_review(self) -> Self:
        return self.filter(validation_status__in=UNDECIDED)

    def publishable(self) -> Self:
        """What may leave the team: approved, live, and still there at KoBo."""
        return self.filter(
            validation_status=ValidationStatus.APPROVED,
            deployment__mode=Mode.LIVE,
            kobo_state__gone_at=None,
        )

    def push_due(self, at: datetime) -> Self:
        return self.filter(pushed_at=None, push_due_at__lte=at)

    def unpushed(self) -> Self:
        return self.filter(pushed_at=None, push_due_at__isnull=False)

    def as_seen(self, seen: dict[uuid.UUID, int]) -> Self:
        """Those that nothing has happened to since somebody looked at them.

        `seen` maps each submission to the `stamp` it had then.
        """
        pairs = [f"{pk}:{stamp}" for pk, stamp in seen.items()]
        as_text = Concat(
            Cast("pk", models.CharField()), models.Value(":"), Cast("stamp", models.CharField())
        )
        return self.filter(pk__in=seen).alias(seen_as=as_text).filter(seen_as__in=pairs)

    def decide(
        self, status: ValidationStatus, *, by_id: int, at: datetime, push_due_at: datetime
    ) -> int:
        """Record one decision on all of these; return how many. One UPDATE.

        Combined with `as_seen`, of two people who press the button together exactly one
        decides, and nobody decides on answers that were edited meanwhile.
        """
        return self.exclude(validation_status=status).update(
            validation_status=status,
            reviewed_by=by_id,
            reviewed_at=at,
            pushed_at=None,
            push_due_at=push_due_at,
            push_problem="",
            stamp=F("stamp") + 1,
        )

    def send_now(self, *, at: datetime) -> int:
        """Let decisions leave for KoBo without waiting for the undo time to end."""
        return self.unpushed().update(push_due_at=at, push_problem="")


class Submission(models.Model):
    """One row an interview, in its current state; its replaced states are revisions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="submissions")
    deployment = models.ForeignKey(Deployment, models.PROTECT, related_name="submissions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="submissions")
    place = models.ForeignKey(
        Location, models.PROTECT, verbose_name=_("place"), null=True, related_name="+"
    )
    enumerator = models.ForeignKey(
        Enumerator, models.PROTECT, verbose_name=_("enumerator"), null=True, related_name="+"
    )
    answers = models.JSONField(_("answers"))
    sealed_record = models.UUIDField(null=True)  # in vault.sealed; no foreign key, on purpose
    received_at = models.DateTimeField(_("received at"))
    n_revisions = models.PositiveIntegerField(_("edits"), default=0)
    stamp = models.PositiveIntegerField(default=0)  # raised by every edit and decision

    validation_status = models.CharField(
        _("status"), max_length=20, choices=ValidationStatus, default=ValidationStatus.PENDING
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("decided by"),
        related_name="+",
        null=True,
    )
    reviewed_at = models.DateTimeField(_("decided at"), null=True)
    push_due_at = models.DateTimeField(_("leaves for KoBo at"), null=True)
    pushed_at = models.DateTimeField(_("sent to KoBo at"), null=True)
    push_problem = models.CharField(_("why it was not sent"), max_length=40, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ["view"]
        permissions = [("review_submission", "Can review submissions")]
        indexes = [
            models.Index(
                fields=["round", "validation_status", "received_at"], name="surveys_to_review"
            ),
            models.Index(
                fields=["push_due_at"],
                name="surveys_to_push",
                condition=Q(pushed_at=None, push_due_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="surveys_a_status_is_one_of_four",
                condition=Q(validation_status__in=ValidationStatus.values),
            ),
            models.CheckConstraint(
                name="surveys_a_decision_has_a_reviewer_and_a_time",
                condition=Q(
                    validation_status=ValidationStatus.PENDING,
                    reviewed_by=None,
                    reviewed_at=None,
                )
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)[:8]

    @property
    def is_undecided(self) -> bool:
        return self.validation_status in UNDECIDED


class Revision(models.Model):
    """A replaced state of a submission, anonymised; written when an edit arrives."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="revisions")
    round = models.ForeignKey(Round, models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    answers = models.JSONField(_("answers"))
    sealed_record = models.UUIDField(null=True)
    replaced_at = models.DateTimeField(_("replaced at"))
    was_status = models.CharField(_("status then"), max_length=20, choices=ValidationStatus)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        default_permissions = ["view"]
        indexes = [models.Index(fields=["round", "submission"], name="surveys_revisions")]

    def __str__(self) -> str:
        return f"{self.submission} ({self.replaced_at:%Y-%m-%d %H:%M})"
