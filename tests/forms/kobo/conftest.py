"""Clients of a misbehaving server, with a clock that only moves when somebody sleeps."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from random import Random
from typing import Any

import pytest

from forms.kobo import Credential, Kobo, Server, Tablet
from tests.forms.kobo.peer import Peer, serving

TOKEN = "canary7f3a" * 4
PASSWORD = "canary-password-7f3a"


class FakeTime:
    """A clock that moves only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


class Longest(Random):
    """Chance that always waits as long as it may."""

    def uniform(self, a: float, b: float) -> float:
        return b


def server_at(url: str, **settings: Any) -> Server:
    return Server(**({"slug": "lab", "url": url, "openrosa_url": url} | settings))


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def peer() -> Iterator[Peer]:
    with serving(Peer()) as running:
        yield running


@pytest.fixture
def stranger() -> Iterator[Peer]:
    """Another server, which must not hear from us."""
    with serving(Peer()) as running:
        yield running


@pytest.fixture
def manner(time: FakeTime) -> dict[str, Any]:
    return {"sleep": time.sleep, "clock": time.clock, "random": Longest()}


@pytest.fixture
def open_kobo(manner: dict[str, Any]) -> Iterator[Callable[..., Kobo]]:
    with ExitStack() as opened:

        def open_one(url: str, *, allow_private: bool = True, **other: Any) -> Kobo:
            server = server_at(url, allow_private=allow_private)
            return opened.enter_context(Kobo(server, TOKEN, **(manner | other)))

        yield open_one


@pytest.fixture
def kobo(peer: Peer, open_kobo: Callable[..., Kobo]) -> Kobo:
    return open_kobo(peer.url)


@pytest.fixture
def open_tablet(manner: dict[str, Any]) -> Iterator[Callable[..., Tablet]]:
    credential = Credential.from_password("enum1", PASSWORD)
    with ExitStack() as opened:

        def open_one(url: str, **other: Any) -> Tablet:
            server = server_at("http://127.0.0.1:9", openrosa_url=url, allow_private=True)
            return opened.enter_context(Tablet(server, credential, **(manner | other)))

        yield open_one


@pytest.fixture
def tablet(peer: Peer, open_tablet: Callable[..., Tablet]) -> Tablet:
    return open_tablet(peer.url)
