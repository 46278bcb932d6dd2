"""The stand-in's store: one SQLite file, many readers, one writer at a time.

Each thread has a connection of its own. A nested `write()` joins the transaction that is
already open, so that an act made of several acts is kept or undone as a whole.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.kobo.schema import SCHEMA

Row = sqlite3.Row


class Store:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._own = threading.local()
        self._connection().executescript(SCHEMA)

    def one(self, sql: str, *parameters: Any) -> Row | None:
        row: Row | None = self._connection().execute(sql, parameters).fetchone()
        return row

    def all(self, sql: str, *parameters: Any) -> list[Row]:
        return self._connection().execute(sql, parameters).fetchall()

    def column(self, sql: str, *parameters: Any) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self._connection().execute(sql, parameters)]

    def value(self, sql: str, *parameters: Any) -> Any:
        """The first column of the first row; None when there is no row."""
        row = self.one(sql, *parameters)
        return None if row is None else row[0]

    def where(
        self, what: str, condition: str, parameters: tuple[Any, ...], *, tail: str = ""
    ) -> list[Row]:
        """Rows of `what` (`columns FROM table`) under a condition put together at run time."""
        # Every piece of the text is a constant of this package; values are parameters.
        sql = f"SELECT {what} WHERE {condition} {tail}"
        return self._connection().execute(sql, parameters).fetchall()

    def count(self, table: str, condition: str, parameters: tuple[Any, ...]) -> int:
        number: int = self.where(f"count(*) FROM {table}", condition, parameters)[0][0]
        return number

    def execute(self, sql: str, *parameters: Any) -> int:
        """Change something; returns how many rows were touched."""
        with self.write() as connection:
            return connection.execute(sql, parameters).rowcount

    def next_number(self, name: str) -> int:
        """The next of a sequence, from 1. Never given back, so gaps stay gaps."""
        with self.write() as connection:
            value: int = connection.execute(
                "INSERT INTO numbers VALUES (?, 1) "
                "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
                (name,),
            ).fetchone()[0]
            return value

    def take_numbers(self, name: str, count: int) -> int:
        """Take `count` consecutive numbers; returns the first."""
        with self.write():
            first = self.next_number(name)
            self.execute("UPDATE numbers SET value = value + ? WHERE name = ?", count - 1, name)
            return first

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        with self._lock:
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, timeout=60)
            connection.row_factory = sqlite3.Row
            for pragma in (
                "page_size = 16384",
                "journal_mode = WAL",
                # The store is thrown away with the demonstration: speed before a power cut.
                "synchronous = OFF",
                "mmap_size = 4294967296",
                "cache_size = -65536",
            ):
                connection.execute(f"PRAGMA {pragma}")
            self._own.connection = connection
        return connection
