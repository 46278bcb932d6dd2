"""Bring in what KoBo holds of one deployment, page by page.

One puller a deployment: the lock is PostgreSQL's, so a killed worker frees it. The next
page is fetched while this one is stored. The cursor is no promise that everything below it
was seen, since a lower `_id` can become visible after a higher one: each pull begins again
a little before it.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec
from django.db import connection
from django.db.models import Max, Min
from django.db.models.functions import Now

from forms.models import Deployment
from surveys.actions.ingest import Counts, ingest_page
from surveys.actions.keys import RoundKeys
from surveys.actions.plans import plans_of
from surveys.actions.prepare import PageReader
from surveys.actions.quarantine import resolve
from surveys.models import Fieldwork, Kind, KoboState, Quarantined, SyncCursor, SyncRun

LOCK = 0x4D544D  # "MTM": the first half of the advisory lock's name
OVERLAP_IDS = 500
OVERLAP_TIME = timedelta(minutes=15)
RETRIES_AT_ONCE = 1000

T = TypeVar("T")


class RawPage(Protocol):
    """A page of rows as KoBo sent them, in ascending `_id`, and how many there are in all."""

    @property
    def rows(self) -> tuple[bytes, ...]: ...
    @property
    def count(self) -> int: ...
    @property
    def last_id(self) -> int | None: ...


class Source(Protocol):
    """Where submissions come from: KoBo, or a test's stand-in for its client."""

    def pages(self, asset_uid: str, *, after: int = 0) -> Iterator[RawPage]: ...
    def rows_by_id(self, asset_uid: str, kobo_ids: Sequence[int]) -> tuple[bytes, ...]: ...


class AlreadyRunning(Exception):
    """Another worker pulls this deployment right now."""


@contextmanager
def pull_lock(deployment: Deployment) -> Iterator[None]:
    """Hold the deployment's lock. Raises AlreadyRunning."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, deployment.pk])
        if not cursor.fetchone()[0]:
            raise AlreadyRunning
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, deployment.pk])


def pull(deployment: Deployment, source: Source, *, keys: RoundKeys, at: datetime) -> SyncRun:
    """Store what is new or edited; return the run with its numbers.

    Safe to run again and to kill. Raises AlreadyRunning, and what the source raises: the
    pages stored before stay good.
    """
    with pull_lock(deployment):
        run = SyncRun.objects.create(deployment=deployment, kind=Kind.PULL, started_at=at)
        _retry_set_aside(deployment, source, keys=keys, at=at, run=run)
        reader = PageReader(plans_of(deployment), key=keys.pseudonym)
        known_to = _cursor(deployment)
        pages = source.pages(deployment.asset_uid, after=start_after(deployment))
        coming = ((page, reader.read_page(page.rows, known_to=known_to)) for page in pages)
        for page, read in ahead(coming):
            if run.expected is None:
                run.expected = page.count
                run.save(update_fields=["expected"])
            reached = max(known_to, page.last_id or 0)
            ingest_page(
                deployment, read, reader=reader, keys=keys, at=at, run=run, cursor_to=reached
            )
        SyncRun.objects.filter(pk=run.pk).update(finished_at=Now(), heard_at=Now())
    run.refresh_from_db()
    return run


def start_after(deployment: Deployment) -> int:
    """Return the `_id` after which to read: the cursor, less an overlap.

    The overlap is five hundred numbers, or all that arrived in the last quarter of an hour
    before the newest arrival, whichever is more.
    """
    after = max(0, _cursor(deployment) - OVERLAP_IDS)
    arrivals = Fieldwork.objects.filter(submission__deployment=deployment)
    newest = arrivals.aggregate(at=Max("arrived_at"))["at"]
    if newest is None:
        return after
    recent = KoboState.objects.filter(
        deployment=deployment, submission__fieldwork__arrived_at__gte=newest - OVERLAP_TIME
    ).aggregate(first=Min("kobo_id"))["first"]
    return min(after, recent - 1) if recent else after


def _cursor(deployment: Deployment) -> int:
    cursor = SyncCursor.objects.filter(deployment=deployment).first()
    return cursor.kobo_id if cursor else 0


def ahead(items: Iterator[T]) -> Iterator[T]:
    """Yield items while the next one is being fetched and read in a thread of its own."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="fetch") as fetcher:
        coming = fetcher.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = fetcher.submit(next, items, None)
            yield item


def note_failure(deployment: Deployment, problem: str, *, kind: Kind, at: datetime) -> None:
    """Close the run that began at this moment with what ended it, or record that none could."""
    runs = SyncRun.objects.filter(deployment=deployment, kind=kind, started_at=at)
    if not runs.update(finished_at=Now(), problem=problem):
        SyncRun.objects.create(
            deployment=deployment, kind=kind, started_at=at, finished_at=at, problem=problem
        )


def _retry_set_aside(
    deployment: Deployment, source: Source, *, keys: RoundKeys, at: datetime, run: SyncRun
) -> Counts:
    """Fetch anew what a person asked for, or what waited for a version approved since."""
    cases = Quarantined.objects.to_retry().filter(deployment=deployment).order_by("kobo_id")
    kobo_ids = list(cases.values_list("kobo_id", flat=True)[:RETRIES_AT_ONCE])
    if not kobo_ids:
        return Counts()
    rows = source.rows_by_id(deployment.asset_uid, kobo_ids)
    reader = PageReader(plans_of(deployment), key=keys.pseudonym)
    page = reader.read_page(rows, known_to=0)
    counts = ingest_page(deployment, page, reader=reader, keys=keys, at=at, run=run)
    came = {number for row in rows if (number := _number(row)) is not None}
    resolve(deployment, [number for number in kobo_ids if number not in came], at=at)
    return counts


class _Number(msgspec.Struct):
    kobo_id: int = msgspec.field(name="_id")


def _number(row: bytes) -> int | None:
    try:
        return msgspec.json.decode(row, type=_Number).kobo_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
