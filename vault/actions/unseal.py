"""Ask for one sealed answer, and open it: two people, one question, one view, logged."""

import base64
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from vault.core.holder import HolderKey, WrongPassphrase, open_private_key
from vault.core.seal import NotAHolder, OuterKey, RecordErased, Tampered, Wraps, open_value
from vault.models import AccessLog, Event, Holder, SealedValue, UnsealRequest, WrappedKey

VALID_FOR = timedelta(hours=24)


class CannotOpen(Exception):
    """The request cannot be opened; `reason` is a code that the page puts into words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
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


def unseal(
    request: UnsealRequest, *, passphrase: str, by: int, outer_key: OuterKey, at: datetime
) -> str:
    """Return the sealed answer, this once.

    A failed attempt is logged and leaves the request open; success is logged before the
    value is handed out, so that no value is ever seen without its line.
    Raises CannotOpen.
    """
    if request.asked_by == by:
        raise CannotOpen("own_request")
    if at >= request.expires_at:
        raise CannotOpen("expired")
    if AccessLog.objects.filter(
        request_id=request.pk, event__in=[Event.OPENED, Event.REFUSED]
    ).exists():
        raise CannotOpen("answered")
    value = _open(request, passphrase=passphrase, by=by, outer_key=outer_key, at=at)
    _answer(request, Event.OPENED, by=by, at=at)
    return value


def _open(
    request: UnsealRequest, *, passphrase: str, by: int, outer_key: OuterKey, at: datetime
) -> str:
    holder = Holder.objects.filter(round_id=request.round_id, user_id=by).first()
    if holder is None:
        raise CannotOpen("not_a_holder")
    key = HolderKey(holder.fingerprint, bytes(holder.public_key), bytes(holder.wrapped_private_key))
    try:
        private_key = open_private_key(key, passphrase, round_id=request.round_id)
    except WrongPassphrase as error:
        _log(request, Event.WRONG_PASSPHRASE, by=by, at=at)
        raise CannotOpen("wrong_passphrase") from error
    sealed = SealedValue.objects.filter(pk=request.record_id, round_id=request.round_id).first()
    if sealed is None or request.path not in sealed.ciphertexts:
        raise CannotOpen("nothing_sealed")
    try:
        return open_value(
            base64.b64decode(sealed.ciphertexts[request.path]),
            _wraps(sealed),
            record_id=sealed.pk,
            path=request.path,
            outer_key=outer_key,
            private_key=private_key,
        )
    except Tampered as error:
        _log(request, Event.TAMPERED, by=by, at=at)
        raise CannotOpen("tampered") from error
    except RecordErased as error:
        raise CannotOpen("erased") from error
    except NotAHolder as error:
        raise CannotOpen("not_a_holder") from error


def _wraps(sealed: SealedValue) -> Wraps:
    row = WrappedKey.objects.filter(pk=sealed.wrap_id, round_id=sealed.round_id).first()
    if row is None:
        raise RecordErased(str(sealed.pk))
    return Wraps(
        wrap_id=row.pk,
        round_id=row.round_id,
        outer_key_id=row.outer_key_id,
        outer=bytes(row.outer),
        page_keys={name: base64.b64decode(key) for name, key in row.page_keys.items()},
    )


def _answer(request: UnsealRequest, event: Event, *, by: int, at: datetime) -> None:
    try:
        with transaction.atomic():
            _log(request, event, by=by, at=at)
    except IntegrityError as error:  # the constraint: a request is answered once
        raise CannotOpen("answered") from error


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
