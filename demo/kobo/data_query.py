"""The parameters of `/data/`, read and checked as the real server checks them."""

from dataclasses import dataclass
from typing import Any

import msgspec

from demo.kobo.answers import Crash, Refusal, invalid
from demo.kobo.call import Call
from demo.kobo.mongo import NotAQuery, UnsuitableOperand, prepared
from demo.kobo.paging import DEFAULT_LIMIT, MAX_LIMIT

ALWAYS = frozenset({"_id", "_uuid", "meta/rootUuid", "_validation_status"})


@dataclass(frozen=True, slots=True)
class DataQuery:
    start: int
    limit: int
    query: dict[str, Any]
    sort: dict[str, int]
    fields: frozenset[str] | None  # None: all


def data_query(call: Call) -> DataQuery:
    """Raises Refusal 400, and Crash 500 for a query that is no object."""
    arguments = call.request.args
    if "count" in arguments:
        message = "This param is not implemented. Use `count` property of the response instead."
        raise invalid({"count": message})
    return DataQuery(
        start=_start(arguments.get("start")),
        limit=_limit(arguments.get("limit")),
        query=checked_query(_json(call, "query", {})),
        sort=_sort(_json(call, "sort", {})),
        fields=_fields(_json(call, "fields", None)),
    )


def checked_query(query: Any) -> dict[str, Any]:
    """Raises Refusal 400 for an operand that cannot be used, Crash 500 for no object."""
    try:
        return prepared(query)
    except NotAQuery as error:
        raise Crash from error
    except UnsuitableOperand as error:
        raise Refusal(400, ["Unsupported query"]) from error


def _start(text: str | None) -> int:
    if text is None:
        return 0
    if not text.isdecimal():
        raise invalid({"start": "A positive integer is required."})
    return int(text)


def _limit(text: str | None) -> int:
    """100 unless asked; more than 1000 is cut to 1000 without a word."""
    if text is None:
        return DEFAULT_LIMIT
    if not text.isdecimal() or int(text) == 0:
        raise invalid({"limit": "A positive integer is required"})
    return min(int(text), MAX_LIMIT)


def _json(call: Call, name: str, default: Any) -> Any:
    text = call.request.args.get(name)
    if not text:
        return default
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise invalid({name: "Value must be valid JSON."}) from error


def _sort(given: Any) -> dict[str, int]:
    if not isinstance(given, dict):
        raise Crash
    return {name: -1 if direction in {-1, "-1"} else 1 for name, direction in given.items()}


def _fields(given: Any) -> frozenset[str] | None:
    if given is None or given == []:
        return None
    if not isinstance(given, list):
        raise invalid({"fields": "Value must be valid JSON."})
    return frozenset(map(str, given))
