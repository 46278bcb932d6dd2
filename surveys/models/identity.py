"""What KoBo calls a submission, and what quality rules may know of its fieldwork.

These rows are kept apart from the answers, are never exported, and are destroyed when
the round is archived. They are written in one transaction with their submission and
removed with it; the database does not check their foreign keys, which would be a fifth of
what it costs to store a page.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.models import Deployment
from locations.models import Location
from surveys.models.round import Round
from surveys.models.submission import Submission


class KoboState(models.Model):
    """KoBo's identifiers of an interview and what KoBo last said of it: nowhere else."""

    submission = models.OneToOneField(
        Submission,
        models.CASCADE,
        primary_key=True,
        related_name="kobo_state",
        db_constraint=False,
    )
    deployment = models.ForeignKey(
        Deployment, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    kobo_id = models.BigIntegerField()
    root_uuid = models.CharField(_("root UUID"), max_length=249)
    instance_id = models.CharField(_("instance ID"), max_length=249)
    status_uid = models.CharField(_("status at KoBo"), max_length=60, blank=True)
    set_uid = models.CharField(_("status that we last set"), max_length=60, blank=True)
    attachment_uids = ArrayField(models.CharField(max_length=60), default=list)
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(_("gone from KoBo since"), null=True)
    removed_by_us_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = []
        constraints = [
            models.UniqueConstraint(
                name="surveys_one_row_an_interview", fields=["deployment", "root_uuid"]
            )
        ]
        indexes = [models.Index(fields=["deployment", "kobo_id"], name="surveys_by_kobo_id")]

    def __str__(self) -> str:
        return str(self.submission_id)


class Fieldwork(models.Model):
    """Exact times and places of the fieldwork, for quality rules and coverage."""

    submission = models.OneToOneField(
        Submission,
        models.CASCADE,
        primary_key=True,
        related_name="fieldwork",
        db_constraint=False,
    )
    round = models.ForeignKey(
        Round, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    started_at = models.DateTimeField(_("started at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    arrived_at = models.DateTimeField(_("arrived at"), null=True)  # KoBo's receipt
    device_token = models.CharField(max_length=20, blank=True)
    account_token = models.CharField(max_length=20, blank=True)
    distance_m = models.FloatField(_("metres to the place"), null=True)
    is_inside = models.BooleanField(_("inside the place"), null=True)
    accuracy_m = models.FloatField(_("accuracy in metres"), null=True)
    point_hash = models.CharField(max_length=20, blank=True)

    class Meta:
        default_permissions = []
        indexes = [models.Index(fields=["round", "arrived_at"], name="surveys_arrivals")]

    def __str__(self) -> str:
        return str(self.submission_id)


class Token(models.Model):
    """A keyed pseudonym of a phone or a code, for finding duplicates: one key a round."""

    submission = models.ForeignKey(
        Submission, models.CASCADE, related_name="tokens", db_constraint=False
    )
    round = models.ForeignKey(
        Round, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    path = models.CharField(max_length=500)
    token = models.CharField(max_length=20)

    class Meta:
        default_permissions = []
        indexes = [models.Index(fields=["round", "token"], name="surveys_by_token")]

    def __str__(self) -> str:
        return self.path


class Why(models.TextChoices):
    REFUSED = "refused", _("consent refused")
    WITHDRAWN = "withdrawn", _("consent withdrawn")
    ERASED = "erased", _("erased on request")


class Tombstone(models.Model):
    """An interview that is not kept: enough to count it and to know it when it comes again.

    The identifiers are keyed hashes, so nobody without the round's key can tell which.
    """

    deployment = models.ForeignKey(Deployment, models.PROTECT, related_name="tombstones")
    root_hash = models.CharField(max_length=64)
    instance_hash = models.CharField(max_length=64)
    rayon = models.ForeignKey(
        Location, models.PROTECT, verbose_name=_("rayon"), null=True, related_name="+"
    )
    day = models.DateField(_("day"))
    why = models.CharField(_("why"), max_length=10, choices=Why)

    class Meta:
        verbose_name = _("interview not kept")
        verbose_name_plural = _("interviews not kept")
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                name="surveys_one_tombstone_an_interview", fields=["deployment", "root_hash"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_why_display()} {self.day}"
