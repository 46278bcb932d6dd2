"""The rows that a query of `/data/` finds, as JSON texts ready to be served.

When the store's columns can answer the query and the order is that of `_id`, no row is read
as JSON at all. Otherwise every row of the form is read and asked.
"""

from dataclasses import dataclass
from typing import Any

from demo.kobo.data_query import ALWAYS, DataQuery
from demo.kobo.mongo import matches
from demo.kobo.mongo_sql import NotInSql, names_rows, sql_of
from demo.kobo.rows import decoded_row, encoded_row
from demo.kobo.store import Store

Filters = list[dict[str, Any]]
Read = tuple[dict[str, Any], bytes]  # a row, and the text it was read from
_SEEN = "asset = ? AND visible = 1 AND "
_SEEN_OF_FEW = "+asset = ? AND +visible = 1 AND "  # has SQLite look the rows up by their uuids


@dataclass(frozen=True, slots=True)
class Found:
    count: int
    rows: list[bytes]


def find_rows(store: Store, asset: str, wanted: DataQuery, filters: Filters) -> Found:
    query = narrowed(wanted.query, filters)
    try:
        found = _found_in_sql(store, asset, wanted, query)
    except NotInSql:
        found = _found_by_reading(store, asset, wanted, query)
    if wanted.fields is None:
        return found
    return Found(found.count, [_only(row, wanted.fields) for row in found.rows])


def matching_ids(store: Store, asset: str, query: dict[str, Any], filters: Filters) -> list[int]:
    """Rising, without a limit."""
    whole = narrowed(query, filters)
    try:
        condition, parameters = sql_of(whole)
    except NotInSql:
        rows = store.all(
            "SELECT id, row FROM submissions WHERE asset = ? AND visible = 1 ORDER BY id", asset
        )
        return [row["id"] for row in rows if matches(whole, decoded_row(row["row"]))]
    found = store.where(
        "id FROM submissions", _SEEN + condition, (asset, *parameters), tail="ORDER BY id"
    )
    return [row["id"] for row in found]


def narrowed(query: dict[str, Any], filters: Filters) -> dict[str, Any]:
    """The query, for rows that meet at least one of the filters; no filter lets all through."""
    return {"$and": [query, {"$or": filters}]} if filters else query


def _found_in_sql(store: Store, asset: str, wanted: DataQuery, query: dict[str, Any]) -> Found:
    """Raises NotInSql."""
    if set(wanted.sort) - {"_id"}:
        raise NotInSql
    condition, parameters = sql_of(query)
    direction = "DESC" if wanted.sort.get("_id") == -1 else "ASC"
    where = (_SEEN_OF_FEW if names_rows(query) else _SEEN) + condition
    rows = store.where(
        "row FROM submissions",
        where,
        (asset, *parameters, wanted.limit, wanted.start),
        tail=f"ORDER BY id {direction} LIMIT ? OFFSET ?",
    )
    count = store.count("submissions", where, (asset, *parameters))
    return Found(count, [row["row"] for row in rows])


def _found_by_reading(store: Store, asset: str, wanted: DataQuery, query: dict[str, Any]) -> Found:
    texts = store.column(
        "SELECT row FROM submissions WHERE asset = ? AND visible = 1 ORDER BY id", asset
    )
    read = [(row, text) for text in texts if matches(query, row := decoded_row(text))]
    for name, direction in reversed(wanted.sort.items()):
        read = _sorted_by(name, read, descending=direction < 0)
    window = read[wanted.start : wanted.start + wanted.limit]
    return Found(len(read), [text for _, text in window])


def _sorted_by(name: str, read: list[Read], *, descending: bool) -> list[Read]:
    return sorted(read, key=lambda pair: _order(pair[0].get(name)), reverse=descending)


def _order(value: Any) -> tuple[int, Any]:
    """Absent before numbers before texts, as MongoDB sorts."""
    match value:
        case bool() | None:
            return 0, 0
        case int() | float():
            return 1, value
        case str():
            return 2, value
        case _:
            return 3, 0


def _only(text: bytes, fields: frozenset[str]) -> bytes:
    """The row cut down. A status that was not asked for reads as if there were none."""
    row = decoded_row(text)
    kept = {name: value for name, value in row.items() if name in fields or name in ALWAYS}
    if "_validation_status" not in fields:
        kept["_validation_status"] = {}
    return encoded_row(kept)
