"""A stand-in server with accounts of its own, and what its store holds of a project."""

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.check_kobo.report import Report
from demo.check_kobo.run import Listen, Plan, check
from demo.kobo.process import KoboProcess
from forms.kobo import Server

TOKEN = "0123456789abcdef0123456789abcdef01234567"
OTHER_TOKEN = "76543210fedcba9876543210fedcba9876543210"
OTHER = ("enum1", OTHER_TOKEN)
STRANGER_TOKEN = "f" * 40


@dataclass(frozen=True)
class StandIn:
    kobo: KoboProcess
    store: Path

    @property
    def url(self) -> str:
        return self.kobo.url

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as store:
            return store.execute(sql, parameters).fetchall()

    def probes(self) -> dict[str, bool]:
        """The throw-away projects there ever were, by name: whether each is still there."""
        told = self.rows("SELECT name, NOT deleted FROM assets WHERE name LIKE 'MTM probe%'")
        return {name: bool(is_there) for name, is_there in told}

    def all_about(self, uid: str) -> Mapping[str, list[tuple[Any, ...]]]:
        """Everything that the store holds of a project, its history too."""
        tables = [
            name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        found = {"assets": self.rows("SELECT * FROM assets WHERE uid = ?", uid)}
        for table in tables:
            columns = {row[1] for row in self.rows(f"PRAGMA table_info({table})")}
            if "asset" in columns:
                found[table] = self.rows(f"SELECT * FROM {table} WHERE asset = ?", uid)  # noqa: S608
        return found


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    folder = tmp_path_factory.mktemp("check_kobo")
    with KoboProcess(folder) as kobo:
        accounts = {"mtm": TOKEN, "enum1": OTHER_TOKEN, "stranger": STRANGER_TOKEN}
        for username, token in accounts.items():
            kobo.add_user(username, password="example-password", token=token)
        yield StandIn(kobo, folder / "kobo.sqlite3")


@pytest.fixture
def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture
def listen(free_port: int) -> Listen:
    return Listen(f"http://127.0.0.1:{free_port}", "127.0.0.1", free_port)


def laboratory(url: str) -> Server:
    return Server(slug="check", url=url, openrosa_url=url, allow_private=True)


def soon(seconds: float) -> None:
    time.sleep(min(seconds, 0.2))


Checked = Callable[..., Report]


@pytest.fixture
def checked() -> Checked:
    def run(url: str, **more: Any) -> Report:
        return check(Plan(server=laboratory(url), token=TOKEN, **more), sleep=soon)

    return run
