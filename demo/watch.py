"""Look on while the processes work: counts by SQL with the rights of the web process, and bars."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from demo.services.failure import ServiceFailed
from demo.stage import Stage

PATIENCE_S = 120
GLANCE_S = 0.2

SETTLED: LiteralString = """
    SELECT (SELECT count(*) FROM surveys_submission)
         + (SELECT count(*) FROM surveys_tombstone)
         + (SELECT count(*) FROM surveys_quarantined WHERE resolved_at IS NULL)
"""


class Watch:
    """A read-only eye on the database, and a wait for what should happen."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self._stage = stage
        self._console = console
        self._database = psycopg.connect(
            stage.postgres.url("web", stage.passwords["web"], "mtm"), autocommit=True
        )

    def close(self) -> None:
        self._database.close()

    def rows(self, query: LiteralString, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._database.execute(query, values).fetchall()

    def number(self, query: LiteralString, values: Sequence[Any] = ()) -> int:
        return int(self.rows(query, values)[0][0])

    @contextmanager
    def bar(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """Show a bar; the function that is handed out sets how far it is."""
        columns = (TextColumn("  {task.description:34}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(what, total=total)
            yield lambda done: progress.update(task, completed=done)

    def until(self, what: str, total: int, query: LiteralString) -> None:
        """Wait, with a bar, until a query counts as many as there should be.

        Raises ServiceFailed if it takes too long, or if a process has ended meanwhile.
        """
        give_up = time.monotonic() + PATIENCE_S
        with self.bar(what, total) as done:
            while (found := self.number(query)) < total:
                done(found)
                self._stage.children.check()
                if time.monotonic() > give_up:
                    raise ServiceFailed(f"{what}: {found} of {total} after {PATIENCE_S} seconds.")
                time.sleep(GLANCE_S)
            done(found)
