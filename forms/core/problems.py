"""What is wrong with a form, in the words of the person who wrote it.

A problem carries its template and the values apart, so that a shell can translate the
template (`wording.py` lists them all) and put the place beside it. A refusal holds every
problem that was found: nobody should have to upload a workbook ten times to learn of ten
slips.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from forms.core.wording import TEMPLATES

LONGEST_QUOTE: Final = 500  # characters


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and what to do about it.

    `row` counts as the sheet does (the header is row 1); 0 means that the problem belongs
    to no row, or that the form came from KoBo and has none.
    """

    code: str
    template: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    column: str = ""
    severity: Severity = Severity.ERROR

    @property
    def english(self) -> str:
        return self.template % self.params

    @property
    def place(self) -> str:
        """Sheet, row and column as far as they are known, empty if none is."""
        parts = (
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        )
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        return f"{self.place}: {self.english}" if self.place else self.english


class FormRefused(Exception):
    """A form that may not be used; `problems` says why, and is never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def problem(
    code: str,
    *,
    sheet: str = "",
    row: int = 0,
    column: str = "",
    severity: Severity = Severity.ERROR,
    **params: str | int,
) -> Problem:
    """Word a problem of the closed list; an unknown code is a KeyError, a slip of ours.

    Cells can be very long, so what is quoted of one is cut.
    """
    quoted = {name: _cut(value) for name, value in params.items()}
    return Problem(code, TEMPLATES[code], quoted, sheet, row, column, severity)


def _cut(value: str | int) -> str | int:
    if isinstance(value, int) or len(value) <= LONGEST_QUOTE:
        return value
    return f"{value[:LONGEST_QUOTE]}…"


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(each for each in problems if each.severity is Severity.ERROR)


def warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(each for each in problems if each.severity is Severity.WARNING)
