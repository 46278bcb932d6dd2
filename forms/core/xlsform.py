"""Read an XLSForm workbook: what its questions are, and what is wrong with it.

Our own reading gives the places and the privacy classes; the converter that KoBo uses
(pyxform) has the last word on whether the form is one at all.
"""

import re
from collections.abc import Collection, Mapping
from typing import Final

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from forms.core.archive import check_workbook
from forms.core.problems import FormRefused, Problem, errors, problem
from forms.core.questions import Form
from forms.core.reading import read_tables
from forms.core.tables import SURVEY
from forms.core.workbook import read_sheets

_ROW: Final = re.compile(r"\[row : (\d+)\]\s*")
_SHEET: Final = re.compile(r"[Oo]n the '(\w+)' sheet,\s*")
_COLUMN: Final = re.compile(r"the '([\w:]+)' value\b")
_PLACE: Final = re.compile(
    r"\[row : \d+\]\s*|On the '\w+' sheet, the '[\w:]+' value '?[^']*?'?\s*is \w+\.\s*"
)
_QUOTED: Final = re.compile(r"'([^'\s]+)'|\[([^\]\s]+)\]")

# What the converter lets escape for odd forms, such as a header `a::b::c`, beside its own errors.
UNEXPECTED: Final = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class NotConverted(ValueError):
    """The converter does not accept the workbook; the message is its own."""


def read_workbook(data: bytes, *, filename: str, allowed: Collection[str] = ()) -> Form:
    """Return the form; `allowed` are metadata types that an exception permits.

    Raises FormRefused with all that is wrong, save what the converter would say once its first
    complaint is mended.
    """
    check_workbook(data, filename=filename)
    tables, of_sheets = read_sheets(data)
    form, of_form = read_tables(tables, allowed=allowed)
    found = (*of_sheets, *of_form)
    found = (*found, *_complaints(data, form, errors(found)))
    if errors(found):
        raise FormRefused(found)
    return form


def to_xform(data: bytes) -> str:
    """Return the XForm, the XML that tablets download.

    Raises FormRefused where the converter does not accept the workbook.
    """
    try:
        return _convert(data)
    except NotConverted as error:
        raise FormRefused([_placed(str(error), {})]) from error


def _convert(data: bytes) -> str:
    try:
        return str(convert(data, file_type=".xlsx").xform)
    except PyXFormError as error:
        raise NotConverted(str(error)) from error
    except UNEXPECTED as error:
        raise NotConverted(type(error).__name__) from error


def _complaints(data: bytes, form: Form, known: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What the converter finds, unless we said it already at that place, in better words."""
    try:
        _convert(data)
    except NotConverted as error:
        told = _placed(str(error), {question.name: question.row for question in form.questions})
        said = {(each.sheet, each.row) for each in known}
        if not known or (told.row and (told.sheet, told.row) not in said):
            return (told,)
    return ()


def _placed(message: str, rows: Mapping[str, int]) -> Problem:
    """Move the place out of the converter's sentence; find it by a question's name if need be."""
    row, sheet, column = (each.search(message) for each in (_ROW, _SHEET, _COLUMN))
    quoted = (one or other for one, other in _QUOTED.findall(message))
    number = int(row[1]) if row else next((rows[name] for name in quoted if name in rows), 0)
    return problem(
        "converter",
        sheet=sheet[1] if sheet else SURVEY,
        row=number,
        column=column[1] if column else "",
        message=" ".join(_PLACE.sub("", message).split()),
    )
