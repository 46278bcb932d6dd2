"""What was found: a difference, or something that could not be tried. Silence means as expected."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SHOWN_MAX = 120
ALL = "all of it"  # what could not be tried, if nothing of an item could
CLIENT = 0  # the number of our own client, which is no item of the checklist


@dataclass(frozen=True, slots=True)
class Difference:
    """The server does otherwise than the contract says."""

    item: int
    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Untried:
    """Not asked, or not answered. `broken` if the server gave no usable answer while we asked."""

    item: int
    what: str
    why: str
    broken: bool = False


Finding = Difference | Untried


class Unexpected(Exception):
    """An answer is so unlike what was expected that its probe cannot go on."""

    def __init__(self, what: str, expected: object, found: object) -> None:
        super().__init__(what)
        self.what = what
        self.expected = shown(expected)
        self.found = shown(found)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the checklist, which its probe speaks for."""

    number: int

    def same(self, what: str, expected: Any, found: Any) -> Iterator[Finding]:
        """Yield a difference unless both are equal, also in kind: 44 is not "44", 1 not True."""
        if type(expected) is not type(found) or expected != found:
            yield Difference(self.number, what, shown(expected), shown(found))

    def holds(self, what: str, found: object) -> Iterator[Finding]:
        if not found:
            yield Difference(self.number, what, "so", "not so")

    def fails(self, what: str, found: object) -> Iterator[Finding]:
        if found:
            yield Difference(self.number, what, "not so", "so")

    def untried(self, what: str, why: str) -> Iterator[Finding]:
        yield Untried(self.number, what, why)


def shown(value: object) -> str:
    """Return a value on one line, cut off where it gets long."""
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split()) or "nothing"
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"
