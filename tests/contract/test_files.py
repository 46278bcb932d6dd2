"""Form media, and when tablets get it (checklist 13); exports."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story


@pytest.mark.covers(
    "files/upload_multipart",
    "files/upload_after_delete_201",
    "files/upload_base64_201",
    "files/upload_redirect_url",
)
def test_an_upload_is_told_its_name_hash_and_type(answer: Answer) -> None:
    metadata = answer.body["metadata"]

    assert answer.status == 201
    assert metadata["hash"].startswith("md5:")
    assert metadata["mimetype"] == "text/csv"
    assert answer.headers["location"] == answer.body["url"]


@pytest.mark.covers("files/upload_same_name_400")
def test_a_name_can_be_taken_once_checklist_13(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"content": ["File already exists"]}


@pytest.mark.covers(
    "files/upload_bad_type_400",
    "files/upload_no_content_400",
    "files/upload_forbidden_extension_400",
    "files/put_incomplete_400",
)
def test_an_upload_that_is_wrong_is_refused_by_field(answer: Answer) -> None:
    assert answer.status == 400
    assert len(answer.body) == 1
    assert all(isinstance(messages, list) for messages in answer.body.values())


@pytest.mark.covers("files/detail_unknown_404")
def test_an_unknown_file_is_named_in_the_refusal(answer: Answer) -> None:
    assert answer.body == {"detail": "No AssetFile matches the given query."}


@pytest.mark.covers("files/list", "files/list_form_media")
def test_files_are_listed_in_pages(answer: Answer) -> None:
    assert answer.body["count"] == 1
    assert answer.body["results"][0]["metadata"]["filename"] == "places.csv"


@pytest.mark.covers("files/content", "openrosa/form_media_file")
def test_the_file_itself_is_served(answer: Answer) -> None:
    assert answer.text.startswith("name,label\nP001,Place 1\n")
    assert answer.kind == "text/csv"


def test_tablets_get_new_media_only_after_a_redeployment_checklist_13(story: Story) -> None:
    before, later, after = (
        story[f"files/manifest_{when}"].text
        for when in ("before_redeploy", "a_little_later", "after_redeploy")
    )

    assert before == later == story["openrosa/manifest"].text
    assert before != after
    assert "<filename>places.csv</filename>" in after


def test_a_redeployment_changes_version_and_hash_of_the_form_list(story: Story) -> None:
    before, after = (story[f"files/formList_{when}_redeploy"].text for when in ("before", "after"))

    assert "<version>2 (" in before
    assert "<version>3 (" in after
    assert story["files/redeploy_after_replace"].body["version_id"] == "vFtzwZCqdMMUwUsKKjchoa"


def test_an_export_is_made_and_fetched(story: Story) -> None:
    created, ended = story["exports/create_csv"].body, story["exports/detail_end"].body

    assert (created["status"], created["result"]) == ("created", None)
    assert ended["status"] == "complete"
    assert ended["result"] in story["exports/list"].body["results"][0]["result"]
    assert story["exports/result_csv"].text.startswith('"')


@pytest.mark.covers("exports/create_bad_400")
def test_an_export_needs_all_its_settings(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body["data"][0].startswith("Must contain all the following required keys")
