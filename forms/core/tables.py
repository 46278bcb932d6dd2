"""The sheets of a form as plain rows, before anything is understood.

Both sources, the workbook and KoBo's content, are brought into this shape first, so that
there is one reading of a form and not two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from forms.core.columns import TRANSLATED, column_of

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `cells` by column key, empty ones absent; labels and hints by language code.

    `number` counts as the sheet does, the header being row 1; 0 for a row from KoBo.
    """

    number: int
    cells: Mapping[str, str]
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        return self.cells.get(key, "")


@dataclass(frozen=True, slots=True)
class Tables:
    """`headers` are those of the survey sheet, as written; `settings` by column key.

    `header_row` is where headers stand: row 1 of a sheet, 0 where there is no sheet.
    """

    headers: tuple[str, ...]
    survey: tuple[Row, ...]
    choices: tuple[Row, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    header_row: int = 1


def row_of(number: int, pairs: Iterable[tuple[str, str]]) -> Row:
    """Sort the cells of one row, each given with its header."""
    cells: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {key: {} for key in TRANSLATED}
    for header, text in pairs:
        if not text:
            continue
        column = column_of(header)
        if column.key in words:
            words[column.key][column.language] = text
        else:
            cells[column.key] = text
    return Row(
        number,
        MappingProxyType(cells),
        MappingProxyType(words["label"]),
        MappingProxyType(words["hint"]),
    )


def languages_of(headers: Iterable[str]) -> tuple[str, ...]:
    """Return the language codes of label columns, in the order in which they stand."""
    columns = [column_of(header) for header in headers]
    codes = [each.language for each in columns if each.key == "label" and each.language]
    return tuple(dict.fromkeys(codes))
