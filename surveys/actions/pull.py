"""Bring in what KoBo holds of one deployment, page by page.

One puller a deployment: the lock is PostgreSQL's, so a killed worker frees it. The next
page is fetched while this one is stored. The cursor is no promise that everything below it
was seen, since a lower `_id` can become visible after a higher one: each pull begins again
a little before it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec
from django.db import connection
from django.db.models import Max, Min
from django.db.models.functions import Now

from forms.models import Deployment
from surveys.actions.ahead import reading_ahead
from surveys.actions.ingest import Counts, ingest_page
from surveys.actions.keys import RoundKeys
from surveys.actions.pages import Source, pages
from surveys.actions.prepare import PageReader
from surveys.actions.quarantine import resolve
from surveys.models import Fieldwork, Kind, KoboState, Quarantined, SyncCursor, SyncRun

LOCK = 0x4D544D  # "MTM": the first half of the advisory lock's name
OVERLAP_IDS = 500
OVERLAP_TIME = timedelta(minutes=15)
RETRIES_AT_ONCE = 1000


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
    with pull_lock(deployment), without_cycle_search():
        run = SyncRun.objects.create(deployment=deployment, kind=Kind.PULL, started_at=at)
        _retry_set_aside(deployment, source, keys=keys, at=at, run=run)
        reader = PageReader(deployment, keys=keys, at=at)
        known_to = _cursor(deployment)
        coming = pages(source, deployment.asset_uid, after=start_after(deployment))
        with reading_ahead(coming, reader, known_to=known_to) as ahead:
            for raw, page in ahead:
                if run.expected is None:
                    run.expected = raw.count
                    run.save(update_fields=["expected"])
                ingest_page(
                    deployment,
                    page,
                    reader=reader,
                    keys=keys,
                    at=at,
                    run=run,
                    cursor_to=max(known_to, raw.last_id or 0),
                    meanwhile=ahead.read_some,
                )
        SyncRun.objects.filter(pk=run.pk).update(finished_at=Now(), heard_at=Now())
    run.refresh_from_db()
    return run


@contextmanager
def without_cycle_search() -> Iterator[None]:
    """Pause the search for reference cycles, which finds none here.

    A page is some fifty thousand objects that live until it is stored; searching them over
    and over is a tenth of a pull.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


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
    reader = PageReader(deployment, keys=keys, at=at)
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
