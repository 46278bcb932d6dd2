"""Chapter eight: attachments fetched and taken away, rows deleted and sent again."""

from typing import Any

from tests.contract.answers import recording
from tests.contract.lab import Lab
from tests.contract.story.assets import FORM


def tell(lab: Lab) -> None:
    _attachments(lab)
    _rows(lab)


def _attachments(lab: Lab) -> None:
    _equate_attachment(lab, "edits/photo_3_after")
    _equate_attachment(lab, "attachments/data_row_after_late_attachment")
    for name in (
        "file",
        "file_anonymous",
        "file_bad_token",
        "file_by_download_url",
        "file_by_old_number",
        "file_stranger",
        "file_unknown_404",
        "list",
        "list_by_bad_xpath",
        "list_by_xpath",
        "list_json",
        "thumbnail_small",
        "thumbnail_bad_size",
    ):
        lab.play(f"attachments/{name}")
    lab.ask("GET", lab.live(f"/api/v2/assets/{FORM}/data/"))  # to find the uid; history shows it
    for name in ("delete_one", "file_after_delete", "row_after_attachment_delete"):
        lab.play(f"attachments/{name}")


def _equate_attachment(lab: Lab, name: str) -> None:
    """Call the one attachment of this row by its recorded uid."""

    def uid(body: Any) -> str:
        row = body["results"][0] if "results" in body else body
        return row["_attachments"][0]["uid"]

    lab.equate(uid(recording(name)["response"]["body"]), uid(lab.answers[name].body))


def _rows(lab: Lab) -> None:
    for name in (
        "delete_viewer",
        "delete_stranger",
        "delete_one_204",
        "get_deleted_404",
        "delete_again_404",
        "edit_of_deleted_404",
        "list_around_deleted",
        "resend_of_deleted",
        "row_after_resend",
        "bulk_ids",
        "bulk_query",
        "bulk_unknown_ids",
        "bulk_no_selection_400",
        "bulk_viewer",
    ):
        lab.play(f"deletions/{name}")
