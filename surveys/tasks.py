"""What workers do: load, one call. Arguments are ids; every task may run twice.

Beat calls the two that look for work; nothing is retried by message, since the next beat
looks again.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from forms.actions.connect import connect
from forms.kobo import Kobo, KoboError, KoboUnavailable
from forms.models import Deployment
from surveys.actions.compare import sweep
from surveys.actions.keys import RoundKeys, load_keys
from surveys.actions.pull import AlreadyRunning, note_failure, pull
from surveys.actions.push import deployments_with_pushes, note_problem, push
from surveys.models import Kind, Round, State, SyncRun
from vault.keys import KeyProblem

log = logging.getLogger(__name__)
OPEN = [State.OPEN, State.CLOSING]


@shared_task
def pull_all() -> None:
    """Pull every active deployment of an open round, each in a task of its own."""
    active = Deployment.objects.filter(is_active=True, round__state__in=OPEN)
    for deployment_id in active.values_list("pk", flat=True):
        pull_one.delay(deployment_id=deployment_id)


@shared_task
def pull_one(*, deployment_id: int) -> None:
    """Bring in what KoBo holds of one deployment."""
    _bring_in(deployment_id, pull, Kind.PULL)


@shared_task
def sweep_all() -> None:
    """Compare every active deployment of an open round with KoBo, each in a task of its own."""
    active = Deployment.objects.filter(is_active=True, round__state__in=OPEN)
    for deployment_id in active.values_list("pk", flat=True):
        sweep_one.delay(deployment_id=deployment_id)


@shared_task
def sweep_one(*, deployment_id: int) -> None:
    """Find edits, deletions, statuses and late files of one deployment."""
    _bring_in(deployment_id, sweep, Kind.SWEEP)


def _bring_in(deployment_id: int, act: Callable[..., SyncRun], kind: Kind) -> None:
    """Do a pull or a sweep, and record what ended it early."""
    deployment = Deployment.objects.select_related("server", "round", "form").get(pk=deployment_id)
    at = timezone.now()
    try:
        keys = _keys(deployment.round)
        with _kobo(deployment) as kobo:
            act(deployment, kobo, keys=keys, at=at)
    except AlreadyRunning:
        log.info("deployment %d is being pulled already", deployment_id)
    except (KoboUnavailable, KoboError) as error:
        note_failure(deployment, error.code, kind=kind, at=at)
    except KeyProblem:
        note_failure(deployment, "key_problem", kind=kind, at=at)


@shared_task
def push_due() -> None:
    """Send the decisions whose undo time is over."""
    at = timezone.now()
    for deployment in deployments_with_pushes(at):
        try:
            with _kobo(deployment) as kobo:
                push(deployment, kobo, at=at)
        except (KoboUnavailable, KoboError) as error:
            note_failure(deployment, error.code, kind=Kind.PUSH, at=at)
            note_problem(deployment, error.code, at=at)


def push_after() -> timedelta:
    """How long a decision can be undone before it leaves."""
    return timedelta(seconds=settings.MTM_PUSH_AFTER_S)


def _keys(round_: Round) -> RoundKeys:
    return load_keys(
        round_,
        pseudonyms=settings.MTM_PSEUDONYM_KEYS,
        fingerprints=settings.MTM_ROUND_FINGERPRINTS,
        outer=settings.MTM_OUTER_KEY,
    )


def _kobo(deployment: Deployment) -> Kobo:
    return connect(
        deployment.server,
        tokens=settings.MTM_KOBO_TOKENS,
        allow_private=settings.MTM_KOBO_ALLOW_PRIVATE,
    )
