"""Rows deleted, and sent again afterwards (checklist 7); attachments (checklist 8)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story


@pytest.mark.covers(
    "deletions/delete_one_204",
    "files/delete_204",
    "hooks/delete_204",
    "lifecycle/delete_draft",
    "lifecycle/delete_deployed",
    "permissions/delete",
    "validation/delete_204",
)
def test_a_deletion_says_nothing_checklist_7(answer: Answer) -> None:
    assert answer.status == 204
    assert answer.body is None


def test_nothing_marks_the_gap_of_a_deleted_row_checklist_7(story: Story) -> None:
    around = story["deletions/list_around_deleted"].body

    assert around["count"] == 2
    assert [row["_id"] for row in around["results"]] == [41, 43]


def test_a_deleted_submission_sent_again_is_a_new_row_of_the_same_root_checklist_7(
    story: Story,
) -> None:
    again = story["deletions/row_after_resend"].body["results"][0]

    assert story["deletions/resend_of_deleted"].status == 201
    assert again["_id"] == 58
    assert again["meta/rootUuid"] == "uuid:96d72ae4-f3a0-5b2d-8e96-182edc259e0e"
    assert again["_validation_status"] == {}


@pytest.mark.covers("deletions/bulk_ids", "deletions/bulk_query")
def test_a_bulk_deletion_counts_what_it_deleted(answer: Answer) -> None:
    count = len(answer.request["body"]["payload"].get("submission_ids", ["by query"]))

    assert answer.body == {"detail": f"{count} submissions have been deleted"}


@pytest.mark.covers("deletions/bulk_unknown_ids", "validation/bulk_unknown_id")
def test_unknown_ids_are_refused_in_bulk(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"detail": "One or more submission ids are invalid"}


@pytest.mark.covers(
    "deletions/bulk_no_selection_400", "validation/bulk_no_selection_400", "edits/bulk_no_ids_400"
)
def test_a_bulk_act_without_a_selection_wants_to_be_confirmed(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"payload": ["Confirmation is required"]}


def test_a_late_attachment_changes_nothing_else_checklist_8(story: Story) -> None:
    before = story["attachments/data_row_before_late_attachment"].body["results"][0]
    after = story["attachments/data_row_after_late_attachment"].body["results"][0]

    assert story["openrosa/submission_late_photo"].status == 201
    assert before["_attachments"] == []
    assert len(after["_attachments"]) == 1
    assert before | {"_attachments": after["_attachments"]} == after


def test_an_attachment_tells_of_its_question_and_its_sizes_checklist_8(story: Story) -> None:
    row = story["attachments/data_row_after_late_attachment"].body["results"][0]
    entry = row["_attachments"][0]

    assert entry["question_xpath"] == "photo"
    assert entry["media_file_basename"] == row["photo"]
    assert entry["is_deleted"] is False
    assert entry["download_small_url"] == entry["download_url"] + "small/"
    assert f"/data/{row['_id']}/attachments/{entry['uid']}/" in entry["download_url"]
    assert entry["filename"].startswith("mtm/attachments/329b2b72e2484e0d91073e9d43bad9f0/")


def test_entries_of_a_repeat_are_counted_from_one(story: Story) -> None:
    row = story["attachments/data_row_photos_in_repeat"].body["results"][0]

    assert row["house"] == [{"house/pic": "p1.jpg"}, {"house/pic": "p2.jpg"}]
    assert {a["media_file_basename"]: a["question_xpath"] for a in row["_attachments"]} == {
        "p1.jpg": "house[1]/pic",
        "p2.jpg": "house[2]/pic",
    }


@pytest.mark.covers(
    "attachments/file",
    "attachments/file_by_download_url",
    "attachments/list_by_xpath",
    "attachments/thumbnail_small",
)
def test_a_file_comes_under_its_own_name(answer: Answer) -> None:
    assert answer.kind == "image/jpeg"
    assert answer.headers["content-disposition"] == "inline; filename=photo_0b.jpg"


@pytest.mark.covers("attachments/list", "attachments/list_by_bad_xpath")
def test_there_is_no_list_of_attachments(answer: Answer) -> None:
    assert answer.status == 400
    assert list(answer.body) == ["detail"]


@pytest.mark.covers("attachments/delete_one", "attachments/list_json")
def test_odd_answers_about_attachments_stay_odd(answer: Answer) -> None:
    assert answer.status in {204, 404}
    assert answer.kind in {"application/json", "*/*"}


def test_a_deleted_attachment_stays_listed_and_marked(story: Story) -> None:
    row = story["attachments/row_after_attachment_delete"].body

    assert [entry["is_deleted"] for entry in row["_attachments"]] == [True]
    assert row["photo"] == "photo_1.jpg"
