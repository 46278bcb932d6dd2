"""Rows of `/data/`: cut apart and counted here, understood elsewhere.

A row is passed on as the bytes that KoBo sent. Only its `_id` is looked at, since pages follow
each other by it, and in a sweep the four fields that were asked for.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from forms.kobo.answer import Answer, accept, unreadable
from forms.kobo.errors import CursorStuck, KoboError, RowNotFound
from forms.kobo.paths import asset_path
from forms.kobo.session import Call, Session

PAGE_MAX = 1000  # what KoBo cuts every limit to, without a word
IDS_MAX = 200
ROOTS_MAX = 100  # some 5 kB of URL; proxies refuse more than 8
SWEPT_FIELDS = ("_id", "_uuid", "_validation_status", "_attachments")


@dataclass(frozen=True, slots=True)
class RawPage:
    """Rows in ascending order of `_id`, each as KoBo wrote it.

    `count` is how many rows there were from this page on, `more` whether KoBo has some left.
    `last_id` is the highest `_id` in the page; None if no row has one that can be read.
    """

    rows: tuple[bytes, ...]
    count: int
    more: bool
    last_id: int | None


@dataclass(frozen=True, slots=True)
class SweptRow:
    """What tells whether a stored row is still as KoBo has it.

    `instance_id` is KoBo's `_uuid`, new with each edit; both uuids come without `uuid:`.
    `attachments` are uids in order, those that were deleted in KoBo left out. All but `kobo_id`
    are None for a row whose metadata cannot be read: it exists, and must be fetched to be judged.
    """

    kobo_id: int
    root_uuid: str | None
    instance_id: str | None
    validation_status: str | None
    attachments: tuple[str, ...] | None


class _Page(msgspec.Struct):
    count: int
    results: list[msgspec.Raw]
    next: str | None = None


class _Identified(msgspec.Struct):
    kobo_id: int = msgspec.field(name="_id")


class _Status(msgspec.Struct):
    uid: str | None = None


class _Attachment(msgspec.Struct):
    uid: str
    is_deleted: bool = False


class _Swept(msgspec.Struct):
    kobo_id: int = msgspec.field(name="_id")
    instance_id: str = msgspec.field(name="_uuid")
    root_uuid: str = msgspec.field(name="meta/rootUuid")
    status: _Status = msgspec.field(name="_validation_status")
    attachments: list[_Attachment] = msgspec.field(name="_attachments")


_pages = msgspec.json.Decoder(_Page)
_identified = msgspec.json.Decoder(_Identified)
_swept = msgspec.json.Decoder(_Swept)


def page(
    session: Session, asset_uid: str, *, after: int, limit: int, fields: Sequence[str] = ()
) -> RawPage:
    """Return the rows next above `after`. Without `fields` a row comes whole."""
    params = {"query": _text({"_id": {"$gt": after}})}
    if fields:
        params["fields"] = _text(fields)
    return _ask(session, asset_uid, params, limit)


def walk(
    session: Session, asset_uid: str, *, after: int, limit: int, fields: Sequence[str] = ()
) -> Iterator[RawPage]:
    """Yield pages that are not empty, each starting where the `_id`s of the last one ended.

    Raises CursorStuck rather than end early when a page does not lead on.
    """
    while (found := page(session, asset_uid, after=after, limit=limit, fields=fields)).rows:
        yield found
        if not found.more:
            return
        if found.last_id is None or found.last_id <= after:
            raise CursorStuck(path=asset_path(asset_uid, "data"))
        after = found.last_id


def sweep(session: Session, asset_uid: str, *, after: int, limit: int) -> Iterator[SweptRow]:
    for found in walk(session, asset_uid, after=after, limit=limit, fields=SWEPT_FIELDS):
        for row in found.rows:
            yield _swept_row(row, asset_uid)


def by_id(session: Session, asset_uid: str, kobo_ids: Iterable[int]) -> tuple[bytes, ...]:
    # Inside an operator KoBo finds an `_id` only as a number.
    wanted = sorted({int(kobo_id) for kobo_id in kobo_ids})
    return tuple(
        row
        for some in _parts(wanted, IDS_MAX)
        for row in _all(session, asset_uid, {"_id": {"$in": some}})
    )


def by_root(session: Session, asset_uid: str, root_uuids: Iterable[str]) -> tuple[bytes, ...]:
    wanted = sorted({"uuid:" + root_uuid.removeprefix("uuid:") for root_uuid in root_uuids})
    return tuple(
        row
        for some in _parts(wanted, ROOTS_MAX)
        for row in _all(session, asset_uid, {"meta/rootUuid": {"$in": some}})
    )


def one(session: Session, asset_uid: str, kobo_id: int) -> bytes:
    return session.ask(Call(target=asset_path(asset_uid, "data", int(kobo_id))), _whole)


def _all(session: Session, asset_uid: str, query: Mapping[str, Any]) -> tuple[bytes, ...]:
    found = _ask(session, asset_uid, {"query": _text(query)}, PAGE_MAX)
    if found.more:
        raise CursorStuck(path=asset_path(asset_uid, "data"))
    return found.rows


def _ask(session: Session, asset_uid: str, params: Mapping[str, str], limit: int) -> RawPage:
    if not 1 <= limit <= PAGE_MAX:
        raise ValueError("limit must be from 1 to 1000")
    target = asset_path(asset_uid, "data")
    params = {"sort": _text({"_id": 1}), "limit": str(limit), **params}
    return session.ask(Call(target=target, params=params), _cut)


def _cut(answer: Answer) -> RawPage:
    accept(answer)
    try:
        found = _pages.decode(answer.body)
    except (msgspec.ValidationError, RecursionError):
        raise unreadable(answer) from None
    except msgspec.DecodeError:
        return _cut_slowly(answer)
    return _page_of([bytes(row) for row in found.results], found.count, found.next)


def _cut_slowly(answer: Answer) -> RawPage:
    """Cut a page with a row that only the standard library takes for JSON.

    Half a surrogate pair in one answer (`"\\ud83d"`, a cut emoji) makes msgspec refuse the whole
    page, even as raw rows. The rows are written anew here, so that one of them spoils only itself.
    """
    try:
        found = json.loads(answer.body)
        rows = [json.dumps(row).encode("ascii") for row in found["results"]]
        return _page_of(rows, int(found["count"]), found["next"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise unreadable(answer) from None


def _page_of(rows: list[bytes], count: int, following: object) -> RawPage:
    # Rows come in ascending order: the last one that has a number has the highest.
    numbers = (kobo_id for row in reversed(rows) if (kobo_id := _id_of(row)) is not None)
    return RawPage(
        rows=tuple(rows),
        count=count,
        more=following is not None or count > len(rows),
        last_id=next(numbers, None),
    )


def _id_of(row: bytes) -> int | None:
    """Return the `_id` of a row; None if it has none that is a number."""
    try:
        return _identified.decode(row).kobo_id
    except (msgspec.ValidationError, RecursionError):
        return None
    except msgspec.DecodeError:
        return _id_of_odd(row)


def _id_of_odd(row: bytes) -> int | None:
    try:
        kobo_id = json.loads(row)["_id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return kobo_id if type(kobo_id) is int else None


def _swept_row(row: bytes, asset_uid: str) -> SweptRow:
    try:
        read = _swept.decode(row)
    except (msgspec.DecodeError, RecursionError):
        return _known_only_by_id(row, asset_uid)
    return SweptRow(
        kobo_id=read.kobo_id,
        root_uuid=read.root_uuid.removeprefix("uuid:"),
        instance_id=read.instance_id,
        validation_status=read.status.uid,
        attachments=tuple(sorted(a.uid for a in read.attachments if not a.is_deleted)),
    )


def _known_only_by_id(row: bytes, asset_uid: str) -> SweptRow:
    kobo_id = _id_of(row)
    if kobo_id is None:  # left out, it would look like a deletion
        raise KoboError("A row of the sweep has no `_id`.", path=asset_path(asset_uid, "data"))
    return SweptRow(kobo_id, None, None, None, None)


def _whole(answer: Answer) -> bytes:
    accept(answer, missing=RowNotFound)
    try:
        json.loads(answer.body)
    except (ValueError, RecursionError):
        raise unreadable(answer) from None
    return answer.body


def _parts(wanted: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(wanted), size):
        yield wanted[start : start + size]


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
