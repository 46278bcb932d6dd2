"""REST services: on creation only, unsigned, retried for few reasons (checklist 12)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story
from tests.contract.rows_of import assert_is_row


def test_hooks_fire_on_creation_and_on_a_copy_and_on_nothing_else_checklist_12(
    story: Story,
) -> None:
    assert story["hooks/delivery_counts"].body == {
        "after_creation": 5,
        "after_late_attachment": 5,
        "after_edit_status_and_bulk_change": 5,
        "after_duplicate": 10,
        "hooks_counted": 5,
    }


@pytest.mark.covers(
    "hooks/delivery_json",
    "hooks/delivery_to_500",
    "hooks/delivery_to_503",
    "hooks/delivery_to_flaky",
)
def test_a_delivery_is_the_row_and_bears_no_signature_checklist_12(answer: Answer) -> None:
    assert_is_row(answer.body)
    assert answer.body["_attachments"] == []
    assert answer.headers["x-shared-secret"] == "example-secret"
    assert set(answer.headers) == {
        "host",
        "user-agent",
        "accept-encoding",
        "accept",
        "connection",
        "content-type",
        "x-shared-secret",
        "content-length",
    }


@pytest.mark.covers("hooks/delivery_json_basic_auth_subset")
def test_a_delivery_can_be_cut_down_and_sent_with_a_password(answer: Answer) -> None:
    assert set(answer.body) == {"_id", "_uuid", "meta/rootUuid"}
    assert answer.headers["authorization"].startswith("Basic ")


@pytest.mark.covers("hooks/delivery_template")
def test_a_template_is_filled_with_the_row(answer: Answer) -> None:
    assert answer.body["event"] == "new"
    assert_is_row(answer.body["row"])


@pytest.mark.covers("hooks/delivery_xml")
def test_a_delivery_can_be_the_xml(answer: Answer) -> None:
    assert answer.kind == "application/xml"
    assert "  <place>P011</place>" in answer.text


@pytest.mark.covers("hooks/logs_500", "hooks/logs_refused")
def test_most_failures_are_final_at_once_checklist_12(answer: Answer) -> None:
    for log in answer.body["results"]:
        assert (log["status"], log["status_str"], log["tries"]) == (0, "failed", 1)


@pytest.mark.covers("hooks/logs_503", "hooks/logs_timeout", "hooks/logs_down_later")
def test_a_receiver_that_is_away_is_tried_again_checklist_12(answer: Answer) -> None:
    for log in answer.body["results"]:
        assert (log["status"], log["status_str"]) == (1, "pending")
        assert log["status_code"] in {503, 504}
        assert log["tries"] >= 1


def test_a_receiver_that_came_back_gets_it_in_the_end_checklist_12(story: Story) -> None:
    log = story["hooks/logs_flaky_later"].body["results"][-1]

    assert (log["status_str"], log["tries"], log["status_code"]) == ("success", 2, 200)


@pytest.mark.covers("hooks/logs_refused")
def test_a_refused_connection_has_no_status_code(answer: Answer) -> None:
    assert [log["status_code"] for log in answer.body["results"]] == [None, None]


@pytest.mark.covers("hooks/logs_ok", "hooks/logs_flaky")
def test_a_log_keeps_what_the_receiver_said(answer: Answer) -> None:
    assert answer.body["results"][0]["message"] == '{"received": true}'
    assert answer.body["results"][0]["status_str"] == "success"


@pytest.mark.covers("hooks/create", "hooks/create_basic_auth", "hooks/create_template")
def test_a_new_hook_gives_its_secrets_back(answer: Answer) -> None:
    assert answer.status == 201
    assert answer.body["settings"] == answer.request["body"]["settings"]
    assert isinstance(answer.body["asset"], int)


@pytest.mark.covers("hooks/create_no_endpoint_400", "hooks/create_bad_template_400")
def test_a_hook_that_is_wrong_is_refused_by_field(answer: Answer) -> None:
    assert answer.status == 400
    assert set(answer.body) <= {"endpoint", "name", "payload_template"}


def test_hooks_count_what_became_of_their_deliveries(story: Story) -> None:
    assert story["hooks/detail_ok"].body["success_count"] == 2
    assert story["hooks/detail_500"].body["failed_count"] == 2
    assert story["hooks/detail_refused"].body["failed_count"] == 2
    assert story["hooks/detail_503"].body["pending_count"] == 2


def test_failures_can_be_sent_again_but_not_at_once(story: Story) -> None:
    again = story["hooks/hook_retry_all"].body

    assert story["hooks/log_retry_too_early_400"].status == 400
    assert again["detail"] == "Task successfully scheduled"
    assert again["pending_uids"] == ["hlSygjNnQAGodCYjKMiHa2v", "hlzEPp3qAsEHEqcsetyuSYn"]


@pytest.mark.covers("hooks/patch_deactivate")
def test_a_hook_can_be_switched_off(answer: Answer) -> None:
    assert answer.body["active"] is False


@pytest.mark.covers("hooks/detail_deleted_404")
def test_a_deleted_hook_is_named_in_the_refusal(answer: Answer) -> None:
    assert answer.body == {"detail": "No Hook matches the given query."}


def test_hooks_are_listed_in_pages(story: Story) -> None:
    assert story["hooks/list_empty"].body["results"] == []
    assert story["hooks/list"].body["count"] == 8
