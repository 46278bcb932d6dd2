"""Answers as a reviewer reads them: by section, under labels in the reader's language.

What is sealed, kept as a code only, not kept, or not answered has a place of its own on the
page and never looks like an answer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms.core.answers import answer_label
from forms.core.privacy import Privacy, Treatment
from forms.core.questions import Choice
from forms.core.questions import Question as CoreQuestion
from forms.models import Question

Answers = Mapping[str, Any]
ENTRY = re.compile(r"(\[\d+\])+$")  # which entry of a repeat a sealed path is of
SEALED = frozenset({Treatment.SEAL, Treatment.REDACT_AND_SEAL, Treatment.SEAL_LOCATION})
NOT_KEPT = frozenset({Treatment.FIELDWORK, Treatment.DROP})


class Kind(StrEnum):
    ANSWER = "answer"
    ABSENT = "absent"  # not asked, or not answered
    SEALED = "sealed"
    CODE = "code"  # a keyed code in its place, which is not shown


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer; `key` is its path, with the entry of a repeat as in "house/age[2]"."""

    key: str
    kind: Kind
    text: str = ""
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of a group, or a table of a repeat: a row an entry, numbered as in "2" or "2.1"."""

    title: str
    lines: tuple[Line, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[Cell, ...]], ...] = ()
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the answers of one version in one language."""

    questions: tuple[Question, ...]  # in the order of the form
    language: str
    changed: frozenset[str] = frozenset()
    places: Mapping[str, str] = field(default_factory=dict)  # code -> name

    def sections(self, answers: Answers) -> tuple[Section, ...]:
        """Part the questions by group and repeat, in the order in which these begin."""
        groups: dict[str, list[Question]] = {}
        for question in self.questions:
            if question.treatment not in NOT_KEPT:
                groups.setdefault(question.repeat or _group(question.path), []).append(question)
        return tuple(self._section(path, each, answers) for path, each in groups.items())

    def not_kept(self) -> tuple[str, ...]:
        """The labels of questions whose answers are stored nowhere, or as fieldwork facts only."""
        dropped = (each for each in self.questions if each.treatment in NOT_KEPT)
        return tuple(self.label(question) for question in dropped)

    def label(self, question: Question) -> str:
        """Return the question in the reader's language, or one there is, or else its name."""
        labels: Mapping[str, str] = question.labels
        found = labels.get(self.language) or next(filter(None, labels.values()), "")
        return found or _readable(question.path)

    def text(self, question: Question, answer: str) -> str:
        if question.type == "date":
            return _day(answer)
        if answer in self.places:
            return f"{self.places[answer]} ({answer})"
        return answer_label(_as_core(question), answer, self.language)

    def cell(self, question: Question, answers: Answers, entry: str = "") -> Cell:
        key = question.path + entry
        if question.treatment in SEALED:
            return Cell(key, Kind.SEALED)
        if question.treatment == Treatment.PSEUDONYMISE:
            return Cell(key, Kind.CODE)
        answer = answers.get(question.path)
        is_changed = key in self.changed
        if not isinstance(answer, str) or not answer:
            return Cell(key, Kind.ABSENT, is_changed=is_changed)
        return Cell(key, Kind.ANSWER, self.text(question, answer), is_changed)

    def _section(self, path: str, questions: list[Question], answers: Answers) -> Section:
        title = " › ".join(_readable(part) for part in path.split("/")) if path else ""
        if not questions[0].repeat:
            lines = (Line(self.label(each), self.cell(each, answers)) for each in questions)
            return Section(title, lines=tuple(lines))
        rows = (
            (number, tuple(self.cell(each, entry, _suffix(number)) for each in questions))
            for number, entry in _entries(answers, self._repeats_around(path))
        )
        heads = tuple(self.label(each) for each in questions)
        return Section(title, heads=heads, rows=tuple(rows), is_repeat=True)

    def _repeats_around(self, path: str) -> list[str]:
        """Return the repeat and those that it is in, outermost first."""
        repeats = {each.repeat for each in self.questions if each.repeat}
        return sorted(
            (each for each in repeats if path == each or path.startswith(f"{each}/")), key=len
        )


def flatten(answers: Answers, entry: str = "") -> Iterator[tuple[str, str]]:
    """Yield every answer by its key, those in repeats with the number of their entry."""
    for path, answer in answers.items():
        if isinstance(answer, list):
            for number, inner in enumerate(answer, start=1):
                yield from flatten(inner, f"{entry}[{number}]")
        elif answer:
            yield path + entry, str(answer)


def changed_keys(before: Answers, after: Answers) -> frozenset[str]:
    old, new = dict(flatten(before)), dict(flatten(after))
    return frozenset(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _entries(answers: Answers, repeats: list[str]) -> list[tuple[str, Answers]]:
    level: list[tuple[str, Answers]] = [("", answers)]
    for repeat in repeats:
        level = [
            (f"{number}.{n}" if number else str(n), entry)
            for number, scope in level
            for n, entry in enumerate(scope.get(repeat) or (), start=1)
        ]
    return level


def _suffix(number: str) -> str:
    return "".join(f"[{part}]" for part in number.split("."))


def _group(path: str) -> str:
    return path.rpartition("/")[0]


def _readable(path: str) -> str:
    """Return a name of a form as words: of "who/birth_place", "Birth place"."""
    words = path.rpartition("/")[2].replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _day(answer: str) -> str:
    try:
        return date_format(date.fromisoformat(answer), _("j M Y"))
    except ValueError:
        return answer


def _as_core(question: Question) -> CoreQuestion:
    return CoreQuestion(
        path=question.path,
        name=question.path.rpartition("/")[2],
        type=question.type,
        privacy=Privacy(question.privacy),
        treatment=Treatment(question.treatment),
        choices=tuple(Choice(each["name"], each["labels"]) for each in question.choices),
    )
