"""A form as the rest of the system knows it: its questions, and what each gives away.

It is the same whether it was read from the workbook or from KoBo's content of it, and so is
its `policy_hash`, to which approvals are bound. Labels, hints, the form's name and the order
of questions and choices are no part of that hash: they may change without another approval.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.core.privacy import Privacy, Treatment
from forms.core.problems import Problem

Texts = tuple[str, ...]
QuestionKey = tuple[str, str, str, str, str, Texts, str, Texts, str, Texts]


@dataclass(frozen=True, slots=True)
class Choice:
    """`labels` by language code, "" for a label that names no language."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, or a calculation or a metadata row: whatever has an answer.

    `path` is the key of its answers in KoBo's JSON, in full from the root, inside repeats
    too. `privacy` is the class that holds, `declared_privacy` the one that the form gives,
    which may be laxer (a calculation) or absent (metadata). `asked_when` are the conditions
    of its groups and its own, outermost first, all of which must be true.
    """

    path: str
    name: str
    type: str
    privacy: Privacy
    treatment: Treatment
    declared_privacy: Privacy | None = None
    bands: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    recontact: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    choice_list: str = ""
    choices: tuple[Choice, ...] = ()
    choices_from_file: str = ""
    relevant: str = ""
    asked_when: tuple[str, ...] = ()
    calculation: str = ""
    constraint: str = ""
    required: bool = False
    repeat: str = ""
    position: int = 0
    row: int = 0

    @property
    def has_token(self) -> bool:
        """Whether a keyed token of the answer is kept, to find equal ones."""
        if self.treatment is Treatment.PSEUDONYMISE:
            return True
        return self.privacy is Privacy.CONTACT and self.treatment is Treatment.SEAL

    @property
    def is_calculated(self) -> bool:
        return bool(self.calculation) or self.type == "calculate"


@dataclass(frozen=True, slots=True)
class Group:
    """A group or a repeat; `privacy` is the floor below which no child may be."""

    path: str
    name: str
    is_repeat: bool
    privacy: Privacy = Privacy.HARMLESS
    declared_privacy: Privacy | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    relevant: str = ""
    position: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Form:
    """`questions` in the order of the form; `warnings` is what was noticed but not refused."""

    title: str
    form_id: str
    version: str
    default_language: str
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    groups: tuple[Group, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()

    def by_path(self) -> dict[str, Question]:
        return {question.path: question for question in self.questions}

    @property
    def consent(self) -> Question:
        """The informed consent: the first question of that class that a person is asked.

        It is given when the answer is one of the question's `given`. Raises LookupError for a
        form without one, which no reader lets through.
        """
        for question in self.questions:
            if is_informed_consent(question):
                return question
        raise LookupError("The form has no question of class consent")


def is_informed_consent(question: Question) -> bool:
    return (
        question.declared_privacy is Privacy.CONSENT
        and not question.is_calculated
        and not question.repeat
    )


def question_key(question: Question) -> QuestionKey:
    """Return what an approval of the question covers.

    Two versions of a form share the approval of a question if they share this.
    """
    extra = (
        *(f"band {band}" for band in question.bands),
        *(f"given {answer}" for answer in sorted(set(question.given))),
        *(("recontact",) if question.recontact else ()),
    )
    return (
        question.path,
        question.repeat,
        question.type,
        str(question.privacy),
        str(question.treatment),
        extra,
        question.calculation,
        question.asked_when,
        question.choices_from_file,
        tuple(sorted({choice.name for choice in question.choices})),
    )


def policy_hash(form: Form) -> str:
    """Return the SHA-256, in hex, of what an approval of the whole form covers."""
    keys = sorted(question_key(question) for question in form.questions)
    canonical = json.dumps(keys, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
