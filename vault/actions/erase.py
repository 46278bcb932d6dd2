"""Make records unreadable for ever: drop their keys and close the rest under a new outer key."""

import base64
import itertools
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db import transaction

from vault.core.seal import OuterKey, Wraps, rewrap
from vault.models import AccessLog, ErasureDue, Event, SealedValue, WrappedKey


def erase_due(*, outer_key: OuterKey, at: datetime) -> int:
    """Erase every record that is due; return how many.

    One transaction a page, so it may be interrupted and run again.
    """
    due = ErasureDue.objects.filter(done_at=None, due_at__lte=at)
    records = SealedValue.objects.filter(pk__in=due.values("record_id")).order_by("wrap_id")
    pages = [
        (wrap_id, [record.pk for record in group])
        for wrap_id, group in itertools.groupby(records.defer("ciphertexts"), attrgetter("wrap_id"))
    ]
    for wrap_id, record_ids in pages:
        with transaction.atomic():
            _drop_keys(
                WrappedKey.objects.select_for_update().get(pk=wrap_id), record_ids, outer_key
            )
            SealedValue.objects.filter(pk__in=record_ids).delete()
            _mark_done(record_ids, at)
    rest = list(due.values_list("record_id", flat=True))  # nothing was sealed of these
    with transaction.atomic():
        _mark_done(rest, at)
    return sum(len(record_ids) for _, record_ids in pages)


def _drop_keys(row: WrappedKey, record_ids: list[UUID], outer_key: OuterKey) -> None:
    wraps = rewrap(
        Wraps(
            wrap_id=row.pk,
            round_id=row.round_id,
            outer_key_id=row.outer_key_id,
            outer=bytes(row.outer),
            page_keys={name: base64.b64decode(key) for name, key in row.page_keys.items()},
        ),
        outer_key=outer_key,
        new_outer_key=outer_key,
        erase=frozenset(record_ids),
    )
    row.outer = wraps.outer
    row.save(update_fields=["outer"])


def _mark_done(record_ids: list[UUID], at: datetime) -> None:
    for due in ErasureDue.objects.filter(record_id__in=record_ids, done_at=None):
        AccessLog.objects.create(
            at=at, event=Event.ERASED, round_id=due.round_id, record_id=due.record_id
        )
        due.done_at = at
        due.save(update_fields=["done_at"])
