"""Forms: drafts, imports, versions and deployments (checklist 13)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story

UID = "aiY7cFPb3KQUBQCrZMZUey"


@pytest.mark.covers(
    "assets/import_form_post",
    "assets/import_replace_post",
    "assets/import_extra_columns_post",
    "assets/import_library_true_post",
    "assets/import_broken_form_post",
    "assets/import_not_a_workbook_post",
    "assets/import_no_file",
)
def test_every_import_is_accepted_at_first_checklist_13(answer: Answer) -> None:
    assert answer.status == 201
    assert answer.body["status"] == "processing"
    assert answer.body["url"].endswith(f"/api/v2/imports/{answer.body['uid']}/")


@pytest.mark.covers("assets/import_form_poll_end", "assets/import_extra_columns_poll_end")
def test_a_finished_import_names_what_it_created_checklist_13(answer: Answer) -> None:
    created = answer.body["messages"]["created"]

    assert answer.body["status"] == "complete"
    assert [entry["kind"] for entry in created] == ["asset"]
    assert created[0]["owner__username"] == "mtm"


@pytest.mark.covers("assets/import_replace_poll_end")
def test_an_import_over_a_form_names_what_it_updated_checklist_13(answer: Answer) -> None:
    assert [entry["uid"] for entry in answer.body["messages"]["updated"]] == [UID]
    assert answer.body["messages"]["audit_logs"][0]["asset_uid"] == UID


def test_a_form_that_cannot_be_read_ends_in_an_error_checklist_13(story: Story) -> None:
    broken = story["assets/import_broken_form_poll_end"].body
    no_workbook = story["assets/import_not_a_workbook_poll_end"].body

    assert (broken["status"], no_workbook["status"]) == ("error", "error")
    assert broken["messages"] == {
        "error": "unknown type ['nosuchtype']",
        "error_type": "ValueError",
    }
    assert no_workbook["messages"]["error"] == "Unsupported format, or corrupt file"


def test_without_library_false_the_form_becomes_a_block(story: Story) -> None:
    block = story["assets/import_library_true_asset"].body

    assert block["asset_type"] == "block"
    assert block["deployment_status"] == "-"


@pytest.mark.covers("assets/detail_extra_columns")
def test_columns_that_kobo_does_not_know_are_kept(answer: Answer) -> None:
    first, second = answer.body["content"]["survey"]

    assert (first["privacy"], first["dictionary"]) == ("direct_identifier", "resp_name")
    assert second["body::kb:x"] == "1"


@pytest.mark.covers("assets/deploy_invalid_form_400")
def test_an_undeclared_prefix_breaks_the_deployment(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body["error"].startswith("ODK Validate Errors:")


@pytest.mark.covers("assets/detail_draft", "assets/detail_deployed", "assets/version_detail")
def test_content_has_labels_in_the_order_of_its_translations(answer: Answer) -> None:
    content = answer.body["content"]
    rows = {row.get("name"): row for row in content["survey"]}

    assert content["translations"] == ["English (en)", "Русский (ru)", "Кыргызча (ky)"]
    assert rows["age"]["label"] == ["Age", "Возраст", "Жашы"]
    assert rows["m_age"]["$xpath"] == "member/m_work/m_age"
    assert rows["consent"]["type"] == "select_one"
    assert rows["consent"]["select_from_list_name"] == "yes_no"
    assert rows["consent"]["required"] is True
    assert (rows["place"]["type"], rows["place"]["file"]) == ("select_one_from_file", "places.csv")
    assert {row["list_name"] for row in content["choices"]} == {"yes_no", "sex", "reason", "skill"}


def test_a_reimport_gives_every_row_a_new_kuid(story: Story) -> None:
    def kuids(name: str) -> set[str]:
        return {row["$kuid"] for row in story[name].body["content"]["survey"]}

    assert not kuids("assets/detail_deployed") & kuids("assets/detail_changed_not_redeployed")


@pytest.mark.covers("assets/content")
def test_flat_content_has_a_column_for_each_language(answer: Answer) -> None:
    rows = {row.get("name"): row for row in answer.body["data"]["survey"]}

    assert rows["age"]["label::Русский (ru)"] == "Возраст"
    assert rows["consent"]["type"] == "select_one yes_no"


def test_the_first_deployment_is_by_post_and_only_once_checklist_13(story: Story) -> None:
    assert story["assets/deployment_get_before_404"].status == 404
    assert story["assets/deployment_patch_before"].status == 405
    assert story["assets/deployment_patch_before"].body["detail"].startswith("Use POST")
    assert story["assets/deploy_first"].status == 200
    assert story["assets/deploy_first"].body["active"] is True
    assert story["assets/deploy_twice_405"].status == 405
    assert story["assets/deploy_twice_405"].body["detail"].startswith("Use PATCH")


@pytest.mark.covers("assets/redeploy_missing_version", "assets/redeploy_same_content")
def test_a_redeployment_without_version_deploys_nothing_checklist_13(answer: Answer) -> None:
    assert answer.status == 200
    assert answer.body["version_id"] == "veW9ssqweV9LMZKWCTFipZ"


@pytest.mark.covers("assets/redeploy")
def test_a_redeployment_of_the_newest_version_checklist_13(answer: Answer) -> None:
    assert answer.body["version_id"] == "vu3H8C4cY7f6FV9ouE3Wiy"
    assert answer.body["asset"]["deployed_versions"]["count"] == 2


def test_versions_are_listed_newest_first(story: Story) -> None:
    versions = story["assets/versions_list"].body["results"]

    assert [version["uid"] for version in versions] == [
        "vu3H8C4cY7f6FV9ouE3Wiy",
        "veW9ssqweV9LMZKWCTFipZ",
    ]
    assert [version["version_number"] for version in versions] == ["2", "1"]
    assert len({version["content_hash"] for version in versions}) == 2


def test_a_new_name_is_a_new_version_with_the_same_content_hash(story: Story) -> None:
    renamed = story["assets/patch_name"].body

    assert renamed["version_id"] != renamed["deployed_version_id"]
    assert renamed["version__content_hash"] == story["assets/version_detail"].body["content_hash"]


@pytest.mark.covers("assets/list_surveys", "assets/list_page_1", "assets/list_deployed_only_q1")
def test_a_list_of_forms_tells_of_their_deployment(answer: Answer) -> None:
    first = answer.body["results"][0]

    assert first["uid"] == UID
    assert first["deployment_status"] == "deployed"
    assert first["version_id"] != first["deployed_version_id"]
    assert "content" not in first


def test_pages_of_forms_move_by_offset_too(story: Story) -> None:
    first, second = story["assets/list_page_1"].body, story["assets/list_page_2"].body

    uids = [asset["uid"] for asset in first["results"] + second["results"]]
    assert len(set(uids)) == first["count"] == 4
    assert second["next"] is None


@pytest.mark.covers("assets/list_metadata")
def test_links_repeat_the_format_that_was_asked_for(answer: Answer) -> None:
    first = answer.body["results"][0]

    assert first["url"].endswith(f"/assets/{UID}/?format=json")
    assert first["downloads"][0]["url"].endswith("?format=json.xls")
    assert set(answer.body["metadata"]) == {"languages", "countries", "sectors", "organizations"}


@pytest.mark.covers("assets/create_bad_type_400")
def test_an_unknown_type_of_asset_is_refused(answer: Answer) -> None:
    assert answer.status == 400
    assert answer.body == {"asset_type": ['"nonsense" is not a valid choice.']}


@pytest.mark.covers("assets/asset_xml")
def test_the_xform_of_a_draft_has_no_version(answer: Answer) -> None:
    assert f'<{UID} id="{UID}">' in answer.text
    assert "formhub" not in answer.text


@pytest.mark.covers("assets/create_empty_survey", "assets/create_with_content")
def test_a_draft_has_a_version_and_no_deployment(answer: Answer) -> None:
    assert answer.status == 201
    assert answer.body["version_count"] == 1
    assert (answer.body["has_deployment"], answer.body["deployment_status"]) == (False, "draft")
    assert answer.headers["location"] == answer.body["url"]


def test_an_archived_form_keeps_its_rows_and_takes_no_more(story: Story) -> None:
    archived = story["lifecycle/detail_archived"].body

    assert (archived["deployment_status"], archived["deployment__active"]) == ("archived", False)
    assert story["lifecycle/data_when_archived"].body["count"] > 0
    assert "<xform>" not in story["lifecycle/formList_when_archived"].text
    assert story["lifecycle/unarchive"].body["active"] is True


@pytest.mark.covers("lifecycle/clone")
def test_a_copy_of_a_form_is_a_draft_of_its_own(answer: Answer) -> None:
    assert answer.body["uid"] != UID
    assert (answer.body["name"], answer.body["deployment_status"]) == ("A copy", "draft")


def test_who_only_sees_the_form_is_not_told_how_many_rows_it_has(story: Story) -> None:
    public = story["assets/detail_anonymous_public"].body

    assert public["deployment__submission_count"] is None
    assert {right["codename"] for right in public["effective_permissions"]} == {
        "add_submissions",
        "view_asset",
    }


def test_rows_of_an_encrypted_form_are_envelopes(story: Story) -> None:
    row = story["encrypted/data_list"].body["results"][0]

    assert "public_key" in story["encrypted/asset_detail"].body["content"]["settings"]
    assert story["encrypted/asset_detail"].body["deployment__encrypted"] is False
    assert row["encryptedXmlFile"] == "submission.xml.enc"
    assert row["base64EncryptedKey"]
    assert "__version__" not in row
    assert [a["question_xpath"] for a in row["_attachments"]] == [""]
    assert "download_small_url" not in row["_attachments"][0]
