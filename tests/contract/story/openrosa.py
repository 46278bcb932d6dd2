"""Chapter four: tablets fetch the form and send what they have, rightly and wrongly."""

from tests.contract.lab import Lab
from tests.contract.story.permissions import give
from tests.contract.story.rows import send_rows


def tell(lab: Lab) -> None:
    _fetching(lab)
    _refused(lab)
    _first_rows(lab)
    lab.play("openrosa/briefcase_submissionList")
    send_rows(lab, range(8, 56))


def _fetching(lab: Lab) -> None:
    for name in (
        "formList",
        "formList_anonymous_401",
        "formList_bad_token",
        "formList_of_owner_anonymous",
        "formList_stranger",
        "manifest",
        "form_media_file",
        "form_xml",
        "form_xml_stranger",
        "submission_head",
        "submission_head_anonymous",
    ):
        lab.play(f"openrosa/{name}")
    seen = give(lab, "stranger", "view_asset")
    lab.play("openrosa/formList_view_asset_only")
    lab.ask("DELETE", seen.removeprefix(lab.kobo.url))


def _refused(lab: Lab) -> None:
    for name in (
        "submission_anonymous_401",
        "submission_bad_token_401",
        "submission_owner_path_anonymous_401",
        "submission_stranger_403",
        "submission_unknown_form_404",
        "submission_bad_xml_400",
        "submission_empty_400",
        "submission_no_file_500",
        "submission_no_instance_id_400",
        "submission_json_no_submission_400",
        "edit_unknown_deprecated_id_404",
    ):
        lab.play(f"openrosa/{name}")


def _first_rows(lab: Lab) -> None:
    for name in ("201", "same_again_202", "same_id_other_content_409"):
        lab.play(f"openrosa/submission_{name}")
    other = {"photo_0.jpg": b"another photograph"}
    lab.play("openrosa/submission_same_attachment_name_other_bytes_409", parts=other)
    lab.play("openrosa/submission_without_its_photo_201")
    lab.play("attachments/data_row_before_late_attachment")
    lab.play("openrosa/submission_late_photo")
    lab.play("attachments/data_row_after_late_attachment")
    for name in ("json_201", "unknown_question_and_version_201", "old_version_201"):
        lab.play(f"openrosa/submission_{name}")
    lab.play("openrosa/submission_201_json_receipt", accept="application/json")
