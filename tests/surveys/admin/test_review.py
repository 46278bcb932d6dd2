"""Reviewers decide on submissions, each once, on what they have seen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.models import Decision, Submission, ValidationStatus
from tests.factories import DAY
from tests.fakes import edited, row
from tests.surveys.admin.desk import (
    DECIDE,
    LIST,
    REASON,
    confirm,
    page_of,
    person,
    press,
    seen,
    somebody_decides,
)

pytestmark = pytest.mark.django_db


def test_an_approval_is_a_decision_and_the_next_one_opens(as_reviewer, aida, queue):
    answer = press(as_reviewer, queue[0], "approved")

    assert answer.url == page_of(queue[1])
    decision = Decision.objects.get()
    assert (decision.submission_id, decision.status) == (queue[0].pk, "approved")
    assert decision.decided_by == aida


@pytest.mark.parametrize("status", ["on_hold", "not_approved"])
def test_a_refusal_keeps_its_reason(as_reviewer, queue, status):
    press(as_reviewer, queue[0], status, **REASON)

    decision = Decision.objects.get()
    assert (decision.status, decision.reason_code, decision.reason) == (
        status,
        *REASON.values(),
    )


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param({"reason_code": "contradictory"}, id="no words"),
        pytest.param({"reason": "Ask about the age"}, id="no code"),
    ],
)
def test_a_refusal_without_reason_is_asked_again_and_keeps_what_was_typed(
    as_reviewer, queue, typed
):
    answer = press(as_reviewer, queue[0], "not_approved", **typed)

    assert answer.status_code == 422
    assert not Decision.objects.exists()
    page = answer.content.decode()
    assert 'value="contradictory" selected' in page or "Ask about the age</textarea>" in page
    assert "<details open>" in page


def test_the_last_one_leads_back_to_the_list(as_reviewer, arrive):
    submission = arrive(row(1))

    assert press(as_reviewer, submission, "approved").url == LIST


def test_at_the_end_of_the_queue_the_oldest_that_was_skipped_opens(as_reviewer, queue):
    assert press(as_reviewer, queue[2], "approved").url == page_of(queue[0])


def test_the_next_one_is_of_the_list_that_one_came_from(as_reviewer, deployment, queue):
    filters = f"?_changelist_filters=day%3D{DAY + timedelta(days=3):%Y-%m-%d}"

    answer = as_reviewer.post(
        page_of(queue[0]) + filters, {"seen": seen(queue[0]), "status": "approved"}
    )

    assert answer.url == page_of(queue[2]) + filters


def test_of_two_who_press_together_one_decides_and_the_other_is_told(as_reviewer, queue):
    somebody_decides(queue[0])

    answer = press(as_reviewer, queue[0], "not_approved", **REASON)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "bermet decided meanwhile: approved" in page
    assert REASON["reason"] in page
    assert Decision.objects.count() == 1


def test_who_presses_twice_decides_once_and_goes_on(as_reviewer, queue):
    press(as_reviewer, queue[0], "approved")

    answer = press(as_reviewer, queue[0], "approved")

    assert answer.url == page_of(queue[1])
    assert Decision.objects.count() == 1


def test_nobody_decides_on_answers_that_were_edited_meanwhile(as_reviewer, arrive):
    submission = arrive(row(1, reason="family"))
    arrive(edited(row(1), 1, reason="ban"))

    answer = press(as_reviewer, submission, "approved")

    assert answer.status_code == 409
    assert "The answers were edited since you opened this page" in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"status": "approved"}, id="nothing seen"),
        pytest.param({"seen": "x:1", "status": "approved"}, id="no identity"),
        pytest.param(
            {"seen": "00000000-0000-4000-8000-000000000000:0", "status": "approved"},
            id="another",
        ),
    ],
)
def test_a_decision_is_on_the_submission_of_the_page(as_reviewer, queue, sent):
    assert as_reviewer.post(page_of(queue[0]), sent).status_code == 400


def test_pending_is_no_decision(as_reviewer, queue):
    assert press(as_reviewer, queue[0], "pending").status_code == 422


def test_a_decision_can_leave_at_once(as_reviewer, queue):
    press(as_reviewer, queue[0], "approved")

    as_reviewer.post(reverse("admin:surveys_submission_send", args=[queue[0].pk]))

    assert Submission.objects.push_due(timezone.now()).get() == queue[0]


def test_what_is_not_there_is_not_found(as_reviewer):
    for name in ("00000000-0000-4000-8000-000000000000", "x"):
        url = reverse("admin:surveys_submission_change", args=[name])
        assert as_reviewer.get(url).status_code == 404


def test_nothing_is_decided_before_it_is_confirmed(as_reviewer, queue):
    answer = as_reviewer.post(DECIDE, {"seen": seen(*queue[:2]), "status": "approved"})

    page = answer.content.decode()
    assert "2 submissions will be decided" in page
    assert all(value in page for value in seen(*queue[:2]))
    assert not Decision.objects.exists()


def test_confirmed_each_is_a_decision(as_reviewer, queue):
    answer = confirm(as_reviewer, *queue)

    assert "3 submissions were decided." in answer.content.decode()
    assert Decision.objects.count() == 3


def test_all_on_the_page_are_chosen_without_a_script(as_reviewer, queue):
    sent = {"shown": seen(*queue), "every": "1", "status": "approved", "confirmed": "1"}

    as_reviewer.post(DECIDE, sent)

    assert Decision.objects.count() == 3


def test_what_was_changed_meanwhile_is_left_alone_and_said(as_reviewer, queue, arrive):
    somebody_decides(queue[0], ValidationStatus.ON_HOLD)
    arrive(edited(row(2), 1, reason="ban"))

    answer = confirm(as_reviewer, *queue)

    page = answer.content.decode()
    assert "1 submission was decided." in page
    assert "2 were changed by somebody else meanwhile and were left alone." in page
    statuses = dict(Submission.objects.values_list("pk", "validation_status"))
    assert [statuses[each.pk] for each in queue] == ["on_hold", "pending", "approved"]


def test_the_preview_says_what_will_be_left_alone(as_reviewer, queue):
    somebody_decides(queue[0])

    answer = as_reviewer.post(DECIDE, {"seen": seen(*queue), "status": "approved"})

    assert "1 was changed by somebody else since you opened the list" in answer.content.decode()


def test_those_that_had_the_status_are_counted_apart(as_reviewer, queue):
    somebody_decides(queue[0])
    queue[0].refresh_from_db()

    answer = confirm(as_reviewer, *queue[:2])

    assert "1 submission was decided. 1 had this status already." in answer.content.decode()


def test_a_refusal_of_many_needs_a_reason_too(as_reviewer, queue):
    answer = confirm(as_reviewer, *queue, status="on_hold", reason="Wait for the rayon")

    assert answer.status_code == 422
    assert "Wait for the rayon" in answer.content.decode()
    assert not Decision.objects.exists()


def test_somebody_who_chose_nothing_is_told_so(as_reviewer):
    answer = as_reviewer.post(DECIDE, {"status": "approved"}, follow=True)

    assert "Choose at least one submission." in answer.content.decode()


@pytest.mark.parametrize("value", ["x", "x:1", ":", "1:x"])
def test_what_no_page_of_ours_sends_is_refused(as_reviewer, value):
    assert as_reviewer.post(DECIDE, {"seen": value}).status_code == 400


def test_a_viewer_reads_and_sees_no_buttons(as_viewer, queue):
    for url in (LIST, page_of(queue[0])):
        page = as_viewer.get(url).content.decode()
        assert "awaiting review" in page
        assert 'class="bar' not in page
        assert 'name="seen"' not in page


@pytest.mark.parametrize("what", ["one", "many", "send"])
def test_a_viewer_cannot_decide(as_viewer, queue, what):
    url = {
        "one": page_of(queue[0]),
        "many": DECIDE,
        "send": reverse("admin:surveys_submission_send", args=[queue[0].pk]),
    }[what]

    sent = {"seen": seen(queue[0]), "status": "approved", "confirmed": "1"}

    assert as_viewer.post(url, sent).status_code == 403
    assert not Decision.objects.exists()


@pytest.mark.parametrize("permissions", [[], ["surveys.review_submission"]])
def test_who_may_not_look_may_not_decide(client, queue, permissions):
    client.force_login(person("daniyar", *permissions))

    assert client.get(LIST).status_code == 403
    assert client.get(page_of(queue[0])).status_code == 403
    assert press(client, queue[0], "approved").status_code == 403


def test_nobody_adds_changes_or_removes_a_submission(admin_client, queue):
    url = reverse("admin:surveys_submission_delete", args=[queue[0].pk])
    assert admin_client.post(url).status_code == 403
    assert admin_client.get(reverse("admin:surveys_submission_add")).status_code == 403
    assert Submission.objects.count() == 3
