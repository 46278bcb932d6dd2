"""Part a submission into what may be stored, what is sealed, and what is never written.

Closed by default: an answer to a question that the version has not is an error, and so is
an answer of another shape than its question's. Inside, figures stay exact; bands and
rounding are the treatment of what leaves the team.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from forms.core.kobo_fields import KOBO_FIELDS
from forms.core.privacy import Privacy, Treatment
from surveys.core.pseudonym import pseudonym

PLACE = "place"
ENUMERATOR = "enumerator"
SEALED = frozenset({Treatment.SEAL, Treatment.REDACT_AND_SEAL, Treatment.SEAL_LOCATION})
NUL = b"\\u0000"


class UnclassifiedQuestion(Exception):
    """The submission answers a question that its version has not; the message is its path."""


class MalformedAnswer(Exception):
    """An answer has not the shape of its question; the message is the question's path."""


class NoConsentAnswer(Exception):
    """The informed consent was not answered; the message is the question's path."""


class Fact(StrEnum):
    """What fieldwork rules need of answers that are not kept."""

    STARTED = "start"
    ENDED = "end"
    DEVICE = "deviceid"
    ENUMERATOR = "enumerator"
    POINT = "geopoint"

    __hash__ = str.__hash__  # the enum's own is a call for each look-up, ten a submission


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of the answers to one question."""

    privacy: Privacy
    treatment: Treatment
    has_token: bool = False
    fact: Fact | None = None
    is_sealed: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_sealed", self.treatment in SEALED)


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of one version, by path; `repeats` are the paths whose answers are lists.

    `consent` is the path of the informed consent, `given` the answers that mean yes.
    """

    rules: Mapping[str, Rule]
    repeats: frozenset[str]
    consent: str
    given: frozenset[str]
    place: str | None = None
    kept: frozenset[str] = field(init=False)  # the paths of plain answers: most of a form

    def __post_init__(self) -> None:
        keep = {path for path, rule in self.rules.items() if rule.treatment is Treatment.KEEP}
        object.__setattr__(self, "kept", frozenset(keep))


@dataclass(slots=True)
class Anonymised:
    """What a submission is parted into; `sealed` must go to the vault and nowhere else."""

    answers: dict[str, Any] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    tokens: list[tuple[str, str]] = field(default_factory=list)  # path, pseudonym
    facts: dict[Fact, str] = field(default_factory=dict)

    def __repr__(self) -> str:  # an answer must not slip into a log by way of a traceback
        return f"Anonymised({len(self.answers)} answers, {len(self.sealed)} sealed)"


def has_consent(row: Mapping[str, Any], plan: Plan) -> bool:
    """Tell whether the informed consent was given; False is a refusal.

    Raises NoConsentAnswer where the question was not answered.
    """
    answer = row.get(plan.consent)
    if not isinstance(answer, str) or not answer:
        raise NoConsentAnswer(plan.consent)
    return answer in plan.given


@dataclass(frozen=True, slots=True)
class _Work:
    """One submission on its way: the rules, the round's key, and what has been parted so far."""

    plan: Plan
    key: bytes = field(repr=False)
    parted: Anonymised


def anonymise(row: Mapping[str, Any], plan: Plan, *, key: bytes) -> Anonymised:
    """Part the answers of a submission according to its version's plan.

    KoBo's own fields are left out by a closed list. Raises UnclassifiedQuestion and
    MalformedAnswer.
    """
    parted = Anonymised()
    _part(row, _Work(plan, key, parted), parted.answers, "")
    return parted


def _part(row: Mapping[str, Any], work: _Work, clean: dict[str, Any], entry: str) -> None:
    """Part one level of answers into `clean`; `entry` is the entry of a repeat, as "[2]"."""
    plan = work.plan
    kept = plan.kept
    for path, answer in row.items():
        if path in kept:
            if type(answer) is not str:
                raise MalformedAnswer(path)
            clean[path] = answer
        elif path in plan.rules:
            _treat(path, answer, work, entry)
        elif path in plan.repeats:
            clean[path] = _part_repeat(path, answer, work, entry)
        elif entry or path not in KOBO_FIELDS:
            raise UnclassifiedQuestion(path)


def _part_repeat(path: str, answer: Any, work: _Work, entry: str) -> list[dict[str, Any]]:
    if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
        raise MalformedAnswer(path)
    entries: list[dict[str, Any]] = []
    for number, each in enumerate(answer, start=1):
        entries.append({})
        _part(each, work, entries[-1], f"{entry}[{number}]")
    return entries


def _treat(path: str, answer: Any, work: _Work, entry: str) -> None:
    if type(answer) is not str:
        raise MalformedAnswer(path)
    if answer:
        treat(path + entry, answer, work.plan.rules[path], work.parted, key=work.key)


def treat(path: str, answer: str, rule: Rule, parted: Anonymised, *, key: bytes) -> None:
    """Seal, hash or drop one answer that is not kept, and note it if it is a fact.

    `path` names the entry too, where the answer is one of a repeat: "member/name[2]".
    """
    if rule.fact is not None:
        parted.facts.setdefault(rule.fact, answer)
    if rule.has_token:
        question = path.partition("[")[0]
        parted.tokens.append((question, pseudonym(answer, rule.privacy, key=key)))
    if rule.is_sealed:
        parted.sealed[path] = answer


def encode(answers: Mapping[str, Any]) -> bytes:
    """Return the answers as JSON that PostgreSQL can store.

    Raises MalformedAnswer for a NUL or half a character, which it cannot.
    """
    try:
        line = msgspec.json.encode(answers)
    except UnicodeEncodeError as error:
        raise MalformedAnswer(_unstorable(answers)) from error
    if NUL in line and (path := _unstorable(answers)):
        raise MalformedAnswer(path)
    return line


def _unstorable(answers: Mapping[str, Any]) -> str:
    for path, answer in answers.items():
        for text in _texts(path, answer):
            if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
                return path
    return ""


def _texts(path: str, answer: Any) -> Iterable[str]:
    yield path
    if isinstance(answer, str):
        yield answer
    else:
        for entry in answer:
            for inner_path, inner in entry.items():
                yield from _texts(inner_path, inner)
