"""Decisions reach KoBo once their undo time is over, and overwrite nobody else's."""

from datetime import timedelta

import pytest

from forms.kobo import KoboUnavailable
from surveys.actions.pull import pull
from surveys.actions.push import deployments_with_pushes, note_problem, push
from surveys.actions.review import Verdict, decide
from surveys.models import KoboState, Submission, ValidationStatus
from tests.factories import DAY, UserFactory
from tests.fakes import FakeKobo, edited, row

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = DAY + HOUR
APPROVED = "validation_status_approved"
REFUSED = "validation_status_not_approved"


@pytest.fixture
def kobo(deployment, keys) -> FakeKobo:
    fake = FakeKobo(row(1, reason="family"), row(2))
    pull(deployment, fake, keys=keys, at=DAY)
    return fake


def decide_on_all(status=ValidationStatus.APPROVED, *, at=DAY):
    seen = dict(Submission.objects.values_list("pk", "stamp"))
    verdict = Verdict(status, "other", "For a reason.")
    return decide(seen, verdict, by_id=UserFactory().pk, at=at, push_after=HOUR)


def test_decisions_leave_when_their_undo_time_is_over(deployment, kobo):
    decide_on_all()
    assert push(deployment, kobo, at=DAY).sent == 0
    assert not deployments_with_pushes(DAY)

    assert list(deployments_with_pushes(LATER)) == [deployment]
    pushed = push(deployment, kobo, at=LATER)

    assert (pushed.sent, pushed.held) == (2, 0)
    assert kobo.statuses == {1: APPROVED, 2: APPROVED}
    assert not Submission.objects.unpushed().exists()
    assert set(KoboState.objects.values_list("set_uid", "status_uid")) == {(APPROVED, APPROVED)}


def test_sent_now_they_leave_at_once(deployment, kobo):
    decide_on_all()
    assert Submission.objects.all().send_now(at=DAY) == 2

    assert push(deployment, kobo, at=DAY).sent == 2


def test_a_second_push_sends_nothing(deployment, kobo):
    decide_on_all()
    push(deployment, kobo, at=LATER)
    kobo.sent.clear()

    push(deployment, kobo, at=LATER)

    assert kobo.sent == []


def test_a_changed_decision_overwrites_our_own_status(deployment, kobo):
    decide_on_all()
    push(deployment, kobo, at=LATER)
    decide_on_all(ValidationStatus.NOT_APPROVED, at=LATER)

    assert push(deployment, kobo, at=LATER + HOUR).sent == 2
    assert kobo.statuses == {1: REFUSED, 2: REFUSED}


def test_a_status_that_somebody_set_at_kobo_is_left_alone_and_named(deployment, kobo):
    kobo.statuses[1] = "validation_status_on_hold"
    decide_on_all()

    pushed = push(deployment, kobo, at=LATER)

    assert (pushed.sent, pushed.held) == (1, 1)
    assert kobo.statuses[1] == "validation_status_on_hold"
    assert Submission.objects.get(push_problem="set_at_kobo").pushed_at is None
    assert push(deployment, kobo, at=LATER).held == 0  # it waits for a person, not for a retry


def test_what_kobo_holds_already_is_not_sent_again(deployment, kobo):
    kobo.statuses = {1: APPROVED, 2: APPROVED}
    decide_on_all()

    assert push(deployment, kobo, at=LATER).sent == 2
    assert kobo.sent == []


def test_a_submission_that_kobo_no_longer_has_is_named(deployment, kobo):
    decide_on_all()
    KoboState.objects.filter(kobo_id=2).update(kobo_id=99)

    pushed = push(deployment, kobo, at=LATER)

    assert (pushed.sent, pushed.held) == (1, 1)
    assert Submission.objects.get(kobo_state__kobo_id=99).push_problem == "gone"


def test_an_edit_after_approval_clears_the_status_at_kobo(deployment, keys, kobo):
    decide_on_all()
    push(deployment, kobo, at=LATER)
    kobo.hold(edited(row(1, reason="family"), 1, reason="ban"))
    pull(deployment, kobo, keys=keys, at=LATER)

    push(deployment, kobo, at=LATER)

    assert kobo.statuses == {1: None, 2: APPROVED}


def test_a_decision_taken_while_the_old_one_was_on_its_way_is_sent_next(deployment, kobo):
    class Slow(FakeKobo):
        def set_validation_status(self, asset_uid, kobo_id, uid):
            if uid == APPROVED:
                decide_on_all(ValidationStatus.NOT_APPROVED)
            return super().set_validation_status(asset_uid, kobo_id, uid)

    slow = Slow(row(1))
    KoboState.objects.filter(kobo_id=2).delete()
    decide_on_all()

    assert push(deployment, slow, at=LATER).sent == 0
    assert push(deployment, slow, at=LATER).sent == 1
    assert slow.statuses == {1: REFUSED}


def test_a_server_that_is_down_leaves_the_decisions_waiting(deployment, kobo):
    class Down(FakeKobo):
        def validation_status(self, asset_uid, kobo_id):
            raise KoboUnavailable("/data/")

    decide_on_all()

    with pytest.raises(KoboUnavailable):
        push(deployment, Down(row(1)), at=LATER)

    assert Submission.objects.push_due(LATER).count() == 2


def test_a_passing_problem_is_named_and_tried_again(deployment, kobo):
    decide_on_all()

    assert note_problem(deployment, "timeout", at=LATER) == 2

    assert set(Submission.objects.values_list("push_problem", flat=True)) == {"timeout"}
    assert push(deployment, kobo, at=LATER).sent == 2
    assert set(Submission.objects.values_list("push_problem", flat=True)) == {""}


def test_the_rights_of_a_worker_are_enough_to_push(deployment, kobo, as_role):
    decide_on_all()

    with as_role("worker"):
        assert push(deployment, kobo, at=LATER).sent == 2
