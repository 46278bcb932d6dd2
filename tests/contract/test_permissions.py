"""Sharing a form (checklist 14)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story

Held = set[tuple[str, str]]


def held(answer: Answer) -> Held:
    """Who holds what, by the last parts of the addresses."""
    return {
        tuple(entry[name].rstrip("/").rpartition("/")[2] for name in ("user", "permission"))
        for entry in answer.body
    }


def of_others(answer: Answer) -> Held:
    return {(user, right) for user, right in held(answer) if user != "mtm"}


@pytest.mark.covers(
    "permissions/list",
    "permissions/list_owner_only",
    "permissions/list_after_bulk",
    "permissions/list_after_delete",
    "permissions/list_as_viewer",
)
def test_assignments_are_a_bare_list_checklist_14(answer: Answer) -> None:
    assert isinstance(answer.body, list)
    assert ("mtm", "manage_asset") in held(answer)


def test_a_bulk_request_replaces_everybodys_rights_but_the_owners_checklist_14(
    story: Story,
) -> None:
    assert of_others(story["permissions/bulk_replace"]) == {
        (user, right) for user in ("enum1", "enum2") for right in ("add_submissions", "view_asset")
    }
    assert of_others(story["permissions/bulk_only_enum2"]) == {("enum2", "view_asset")}
    assert of_others(story["permissions/list_after_bulk"]) == {("enum2", "view_asset")}


def test_what_stays_in_a_bulk_request_keeps_its_uid(story: Story) -> None:
    def address(name: str) -> str:
        return next(e["url"] for e in story[name].body if e["user"].endswith("/enum2/"))

    kept = [
        entry["url"]
        for entry in story["permissions/bulk_replace"].body
        if entry["user"].endswith("/enum2/") and entry["permission"].endswith("/view_asset/")
    ]
    assert kept == [address("permissions/bulk_only_enum2")]


def test_taking_the_view_of_a_form_leaves_the_right_to_send(story: Story) -> None:
    before, after = story["permissions/list"], story["permissions/list_after_delete"]

    assert held(before) - held(after) == {("enum2", "view_asset")}
    assert ("enum2", "add_submissions") in held(after)


def test_a_viewer_sees_only_their_own_and_the_owners_rights(story: Story) -> None:
    assert {user for user, _ in held(story["permissions/list_as_viewer"])} == {"enum1", "mtm"}


@pytest.mark.covers(
    "permissions/add_view_asset",
    "permissions/add_add_submissions",
    "permissions/anonymous_view_asset",
    "permissions/anonymous_add_submissions",
)
def test_a_right_given_is_answered_with_its_address(answer: Answer) -> None:
    assert answer.status == 201
    assert answer.headers["location"] == answer.body["url"]
    assert isinstance(answer.body["label"], str)


@pytest.mark.covers("permissions/add_partial_submissions")
def test_partial_rights_come_with_their_filters(answer: Answer) -> None:
    assert answer.body["partial_permissions"][0]["filters"] == [{"_submitted_by": "enum2"}]
    assert answer.body["label"]["default"]


@pytest.mark.covers("permissions/add_unknown_user_400", "permissions/add_unknown_permission_400")
def test_addresses_of_nothing_are_refused(answer: Answer) -> None:
    assert answer.status == 400
    assert list(answer.body.values()) == [["Invalid hyperlink - Object does not exist."]]


@pytest.mark.covers("permissions/delete_owner_own")
def test_the_owners_rights_cannot_be_taken(answer: Answer) -> None:
    assert answer.status == 409
    assert answer.body == {"detail": "Owner's permissions cannot be deleted"}


@pytest.mark.covers("permissions/catalogue")
def test_the_catalogue_says_what_implies_what(answer: Answer) -> None:
    catalogue = {entry["codename"]: entry for entry in answer.body["results"]}

    implied = {
        name: {address.rstrip("/").rpartition("/")[2] for address in entry["implied"]}
        for name, entry in catalogue.items()
    }
    assert implied["add_submissions"] == set()
    assert implied["validate_submissions"] == {"view_submissions", "view_asset"}
    assert implied["manage_asset"] == set(catalogue) - {"manage_asset", "partial_submissions"}


@pytest.mark.covers("permissions/user_detail", "permissions/detail")
def test_a_person_and_an_assignment_have_addresses_of_their_own(answer: Answer) -> None:
    assert answer.status == 200
    assert answer.body["url"].startswith("https://kobo.example.org/api/v2/")


@pytest.mark.covers("permissions/user_unknown_404")
def test_an_unknown_person_is_named_in_the_refusal(answer: Answer) -> None:
    assert answer.body == {"detail": "No User matches the given query."}
