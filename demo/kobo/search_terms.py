"""The grammar of `q=`: `field:value`, quotes, AND, OR, NOT and parentheses.

AND binds tighter than OR. A value with a colon must be quoted; unquoted it is a mistake, and
the caller of the API is not told: an answer to a mistake is an empty list.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'\s*(\(|\)|"[^"]*"|[^\s()":]+(?::(?:"[^"]*"|[^\s()":]+))?)')


class BadSearch(Exception):
    """The text of `q` does not follow the grammar."""


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison; without a field it is a word looked for in the usual places."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Both:
    left: "Search"
    right: "Search"


@dataclass(frozen=True, slots=True)
class Either:
    left: "Search"
    right: "Search"


@dataclass(frozen=True, slots=True)
class Not:
    inner: "Search"


Search = Term | Both | Either | Not


def parse_search(text: str) -> Search:
    """Raises BadSearch, also for an empty text."""
    tokens = _tokens(text)
    search = _either(tokens)
    if tokens:
        raise BadSearch
    return search


def _tokens(text: str) -> list[str]:
    """In reverse, so that the next one is popped off the end."""
    tokens: list[str] = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise BadSearch
        tokens.append(found[1])
        place = found.end()
    return tokens[::-1]


def _either(tokens: list[str]) -> Search:
    left = _both(tokens)
    while tokens and tokens[-1].upper() == "OR":
        tokens.pop()
        left = Either(left, _both(tokens))
    return left


def _both(tokens: list[str]) -> Search:
    left = _single(tokens)
    while tokens and tokens[-1] != ")" and tokens[-1].upper() != "OR":
        if tokens[-1].upper() == "AND":
            tokens.pop()
        left = Both(left, _single(tokens))
    return left


def _single(tokens: list[str]) -> Search:
    if not tokens:
        raise BadSearch
    token = tokens.pop()
    if token == "(":
        inner = _either(tokens)
        if not tokens or tokens.pop() != ")":
            raise BadSearch
        return inner
    if token.upper() == "NOT":
        return Not(_single(tokens))
    if token == ")" or token.upper() in {"AND", "OR"}:
        raise BadSearch
    field, divider, value = token.partition(":")
    return Term(field, value.strip('"')) if divider else Term("", token.strip('"'))
