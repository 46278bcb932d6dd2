"""An XLSForm as uploaded -> its sheets as lists of rows, every cell a text.

Unlike pyxform's own reader this keeps columns that nobody knows, for KoBo keeps them too.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException


class NotAWorkbook(Exception):
    """The upload cannot be opened as a workbook."""


@dataclass(frozen=True, slots=True)
class Workbook:
    survey: tuple[dict[str, str], ...]
    choices: tuple[dict[str, str], ...]
    settings: dict[str, str]


def read_workbook(content: bytes) -> Workbook:
    """Read the sheets `survey`, `choices` and `settings`; a missing one is empty.

    Raises NotAWorkbook.
    """
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise NotAWorkbook from error
    titles = {title.strip().lower(): title for title in book.sheetnames}
    survey, choices, settings = (
        tuple(_rows(book[titles[name]].iter_rows(values_only=True))) if name in titles else ()
        for name in ("survey", "choices", "settings")
    )
    book.close()
    return Workbook(survey, choices, settings[0] if settings else {})


def _rows(cells: Iterable[tuple[Any, ...]]) -> Iterator[dict[str, str]]:
    """Each row under its headings; empty cells and empty rows are left out."""
    lines = iter(cells)
    headings = [_text(cell) for cell in next(lines, ())]
    for line in lines:
        row = {
            heading: text
            for heading, cell in zip(headings, line, strict=False)
            if heading and (text := _text(cell))
        }
        if row:
            yield row


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell).strip()
