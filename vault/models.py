"""What the vault stores.

`SealedValue`, `WrappedKey` and `Holder` live in the PostgreSQL schema `vault`, which the
web process cannot enter and a worker can only write into. `UnsealRequest`, `AccessLog`
and `ErasureDue` live in `public`, the first two open to INSERT and SELECT alone. People
are plain numbers: a foreign key into or out of the vault would tie the two together.
"""

import base64
import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vault.core.holder import HolderKey
from vault.core.seal import Wraps


class SealedValue(models.Model):
    """One row a revision: the ciphertext of each sealed answer, by its path."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round_id = models.BigIntegerField()
    wrap_id = models.UUIDField()
    ciphertexts = models.JSONField()  # path -> base64 of nonce and ciphertext

    class Meta:
        db_table = "sealed"  # in the schema vault, reached by the search path
        indexes = [models.Index(fields=["round_id", "wrap_id"], name="sealed_of_a_round")]

    def __str__(self) -> str:
        return str(self.id)


class WrappedKey(models.Model):
    """One row a pulled page: its records' keys under the outer key, its own key for holders."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round_id = models.BigIntegerField(db_index=True)
    outer_key_id = models.CharField(max_length=16)
    outer = models.BinaryField()
    page_keys = models.JSONField()  # fingerprint -> base64 of the page key sealed to it

    class Meta:
        db_table = "wraps"

    def __str__(self) -> str:
        return str(self.id)

    def as_wraps(self) -> Wraps:
        return Wraps(
            wrap_id=self.pk,
            round_id=self.round_id,
            outer_key_id=self.outer_key_id,
            outer=bytes(self.outer),
            page_keys={name: base64.b64decode(key) for name, key in self.page_keys.items()},
        )


class Holder(models.Model):
    """The focal point's or the deputy's key pair for a round; the private half is wrapped."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=32)
    public_key = models.BinaryField()
    wrapped_private_key = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "holders"
        constraints = [
            models.UniqueConstraint(
                name="vault_one_key_a_holder_and_round", fields=["round_id", "user_id"]
            )
        ]

    def __str__(self) -> str:
        return self.fingerprint

    def as_key(self) -> HolderKey:
        return HolderKey(self.fingerprint, bytes(self.public_key), bytes(self.wrapped_private_key))


class UnsealRequestQuerySet(models.QuerySet["UnsealRequest"]):
    def with_answer(self) -> Self:
        """Annotate `answer`: the event that ended the request, None while it waits."""
        lines = AccessLog.objects.answers().filter(request_id=models.OuterRef("pk"))
        return self.annotate(answer=models.Subquery(lines.values("event")[:1]))

    def waiting(self, at: datetime) -> Self:
        """Neither opened nor refused, and still in time."""
        return self.with_answer().filter(answer=None, expires_at__gt=at)

    def ended(self, at: datetime) -> Self:
        """Opened, refused, or out of time."""
        return self.with_answer().filter(Q(answer__isnull=False) | Q(expires_at__lte=at))


class UnsealRequest(models.Model):
    """One person asks for one sealed answer, with a purpose, for at most a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round_id = models.BigIntegerField(_("round"))
    record_id = models.UUIDField(_("record"))
    path = models.CharField(_("question"), max_length=500)
    purpose = models.TextField(_("purpose"))
    asked_by = models.BigIntegerField(_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    expires_at = models.DateTimeField(_("expires at"))

    objects = UnsealRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to unseal")
        verbose_name_plural = _("requests to unseal")
        default_permissions = ["view"]
        permissions = [
            ("request_unsealing", "Can ask for one sealed answer"),
            ("open_sealed", "Can open one sealed answer that another person asked for"),
        ]
        constraints = [
            models.CheckConstraint(
                name="vault_a_request_to_unseal_says_why", condition=~Q(purpose="")
            ),
            models.CheckConstraint(
                name="vault_a_request_to_unseal_ends_within_a_day",
                condition=Q(
                    expires_at__gt=models.F("asked_at"),
                    expires_at__lte=models.F("asked_at")
                    + models.Value("24:00:00", output_field=models.DurationField()),
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Event(models.TextChoices):
    """What may happen to a sealed value."""

    ASKED = "asked", _("asked")
    OPENED = "opened", _("opened")
    REFUSED = "refused", _("refused")
    WRONG_PASSPHRASE = "wrong_passphrase", _("wrong passphrase")
    TAMPERED = "tampered", _("tampered with")
    KEYS_MADE = "keys_made", _("keys made")
    ERASED = "erased", _("erased")


class AccessLogQuerySet(models.QuerySet["AccessLog"]):
    def answers(self) -> Self:
        """The lines that end a request; each request has at most one."""
        return self.filter(event__in=[Event.OPENED, Event.REFUSED])

    def wrong_passphrases(self, *, by: int, since: datetime) -> int:
        return self.filter(event=Event.WRONG_PASSPHRASE, actor_id=by, at__gt=since).count()


class AccessLog(models.Model):
    """Who did what to which sealed value, when; ids and paths, never a value."""

    at = models.DateTimeField(_("at"))
    actor_id = models.BigIntegerField(_("by"), null=True)
    event = models.CharField(_("event"), max_length=20, choices=Event)
    round_id = models.BigIntegerField(_("round"))
    record_id = models.UUIDField(_("record"), null=True)
    path = models.CharField(_("question"), max_length=500, blank=True)
    request_id = models.UUIDField(_("request"), null=True)

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the access log")
        verbose_name_plural = _("access log")
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                name="vault_a_request_is_answered_once",
                fields=["request_id"],
                condition=Q(event__in=[Event.OPENED, Event.REFUSED]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.request_id or ''}"


class ErasureDue(models.Model):
    """A record whose keys the vault process must drop; a worker writes it and can do no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round_id = models.BigIntegerField()
    record_id = models.UUIDField(unique=True)
    why = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("erasure due")
        verbose_name_plural = _("erasures due")
        default_permissions = ["view"]

    def __str__(self) -> str:
        return str(self.record_id)
