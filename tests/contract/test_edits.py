"""Edits, bulk changes and copies (checklist 5)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story

KEPT = ("_id", "meta/rootUuid", "_submission_time", "_submitted_by", "_validation_status")


def test_an_edit_keeps_who_the_row_is_and_changes_its_uuid_checklist_5(story: Story) -> None:
    before, after = story["edits/1_before"].body, story["edits/3_after_first_edit"].body

    assert [after[name] for name in KEPT] == [before[name] for name in KEPT]
    assert before["_validation_status"]["uid"] == "validation_status_approved"
    assert after["_uuid"] != before["_uuid"]
    assert after["meta/deprecatedID"] == before["meta/instanceID"]
    assert after["respondent/age"] == "44"
    assert "meta/instanceName" not in after


def test_a_second_edit_replaces_the_first_checklist_5(story: Story) -> None:
    first, second = story["edits/3_after_first_edit"].body, story["edits/6_after_second_edit"].body

    assert second["meta/deprecatedID"] == first["meta/instanceID"]
    assert second["meta/rootUuid"] == first["meta/rootUuid"]


@pytest.mark.covers("edits/2_post_edit_201", "edits/5_post_second_edit_201")
def test_an_edit_is_receipted_with_the_date_of_the_first_receipt_checklist_5(
    answer: Answer,
) -> None:
    assert answer.status == 201
    assert "<message>Successful submission.</message>" in answer.text
    assert answer.headers["location"] == "https://kobo.example.org/submission"


@pytest.mark.covers("edits/4_stale_edit_410")
def test_an_edit_of_an_old_version_is_gone_checklist_5(answer: Answer) -> None:
    assert answer.status == 410
    assert "deprecatedID refers to an old version" in answer.text


@pytest.mark.covers("openrosa/edit_unknown_deprecated_id_404", "deletions/edit_of_deleted_404")
def test_an_edit_of_what_is_not_there_is_not_found_checklist_5(answer: Answer) -> None:
    assert answer.status == 404
    assert "deprecatedID not found" in answer.text


@pytest.mark.covers("edits/resend_of_the_edit")
def test_the_same_edit_again_is_a_duplicate_checklist_5(answer: Answer) -> None:
    assert answer.status == 202
    assert "Duplicate Instance" in answer.text


@pytest.mark.covers("edits/edit_without_permission_403")
def test_who_may_add_may_not_change(answer: Answer) -> None:
    assert answer.status == 403
    assert "Access denied" in answer.text


@pytest.mark.covers("edits/edit_anonymous_401")
def test_nobody_may_not_change(answer: Answer) -> None:
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Digest ")


def test_the_original_sent_after_an_edit_changes_nothing(story: Story) -> None:
    assert story["edits/original_sent_again_after_edit"].status == 409
    after = story["edits/after_original_sent_again"].body["results"]
    assert after == [story["edits/6_after_second_edit"].body]


@pytest.mark.covers("edits/7_detail_by_first_uuid", "edits/9_detail_by_current_uuid")
def test_a_row_is_found_by_its_first_and_by_its_current_uuid(answer: Answer) -> None:
    assert answer.body["_id"] == 10


@pytest.mark.covers("edits/query_by_root_uuid", "edits/query_by_current_uuid")
def test_a_query_finds_a_row_by_either_uuid(answer: Answer) -> None:
    assert [row["_id"] for row in answer.body["results"]] == [10]


def test_a_bulk_change_is_an_edit_of_each_row(story: Story) -> None:
    before, after = story["edits/bulk_1_before"].body, story["edits/bulk_3_after"].body
    told = story["edits/bulk_2_patch"].body

    assert (told["count"], told["successes"], told["failures"]) == (2, 2, 0)
    assert told["results"][0]["uuid"] == after["_uuid"]
    assert told["results"][0]["root_uuid"] == before["_uuid"]
    assert (after["respondent/age"], after["remark"]) == ("33", "set in bulk")
    assert after["meta/deprecatedID"] == before["meta/instanceID"]
    assert after["meta/instanceName"] == before["meta/instanceName"]
    assert [after[name] for name in KEPT] == [before[name] for name in KEPT]


@pytest.mark.covers(
    "edits/bulk_empty_ids_400", "edits/bulk_no_ids_400", "edits/bulk_no_payload_400"
)
def test_a_bulk_change_of_nothing_is_refused(answer: Answer) -> None:
    assert answer.status == 400
    assert list(answer.body) == ["payload"]


@pytest.mark.covers("edits/bulk_unknown_id")
def test_a_bulk_change_of_unknown_rows_is_refused_with_a_list(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == ["No submissions match the given `submission_ids`"]


@pytest.mark.covers("edits/duplicate_201")
def test_a_copy_is_a_new_row_of_the_callers(answer: Answer) -> None:
    row = answer.body

    assert answer.status == 201
    assert row["_id"] == 57
    assert row["_submitted_by"] == "mtm"
    assert row["meta/rootUuid"] == row["meta/instanceID"]
    assert "meta/deprecatedID" not in row
    assert row["meta/instanceName"].startswith("RM-")
    assert row["start"] == row["end"]
    assert row["start"].endswith("+00:00")


def test_a_photo_no_longer_named_leaves_the_row(story: Story) -> None:
    before, after = story["edits/photo_1_before"].body, story["edits/photo_3_after"].body

    assert [a["media_file_basename"] for a in before["_attachments"]] == ["photo_0.jpg"]
    assert [a["media_file_basename"] for a in after["_attachments"]] == ["photo_0b.jpg"]
    assert before["_uuid"] in after["_attachments"][0]["filename"]


@pytest.mark.covers("edits/enketo_edit_link", "edits/enketo_view_link")
def test_a_link_to_the_web_form_is_of_the_deployed_version(answer: Answer) -> None:
    assert answer.body["url"].startswith("https://enketo.example.org/")
    assert answer.body["version_uid"] == "vu3H8C4cY7f6FV9ouE3Wiy"
