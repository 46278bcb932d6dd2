"""A data manager asks for one sealed answer and says what for."""

from datetime import timedelta

import pytest

from surveys.actions.pull import pull
from surveys.actions.unsealing import NothingSealed, PurposeMissing, ask
from surveys.models import Submission
from tests.factories import DAY, UserFactory
from tests.fakes import FakeKobo, row
from vault.models import AccessLog, Event, UnsealRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(deployment, keys):
    pull(deployment, FakeKobo(row(1, **{"who/name": "Canary Example"})), keys=keys, at=DAY)
    return Submission.objects.get()


def test_the_rights_of_the_web_process_are_enough_to_ask(submission, as_role):
    asker = UserFactory()

    with as_role("web"):
        ask(submission, path="who/name", purpose=" to call back\n", by_id=asker.pk, at=DAY)

    request = UnsealRequest.objects.get()
    assert (request.round_id, request.record_id) == (submission.round_id, submission.sealed_record)
    assert (request.path, request.purpose, request.asked_by) == (
        "who/name",
        "to call back",
        asker.pk,
    )
    assert (request.asked_at, request.expires_at) == (DAY, DAY + timedelta(hours=24))
    line = AccessLog.objects.get()
    assert (line.event, line.actor_id, line.request_id) == (Event.ASKED, asker.pk, request.pk)


@pytest.mark.parametrize("purpose", ["", " \n\t"], ids=["empty", "blank"])
def test_a_request_without_a_purpose_is_none(submission, purpose):
    with pytest.raises(PurposeMissing):
        ask(submission, path="who/name", purpose=purpose, by_id=1, at=DAY)

    assert not UnsealRequest.objects.exists()


def test_a_submission_without_sealed_answers_has_nothing_to_open(deployment, keys):
    pull(deployment, FakeKobo(row(1)), keys=keys, at=DAY)
    submission = Submission.objects.get()

    with pytest.raises(NothingSealed, match=str(submission.pk)):
        ask(submission, path="who/name", purpose="to call back", by_id=1, at=DAY)

    assert not UnsealRequest.objects.exists()
