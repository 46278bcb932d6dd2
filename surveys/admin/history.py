"""What happened to a submission: its edits, answer by answer, and the decisions on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from operator import itemgetter

from forms.models import Question
from surveys.admin.reading import ENTRY, Answers, Reader, changed_keys, flatten
from surveys.models import Revision, Submission


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before and after an edit; "" where there was, or is, none."""

    label: str
    entry: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit; without changes it touched sealed answers only, or none."""

    at: datetime
    was_status: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class State:
    version_id: int
    answers: Answers


@dataclass(frozen=True, slots=True)
class History:
    edits: tuple[Edit, ...]  # the newest first
    reader: Reader  # of the current version, with what the last edit changed


def read_history(submission: Submission, revisions: list[Revision], base: Reader) -> History:
    """Compare each state with the next; `revisions` are in the order in which they ended."""
    states = [State(each.version_id, each.answers) for each in revisions]
    states.append(State(submission.version_id, submission.answers))
    questions = _questions({state.version_id for state in states})
    readers = {pk: replace(base, questions=tuple(each)) for pk, each in questions.items()}
    edits = [
        Edit(revision.replaced_at, revision.get_was_status_display(), _changes(old, new, readers))
        for revision, (old, new) in zip(revisions, pairwise(states), strict=True)
    ]
    last = changed_keys(states[-2].answers, states[-1].answers) if revisions else frozenset()
    return History(tuple(reversed(edits)), replace(readers[submission.version_id], changed=last))


def _questions(version_ids: Iterable[int]) -> dict[int, list[Question]]:
    found: defaultdict[int, list[Question]] = defaultdict(list)
    rows = Question.objects.filter(version__in=version_ids).defer("asked_when", "calculation")
    for question in rows.order_by("version_id", "position"):
        found[question.version_id].append(question)
    return found


def _changes(old: State, new: State, readers: dict[int, Reader]) -> tuple[Change, ...]:
    """Compare two states answer by answer, in the order of the form."""
    before, after = dict(flatten(old.answers)), dict(flatten(new.answers))
    asked = {
        question.path: (readers[state.version_id], question)
        for state in (old, new)
        for question in readers[state.version_id].questions
    }
    order = {path: number for number, path in enumerate(asked)}
    changes = [
        (order[path], key, _change(*asked[path], key, before.get(key, ""), after.get(key, "")))
        for key in changed_keys(old.answers, new.answers)
        if (path := ENTRY.sub("", key)) in asked
    ]
    return tuple(change for _order, _key, change in sorted(changes, key=itemgetter(0, 1)))


def _change(reader: Reader, question: Question, key: str, old: str, new: str) -> Change:
    entry = key.removeprefix(question.path).strip("[]").replace("][", ".")
    said = (reader.text(question, answer) if answer else "" for answer in (old, new))
    return Change(reader.label(question), entry, *said)
