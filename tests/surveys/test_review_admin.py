"""Reviewers read submissions and decide on them, each once, on what they have seen."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from surveys.actions.pull import pull
from surveys.actions.review import Verdict, decide
from surveys.models import Decision, Submission, ValidationStatus
from tests.factories import DAY, EnumeratorFactory, SettlementFactory, UserFactory
from tests.fakes import FakeKobo, edited, row
from vault.models import UnsealRequest

pytestmark = pytest.mark.django_db
LIST = reverse("admin:surveys_submission_changelist")
DECIDE = reverse("admin:surveys_submission_decide")
REASON = {"reason_code": "contradictory", "reason": "Ask the enumerator about the age"}


@pytest.fixture(autouse=True)
def static_root() -> None:
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there


def allow(user, *permissions: str):
    for each in permissions:
        app, codename = each.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


@pytest.fixture
def reviewer():
    return allow(
        UserFactory(username="aida"), "surveys.view_submission", "surveys.review_submission"
    )


@pytest.fixture
def viewer():
    return allow(UserFactory(), "surveys.view_submission")


@pytest.fixture
def as_reviewer(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def arrive(deployment, keys):
    """Bring interviews in, as a pull does; return the submission of the last."""

    def bring(*rows, at=DAY):
        pull(deployment, FakeKobo(*rows), keys=keys, at=at)
        return Submission.objects.order_by("-received_at", "-pk").first()

    return bring


def page_of(submission: Submission) -> str:
    return reverse("admin:surveys_submission_change", args=[submission.pk])


def as_seen(*submissions: Submission) -> list[str]:
    return [f"{each.pk}:{each.stamp}" for each in submissions]


def press(client, submission: Submission, status: str, **typed: str):
    return client.post(
        page_of(submission), {"seen": as_seen(submission), "status": status, **typed}
    )


def decided_by_somebody(submission: Submission, status=ValidationStatus.APPROVED) -> None:
    verdict = Verdict(status, "other", "As agreed by telephone")
    decide(
        {submission.pk: submission.stamp},
        verdict,
        by_id=UserFactory(username="bermet").pk,
        at=timezone.now(),
        push_after=timedelta(hours=1),
    )


def test_an_approval_is_a_decision_and_the_next_one_opens(as_reviewer, reviewer, arrive):
    arrive(row(1))
    arrive(row(2), at=DAY + timedelta(days=1))
    first, second = Submission.objects.order_by("received_at")

    answer = press(as_reviewer, first, "approved")

    assert answer.url == page_of(second)
    decision = Decision.objects.get()
    assert (decision.submission_id, decision.status) == (first.pk, "approved")
    assert decision.decided_by == reviewer
