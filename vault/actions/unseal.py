"""Ask for one sealed answer, and open it: two people, one question, one view, logged."""

import base64
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from vault.core.holder import WrongPassphrase, open_private_key
from vault.core.seal import NotAHolder, OuterKey, RecordErased, Tampered, open_value
from vault.models import AccessLog, Event, Holder, SealedValue, UnsealRequest, WrappedKey

VALID_FOR = timedelta(hours=24)
TRIES = 5  # wrong passphrases of one person ...
TRIES_WITHIN = timedelta(hours=1)


class Reason(StrEnum):
    """Why a request cannot be opened; the page puts it into words."""

    OWN_REQUEST = "own_request"
    EXPIRED = "expired"
    ANSWERED = "answered"
    NOT_A_HOLDER = "not_a_holder"
    TOO_MANY_TRIES = "too_many_tries"
    WRONG_PASSPHRASE = "wrong_passphrase"  # noqa: S105 - the name of a reason
    NOTHING_SEALED = "nothing_sealed"
    ERASED = "erased"
    OTHER_KEY = "other_key"  # closed under another outer key than this process holds
    TAMPERED = "tampered"


class CannotOpen(Exception):
    """The request cannot be opened."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def request_unsealing(
    *, round_id: int, record_id: UUID, path: str, purpose: str, by: int, at: datetime
) -> UnsealRequest:
    """Ask for one sealed answer; whoever asks cannot open it."""
    request = UnsealRequest(
        round_id=round_id,
        record_id=record_id,
        path=path,
        purpose=purpose,
        asked_by=by,
        asked_at=at,
        expires_at=at + VALID_FOR,
    )
    with transaction.atomic():
        request.save(force_insert=True)
        _log(request, Event.ASKED, by=by, at=at)
    return request


def refuse(request: UnsealRequest, *, by: int, at: datetime) -> None:
    """Answer a request with no. Raises CannotOpen if it was answered already."""
    _answer(request, Event.REFUSED, by=by, at=at)


def check(request: UnsealRequest, *, by: int, at: datetime) -> Holder:
    """Return the key pair of whoever may open the request. Raises CannotOpen if none may."""
    if AccessLog.objects.answers().filter(request_id=request.pk).exists():
        raise CannotOpen(Reason.ANSWERED)
    if at >= request.expires_at:
        raise CannotOpen(Reason.EXPIRED)
    if request.asked_by == by:
        raise CannotOpen(Reason.OWN_REQUEST)
    holder = Holder.objects.filter(round_id=request.round_id, user_id=by).first()
    if holder is None:
        raise CannotOpen(Reason.NOT_A_HOLDER)
    if AccessLog.objects.wrong_passphrases(by=by, since=at - TRIES_WITHIN) >= TRIES:
        raise CannotOpen(Reason.TOO_MANY_TRIES)
    return holder


@sensitive_variables()
def unseal(
    request: UnsealRequest, *, passphrase: str, by: int, outer_key: OuterKey, at: datetime
) -> str:
    """Return the sealed answer, this once.

    A failed attempt is logged and leaves the request open; success is logged before the
    value is handed out, so that no value is ever seen without its line.
    Raises CannotOpen.
    """
    holder = check(request, by=by, at=at)
    try:
        private_key = open_private_key(holder.as_key(), passphrase, round_id=request.round_id)
        value = _open(request, private_key, outer_key)
    except WrongPassphrase as error:
        _log(request, Event.WRONG_PASSPHRASE, by=by, at=at)
        raise CannotOpen(Reason.WRONG_PASSPHRASE) from error
    except Tampered as error:
        _log(request, Event.TAMPERED, by=by, at=at)
        raise CannotOpen(Reason.TAMPERED) from error
    except RecordErased as error:
        raise CannotOpen(Reason.ERASED) from error
    except NotAHolder as error:
        raise CannotOpen(Reason.NOT_A_HOLDER) from error
    _answer(request, Event.OPENED, by=by, at=at)
    return value


@sensitive_variables()
def _open(request: UnsealRequest, private_key: X25519PrivateKey, outer_key: OuterKey) -> str:
    sealed = SealedValue.objects.filter(pk=request.record_id, round_id=request.round_id).first()
    if sealed is None or request.path not in sealed.ciphertexts:
        raise CannotOpen(Reason.NOTHING_SEALED)
    page = WrappedKey.objects.filter(pk=sealed.wrap_id, round_id=sealed.round_id).first()
    if page is None:
        raise CannotOpen(Reason.ERASED)
    if page.outer_key_id != outer_key.key_id:
        raise CannotOpen(Reason.OTHER_KEY)
    return open_value(
        base64.b64decode(sealed.ciphertexts[request.path]),
        page.as_wraps(),
        record_id=sealed.pk,
        path=request.path,
        outer_key=outer_key,
        private_key=private_key,
    )


def _answer(request: UnsealRequest, event: Event, *, by: int, at: datetime) -> None:
    try:
        with transaction.atomic():
            _log(request, event, by=by, at=at)
    except IntegrityError as error:  # the constraint: a request is answered once
        raise CannotOpen(Reason.ANSWERED) from error


def _log(request: UnsealRequest, event: Event, *, by: int, at: datetime) -> None:
    AccessLog.objects.create(
        at=at,
        actor_id=by,
        event=event,
        round_id=request.round_id,
        record_id=request.record_id,
        path=request.path,
        request_id=request.pk,
    )
