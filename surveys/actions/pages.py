"""The pages of a pull, cut smaller where KoBo's answer would be too large to hold.

A page too large is halved, down to the one row that is: that row is passed over by its
number, to be set aside, and the pull goes on behind it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from forms.kobo import CursorStuck, RawPage, ResponseTooLarge, SweptRow

PAGE = 1000
FIRST = 250  # so that PostgreSQL gets its first rows soon; then twice as many each time


class Source(Protocol):
    """Where submissions come from: KoBo, or a test's stand-in for its client."""

    def page(self, asset_uid: str, *, after: int, limit: int = PAGE) -> RawPage: ...
    def sweep(self, asset_uid: str, *, after: int = 0, limit: int = PAGE) -> Iterator[SweptRow]: ...
    def rows_by_id(self, asset_uid: str, kobo_ids: Sequence[int]) -> tuple[bytes, ...]: ...


@dataclass(frozen=True, slots=True)
class PulledPage:
    """Rows in ascending `_id`; or none, and the number of the one that is too large."""

    rows: tuple[bytes, ...]
    count: int
    last_id: int | None
    too_large: int | None = None


def pages(source: Source, asset_uid: str, *, after: int) -> Iterator[PulledPage]:
    """Yield all rows above `after`. Raises what the source raises."""
    limit, more = FIRST, True
    while more:
        try:
            page = source.page(asset_uid, after=after, limit=limit)
        except ResponseTooLarge:
            if limit > 1:
                limit //= 2
                continue
            after = _number_after(source, asset_uid, after)
            yield PulledPage((), 1, after, too_large=after)
            continue
        more = page.more and bool(page.rows)
        if page.rows:
            yield PulledPage(page.rows, page.count, page.last_id)
        if more and (page.last_id is None or page.last_id <= after):
            raise CursorStuck
        after, limit = page.last_id or after, min(PAGE, limit * 2)


def _number_after(source: Source, asset_uid: str, after: int) -> int:
    """Return the number of the next row without asking for its answers."""
    return next(iter(source.sweep(asset_uid, after=after, limit=1))).kobo_id
