"""Compare all that KoBo holds of a deployment with what is stored: the sweep.

A pull sees new submissions; edits, statuses, late attachments and deletions move nothing
that its cursor would see. The sweep asks for four fields of every row and finds them all.
A row is gone only when KoBo says so of the row itself and still shows us its project:
a project that is no longer shared with us looks the same as one that was emptied.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Protocol

from django.db.models.functions import Now

from forms.kobo import RowNotFound, SweptRow
from forms.models import Deployment
from surveys.actions.ingest import ingest_page
from surveys.actions.keys import RoundKeys
from surveys.actions.prepare import PageReader
from surveys.actions.pull import pull_lock
from surveys.models import Kind, KoboState, SyncRun

AT_ONCE = 1000


class Sweepable(Protocol):
    """What a sweep needs of KoBo's client."""

    def sweep(
        self, asset_uid: str, *, after: int = 0, limit: int = AT_ONCE
    ) -> Iterator[SweptRow]: ...
    def rows_by_id(self, asset_uid: str, kobo_ids: Sequence[int]) -> tuple[bytes, ...]: ...
    def row(self, asset_uid: str, kobo_id: int) -> bytes: ...
    def asset(self, asset_uid: str) -> object: ...


def sweep(deployment: Deployment, kobo: Sweepable, *, keys: RoundKeys, at: datetime) -> SyncRun:
    """Find every difference between KoBo and the database, and follow it; return the run.

    Holds a thousand rows at a time. Safe to interrupt: the next sweep finds what is left.
    Raises AlreadyRunning, and what the source raises.
    """
    with pull_lock(deployment):
        run = SyncRun.objects.create(deployment=deployment, kind=Kind.SWEEP, started_at=at)
        reader = PageReader(deployment, keys=keys, at=at)
        missing: list[int] = []
        reached = 0
        rows = kobo.sweep(deployment.asset_uid)
        while part := list(islice(rows, AT_ONCE)):
            states = _stored(deployment, reached, part[-1].kobo_id)
            there = {row.kobo_id for row in part}
            missing += [kobo_id for kobo_id in states if kobo_id not in there]
            changed = _changed(part, states, at)
            if changed:
                page = reader.read_page(kobo.rows_by_id(deployment.asset_uid, changed), known_to=0)
                ingest_page(deployment, page, reader=reader, keys=keys, at=at, run=run)
            reached = part[-1].kobo_id
        missing += _stored(deployment, reached, None)
        _confirm_gone(deployment, kobo, missing, at)
        SyncRun.objects.filter(pk=run.pk).update(finished_at=Now(), heard_at=Now())
    run.refresh_from_db()
    return run


def _stored(deployment: Deployment, above: int, up_to: int | None) -> dict[int, KoboState]:
    """Return what is stored of a range of numbers, and not known to be gone."""
    states = KoboState.objects.filter(
        deployment=deployment, kobo_id__gt=above, gone_at=None, removed_by_us_at=None
    )
    if up_to is not None:
        states = states.filter(kobo_id__lte=up_to)
    return {state.kobo_id: state for state in states}


def _changed(rows: Iterable[SweptRow], states: dict[int, KoboState], at: datetime) -> list[int]:
    """Note other statuses; return the numbers of the rows that must be fetched."""
    changed = []
    for row in rows:
        state = states.get(row.kobo_id)
        if state is None or _is_other(row, state):
            changed.append(row.kobo_id)
        elif (row.validation_status or "") != state.status_uid:
            KoboState.objects.filter(pk=state.pk).update(
                status_uid=row.validation_status or "", seen_at=at
            )
    return changed


def _is_other(row: SweptRow, state: KoboState) -> bool:
    """Whether it was edited, or a file came late; a row that cannot be read must be looked at."""
    return row.instance_id != state.instance_id or list(row.attachments or ()) != (
        state.attachment_uids
    )


def _confirm_gone(
    deployment: Deployment, kobo: Sweepable, kobo_ids: Iterable[int], at: datetime
) -> None:
    """Mark as gone what KoBo says is not there, while it still shows us the project."""
    for kobo_id in kobo_ids:
        try:
            kobo.row(deployment.asset_uid, kobo_id)
        except RowNotFound:
            kobo.asset(deployment.asset_uid)  # raises where the project itself is out of reach
            KoboState.objects.filter(deployment=deployment, kobo_id=kobo_id, gone_at=None).update(
                gone_at=at
            )
