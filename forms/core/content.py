"""Read the content of an asset as KoBo returns it: the same form as the workbook's.

KoBo rewrites what it imports: labels become lists in the order of `translations`, the list of
a select moves into a key of its own, `$kuid` and its like appear. Both shapes are read, that of
an asset or a version and the flattened one of `/content/`. Nothing is taken on trust: what is
missing or of another shape refuses the form.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from forms.core.columns import OURS, column_of
from forms.core.outline import XPATH
from forms.core.problems import FormRefused, errors, problem
from forms.core.questions import Form
from forms.core.reading import read_tables
from forms.core.rules import EXPRESSIONS
from forms.core.tables import CHOICES, SETTINGS, SURVEY, Tables, languages_of, row_of

LIST_KEYS: Final = ("select_from_list_name", "file")
READ_APART: Final = frozenset({"type", "name", *LIST_KEYS})
# What we act on is one text; a list there is not a translation but something not understood.
ONE_TEXT: Final = frozenset({*EXPRESSIONS, *OURS, "parameters", "required", "disabled"})


def read_content(content: Mapping[str, Any], *, allowed: Collection[str] = ()) -> Form:
    """Return the form; `allowed` are metadata types that an exception permits.

    Raises FormRefused, whatever the content is.
    """
    form, found = read_tables(_tables(content), allowed=allowed)
    if errors(found):
        raise FormRefused(found)
    return form


def _tables(content: Mapping[str, Any]) -> Tables:
    translations = _translations(content.get("translations"))
    survey = [list(_cells(row, translations)) for row in _rows(content, SURVEY)]
    choices = [list(_cells(row, translations)) for row in _rows(content, CHOICES)]
    headers = tuple(dict.fromkeys(header for row in survey for header, _ in row))
    return Tables(
        headers=headers,
        survey=tuple(row_of(0, row) for row in survey),
        choices=tuple(row_of(0, row) for row in choices),
        settings=_settings(content.get(SETTINGS)),
        languages=languages_of(headers),
        header_row=0,
    )


def _translations(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ("",)
    return tuple(name if isinstance(name, str) else "" for name in value)


def _rows(content: Mapping[str, Any], sheet: str) -> Iterable[Mapping[str, Any]]:
    rows = content.get(sheet, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise FormRefused([problem("content_not_understood", sheet=sheet, part=sheet)])
    return rows


def _settings(value: object) -> Mapping[str, str]:
    if isinstance(value, list):
        value = value[0] if value else {}
    if value is None:
        value = {}
    if not isinstance(value, Mapping):
        raise FormRefused([problem("content_not_understood", sheet=SETTINGS, part=SETTINGS)])
    return MappingProxyType(
        {column_of(str(key)).key: text for key, each in value.items() if (text := _text(each))}
    )


def _cells(row: Mapping[str, Any], translations: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the cells of a row as the workbook has them, each with its header."""
    yield "type", _type(row)
    yield "name", _text(row.get("name") or row.get("$autoname") or row.get("$autovalue"))
    for key, value in row.items():
        if key in READ_APART or (key.startswith(("$", "_")) and key != XPATH):
            continue
        if isinstance(value, list) and column_of(key).key not in ONE_TEXT:
            for language, text in zip(translations, value, strict=False):
                yield (f"{key}::{language}" if language else key), _text(text)
        else:
            yield key, _text(value)


def _type(row: Mapping[str, Any]) -> str:
    """The type in one text: KoBo keeps the list, the file and "or other" in keys of their own."""
    kind = row.get("type")
    if isinstance(kind, Mapping):  # content of old assets: {"select_one": "yes_no"}
        kind = " ".join(f"{each} {_text(name)}" for each, name in kind.items())
    parts = [_text(kind), *(_text(row.get(key)) for key in LIST_KEYS)]
    if row.get("_or_other") in (True, "true"):
        parts.append("or_other")
    return " ".join(filter(None, parts))


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
        case str() | int() | float():
            return str(value).replace("\N{NO-BREAK SPACE}", " ").strip()
        case _:
            raise FormRefused([problem("content_not_understood", part=type(value).__name__)])
