"""An XLSForm's sheets -> the `content` of a KoBo asset.

Labels become lists in the order of `translations`, `select_one list` is taken apart, every
row gets its `$xpath` and a new `$kuid`. Columns that KoBo does not know stay as they are.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from pyxform.aliases import control, select
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from demo.kobo.uids import new_kuid
from demo.kobo.workbook import Workbook

Content = dict[str, Any]
TRANSLATABLE = (
    "label",
    "hint",
    "guidance_hint",
    "constraint_message",
    "required_message",
    "media::image",
    "media::audio",
    "media::video",
)
_FROM_FILE = ("select_one_from_file", "select_multiple_from_file")
_FROM_LIST = ("select_one", "select_multiple", "rank", "select_one_external")
_SAME = {"begin group": "begin_group", "end group": "end_group"} | {
    "begin repeat": "begin_repeat",
    "end repeat": "end_repeat",
}
_KNOWN = {*QUESTION_TYPE_DICT, *select, *_FROM_FILE, *_FROM_LIST, "xml-external", "osm"}
_TRUE = {"yes", "true", "true()", "1"}
_FALSE = {"no", "false", "false()", "0"}


class UnknownType(ValueError):
    """The form has a question of a type that does not exist."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown type ['{name}']")


def content_of(workbook: Workbook) -> Content:
    """Raises UnknownType."""
    sheets = (*workbook.survey, *workbook.choices)
    translations = _translations(sheets, workbook.settings.get("default_language"))
    settings = {
        name: value
        for name, value in workbook.settings.items()
        if name not in {"form_title", "form_id", "version"}
    }
    content: Content = {
        "schema": "1",
        "survey": [_question(row, translations) for row in workbook.survey],
        "settings": settings,
        "translated": _translated(sheets),
        "translations": translations,
    }
    if workbook.choices:
        content["choices"] = [_choice(row, translations) for row in workbook.choices]
    return with_paths(content)


def from_json(given: Mapping[str, Any]) -> Content:
    """The content a client sent as JSON, completed as KoBo completes it."""
    content: Content = {"schema": "1", "survey": [], "settings": {}} | dict(given)
    rows = [dict(row) for row in content["survey"]]
    for row in (*rows, *content.get("choices", ())):
        row.setdefault("$kuid", new_kuid())
        if isinstance(row.get("label"), str):
            row["label"] = [row["label"]]
    content["survey"] = rows
    if rows:
        content.setdefault("translations", [None])
    return with_paths(content)


def content_hash(content: Content) -> str:
    """The same for two forms that differ only in the `$kuid`s of their rows."""
    bare = dict(content)
    for sheet in ("survey", "choices"):
        rows = content.get(sheet, ())
        bare[sheet] = [{k: v for k, v in row.items() if k != "$kuid"} for row in rows]
    encoded = msgspec.json.encode(bare, order="deterministic")
    return hashlib.sha1(encoded, usedforsecurity=False).hexdigest()


def with_paths(content: Content) -> Content:
    """Give each row that can have answers its `$xpath` and its `$autoname`."""
    above: list[str] = []
    for row in content["survey"]:
        kind = str(row.get("type", ""))
        if kind.startswith("end_"):
            if above:
                above.pop()
            continue
        name = str(row.get("name") or row.get("$autoname") or row["$kuid"])
        row.setdefault("name", name)
        row["$autoname"] = name
        row["$xpath"] = "/".join([*above, name])
        if kind.startswith("begin_"):
            above.append(name)
    return content


def _language(column: str) -> tuple[str, str | None]:
    """A heading -> the column it is of and the language it is in; None for neither."""
    for name in TRANSLATABLE:
        if column == name:
            return name, None
        for divider in ("::", ":"):
            if column.startswith(name + divider):
                return name, column[len(name + divider) :].strip()
    return "", None


def _translations(rows: Iterable[Mapping[str, str]], default: str | None) -> list[str | None]:
    seen: dict[str | None, None] = {}
    for row in rows:
        for column in row:
            name, language = _language(column)
            if name:
                seen[language] = None
    found = list(seen) or [None]
    if default in found:
        found.remove(default)
        found.insert(0, default)
    return found


def _translated(rows: Iterable[Mapping[str, str]]) -> list[str]:
    names = {_language(column)[0] for row in rows for column in row}
    return sorted(name for name in names if name)


def _translate(row: Mapping[str, str], translations: list[str | None]) -> dict[str, Any]:
    clean: dict[str, Any] = {}
    for column, value in row.items():
        name, language = _language(column)
        if not name:
            clean[column] = value
            continue
        clean.setdefault(name, [None] * len(translations))
        clean[name][translations.index(language)] = value
    return clean


def _question(row: Mapping[str, str], translations: list[str | None]) -> dict[str, Any]:
    clean = _translate(row, translations)
    clean["$kuid"] = new_kuid()
    clean |= _type(str(clean.get("type", "")))
    if str(clean["type"]).startswith("end_"):
        return {name: clean[name] for name in ("type", "$kuid")}
    for name in ("required", "read_only"):
        if name in clean:
            clean[name] = _truth(clean[name])
    if "hxl" in clean:
        clean["tags"] = [f"hxl:{clean.pop('hxl')}"]
    return clean


def _type(given: str) -> dict[str, Any]:
    """`select_one list` -> its parts. Raises UnknownType."""
    text = re.sub(r"\s+", " ", given.strip())
    if text in _SAME or text in _SAME.values():
        return {"type": _SAME.get(text, text)}
    word, _, rest = text.partition(" ")
    if word in _FROM_FILE:
        return {"type": word, "file": rest}
    if word in _FROM_LIST and rest:
        name, _, other = rest.partition(" ")
        parts: dict[str, Any] = {"type": word, "select_from_list_name": name}
        return parts | ({"_or_other": True} if other == "or_other" else {})
    if text in _KNOWN or word in control:
        return {"type": text}
    raise UnknownType(text)


def _choice(row: Mapping[str, str], translations: list[str | None]) -> dict[str, Any]:
    clean = _translate(row, translations)
    if "list name" in clean:
        clean["list_name"] = clean.pop("list name")
    name = clean.get("name") or clean.pop("value", "")
    return clean | {"name": name, "$kuid": new_kuid(), "$autovalue": name}


def _truth(text: str) -> bool | str:
    if text.lower() in _TRUE:
        return True
    return False if text.lower() in _FALSE else text
