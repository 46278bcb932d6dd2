"""The sheets of a workbook, cell by cell, as the form converter will read them.

The archive must have been checked before (`archive.py`). The rules for cells, and for where a
sheet ends, are the converter's: both must see the same rows.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Final, Protocol
from zipfile import BadZipFile

from defusedxml.ElementTree import ParseError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from forms.core.columns import column_of
from forms.core.problems import FormRefused, Problem, Severity, problem
from forms.core.tables import CHOICES, SETTINGS, SURVEY, Row, Tables, languages_of, row_of

EXAMPLE: Final = "bma.xlsx"
MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 200
MAX_TEXT: Final = 10_000_000  # characters in a sheet; the file may hold a long text only once
EMPTY_ROWS_AT_END: Final = 60  # after more than these, the converter reads no further
REQUIRED: Final = MappingProxyType(
    {SURVEY: ("type", "name"), CHOICES: ("list_name", "name"), SETTINGS: ()}
)
TOO_LARGE: Final = frozenset({"sheet_too_long", "sheet_too_wide", "sheet_too_wordy"})
OTHER_SHEETS: Final = ("external_choices", "entities", "osm")  # the converter reads these as well

# What openpyxl raises for workbooks that are archives and no workbooks, or were cut about.
UNREADABLE: Final = (
    InvalidFileException,
    BadZipFile,
    ParseError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    OSError,
)


class Worksheet(Protocol):
    """What we use of a sheet that openpyxl opened for reading only."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(
        self, *, max_col: int | None, values_only: bool
    ) -> Iterator[tuple[object, ...]]: ...


@dataclass(slots=True)
class Sheet:
    """A sheet that was read: its headers, and of each row the number and the cells."""

    name: str
    headers: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def say(self, code: str, *, row: int = 0, column: str = "", **params: str) -> None:
        self.problems.append(
            problem(
                code,
                sheet=self.name,
                row=row,
                column=column,
                severity=Severity.ERROR,
                **params,
            )
        )

    def as_rows(self) -> tuple[Row, ...]:
        return tuple(
            row_of(number, zip(self.headers, cells, strict=False)) for number, cells in self.rows
        )


def read_sheets(data: bytes) -> tuple[Tables, tuple[Problem, ...]]:
    """Return the sheets of a workbook and what is wrong with their shape.

    Raises FormRefused for a file that is no workbook, or has no survey sheet to go on with.
    """
    sheets = _sheets(data)
    if SURVEY not in sheets:
        raise FormRefused([problem("survey_missing")])
    absent = Sheet("")
    survey, choices, settings = (sheets.get(name, absent) for name in (SURVEY, CHOICES, SETTINGS))
    found = tuple(each for sheet in sheets.values() for each in sheet.problems)
    if any(each.code in TOO_LARGE for each in found):
        raise FormRefused(found)
    first = settings.as_rows()[:1]
    tables = Tables(
        headers=tuple(filter(None, survey.headers)),
        survey=survey.as_rows(),
        choices=choices.as_rows(),
        settings=first[0].cells if first else MappingProxyType({}),
        languages=languages_of((*survey.headers, *choices.headers)),
    )
    return tables, found


def _sheets(data: bytes) -> dict[str, Sheet]:
    """Raises FormRefused."""
    wanted = {*REQUIRED, *OTHER_SHEETS}
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
        with closing(book):
            return {
                name.lower(): _read(name.lower(), book[name])
                for name in book.sheetnames
                if name.lower() in wanted
            }
    except UNREADABLE as error:
        raise FormRefused([problem("file_is_no_workbook", example=EXAMPLE)]) from error


def _read(name: str, worksheet: Worksheet) -> Sheet:
    worksheet.reset_dimensions()  # what the file says of its own size may be wrong
    sheet = Sheet(name)
    first = next(worksheet.iter_rows(max_col=None, values_only=True), ())
    headers = [" ".join(cell_text(value).split()) for value in first]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        sheet.say("sheet_too_wide", limit=str(MAX_COLUMNS))
    elif headers:
        sheet.headers = tuple(headers)
        _read_rows(sheet, worksheet)
    _check_headers(sheet)
    return sheet


def _read_rows(sheet: Sheet, worksheet: Worksheet) -> None:
    empty = size = 0
    values = worksheet.iter_rows(max_col=len(sheet.headers), values_only=True)
    for number, row in enumerate(values, start=1):
        cells = tuple(cell_text(value) for value in row)
        empty = 0 if any(cells) else empty + 1
        if empty > EMPTY_ROWS_AT_END:
            return
        if len(sheet.rows) > MAX_ROWS:
            sheet.say("sheet_too_long", limit=str(MAX_ROWS))
            return
        size += sum(map(len, cells))
        if size > MAX_TEXT:
            sheet.say("sheet_too_wordy", row=number, limit=str(MAX_TEXT))
            return
        if number > 1 and not empty:
            sheet.rows.append((number, cells))


def _check_headers(sheet: Sheet) -> None:
    columns = Counter(column_of(header) for header in sheet.headers if header)
    for column, count in columns.items():
        if count > 1:
            name = f"{column.key} ({column.language})" if column.language else column.key
            sheet.say("column_twice", row=1, column=name, name=name)
    keys = {column.key for column in columns}
    if sheet.rows:
        for missing in [key for key in REQUIRED.get(sheet.name, ()) if key not in keys]:
            sheet.say("column_missing", row=1, name=missing)


def cell_text(value: object) -> str:
    """Return the text of a cell: whole numbers without a point, plain spaces."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).replace("\N{NO-BREAK SPACE}", " ").strip()
