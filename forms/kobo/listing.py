"""Lists that KoBo hands out in pieces: `count`, `next`, `results`.

Rows of `/data/` are not read this way: while they are read others are deleted, and a window that
is moved by number then skips some.
"""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

from forms.kobo.answer import json_of
from forms.kobo.errors import CursorStuck
from forms.kobo.session import Call, Session

T = TypeVar("T")

LIMIT = 1000
PAGES_MAX = 1000


class Listing(msgspec.Struct, Generic[T]):
    results: list[T]
    next: str | None = None


def entries(
    session: Session, target: str, shape: type[Listing[T]], params: Mapping[str, str]
) -> Iterator[T]:
    """Yield all entries of a list, piece by piece.

    That there is a `next` is believed, its address is not used.
    """
    start = 0
    for _ in range(PAGES_MAX):
        window = {**params, "limit": str(LIMIT), "start": str(start)}
        found = session.ask(Call(target=target, params=window), json_of(shape))
        yield from found.results
        if found.next is None:
            return
        if not found.results:
            break
        start += len(found.results)
    raise CursorStuck(path=target)
