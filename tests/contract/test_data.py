"""Rows and pages of `/data/` (checklist 1 to 4 and 6)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story
from tests.contract.rows_of import answers_of, assert_is_row, rows_in

DATA = "https://kobo.example.org/api/v2/assets/aiY7cFPb3KQUBQCrZMZUey/data"


@pytest.mark.covers(
    "data/detail",
    "data/detail_by_root_uuid",
    "data/detail_by_prefixed_uuid",
    "data/list_page_1",
    "data/list_page_2",
    "data/list_last_page",
    "data/list_json_suffix",
    "data/list_keyset",
    "data/row_with_unknown_question",
    "data/row_sent_anonymously",
    "attachments/data_row_photos_in_repeat",
    "lifecycle/data_when_archived",
)
def test_every_answer_is_a_text_and_what_is_empty_is_absent_checklist_1(answer: Answer) -> None:
    assert answer.status == 200
    for row in rows_in(answer):
        assert_is_row(row)


@pytest.mark.covers("data/detail")
def test_a_row_lays_groups_and_repeats_out_by_path_checklist_1(answer: Answer) -> None:
    row = answer.body

    assert row["respondent/age"] == "42"
    assert row["reasons"] == "work_end ban"
    assert row["member"] == [
        {
            "member/m_name": "Aisuluu Example",
            "member/m_work/m_age": "65",
            "member/m_work/m_skills": "build",
        }
    ]
    assert row["_geolocation"] == [40.040484, 72.965465]
    assert row["_validation_status"] == {}
    assert "reason_other" not in row


@pytest.mark.covers("data/row_sent_anonymously")
def test_nobody_has_sent_what_was_sent_without_credentials_checklist_1(answer: Answer) -> None:
    assert rows_in(answer)[0]["_submitted_by"] is None


@pytest.mark.covers("data/row_with_unknown_question")
def test_what_the_form_does_not_know_is_kept_as_sent(answer: Answer) -> None:
    row = rows_in(answer)[0]

    assert row["unknown_question"] == "kept?"
    assert row["__version__"] == "vNeverDeployed"


@pytest.mark.covers("data/detail_xml")
def test_the_xml_of_a_row_is_what_the_tablet_sent(answer: Answer) -> None:
    assert answer.kind == "application/xml"
    assert answer.text.startswith('<?xml version="1.0" ?><aiY7cFPb3KQUBQCrZMZUey id=')
    assert "<place>P001</place>" in answer.text


def test_pages_are_of_a_hundred_rows_and_of_a_thousand_at_most_checklist_2(story: Story) -> None:
    default, capped = story["cap/list_default_100"], story["cap/list_limit_5000_capped"]
    last = story["cap/list_last_page"]

    assert len(default.body["results"]) == 100
    assert default.body["next"].endswith("?fields=%5B%22_id%22%5D&limit=100&start=100")
    assert len(capped.body["results"]) == 1000
    assert capped.body["count"] == 1005
    assert capped.body["next"].endswith("&limit=1000&start=1000")
    assert len(last.body["results"]) == 5
    assert last.body["next"] is None


def test_pages_name_their_neighbours_by_full_addresses_checklist_2(story: Story) -> None:
    first, second = story["data/list_page_1"].body, story["data/list_page_2"].body
    last, beyond = story["data/list_last_page"].body, story["data/list_start_beyond_end"].body

    assert (first["next"], first["previous"]) == (f"{DATA}/?limit=5&start=5", None)
    assert (second["next"], second["previous"]) == (
        f"{DATA}/?limit=5&start=10",
        f"{DATA}/?limit=5",
    )
    assert (last["next"], last["previous"]) == (None, f"{DATA}/?limit=5&start=46")
    assert (beyond["next"], beyond["results"]) == (None, [])
    assert story["data/list_json_suffix"].body["next"] == f"{DATA}.json?limit=1&start=1"


@pytest.mark.covers("data/list_limit_0", "data/list_limit_negative", "data/list_limit_text")
def test_a_limit_that_is_none_is_refused_checklist_2(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"limit": "A positive integer is required"}


@pytest.mark.covers("data/list_start_text")
def test_a_start_that_is_no_number_is_refused(answer: Answer) -> None:
    assert answer.body == {"start": "A positive integer is required."}


@pytest.mark.covers("data/list_count_param_400")
def test_asking_for_a_count_alone_is_refused(answer: Answer) -> None:
    assert answer.status == 400
    assert list(answer.body) == ["count"]


def test_offset_and_page_move_the_links_but_not_the_window(story: Story) -> None:
    offset, paged = (
        story["data/list_offset_param"].body,
        story["data/list_page_params_ignored"].body,
    )

    assert [row["_id"] for row in offset["results"]] == [1, 3]
    assert offset["next"] == f"{DATA}/?limit=2&offset=5&start=7"
    assert [row["_id"] for row in paged["results"]] == [1, 3]
    assert paged["next"] == f"{DATA}/?limit=2&page=2&page_size=2&start=4"


@pytest.mark.covers("data/list_format_csv")
def test_there_is_no_csv(answer: Answer) -> None:
    assert answer.status == 404
    assert answer.body == {"detail": "Not found."}


@pytest.mark.covers("data/list_xml")
def test_a_list_as_xml_holds_the_originals(answer: Answer) -> None:
    assert answer.text.startswith('<?xml version="1.0" encoding="utf-8"?><root><count>54</count>')
    assert "<previous>None</previous>" in answer.text


@pytest.mark.covers("data/list_geojson")
def test_geojson_has_longitude_first_and_no_repeats(answer: Answer) -> None:
    feature = answer.body["features"][0]

    assert feature["geometry"]["coordinates"] == [72.965465, 40.040484, 0.0]
    assert feature["properties"]["_index"] == 1
    assert not {"member", "gps", "_id"} & feature["properties"].keys()


def test_rows_come_sorted_as_asked_checklist_3(story: Story) -> None:
    rising = [row["_id"] for row in story["data/list_sort_id_asc"].body["results"]]
    falling = [row["_id"] for row in story["data/list_sort_id_desc"].body["results"]]

    assert rising == [1, 3, 4]
    assert falling == [55, 54, 53]


def test_the_keyset_counts_the_rest_and_repeats_its_query_checklist_3(story: Story) -> None:
    keyset = story["data/list_keyset"].body

    assert [row["_id"] for row in keyset["results"]] == [8, 9, 10]
    assert keyset["count"] == 48
    assert keyset["next"] == (
        f"{DATA}/?limit=3&query=%7B%22_id%22%3A+%7B%22%24gt%22%3A+7%7D%7D"
        "&sort=%7B%22_id%22%3A1%7D&start=3"
    )


@pytest.mark.covers(
    "data/query_id_gt_as_text",
    "data/query_number_against_text",
    "data/query_text_comparison",
    "data/query_type_operator",
    "data/query_where",
    "data/query_status_none_yet",
    "data/query_submission_time_none",
)
def test_what_cannot_match_finds_nothing_and_is_no_error_checklist_3(answer: Answer) -> None:
    assert answer.status == 200
    assert answer.body == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.covers("data/query_id_as_text")
def test_an_id_alone_may_be_text_checklist_3(answer: Answer) -> None:
    assert [row["_id"] for row in answer.body["results"]] == [1]


@pytest.mark.covers("data/query_in")
def test_one_of_several_values_checklist_3(answer: Answer) -> None:
    assert {row["place"] for row in answer.body["results"]} <= {"P004", "P005"}
    assert answer.body["results"]


@pytest.mark.covers("data/query_or")
def test_either_of_two_conditions_checklist_3(answer: Answer) -> None:
    assert all(row["place"] == "P004" or row["consent"] == "no" for row in answer.body["results"])


@pytest.mark.covers("data/query_regex")
def test_a_regular_expression_with_options_checklist_3(answer: Answer) -> None:
    found = [row["respondent/resp_name"] for row in answer.body["results"]]

    assert all(name.startswith("Ais") for name in found)
    assert found


@pytest.mark.covers("data/query_submission_time_gt")
def test_times_are_compared_as_texts_checklist_3(answer: Answer) -> None:
    assert answer.body["count"] == 54


@pytest.mark.covers("data/query_bad_json_400", "data/fields_bad_400", "data/list_sort_bad_400")
def test_a_parameter_that_is_no_json_is_refused_checklist_3(answer: Answer) -> None:
    assert answer.status == 400
    assert list(answer.body.values()) == ["Value must be valid JSON."]


@pytest.mark.covers("data/query_all_not_array")
def test_an_operand_that_does_not_suit_is_refused_with_a_list_checklist_3(
    answer: Answer,
) -> None:
    assert answer.status == 400
    assert answer.body == ["Unsupported query"]


def test_fields_always_bring_the_uuids_and_hide_the_status_checklist_4(story: Story) -> None:
    two, with_status = story["data/fields_two"].body, story["data/fields_with_status"].body
    by_status = story["validation/query_by_status"].body

    always = {"_id", "_uuid", "meta/rootUuid", "_validation_status"}
    assert {frozenset(row) for row in two["results"]} == {frozenset({*always, "place"})}
    assert all(set(row) == {*always, "_submission_time"} for row in with_status["results"])
    assert {row["_validation_status"]["uid"] for row in by_status["results"]} == {
        "validation_status_approved"
    }


def test_partial_rights_narrow_the_list_and_its_count(story: Story) -> None:
    partial, whole = story["data/list_partial_permission"].body, story["data/list_page_1"].body

    assert {row["_submitted_by"] for row in partial["results"]} == {"enum2"}
    assert partial["count"] < whole["count"]


@pytest.mark.covers("assets/data_before_deployment")
def test_there_is_no_data_before_the_first_deployment(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"detail": "The specified asset has not been deployed"}


def test_a_lower_number_can_be_seen_after_a_higher_one_checklist_6(story: Story) -> None:
    late = story["data/late_lower_ids"].body["late"]

    assert late
    assert all(lower < higher for lower, higher in late)


def test_paging_by_offset_loses_rows_when_others_are_deleted(story: Story) -> None:
    assert len(story["data/offset_paging_misses_rows"].body["never_seen"]) == 3


def test_numbers_have_gaps_where_posts_were_refused_checklist_6(story: Story) -> None:
    numbers = [row["_id"] for row in story["data/list_page_1"].body["results"]]

    assert numbers == [1, 3, 4, 5, 6]


def test_a_row_of_the_json_door_lacks_what_only_tablets_know(story: Story) -> None:
    row = story["data/query_in"].body["results"][0]

    assert answers_of(row).keys() == {"consent", "place", "meta/instanceID"}
    assert row["_geolocation"] == [None, None]
