"""What tablets see: forms, manifests and the answers to what they send (checklist 15)."""

import pytest
from defusedxml.ElementTree import fromstring

from tests.contract.answers import Answer
from tests.contract.conftest import Story

UID = "aiY7cFPb3KQUBQCrZMZUey"
OPENROSA = {"x-openrosa-version": "1.0", "x-openrosa-accept-content-length": "10000000"}


def message(answer: Answer) -> str:
    found = fromstring(answer.text).find("{http://openrosa.org/http/response}message")
    return "" if found is None or found.text is None else found.text


@pytest.mark.covers("openrosa/formList")
def test_a_form_is_listed_for_who_may_fill_it_in(answer: Answer) -> None:
    assert f"<formID>{UID}</formID>" in answer.text
    assert "<downloadUrl>https://kobo.example.org/forms/1/form.xml</downloadUrl>" in answer.text
    assert "<manifestUrl>https://kobo.example.org/xformsManifest/1</manifestUrl>" in answer.text
    assert OPENROSA.items() <= answer.headers.items()


@pytest.mark.covers(
    "openrosa/formList_stranger",
    "openrosa/formList_view_asset_only",
    "openrosa/formList_of_owner_anonymous",
    "lifecycle/formList_when_archived",
)
def test_a_form_is_not_listed_for_who_may_not(answer: Answer) -> None:
    assert answer.status == 200
    assert len(fromstring(answer.text)) == 0


@pytest.mark.covers("openrosa/formList_add_submissions_only")
def test_the_right_to_send_is_enough_for_the_list(answer: Answer) -> None:
    assert "<name>Repeat photos</name>" in answer.text


@pytest.mark.covers(
    "openrosa/formList_anonymous_401",
    "openrosa/formList_bad_token",
    "openrosa/submission_anonymous_401",
    "openrosa/submission_bad_token_401",
    "openrosa/submission_owner_path_anonymous_401",
    "openrosa/submission_head_anonymous",
    "edits/edit_anonymous_401",
)
def test_without_good_credentials_a_tablet_is_challenged_checklist_15(answer: Answer) -> None:
    assert answer.status == 401
    assert answer.kind == "text/xml"
    assert answer.headers["www-authenticate"].startswith('Digest realm="DJANGO", qop="auth"')


@pytest.mark.covers("openrosa/form_xml")
def test_the_form_has_kobos_own_nodes(answer: Answer) -> None:
    assert f'<{UID} id="{UID}" version="2 (' in answer.text
    assert "calculate=\"'vu3H8C4cY7f6FV9ouE3Wiy'\"" in answer.text
    assert "calculate=\"'329b2b72e2484e0d91073e9d43bad9f0'\"" in answer.text


@pytest.mark.covers("openrosa/form_xml_stranger")
def test_the_form_is_not_there_for_a_stranger(answer: Answer) -> None:
    assert answer.status == 404
    assert "No XForm matches the given query." in answer.text


@pytest.mark.covers("openrosa/manifest")
def test_the_manifest_names_files_and_hashes(answer: Answer) -> None:
    assert "<filename>places.csv</filename><hash>md5:5469e23d980916c635a4b49422441b9b</hash>" in (
        answer.text
    )


@pytest.mark.covers("openrosa/submission_head")
def test_a_tablet_learns_how_much_it_may_send(answer: Answer) -> None:
    assert answer.status == 204
    assert OPENROSA.items() <= answer.headers.items()
    assert answer.headers["location"] == "https://kobo.example.org/submission"


@pytest.mark.covers(
    "openrosa/submission_201",
    "openrosa/submission_late_photo",
    "openrosa/submission_without_its_photo_201",
    "openrosa/submission_unknown_question_and_version_201",
    "openrosa/submission_old_version_201",
    "openrosa/submission_basic_auth_201",
    "openrosa/submission_owner_path_anonymous_allowed_201",
    "deletions/resend_of_deleted",
    "encrypted/submission",
)
def test_what_is_taken_is_receipted_checklist_15(answer: Answer) -> None:
    receipt = fromstring(answer.text).find("{http://www.opendatakit.org/xforms}submissionMetadata")

    assert answer.status == 201
    assert message(answer) == "Successful submission."
    assert receipt.get("instanceID").startswith("uuid:")
    assert receipt.get("submissionDate").endswith("+00:00")
    assert receipt.get("isComplete") == "true"
    assert answer.headers["location"].endswith("/submission")


@pytest.mark.covers("openrosa/submission_201_json_receipt", "openrosa/submission_json_201")
def test_a_receipt_can_be_json_checklist_15(answer: Answer) -> None:
    assert answer.status == 201
    assert answer.body["formid"] == UID
    assert answer.body["encrypted"] is False


REFUSALS = {
    "openrosa/submission_same_again_202": (202, "Duplicate Instance"),
    "openrosa/submission_same_id_other_content_409": (
        409,
        "Submission with this instance ID already exists",
    ),
    "openrosa/submission_same_attachment_name_other_bytes_409": (
        409,
        "Attachment with same name already exists",
    ),
    "openrosa/submission_concurrent_423": (
        423,
        "Submission f33f31c6-98c2-560d-b4a7-7e1f1580d6f4 is currently being processed. "
        "Try again later.",
    ),
    "openrosa/submission_no_instance_id_400": (400, "Instance ID is required"),
    "openrosa/submission_bad_xml_400": (400, "Improperly formatted XML."),
    "openrosa/submission_empty_400": (400, "Improperly formatted XML."),
    "openrosa/submission_stranger_403": (403, "Access denied"),
    "lifecycle/submission_to_archived_405": (405, "Form is not active"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_not_taken_is_said_in_words_checklist_15(story: Story, name: str) -> None:
    status, words = REFUSALS[name]

    assert story[name].status == status
    assert message(story[name]) == words
    assert OPENROSA.items() <= story[name].headers.items()


@pytest.mark.covers("openrosa/submission_unknown_form_404")
def test_an_unknown_form_is_not_found_checklist_15(answer: Answer) -> None:
    assert answer.status == 404
    assert "<root><detail>Not found.</detail></root>" in answer.text


@pytest.mark.covers("openrosa/submission_json_no_submission_400")
def test_the_json_door_wants_a_submission(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"error": "No submission key provided."}


@pytest.mark.covers("openrosa/briefcase_submissionList")
def test_briefcase_gets_instance_ids_in_order(answer: Answer) -> None:
    root = fromstring(answer.text)

    assert root.tag == "{http://opendatakit.org/submissions}idChunk"
    assert len(root[0]) == 6
    assert root[1].text == "7"
