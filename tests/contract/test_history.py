"""The history of a project (checklist 10 and 16)."""

import re

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story

_WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.covers(
    "history/list_page_1",
    "history/list_page_2_start",
    "history/add-submission",
    "history/modify-submission",
    "history/delete-submission",
    "history/view_data_rows",
    "history/ordering_param",
    "history/by_date_quoted",
    "history/delete_since",
)
def test_lines_come_newest_first_with_whole_seconds_checklist_10(answer: Answer) -> None:
    dates = [line["date_created"] for line in answer.body["results"]]

    assert dates == sorted(dates, reverse=True)
    assert all(_WHOLE_SECONDS.fullmatch(date) for date in dates)


@pytest.mark.covers(
    "history/add-submission", "history/modify-submission", "history/delete-submission"
)
def test_a_line_names_the_root_without_prefix_checklist_10(answer: Answer) -> None:
    for line in answer.body["results"]:
        about = line["metadata"]["submission"]
        assert re.fullmatch(r"[0-9a-f-]{36}", about["root_uuid"])
        assert about["submitted_by"] in {"mtm", "enum1", "enum2"}
        assert "status" not in about or line["action"] == "modify-submission"


def test_only_a_status_change_has_a_status_checklist_10(story: Story) -> None:
    lines = story["history/by_root_uuid"].body["results"]

    assert [line["metadata"]["submission"].get("status") for line in lines] == [
        "On Hold",
        None,
        None,
    ]
    assert {line["action"] for line in lines} == {"modify-submission"}
    assert story["history/by_root_uuid"].body["count"] == 5


def test_a_cleared_status_is_called_none_checklist_10(story: Story) -> None:
    newest = story["history/modify-submission"].body["results"][0]

    assert newest["metadata"]["submission"]["status"] == "None"


@pytest.mark.covers(
    "history/by_date_unquoted",
    "history/by_root_uuid_unquoted_colon",
    "history/bad_field_empty",
    "history/bad_query_empty",
    "assets/list_bad_q",
)
def test_a_mistake_in_the_search_finds_nothing_and_is_no_error_checklist_10(
    answer: Answer,
) -> None:
    assert answer.status == 200
    assert answer.body == {"count": 0, "next": None, "previous": None, "results": []}


def test_either_of_two_actions_checklist_10(story: Story) -> None:
    lines = story["history/delete_or_modify"].body

    count = sum(story[f"history/{a}-submission"].body["count"] for a in ("delete", "modify"))
    assert lines["count"] == count


def test_offset_moves_the_window_here(story: Story) -> None:
    by_start, by_offset = story["history/list_page_2_start"], story["history/list_page_2_offset"]

    assert by_start.body["results"] == by_offset.body["results"]


def test_a_late_attachment_leaves_no_line_checklist_10(story: Story) -> None:
    lines = story["history/late_attachment"].body["results"]

    assert [line["action"] for line in lines] == ["modify-submission", "add-submission"]
    assert lines[0]["metadata"]["submission"]["status"] == "On Hold"


def test_each_list_of_rows_leaves_a_line_and_a_single_row_none_checklist_16(
    story: Story,
) -> None:
    before, after_lists, after_detail = story["history/view_data_counts"].body

    assert after_lists == before + 3
    assert after_detail == after_lists


@pytest.mark.covers("history/actions")
def test_the_actions_of_the_story_are_named(answer: Answer) -> None:
    assert answer.body["actions"] == [
        "add-media",
        "add-submission",
        "delete-submission",
        "deploy",
        "in-trash",
        "modify-submission",
        "modify-user-permissions",
        "redeploy",
        "replace-form",
        "unarchive",
        "update-name",
        "view-data",
    ]


@pytest.mark.covers("history/export_post")
def test_the_history_can_be_ordered_as_a_file(answer: Answer) -> None:
    assert answer.status == 202
    assert answer.body == {"status": "created"}


@pytest.mark.covers("history/audit_logs_view_data")
def test_the_audit_log_has_no_count(answer: Answer) -> None:
    assert set(answer.body) == {"next", "previous", "results"}
