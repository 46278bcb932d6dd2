"""A project's history: who added, changed or deleted which row, and set which status.

Which answers changed is not in it. KoBo answers a wrong filter with 200 and no entry at all, so
now and then ask for something that must be there (the action `deploy`).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from forms.kobo.listing import Listing, entries
from forms.kobo.paths import asset_path
from forms.kobo.session import Session

ACTION = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """`at` has whole seconds. `root_uuid` comes without `uuid:`, and only with acts on a row.

    `status` is the *label* of a status that was set (`None` as text when cleared), and None for
    everything that is not a change of status.
    """

    action: str
    at: datetime
    username: str | None
    root_uuid: str | None
    status: str | None


class _Submission(msgspec.Struct):
    root_uuid: str | None = None
    status: str | None = None


class _Metadata(msgspec.Struct):
    submission: _Submission | None = None


class _Entry(msgspec.Struct):
    action: str
    date_created: datetime
    username: str | None = None
    metadata: _Metadata | None = None


def history(
    session: Session, asset_uid: str, *, since: datetime, actions: Sequence[str]
) -> Iterator[HistoryEntry]:
    target = asset_path(asset_uid, "history")
    for read in entries(session, target, Listing[_Entry], {"q": _filter(since, actions)}):
        metadata = read.metadata or _Metadata()
        submission = metadata.submission or _Submission()
        yield HistoryEntry(
            action=read.action,
            at=read.date_created,
            username=read.username,
            root_uuid=submission.root_uuid,
            status=submission.status,
        )


def _filter(since: datetime, actions: Sequence[str]) -> str:
    """AND binds tighter than OR, and a value with a colon must be quoted."""
    if not actions or not all(ACTION.fullmatch(action) for action in actions):
        raise ValueError("actions must be names such as modify-submission, at least one")
    if since.tzinfo is None:
        raise ValueError("since must be aware")
    either = " OR ".join(f"action:{action}" for action in actions)
    moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f'({either}) AND date_created__gte:"{moment}"'
