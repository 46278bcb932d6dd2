"""Store one page of submissions: new ones, edits, refusals, what cannot be read, and how far
the pull has come, all in one transaction.

Safe to run again and to interrupt: a page is stored whole or not at all, and what is stored
already is recognised by its identity before anything of it is read or sealed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from forms.models import Deployment
from surveys.actions.edit import replace, withdraw
from surveys.actions.keys import RoundKeys
from surveys.actions.lookup import (
    Known,
    entombed,
    instance_hash,
    known_states,
    places_of,
    root_hash,
)
from surveys.actions.plans import VersionPlan
from surveys.actions.prepare import (
    Prepared,
    Readable,
    SetAside,
    consents,
    heads,
    prepare,
    readable,
)
from surveys.actions.quarantine import resolve, set_aside
from surveys.actions.store import PageWriter
from surveys.core.payload import Head
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
class Page:
    """The rows of a page, by what is to be done with them."""

    to_read: list[tuple[Head, bytes]] = field(default_factory=list)
    unchanged: int = 0
    moved: list[tuple[Known, Head]] = field(default_factory=list)  # status, attachments, number
    aside: list[SetAside] = field(default_factory=list)
    refused: list[Readable] = field(default_factory=list)
    edited: list[tuple[Known, Readable]] = field(default_factory=list)
    new: list[Readable] = field(default_factory=list)


def ingest_page(
    deployment: Deployment,
    rows: Sequence[bytes],
    *,
    plans: Mapping[str, VersionPlan],
    keys: RoundKeys,
    at: datetime,
    run: SyncRun,
    cursor_to: int | None = None,
) -> Counts:
    """Store a page and move the cursor to `cursor_to`; return what became of its rows."""
    page, known = _sort(deployment, tuple(rows), plans, keys)
    with transaction.atomic():
        counts = _store(deployment, page, known, keys, at)
        counts.received = len(rows)
        if cursor_to is not None:
            SyncCursor.objects.update_or_create(
                deployment=deployment, defaults={"kobo_id": cursor_to}
            )
        run.count(**counts.as_dict())
    return counts


def _sort(
    deployment: Deployment,
    rows: tuple[bytes, ...],
    plans: Mapping[str, VersionPlan],
    keys: RoundKeys,
) -> tuple[Page, Mapping[str, Known]]:
    """Look up what is known of each row, and read those that are new or edited."""
    read, aside = heads(rows)
    page = Page(aside=aside)
    known = known_states(deployment, [head.root_uuid for head, _ in read])
    unknown = [head for head, _ in read if head.root_uuid not in known]
    dead = entombed(deployment, unknown, key=keys.pseudonym)
    for head, raw in read:
        state = known.get(head.root_uuid)
        if state is not None and state.instance_id == head.instance_id:
            page.unchanged += 1
            if state.has_moved(head):
                page.moved.append((state, head))
        elif head.root_uuid in dead:
            page.unchanged += 1
        else:
            page.to_read.append((head, raw))
    _read(page, known, plans)
    return page, known


def _read(page: Page, known: Mapping[str, Known], plans: Mapping[str, VersionPlan]) -> None:
    for head, raw in page.to_read:
        row = readable(head, raw, plans)
        if isinstance(row, SetAside):
            page.aside.append(row)
            continue
        consent = consents(row)
        state = known.get(head.root_uuid)
        if isinstance(consent, SetAside):
            page.aside.append(consent)
        elif not consent:
            page.refused.append(row)
        elif state is None:
            page.new.append(row)
        else:
            page.edited.append((state, row))


def _store(
    deployment: Deployment,
    page: Page,
    known: Mapping[str, Known],
    keys: RoundKeys,
    at: datetime,
) -> Counts:
    places = places_of(deployment, [*page.new, *page.refused, *(row for _, row in page.edited)])
    writer = PageWriter(deployment, keys, places, at)
    counts = Counts(unchanged=page.unchanged)
    counts.new = writer.copy_new(_prepared(page.new, page.aside, keys))
    counts.edited = _store_edits(page, writer, keys)
    writer.close()
    counts.refused = _store_refusals(page.refused, known, writer)
    for state, head in page.moved:
        _follow(state, head, at)
    counts.held = sum(each.reason is Reason.AWAITING_APPROVAL for each in page.aside)
    counts.quarantined = len(page.aside) - counts.held
    set_aside(deployment, page.aside, at=at)
    _close_quarantine(deployment, page, at)
    _unbury(deployment, page.new, keys)
    return counts


def _prepared(
    rows: Sequence[Readable], aside: list[SetAside], keys: RoundKeys
) -> Iterator[Prepared]:
    for row in rows:
        prepared = prepare(row, key=keys.pseudonym)
        if isinstance(prepared, SetAside):
            aside.append(prepared)
        else:
            yield prepared


def _store_edits(page: Page, writer: PageWriter, keys: RoundKeys) -> int:
    n_edited = 0
    for state, row in page.edited:
        prepared = prepare(row, key=keys.pseudonym)
        if isinstance(prepared, SetAside):
            page.aside.append(prepared)
        else:
            replace(state, prepared, writer)
            n_edited += 1
    return n_edited


def _store_refusals(
    rows: Sequence[Readable], known: Mapping[str, Known], writer: PageWriter
) -> int:
    """Keep of an interview without consent that there was one: rayon and day."""
    key = writer.keys.pseudonym
    for row in rows:
        state = known.get(row.head.root_uuid)
        if state is not None:
            withdraw(state, at=writer.at)
        place_id = writer.places.ids.get(row.place_code or "", 0)
        Tombstone.objects.update_or_create(
            deployment=writer.deployment,
            root_hash=root_hash(row.head, key=key),
            defaults={
                "instance_hash": instance_hash(row.head, key=key),
                "rayon_id": writer.places.rayons.get(place_id),
                "day": (row.payload.submitted_at or writer.at).date(),
                "why": Why.WITHDRAWN if state else Why.REFUSED,
            },
        )
    return len(rows)


def _follow(state: Known, head: Head, at: datetime) -> None:
    """Note what KoBo says of a submission that is otherwise as before."""
    KoboState.objects.filter(pk=state.submission_id).update(
        kobo_id=head.kobo_id,
        status_uid=head.status_uid[:60],
        attachment_uids=list(head.attachment_uids),
        seen_at=at,
        gone_at=None,
    )


def _close_quarantine(deployment: Deployment, page: Page, at: datetime) -> None:
    still_aside = {each.kobo_id for each in page.aside}
    understood = [*page.new, *page.refused, *(row for _, row in page.edited)]
    resolve(
        deployment, [r.head.kobo_id for r in understood if r.head.kobo_id not in still_aside], at=at
    )


def _unbury(deployment: Deployment, rows: Sequence[Readable], keys: RoundKeys) -> None:
    """Forget the refusal of those who have consented since."""
    if not Tombstone.objects.filter(deployment=deployment).exists():
        return
    hashes = [root_hash(row.head, key=keys.pseudonym) for row in rows]
    Tombstone.objects.filter(deployment=deployment, root_hash__in=hashes).delete()
