"""The survey sheet as a tree: which row is a question, in which groups, under which path.

Rows that have no answer (notes, files) are left out; rows that the converter adds by itself,
such as the number of entries of a repeat, are put in, since KoBo will send their answers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from forms.core.expressions import mentioned, normalise
from forms.core.kobo_fields import RESERVED_NAMES
from forms.core.problems import Problem, Severity, problem
from forms.core.question_types import WITHOUT_ANSWER, QuestionType, TypeUnknown, parse_type
from forms.core.tables import SURVEY, Row

XPATH: Final = "$xpath"  # KoBo's name for the path of a row's answers
AUDIT_PATH: Final = "meta/audit"  # where the converter puts it, whatever the row's place
TRUE: Final = frozenset({"yes", "true", "true()"})
FALSE: Final = frozenset({"", "no", "false", "false()"})
MAX_DEPTH: Final = 20  # groups within groups
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_CLOSING: Final = {"begin_group": "end_group", "begin_repeat": "end_repeat"}


@dataclass(frozen=True, slots=True)
class Item:
    """A question, a group or a repeat; `ancestors` are the paths around it, outermost first."""

    row: Row
    kind: QuestionType
    name: str
    path: str
    ancestors: tuple[str, ...] = ()
    is_generated: bool = False

    @property
    def is_group(self) -> bool:
        return self.kind.kind in _CLOSING

    @property
    def is_repeat(self) -> bool:
        return self.kind.kind == "begin_repeat"

    def text(self, key: str) -> str:
        return self.row.text(key)


@dataclass(frozen=True, slots=True)
class Outline:
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Walk:
    """What has been met so far on the way down the sheet."""

    items: list[Item] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    open: list[Item] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)

    def say(self, code: str, row: Row, column: str, **params: str) -> None:
        self.problems.append(
            problem(
                code,
                sheet=SURVEY,
                row=row.number,
                column=column,
                severity=Severity.ERROR,
                **params,
            )
        )

    def enter(self, item: Item) -> None:
        parent = self.open[-1].path if self.open else ""
        if (parent, item.name) in self.seen:
            self.say("name_twice", item.row, "name", name=item.name)
        for code in _wrong_names(item.name):
            self.say(code, item.row, "name", name=item.name)
        self.seen.add((parent, item.name))
        self.items.append(item)
        if item.is_group:
            self.open.append(item)

    def leave(self, row: Row, kind: str) -> None:
        if self.open and _CLOSING[self.open[-1].kind.kind] == kind:
            self.open.pop()
        else:
            self.say("group_unmatched", row, "type", type=kind)

    def item(self, row: Row, kind: QuestionType, name: str) -> Item:
        parent = f"{self.open[-1].path}/" if self.open else ""
        path = AUDIT_PATH if kind.kind == "audit" else row.text(XPATH) or f"{parent}{name}"
        return Item(row, kind, name, path, tuple(each.path for each in self.open))


def outline(survey: Iterable[Row]) -> Outline:
    walk = _Walk()
    for row in survey:
        if len(walk.open) > MAX_DEPTH:
            walk.say("nested_too_deep", row, "type", limit=str(MAX_DEPTH))
            return Outline(tuple(walk.items), tuple(walk.problems))
        if not _is_blank(row):
            _take(walk, row)
    for item in walk.open:
        walk.say("group_open", item.row, "type", name=item.name, end=_CLOSING[item.kind.kind])
    return Outline(tuple(walk.items), tuple(walk.problems))


def _is_blank(row: Row) -> bool:
    if row.text("disabled").casefold() in TRUE:
        return True
    return not (row.text("type") or row.text("name") or row.labels)


def _take(walk: _Walk, row: Row) -> None:
    kind = _type_of(walk, row)
    if kind.kind in WITHOUT_ANSWER:
        return
    if kind.kind in _CLOSING.values():
        walk.leave(row, kind.kind)
        return
    name = row.text("name") or ("audit" if kind.kind == "audit" else "")
    if not name:
        walk.say("name_missing", row, "name", type=row.text("type"))
        name = f"row_{row.number}_{len(walk.items)}"
    if kind.or_other:
        walk.say("or_other", row, "type", name=name)
    item = walk.item(row, kind, name)
    _count_entries(walk, item)
    walk.enter(item)


def _type_of(walk: _Walk, row: Row) -> QuestionType:
    """The type of a row; what is not understood is taken for a question, so as to go on."""
    text = row.text("type")
    if not text:
        walk.say("type_missing", row, "type", name=row.text("name"))
        return QuestionType("text")
    try:
        return parse_type(text)
    except TypeUnknown as unknown:
        code = "type_unknown_near" if str(unknown) else "type_unknown"
        walk.say(code, row, "type", type=text, nearest=str(unknown))
        return QuestionType("text")


def _wrong_names(name: str) -> Iterator[str]:
    if name in RESERVED_NAMES:
        yield "name_reserved"
    if not _NAME.fullmatch(name):
        yield "name_invalid"


def _count_entries(walk: _Walk, item: Item) -> None:
    """The converter stores the number of entries, where it is not another question's answer."""
    expression = normalise(item.text("repeat_count"))
    if not item.is_repeat or not expression or _is_one_reference(expression):
        return
    row = Row(item.row.number, {"calculation": expression})
    count = walk.item(row, QuestionType("calculate"), f"{item.name}_count")
    walk.enter(Item(row, count.kind, count.name, count.path, count.ancestors, is_generated=True))


def _is_one_reference(expression: str) -> bool:
    names = mentioned(expression)
    return len(names) == 1 and expression == f"${{{next(iter(names))}}}"
