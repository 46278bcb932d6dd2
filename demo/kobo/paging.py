"""Pages as the API makes them: `count`, `next`, `previous`, `results`.

The paginator understands `start`, `offset` and `page`/`page_size` alike when it works out
`next` and `previous`, also on `/data/`, whose window moves by `start` only.
"""

from typing import Any
from urllib.parse import urlencode

from demo.kobo.call import Call

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000


def _number(call: Call, name: str, *, least: int) -> int | None:
    text = call.request.args.get(name, "")
    return int(text) if text.isdecimal() and int(text) >= least else None


def limit_of(call: Call) -> int:
    """The size of a page: 100 unless asked, 1000 at most without a word."""
    size = _number(call, "limit", least=1) or _number(call, "page_size", least=1)
    return min(size or DEFAULT_LIMIT, MAX_LIMIT)


def offset_of(call: Call) -> int:
    for name in ("start", "offset"):
        offset = _number(call, name, least=0)
        if offset is not None:
            return offset
    page = _number(call, "page", least=1)
    return (page - 1) * limit_of(call) if page is not None else 0


def _address(call: Call, limit: int, start: int | None) -> str:
    parameters = {name: value for name, value in call.request.args.items() if name != "start"}
    parameters["limit"] = str(limit)
    if start is not None:
        parameters["start"] = str(start)
    return f"{call.base}{call.request.path}?{urlencode(sorted(parameters.items()))}"


def links(call: Call, count: int) -> tuple[str | None, str | None]:
    """`next` and `previous` of the page asked for."""
    limit, offset = limit_of(call), offset_of(call)
    following = _address(call, limit, offset + limit) if offset + limit < count else None
    if offset <= 0:
        return following, None
    before = offset - limit
    return following, _address(call, limit, before if before > 0 else None)


def page(call: Call, count: int, results: list[Any]) -> dict[str, Any]:
    following, previous = links(call, count)
    return {"count": count, "next": following, "previous": previous, "results": results}


def paginate(call: Call, items: list[Any]) -> tuple[int, list[Any]]:
    """The whole count and the items of the page asked for."""
    offset = offset_of(call)
    return len(items), items[offset : offset + limit_of(call)]
