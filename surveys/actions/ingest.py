"""Store one page of submissions: new ones, edits, refusals, what cannot be read, and how far
the pull has come, all in one transaction.

Safe to run again and to interrupt: a page is stored whole or not at all, and what is stored
already is recognised by its identity before anything of it is read or sealed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from forms.models import Deployment
from surveys.actions.edit import replace, withdraw
from surveys.actions.keys import RoundKeys
from surveys.actions.lookup import (
    Known,
    entombed,
    has_tombstones,
    instance_hash,
    known_states,
    places_of,
    root_hash,
)
from surveys.actions.prepare import PageReader, Prepared, Read, ReadPage, Refused, SetAside
from surveys.actions.quarantine import resolve, set_aside
from surveys.actions.store import PageWriter
from surveys.core.payload import Head, read_receipt_time
from surveys.models import KoboState, Reason, SyncCursor, SyncRun, Tombstone, Why


@dataclass(slots=True)
class Counts:
    """What became of the rows of a page; every row is counted under exactly one name."""

    received: int = 0
    new: int = 0
    edited: int = 0
    unchanged: int = 0
    refused: int = 0
    quarantined: int = 0
    held: int = 0

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Sorted:
    """The rows of a page, by what is to be done with them."""

    known: Mapping[str, Known]
    aside: list[SetAside]
    unchanged: int = 0
    moved: list[tuple[Known, Head]] = field(default_factory=list)  # status, attachments, number
    refused: list[Refused] = field(default_factory=list)
    edited: list[tuple[Known, Prepared]] = field(default_factory=list)
    new: list[Prepared] = field(default_factory=list)

    def understood(self) -> list[Prepared | Refused]:
        return [*self.new, *self.refused, *(row for _, row in self.edited)]


def ingest_page(
    deployment: Deployment,
    page: ReadPage,
    *,
    reader: PageReader,
    keys: RoundKeys,
    at: datetime,
    run: SyncRun,
    cursor_to: int | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Counts:
    """Store a page and move the cursor to `cursor_to`; return what became of its rows.

    `meanwhile` is called again and again while the database is busy, and may not ask it.
    """
    rows = _sort(deployment, page, reader, keys)
    with transaction.atomic():
        _commit_lazily()
        places = places_of(deployment, rows.understood())
        writer = PageWriter(deployment, keys, places, page.sealer, at, meanwhile)
        counts = _store(rows, writer)
        counts.received = page.n_rows
        if cursor_to is not None:
            _move_cursor(deployment, cursor_to)
        run.count(**counts.as_dict())
    return counts


def _move_cursor(deployment: Deployment, kobo_id: int) -> None:
    cursor = SyncCursor(deployment=deployment, kobo_id=kobo_id)
    SyncCursor.objects.bulk_create(
        [cursor],
        update_conflicts=True,
        unique_fields=["deployment"],
        update_fields=["kobo_id"],
    )


def _commit_lazily() -> None:
    """Do not wait for the disk at the commit of this page.

    A page that a power cut takes back takes its cursor back too, and is pulled again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _sort(deployment: Deployment, page: ReadPage, reader: PageReader, keys: RoundKeys) -> Sorted:
    """Look up what is known of each row, and read those that are new or edited after all."""
    known = known_states(deployment, list(page.rows))
    unknown = [head for root, (head, _) in page.rows.items() if root not in known]
    dead = entombed(deployment, unknown, key=keys.pseudonym)
    rows = Sorted(known, aside=list(page.aside))
    for root, (head, row) in page.rows.items():
        state = known.get(root)
        if state is not None and state.instance_id == head.instance_id:
            rows.unchanged += 1
            if state.has_moved(head):
                rows.moved.append((state, head))
        elif root in dead:
            rows.unchanged += 1
        else:
            read = reader.read(head, row, page.sealer) if isinstance(row, bytes) else row
            _sort_in(rows, state, read)
    return rows


def _sort_in(rows: Sorted, state: Known | None, row: Read) -> None:
    match row:
        case SetAside():
            rows.aside.append(row)
        case Refused():
            rows.refused.append(row)
        case _ if state is None:
            rows.new.append(row)
        case _:
            rows.edited.append((state, row))


def _store(rows: Sorted, writer: PageWriter) -> Counts:
    deployment, at = writer.deployment, writer.at
    counts = Counts(unchanged=rows.unchanged)
    counts.new = writer.copy_new(rows.new)
    for state, row in rows.edited:
        replace(state, row, writer)
    counts.edited = len(rows.edited)
    writer.close()
    counts.refused = _store_refusals(rows, writer)
    for moved, head in rows.moved:
        _follow(moved, head, at)
    counts.held = sum(each.reason is Reason.AWAITING_APPROVAL for each in rows.aside)
    counts.quarantined = len(rows.aside) - counts.held
    resolve(deployment, [row.head.kobo_id for row in rows.understood()], at=at)
    set_aside(deployment, rows.aside, at=at)
    _unbury(writer, rows.new)
    return counts


def _store_refusals(rows: Sorted, writer: PageWriter) -> int:
    """Keep of an interview without consent that there was one: rayon and day."""
    key = writer.keys.pseudonym
    for row in rows.refused:
        state = rows.known.get(row.head.root_uuid)
        if state is not None:
            withdraw(state, at=writer.at)
        place_id = writer.places.ids.get(row.place_code or "", 0)
        Tombstone.objects.update_or_create(
            deployment=writer.deployment,
            root_hash=root_hash(row.head, key=key),
            defaults={
                "instance_hash": instance_hash(row.head, key=key),
                "rayon_id": writer.places.rayons.get(place_id),
                "day": (read_receipt_time(row.submission_time) or writer.at).date(),
                "why": Why.WITHDRAWN if state else Why.REFUSED,
            },
        )
    return len(rows.refused)


def _follow(state: Known, head: Head, at: datetime) -> None:
    """Note what KoBo says of a submission that is otherwise as before."""
    KoboState.objects.filter(pk=state.submission_id).update(
        kobo_id=head.kobo_id,
        status_uid=head.status_uid[:60],
        attachment_uids=list(head.attachment_uids),
        seen_at=at,
        gone_at=None,
    )


def _unbury(writer: PageWriter, rows: Sequence[Prepared]) -> None:
    """Forget the refusal of those who have consented since."""
    stones = Tombstone.objects.filter(deployment=writer.deployment)
    if rows and has_tombstones(writer.deployment):
        key = writer.keys.pseudonym
        stones.filter(root_hash__in=[root_hash(row.head, key=key) for row in rows]).delete()
