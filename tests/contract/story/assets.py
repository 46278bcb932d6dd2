"""Chapter two: drafts, imports, media, the first deployment and the second version."""

from typing import Any

from tests.contract.answers import Answer, recording
from tests.contract.lab import Lab
from tests.contract.workbooks import (
    BROKEN,
    EXTRA_COLUMNS,
    NOT_A_WORKBOOK,
    TINY,
    recorded_form,
)

FORM = "aiY7cFPb3KQUBQCrZMZUey"


def tell(lab: Lab) -> None:
    _drafts(lab)
    _imports(lab)
    _before_deployment(lab)
    _media(lab)
    _first_deployment(lab)
    _second_version(lab)
    _reading(lab)
    _lists(lab)


def equate_uid(lab: Lab, name: str) -> Answer:
    """Play it, and call what it made by the recorded uid from now on."""
    answer = lab.play(name)
    lab.equate(recording(name)["response"]["body"]["uid"], answer.body["uid"])
    return answer


def play_import(lab: Lab, name: str, workbook: bytes) -> dict[str, Any]:
    """Post the workbook, poll to the end; returns the messages."""
    started = lab.play(f"assets/import_{name}_post", parts={"file": workbook})
    lab.equate(
        recording(f"assets/import_{name}_post")["response"]["body"]["uid"], started.body["uid"]
    )
    ended = lab.play(f"assets/import_{name}_poll_end")
    return ended.body["messages"]


def _drafts(lab: Lab) -> None:
    lab.play("assets/list_empty")
    equate_uid(lab, "assets/create_empty_survey")
    equate_uid(lab, "assets/create_with_content")
    for name in ("anonymous_401", "bad_json_500", "bad_type_400"):
        lab.play(f"assets/create_{name}")


def _imports(lab: Lab) -> None:
    play_import(lab, "broken_form", BROKEN)
    play_import(lab, "not_a_workbook", NOT_A_WORKBOOK)
    lab.play("assets/import_no_file")
    lab.play("assets/imports_list")
    library = lab.play("assets/import_library_true_post", parts={"file": TINY})
    ended = lab.ask("GET", f"/api/v2/imports/{library.body['uid']}/").json()
    lab.equate("aVGDzxBuD8TAFe7Z5soEkj", ended["messages"]["created"][0]["uid"])
    lab.play("assets/import_library_true_asset")
    lab.play("assets/deploy_library_item")
    made = play_import(lab, "extra_columns", EXTRA_COLUMNS)
    lab.equate("a3J44dzFYZWwKwUXFjX7tG", made["created"][0]["uid"])
    lab.play("assets/detail_extra_columns")
    lab.play("assets/deploy_invalid_form_400")
    lab.ask("DELETE", lab.live("/api/v2/assets/a3J44dzFYZWwKwUXFjX7tG/"))


def _before_deployment(lab: Lab) -> None:
    made = play_import(lab, "form", recorded_form(with_remark=False))
    lab.equate(FORM, made["created"][0]["uid"])
    draft = lab.play("assets/detail_draft")
    lab.equate("veW9ssqweV9LMZKWCTFipZ", draft.body["version_id"])
    for name in (
        "data_before_deployment",
        "counts",
        "deployment_get_before_404",
        "deployment_patch_before",
        "deploy_by_stranger",
        "detail_stranger_404",
        "detail_anonymous",
        "detail_bad_token_401",
        "detail_unknown_404",
    ):
        lab.play(f"assets/{name}")


def _media(lab: Lab) -> None:
    equate_uid(lab, "files/upload_multipart")
    for name in (
        "upload_same_name_400",
        "upload_bad_type_400",
        "upload_no_content_400",
        "upload_forbidden_extension_400",
        "list",
        "list_form_media",
        "list_stranger",
        "detail",
        "detail_unknown_404",
        "content",
        "patch_500",
        "put_incomplete_400",
    ):
        lab.play(f"files/{name}")


def _first_deployment(lab: Lab) -> None:
    deployed = lab.play("assets/deploy_first")
    lab.equate("329b2b72e2484e0d91073e9d43bad9f0", deployed.body["asset"]["deployment__uuid"])
    for name in ("deploy_twice_405", "deployment_get", "detail_deployed", "redeploy_same_content"):
        lab.play(f"assets/{name}")


def _second_version(lab: Lab) -> None:
    play_import(lab, "replace", recorded_form(with_remark=True))
    changed = lab.play("assets/detail_changed_not_redeployed")
    lab.equate("vu3H8C4cY7f6FV9ouE3Wiy", changed.body["version_id"])
    for name in (
        "redeploy_missing_version",
        "redeploy_bad_version_500",
        "redeploy",
        "versions_list",
        "version_detail",
    ):
        lab.play(f"assets/{name}")


def _reading(lab: Lab) -> None:
    for name in (
        "content",
        "valid_content",
        "asset_xml",
        "asset_xls",
        "xform_html",
        "hash_detail",
        "hash_list",
        "patch_name",
    ):
        lab.play(f"assets/{name}")
    name_before = {"name": "Returned migrants - example"}
    path = lab.live(f"/api/v2/assets/{FORM}/")
    renamed = lab.ask("PATCH", path, body=name_before).json()
    lab.equate("vFtzwZCqdMMUwUsKKjchoa", renamed["version_id"])


def _lists(lab: Lab) -> None:
    for name in (
        "list_surveys",
        "list_bad_q",
        "list_deployed_only_q1",
        "list_page_1",
        "list_page_2",
        "list_metadata",
    ):
        lab.play(f"assets/{name}")
