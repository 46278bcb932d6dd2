"""The header row of a sheet: which column is which, in which language, and which is a slip.

A misspelt privacy column is read by nobody and refused by nobody else, so every header that
looks like one of ours and is not is a problem.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Final

PRIVACY: Final = "bind::mtm:privacy"
TREATMENT: Final = "bind::mtm:treatment"
PLAIN_PRIVACY: Final = "mtm_privacy"
OURS: Final = (PRIVACY, TREATMENT, PLAIN_PRIVACY)

NAMESPACE: Final = 'mtm="https://example.org/mtm"'
_NAMESPACE: Final = re.compile(r"(?:^|\s)mtm\s*=\s*([\"'])https://example\.org/mtm\1(?:\s|$)")

ALIASES: Final = MappingProxyType(
    {
        "command": "type",
        "tag": "name",
        "value": "name",
        "caption": "label",
        "relevance": "relevant",
        "bind::relevant": "relevant",
        "calculate": "calculation",
        "bind::calculate": "calculation",
        "bind::constraint": "constraint",
        "bind::required": "required",
        "count": "repeat_count",
        "jr:count": "repeat_count",
        "control::jr:count": "repeat_count",
        "body::jr:count": "repeat_count",
        "form_title": "title",
        "set_form_title": "title",
        "id_string": "form_id",
        "set_form_id": "form_id",
    }
)
TRANSLATED: Final = frozenset({"label", "hint", "caption"})
_CODE: Final = re.compile(r"\(\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*\)\s*$")
_WORD: Final = re.compile(r"[^\W_]+")
_NEAR: Final = 0.8


@dataclass(frozen=True, slots=True)
class Column:
    """`key` in one spelling; `language` is "" where the header names none."""

    key: str
    language: str = ""


def column_of(header: str) -> Column:
    if header in OURS:
        return Column(header)
    head, colons, tail = (part.strip() for part in header.partition("::"))
    if not colons:
        head, colons, tail = (part.strip() for part in header.partition(":"))
    key = "_".join(head.split()).casefold()
    if key in TRANSLATED:
        return Column(ALIASES.get(key, key), language_code(tail))
    if colons:
        key = f"{key}::{tail}" if "::" in header or key == "bind" else f"{key}:{tail}"
    return Column(ALIASES.get(key, key))


def language_code(name: str) -> str:
    """Return "en" for "English (en)"; the text itself if it has no code, "" for the default."""
    found = _CODE.search(name)
    if found:
        return found[1].lower()
    return "" if name.casefold() == "default" else name


def misspelt(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the headers that were meant to be one of ours and are not."""
    return tuple(header for header in headers if header not in OURS and _looks_like_ours(header))


def meant(header: str) -> str:
    """Return which of our columns a misspelt header was most likely meant to be."""
    return max((PRIVACY, TREATMENT), key=lambda ours: _likeness(header.casefold(), ours))


def _looks_like_ours(header: str) -> bool:
    words = _WORD.findall(header.casefold())
    return "mtm" in words or any(_likeness(word, "privacy") >= _NEAR for word in words)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def declares_namespace(namespaces: str) -> bool:
    return _NAMESPACE.search(namespaces) is not None
