"""The page after this one: fetched by a thread, read bit by bit while PostgreSQL works.

Reading in that thread too would be simpler and slower: the two would fight for the
interpreter, and PostgreSQL would wait for its next chunk. So the reading is done between
the chunks that are written, in the time in which the database parses them.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from surveys.actions.pages import PulledPage
from surveys.actions.prepare import PageReader, ReadPage, SetAside
from surveys.models import Reason

ROWS_A_TIME = 11  # about what PostgreSQL takes the time of one chunk for


class Ahead:
    """Fetches and reads one page ahead of the page that is being stored."""

    def __init__(
        self,
        pages: Iterator[PulledPage],
        reader: PageReader,
        fetcher: ThreadPoolExecutor,
        *,
        known_to: int,
    ) -> None:
        self._pages = pages
        self._reader = reader
        self._fetcher = fetcher
        self._known_to = known_to
        self._coming = self._fetch()
        self._page = reader.new_page()

    def _fetch(self) -> Future[PulledPage | None]:
        return self._fetcher.submit(next, self._pages, None)

    def read_some(self) -> None:
        """Read a few rows of the coming page, if it has come."""
        if self._coming.done() and self._coming.exception() is None:
            self._read(ROWS_A_TIME)

    def _read(self, n_rows: int | None) -> None:
        raw = self._coming.result()
        rows = raw.rows if raw else ()
        start = self._page.n_rows
        stop = None if n_rows is None else start + n_rows
        for row in rows[start:stop]:
            self._reader.read_into(self._page, row, known_to=self._known_to)

    def __iter__(self) -> Iterator[tuple[PulledPage, ReadPage]]:
        """Yield each page, read to its end; raises what fetching raised."""
        while (raw := self._coming.result()) is not None:
            following = self._fetch()  # a slow server gets its next question at once
            self._read(None)
            page = self._page
            if raw.too_large is not None:
                page.aside.append(SetAside(raw.too_large, Reason.TOO_LARGE))
                page.n_rows += 1
            self._coming, self._page = following, self._reader.new_page()
            yield raw, page


@contextmanager
def reading_ahead(
    pages: Iterator[PulledPage], reader: PageReader, *, known_to: int
) -> Iterator[Ahead]:
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="fetch") as fetcher:
        yield Ahead(pages, reader, fetcher, known_to=known_to)
