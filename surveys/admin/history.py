"""What happened to a submission: its edits, answer by answer, and the decisions on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

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


def read_history(submission: Submission, revisions: list[Revision], language: str) -> History:
    """Compare each state with the next; `revisions` are in the order in which they ended."""
    states = [State(each.version_id, each.answers) for each in revisions]
    states.append(State(submission.version_id, submission.answers))
    questions = _questions({state.version_id for state in states})
    readers = {pk: Reader(tuple(each), language) for pk, each in questions.items()}
    edits = [
        Edit(revision.replaced_at, revision.get_was_status_display(), _changes(old, new, readers))
        for revision, (old, new) in zip(revisions, pairwise(states), strict=True)
    ]
    last = changed_keys(states[-2].answers, states[-1].answers) if revisions else frozenset()
    reader = Reader(tuple(questions[submission.version_id]), language, last)
    return History(tuple(reversed(edits)), reader)


def _questions(version_ids: Iterable[int]) -> dict[int, list[Question]]:
    found: defaultdict[int, list[Question]] = defaultdict(list)
    rows = Question.objects.filter(version__in=version_ids).defer("asked_when", "calculation")
    for question in rows.order_by("version_id", "position"):
        found[question.version_id].append(question)
    return found


def _changes(old: State, new: State, readers: dict[int, Reader]) -> tuple[Change, ...]:
    before, after = dict(flatten(old.answers)), dict(flatten(new.answers))
    keys = changed_keys(old.answers, new.answers)
    by_path = {
        question.path: (reader, question)
        for reader in (readers[old.version_id], readers[new.version_id])
        for question in reader.questions
    }
    order = {path: number for number, path in enumerate(by_path)}
    changes = []
    for key in sorted(keys, key=lambda key: (order.get(ENTRY.sub("", key), len(order)), key)):
        path = ENTRY.sub("", key)
        entry = key[len(path) :].strip("[]").replace("][", ".")
        if path not in by_path:
            changes.append(Change(path, entry, before.get(key, ""), after.get(key, "")))
            continue
        reader, question = by_path[path]
        said = [
            reader.text(question, state[key]) if key in state else "" for state in (before, after)
        ]
        changes.append(Change(reader.label(question), entry, *said))
    return tuple(changes)
