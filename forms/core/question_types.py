"""The `type` column of a survey sheet, in one spelling.

XLSForm has many spellings of one type ("select one from", "select1", "int", "gps") and KoBo
rewrites some of them, so nothing may be compared or hashed before it went through here. The
list is closed: a type that is not in it has answers we would not know how to class.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from forms.core.privacy import LONGEST_GUESS, Privacy

METADATA: Final = frozenset({"start", "end", "today", "deviceid", "username", "audit"})
REFUSED_METADATA: Final = frozenset(
    {"phonenumber", "simserial", "subscriberid", "email", "background-audio"}
)
SILENT_LOCATION: Final = frozenset({"start-geopoint", "background-geopoint"})
WITHOUT_ANSWER: Final = frozenset({"note", "csv-external", "xml-external"})
SELECTS: Final = frozenset({"select_one", "select_multiple", "rank"})
SELECTS_FROM_FILE: Final = frozenset({"select_one_from_file", "select_multiple_from_file"})
CONTROLS: Final = frozenset({"begin_group", "end_group", "begin_repeat", "end_repeat"})
LOCATIONS: Final = frozenset({"geopoint", "geotrace", "geoshape"})
MEDIA: Final = frozenset({"image", "audio", "video", "file"})
PLAIN: Final = frozenset(
    {
        "text",
        "integer",
        "decimal",
        "range",
        "date",
        "time",
        "datetime",
        "barcode",
        "acknowledge",
        "calculate",
        "hidden",
    }
)
TYPES: Final = (
    METADATA
    | REFUSED_METADATA
    | SILENT_LOCATION
    | WITHOUT_ANSWER
    | SELECTS
    | SELECTS_FROM_FILE
    | CONTROLS
    | LOCATIONS
    | MEDIA
    | PLAIN
)

ALIASES: Final = MappingProxyType(
    {
        "string": "text",
        "int": "integer",
        "gps": "geopoint",
        "location": "geopoint",
        "photo": "image",
        "picture": "image",
        "date_time": "datetime",
        "trigger": "acknowledge",
        "start_time": "start",
        "end_time": "end",
        "device_id": "deviceid",
        "imei": "deviceid",
        "phone_number": "phonenumber",
        "sim_id": "simserial",
        "subscriber_id": "subscriberid",
        "select1": "select_one",
        "select_one_from": "select_one",
        "select_one_using": "select_one",
        "select_multiple_from": "select_multiple",
        "select_multiple_using": "select_multiple",
        "select_all_that_apply": "select_multiple",
        "select_all_that_apply_from": "select_multiple",
        "begin_lgroup": "begin_repeat",
        "end_lgroup": "end_repeat",
        "begin_looped_group": "begin_repeat",
        "end_looped_group": "end_repeat",
    }
)
OR_OTHER: Final = ("or_other", "or_specify_other")
LONGEST_COMMAND: Final = 5  # words: "select all that apply from"


class TypeUnknown(ValueError):
    """The text names no type that we know; the message is the nearest one, or empty."""


class Floor(StrEnum):
    """Why a type has a lowest class of its own."""

    METADATA = "metadata"
    LOCATION = "location"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class QuestionType:
    """`list_name` is the choice list of a select, a file's name for one from a file."""

    kind: str
    list_name: str = ""
    or_other: bool = False


def parse_type(text: str) -> QuestionType:
    """Raises TypeUnknown."""
    words = text.split()
    for length in range(min(len(words), LONGEST_COMMAND), 0, -1):
        kind = _kind("_".join(words[:length]))
        rest = words[length:]
        if kind in SELECTS | SELECTS_FROM_FILE:
            return _select(kind, rest)
        if kind in TYPES and not rest:
            return QuestionType(kind)
    near = get_close_matches(" ".join(words).casefold()[:LONGEST_GUESS], sorted(TYPES), n=1)
    raise TypeUnknown(near[0] if near else "")


def _kind(words: str) -> str:
    kind = words.casefold().removeprefix("uri:")
    for prefix in ("add_", "get_", "q_"):
        kind = kind.removeprefix(prefix)
    kind = kind.replace("_prompt", "")
    return ALIASES.get(kind, kind)


def _select(kind: str, rest: list[str]) -> QuestionType:
    tail = "_".join(rest[1:]).casefold()
    if tail and tail not in OR_OTHER:
        return QuestionType(kind, " ".join(rest))
    return QuestionType(kind, rest[0] if rest else "", or_other=bool(tail))


def floor_of(kind: str) -> tuple[Privacy, Floor] | None:
    """Return the lowest class that answers of a type may have, None where any will do."""
    if kind in METADATA | REFUSED_METADATA:
        return Privacy.DEVICE, Floor.METADATA
    if kind in LOCATIONS | SILENT_LOCATION:
        return Privacy.LOC_PRECISE, Floor.LOCATION
    if kind in MEDIA:
        return Privacy.DIRECT, Floor.MEDIA
    return None
