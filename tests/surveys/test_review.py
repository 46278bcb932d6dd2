"""A decision is taken once, on what was seen, with its reason, and never changed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from surveys.actions.pull import pull
from surveys.actions.review import ReasonMissing, Verdict, decide
from surveys.models import Decision, KoboState, Submission, ValidationStatus
from tests.factories import DAY, UserFactory
from tests.fakes import FakeKobo, edited, row

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
APPROVE = Verdict(ValidationStatus.APPROVED)
REFUSE = Verdict(ValidationStatus.NOT_APPROVED, "incomplete", "Half of it is missing.")


@pytest.fixture
def queue(deployment, keys) -> FakeKobo:
    kobo = FakeKobo(*(row(number, reason="family") for number in (1, 2, 3)))
    pull(deployment, kobo, keys=keys, at=DAY)
    return kobo


@pytest.fixture
def aida():
    return UserFactory(username="aida.example")


@pytest.fixture
def bakyt():
    return UserFactory(username="bakyt.example")


def seen() -> dict:
    return dict(Submission.objects.values_list("pk", "stamp"))


def verdict(what, verdict, by):
    return decide(what, verdict, by_id=by.pk, at=DAY, push_after=HOUR)


def test_one_decision_covers_all_that_were_seen(queue, aida):
    assert verdict(seen(), APPROVE, aida) == 3

    assert Submission.objects.filter(validation_status="approved", reviewed_by=aida).count() == 3
    assert Decision.objects.filter(was_status="pending", status="approved").count() == 3


def test_of_two_people_who_decide_together_one_wins(queue, aida, bakyt):
    both_saw = seen()
    assert verdict(both_saw, REFUSE, aida) == 3

    assert verdict(both_saw, APPROVE, bakyt) == 0

    assert set(Submission.objects.values_list("validation_status", flat=True)) == {"not_approved"}
    assert not Decision.objects.filter(decided_by=bakyt).exists()


def test_nobody_decides_on_answers_that_were_edited_meanwhile(deployment, keys, queue, aida):
    saw = seen()
    queue.hold(edited(row(2, reason="family"), 1, reason="ban"))
    pull(deployment, queue, keys=keys, at=DAY)

    assert verdict(saw, APPROVE, aida) == 2

    assert Submission.objects.get(validation_status="pending").answers["reason"] == "ban"


def test_pressing_twice_decides_once(queue, aida):
    verdict(seen(), APPROVE, aida)

    assert verdict(seen(), APPROVE, aida) == 0
    assert Decision.objects.count() == 3


@pytest.mark.parametrize("status", [ValidationStatus.NOT_APPROVED, ValidationStatus.ON_HOLD])
@pytest.mark.parametrize(
    ("code", "reason"), [("", "words"), ("incomplete", "  "), ("no such code", "words")]
)
def test_a_refusal_wants_a_coded_reason_and_words(queue, aida, status, code, reason):
    with pytest.raises(ReasonMissing):
        verdict(seen(), Verdict(status, code, reason), aida)

    assert not Decision.objects.exists()


def test_the_database_refuses_a_refusal_without_words(queue, aida):
    decision = Decision(
        submission=Submission.objects.first(),
        round=Submission.objects.first().round,
        was_status="pending",
        status="on_hold",
        decided_by=aida,
        decided_at=DAY,
    )

    with pytest.raises(IntegrityError, match="surveys_a_refusal_says_why"):
        decision.save()


def test_the_database_refuses_a_status_without_a_reviewer(queue):
    with pytest.raises(IntegrityError, match="surveys_a_decision_has_a_reviewer_and_a_time"):
        Submission.objects.update(validation_status="approved")


def test_the_database_refuses_a_status_that_there_is_not(queue, aida):
    with pytest.raises(IntegrityError, match="surveys_a_status_is_one_of_four"):
        Submission.objects.update(validation_status="maybe", reviewed_by=aida, reviewed_at=DAY)


def test_a_decision_can_be_neither_changed_nor_removed(queue, aida, as_role):
    verdict(seen(), APPROVE, aida)

    with as_role("web"):
        for change in (
            lambda: Decision.objects.update(reason="something else"),
            lambda: Decision.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                change()


def test_the_rights_of_the_web_process_are_enough_to_decide(queue, aida, as_role):
    with as_role("web"):
        assert verdict(seen(), APPROVE, aida) == 3


def test_only_live_approved_submissions_that_kobo_still_has_are_publishable(queue, aida):
    verdict(seen(), APPROVE, aida)
    assert Submission.objects.publishable().count() == 3

    one = Submission.objects.first()
    KoboState.objects.filter(submission=one).update(gone_at=DAY)
    assert Submission.objects.publishable().count() == 2

    one.deployment.mode = "training"
    one.deployment.save()
    assert Submission.objects.publishable().count() == 0
