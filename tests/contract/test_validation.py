"""Validation statuses, single and in bulk, with their traps (checklist 9)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story


@pytest.mark.covers(
    "validation/patch_approved",
    "validation/patch_not_approved",
    "validation/patch_on_hold",
    "validation/patch_by_root_uuid",
    "validation/get_set",
)
def test_a_status_is_an_object_with_who_and_when(answer: Answer) -> None:
    labels = {
        "validation_status_approved": "Approved",
        "validation_status_not_approved": "Not Approved",
        "validation_status_on_hold": "On Hold",
    }

    assert answer.status == 200
    assert answer.body["label"] == labels[answer.body["uid"]]
    assert answer.body["by_whom"] == "mtm"
    assert answer.body["timestamp"] > 1_600_000_000


@pytest.mark.covers(
    "validation/get_unset",
    "validation/get_after_delete",
    "validation/bulk_bad_uid_effect",
    "validation/bulk_empty_uid_effect",
    "validation/bulk_delete_effect",
)
def test_no_status_is_an_empty_object_checklist_9(answer: Answer) -> None:
    assert answer.status == 200
    assert answer.body == {}


@pytest.mark.covers("validation/patch_bad_uid_400")
def test_a_single_wrong_uid_is_refused_checklist_9(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"detail": "Invalid validation status: `validation_status_wrong`"}


@pytest.mark.covers("validation/patch_empty_body_400", "validation/patch_nested_form")
def test_a_missing_uid_is_refused_checklist_9(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"detail": "Invalid validation status: `None`"}


def test_a_refused_status_leaves_the_old_one(story: Story) -> None:
    assert story["validation/get_after_bad_uid"].body == story["validation/get_set"].body


def test_the_row_shows_the_status_and_loses_it(story: Story) -> None:
    after_set, after_delete = (
        story["validation/row_after_set"],
        story["validation/row_after_delete"],
    )

    assert after_set.body["_validation_status"] == story["validation/get_set"].body
    assert after_delete.body == after_set.body | {"_validation_status": {}}


@pytest.mark.covers(
    "validation/bulk_ids",
    "validation/bulk_text_ids",
    "validation/bulk_query",
    "validation/bulk_bad_uid",
    "validation/bulk_empty_uid",
    "validation/bulk_delete",
    "validation/bulk_confirm_all",
)
def test_in_bulk_almost_anything_is_accepted_checklist_9(answer: Answer) -> None:
    ids = answer.request["body"]["payload"].get("submission_ids")

    assert answer.status == 200
    assert answer.body["detail"].endswith(" submissions have been updated")
    if ids is not None:
        assert answer.body["detail"].startswith(f"{len(ids)} ")


@pytest.mark.covers("validation/bulk_confirm_all")
def test_confirm_without_a_selection_means_every_row_checklist_9(answer: Answer) -> None:
    assert answer.body == {"detail": "55 submissions have been updated"}


@pytest.mark.covers("validation/bulk_no_uid", "validation/bulk_delete_without_uid_400")
def test_in_bulk_the_uid_must_be_there_even_if_empty_checklist_9(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"payload": ["`validation_status.uid` is required"]}


@pytest.mark.covers("validation/bulk_no_uid_effect")
def test_a_refused_bulk_request_changes_nothing(answer: Answer) -> None:
    assert answer.body["uid"] == "validation_status_approved"


@pytest.mark.covers(
    "validation/bulk_empty_ids_400",
    "validation/bulk_no_payload_400",
    "validation/bulk_not_numeric_ids_400",
)
def test_a_bulk_request_must_be_well_formed_checklist_9(answer: Answer) -> None:
    assert answer.status == 400
    assert list(answer.body) == ["payload"]


@pytest.mark.covers("validation/bulk_stranger")
def test_a_stranger_sees_no_rows_to_change(answer: Answer) -> None:
    assert answer.status == 404


def test_rows_are_found_by_their_status(story: Story) -> None:
    numbers = [row["_id"] for row in story["validation/query_by_status"].body["results"]]

    assert numbers == [10, 33, 34, 35, 38]
