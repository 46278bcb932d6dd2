"""The plans of a deployment's versions: which question becomes what."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms.core.privacy import Privacy, Treatment
from forms.models import Deployment, Question, Version
from surveys.core.anonymise import ENUMERATOR, PLACE, Fact, Plan, Rule


class NoConsentQuestion(Exception):
    """The version has no question of informed consent; no reader lets one through."""


@dataclass(frozen=True, slots=True)
class VersionPlan:
    """A version that rows name, and how to read them; no plan while it awaits approval."""

    version_id: int
    plan: Plan | None


def plans_of(deployment: Deployment) -> dict[str, VersionPlan]:
    """Return the plans of a deployment by KoBo's version uid. Two queries."""
    deployed = deployment.deployed_versions.select_related("version").prefetch_related(
        "version__questions"
    )
    made: dict[int, VersionPlan] = {}
    for each in deployed:
        if each.version_id not in made:
            made[each.version_id] = _version_plan(each.version)
    return {each.version_uid: made[each.version_id] for each in deployed}


def _version_plan(version: Version) -> VersionPlan:
    approved = version.is_approved
    return VersionPlan(version.pk, plan_of(version.questions.all()) if approved else None)


def plan_of(questions: Iterable[Question]) -> Plan:
    """Return how to part a submission to these questions. Raises NoConsentQuestion."""
    asked = list(questions)
    consent = next((each for each in asked if each.is_informed_consent), None)
    if consent is None:
        raise NoConsentQuestion
    place = next((each.path for each in asked if _named(each, PLACE)), None)
    return Plan(
        rules={each.path: _rule(each) for each in asked},
        repeats=frozenset(_repeats(asked)),
        consent=consent.path,
        given=frozenset(consent.given),
        place=place,
    )


def _repeats(questions: Iterable[Question]) -> Iterable[str]:
    """Yield the paths of all repeats, outer ones too."""
    for question in questions:
        parts = question.repeat.split("/") if question.repeat else []
        for length in range(1, len(parts) + 1):
            yield "/".join(parts[:length])


def _named(question: Question, name: str) -> bool:
    return question.path.rpartition("/")[2] == name and not question.repeat


def _rule(question: Question) -> Rule:
    return Rule(
        privacy=Privacy(question.privacy),
        treatment=Treatment(question.treatment),
        has_token=question.has_token,
        fact=_fact(question),
    )


def _fact(question: Question) -> Fact | None:
    if question.repeat:
        return None
    if _named(question, ENUMERATOR) and question.privacy == Privacy.DEVICE:
        return Fact.ENUMERATOR
    try:
        return Fact(question.type)
    except ValueError:
        return None
