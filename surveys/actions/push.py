"""Send decisions to KoBo as validation statuses.

Before a status is overwritten it is read: nothing, or what we last set, is overwritten;
anything else was set by somebody at KoBo, and the push waits until a person says whose
holds. One row, one request: KoBo's bulk call clears statuses when it is given a bad uid.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from forms.kobo import RowNotFound
from forms.models import Deployment
from surveys.models import KoboState, Submission, SubmissionQuerySet, ValidationStatus

SET_AT_KOBO = "set_at_kobo"
GONE = "gone"
WAITS_FOR_A_PERSON = frozenset({SET_AT_KOBO, GONE})  # every other problem is tried again
AT_ONCE = 500


class Statuses(Protocol):
    """What a push needs of KoBo; None stands for no status."""

    def validation_status(self, asset_uid: str, kobo_id: int) -> str | None: ...
    def set_validation_status(
        self, asset_uid: str, kobo_id: int, uid: str | None
    ) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Pushed:
    sent: int
    held: int


def push(deployment: Deployment, kobo: Statuses, *, at: datetime) -> Pushed:
    """Send the due decisions of a deployment; return how many went and how many wait.

    Each submission is settled by itself, so an interrupted push loses nothing: what is not
    marked as sent is sent again. Raises what KoBo's client raises.
    """
    due = _due(at).filter(deployment=deployment)
    states = KoboState.objects.filter(submission__in=due).select_related("submission")
    outcomes = [
        _push_one(deployment, state, kobo, at) for state in states.order_by("kobo_id")[:AT_ONCE]
    ]
    return Pushed(sent=sum(outcomes), held=len(outcomes) - sum(outcomes))


def _push_one(deployment: Deployment, state: KoboState, kobo: Statuses, at: datetime) -> bool:
    """Send one decision; tell whether KoBo holds it now."""
    submission = state.submission
    wanted = ValidationStatus(submission.validation_status).kobo_uid
    try:
        current = kobo.validation_status(deployment.asset_uid, state.kobo_id)
        if current and current not in {state.set_uid, wanted}:
            return _hold(submission, SET_AT_KOBO)
        if current != wanted:
            current = kobo.set_validation_status(deployment.asset_uid, state.kobo_id, wanted)
    except RowNotFound:
        return _hold(submission, GONE)
    return _settle(state, submission, current, wanted, at)


def _settle(
    state: KoboState, submission: Submission, current: str | None, wanted: str | None, at: datetime
) -> bool:
    """Mark as sent, unless another decision has been taken while this one was on its way."""
    with transaction.atomic():
        KoboState.objects.filter(pk=state.pk).update(set_uid=wanted or "", status_uid=current or "")
        still = Submission.objects.filter(pk=submission.pk, stamp=submission.stamp)
        return current == wanted and bool(still.update(pushed_at=at, push_problem=""))


def _hold(submission: Submission, problem: str) -> bool:
    Submission.objects.filter(pk=submission.pk, stamp=submission.stamp).update(push_problem=problem)
    return False


def note_problem(deployment: Deployment, problem: str, *, at: datetime) -> int:
    """Say on each due decision why it could not be sent; it is tried again all the same."""
    return _due(at).filter(deployment=deployment).update(push_problem=problem)


def _due(at: datetime) -> SubmissionQuerySet:
    return Submission.objects.push_due(at).exclude(push_problem__in=WAITS_FOR_A_PERSON)


def deployments_with_pushes(at: datetime) -> Iterable[Deployment]:
    """The deployments that have decisions to send."""
    return Deployment.objects.filter(pk__in=_due(at).values("deployment_id")).select_related(
        "server", "round"
    )
