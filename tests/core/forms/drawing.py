"""Forms drawn as tables, and the two shapes in which they reach us.

    | survey  | type           | name    | label   | bind::mtm:privacy |
    |         | select_one yn  | consent | Agreed? | consent           |
    | choices | list_name      | name    | label   |
    |         | yn             | yes     | Yes     |

A line whose first cell names a sheet is its header row. A cell `-` is an empty one.
"""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from forms.core.content import read_content
from forms.core.problems import FormRefused, errors
from forms.core.questions import Form
from forms.core.reading import read_tables
from forms.core.tables import Tables, languages_of, row_of
from forms.core.xlsform import read_workbook

NAMESPACE = 'mtm="https://example.org/mtm"'
Sheets = dict[str, list[list[str]]]

CONSENT = """
| survey | type | name | label | bind::mtm:privacy | bind::mtm:treatment | calculation \
| relevant | parameters | default |
|         | select_one yn    | consent | Do you agree? | consent         |
"""
CHOICES = """
| choices  | list_name | name | label |
|          | yn        | yes  | Yes   |
|          | yn        | no   | No    |
| settings | form_title | namespaces |
|          | A drawn form | mtm="https://example.org/mtm" |
"""


def with_consent(rows: str, *, rest: str = CHOICES) -> str:
    """The least valid form, with these rows of the survey added.

    Their columns: type, name, label, privacy, treatment, calculation, relevant, parameters,
    default.
    """
    return CONSENT.rstrip() + "\n" + "\n".join(f"|  {row}" for row in _lines(rows)) + rest


def sheets(drawing: str) -> Sheets:
    found: Sheets = {}
    rows: list[list[str]] = []
    for line in _lines(drawing):
        sheet, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        if sheet:
            rows = found.setdefault(sheet, [])
        rows.append(["" if cell == "-" else cell for cell in cells])
    return found


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def workbook(drawing: str | Sheets) -> bytes:
    book = Workbook()
    book.remove(book.active)
    drawn = drawing if isinstance(drawing, dict) else sheets(drawing)
    for name, rows in drawn.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes], how: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", how) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def content(drawing: str | Sheets) -> dict[str, Any]:
    """The same form as KoBo gives it back: see the recorded answers."""
    drawn = drawing if isinstance(drawing, dict) else sheets(drawing)
    headers = [*drawn["survey"][0], *drawn.get("choices", [[]])[0]]
    languages = [header[7:] for header in headers if header.startswith("label::")]
    translations: list[str | None] = [*dict.fromkeys(languages)] or [None]
    settings = drawn.get("settings", [[], []])
    return {
        "schema": "1",
        "survey": _with_paths(
            [_as_kobo(drawn["survey"][0], row, translations) for row in drawn["survey"][1:]]
        ),
        "choices": [
            _as_kobo(drawn["choices"][0], row, translations) | {"$autovalue": row[1]}
            for row in drawn.get("choices", [])[1:]
        ],
        "settings": {
            key: text for key, text in zip(settings[0], settings[1], strict=False) if text
        },
        "translated": ["label"],
        "translations": translations,
    }


def _as_kobo(headers: list[str], row: list[str], translations: list[str | None]) -> dict[str, Any]:
    cells = {header: text for header, text in zip(headers, row, strict=False) if text}
    found: dict[str, Any] = {"$kuid": "kExample0"}
    labels: dict[str | None, str] = {}
    for header, text in cells.items():
        if header.startswith("label"):
            labels[header[7:] or None] = text
        else:
            found[header] = (
                {"TRUE": True, "yes": True}.get(text, text) if header == "required" else text
            )
    if labels:
        found["label"] = [labels.get(language) for language in translations]
    select = re.fullmatch(r"(select_\w+|rank) (\S+)", cells.get("type", ""))
    if select:
        found["type"] = select[1]
        found["file" if "file" in select[1] else "select_from_list_name"] = select[2]
    return found


def _with_paths(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    around: list[str] = []
    for row in rows:
        kind = row.get("type", "").replace(" ", "_")
        if kind.startswith("end_"):
            around.pop()
            continue
        row["$autoname"] = row.get("name", "")
        row["$xpath"] = "/".join([*around, row["$autoname"]])
        if kind.startswith("begin_"):
            around.append(row["name"])
    return rows


def tables(drawing: str | Sheets) -> Tables:
    """The sheets without a workbook around them, with the numbers of their rows."""
    drawn = drawing if isinstance(drawing, dict) else sheets(drawing)
    rows = {
        name: tuple(
            row_of(number, zip(table[0], cells, strict=False))
            for number, cells in enumerate(table[1:], start=2)
        )
        for name, table in drawn.items()
    }
    headers = tuple(drawn["survey"][0])
    settings = rows.get("settings", ())
    return Tables(
        headers,
        rows["survey"],
        rows.get("choices", ()),
        settings[0].cells if settings else {},
        languages_of((*headers, *drawn.get("choices", [[]])[0])),
    )


def read(drawing: str | Sheets) -> Form:
    form, found = read_tables(tables(drawing))
    if errors(found):
        raise FormRefused(found)
    return form


def read_whole(drawing: str | Sheets) -> Form:
    return read_workbook(workbook(drawing), filename="drawn.xlsx")


def refusal_of(drawing: str | Sheets) -> FormRefused:
    """What the reader says to a form that it refuses."""
    return _refusal(lambda: read(drawing))


def refusal_of_workbook(drawing: str | Sheets) -> FormRefused:
    return _refusal(lambda: read_whole(drawing))


def refusal_of_content(given: Any) -> FormRefused:
    return _refusal(lambda: read_content(given))


def _refusal(reading: Callable[[], Form]) -> FormRefused:
    try:
        form = reading()
    except FormRefused as refused:
        return refused
    raise AssertionError(f"was read: {[question.path for question in form.questions]}")


def codes(refused: FormRefused) -> list[str]:
    return [problem.code for problem in refused.problems]
