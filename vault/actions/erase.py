"""Make records unreadable for ever: drop their keys, close the rest under a new outer key,
and destroy the old one, after which no older copy of the database opens them either.

It may be interrupted anywhere and run again. Until all pages are under the new key, that
key lies beside the old one as `<name>.new`, and each page's row tells which key it is under.
"""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from vault.actions.locks import Lock, held, held_if_free
from vault.core.seal import OuterKey, Tampered, rewrap
from vault.keys import coming_key_file, exchange_key_file, make_key_file, outer_key
from vault.models import AccessLog, ErasureDue, Event, SealedValue, WrappedKey


class PageTampered(Exception):
    """A page's keys are not what was stored; the message is its id, the old key still stands."""


def erase_due(key_file: Path, *, at: datetime, change_key: bool = False) -> int:
    """Erase every record that is due; return how many are gone for good.

    `change_key` exchanges the outer key even if nothing is due, as after a change of staff.
    Raises KeyProblem, PageTampered, and Taken where it runs already.
    """
    with held_if_free(Lock.ERASING):
        current = outer_key(key_file)
        if coming_key_file(key_file).exists():
            current = _change_outer_key(key_file, at=at)
        if change_key or _readable(_due(at), current).exists():
            make_key_file(coming_key_file(key_file))
            current = _change_outer_key(key_file, at=at)
        return _mark_done(current, at=at)


def rotate_outer_key(
    old: OuterKey, new: OuterKey, *, at: datetime, erase: frozenset[UUID] = frozenset()
) -> int:
    """Close every page that is under the old key under the new one; return how many.

    The keys of the records to erase are left out and their ciphertexts deleted. One
    transaction a page. Raises PageTampered.
    """
    pages = WrappedKey.objects.filter(outer_key_id=old.key_id).order_by("round_id", "pk")
    found = list(pages.values_list("pk", "round_id"))
    for page_id, round_id in found:
        try:
            with transaction.atomic():
                _rewrap(pages.select_for_update().get(pk=page_id), old, new, erase)
                SealedValue.objects.filter(wrap_id=page_id, pk__in=erase).delete()
        except Tampered as error:
            AccessLog.objects.create(at=at, event=Event.TAMPERED, round_id=round_id)
            raise PageTampered(str(page_id)) from error
    return len(found)


def _rewrap(page: WrappedKey, old: OuterKey, new: OuterKey, erase: frozenset[UUID]) -> None:
    wraps = rewrap(page.as_wraps(), outer_key=old, new_outer_key=new, erase=erase)
    page.outer, page.outer_key_id = wraps.outer, wraps.outer_key_id
    page.save(update_fields=["outer", "outer_key_id"])


def _change_outer_key(key_file: Path, *, at: datetime) -> OuterKey:
    old, new = outer_key(key_file), outer_key(coming_key_file(key_file))
    erase = frozenset(_due(at).values_list("record_id", flat=True))
    rotate_outer_key(old, new, erase=erase, at=at)  # the long part, while pulls go on
    with held(Lock.OUTER_KEY):
        rotate_outer_key(old, new, erase=erase, at=at)  # what they stored meanwhile
        exchange_key_file(key_file)
    return new


def _due(at: datetime) -> QuerySet[ErasureDue]:
    return ErasureDue.objects.filter(done_at=None, due_at__lte=at)


def _readable(due: QuerySet[ErasureDue], current: OuterKey) -> QuerySet[SealedValue]:
    """Those of the records that a holder could still open."""
    pages = WrappedKey.objects.filter(outer_key_id=current.key_id)
    return SealedValue.objects.filter(
        pk__in=due.values("record_id"), wrap_id__in=pages.values("pk")
    )


def _mark_done(current: OuterKey, *, at: datetime) -> int:
    """Close what nobody can open any more; what became due meanwhile waits for the next run."""
    due = _due(at)
    gone = list(due.exclude(record_id__in=_readable(due, current).values("pk")))
    with transaction.atomic():
        SealedValue.objects.filter(pk__in=[each.record_id for each in gone]).delete()
        AccessLog.objects.bulk_create(
            AccessLog(at=at, event=Event.ERASED, round_id=each.round_id, record_id=each.record_id)
            for each in gone
        )
        ErasureDue.objects.filter(pk__in=[each.pk for each in gone]).update(done_at=at)
    return len(gone)
