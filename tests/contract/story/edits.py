"""Chapter six: edits by tablets, by the browser, in bulk; copies; a photo exchanged."""

from tests.contract.lab import Lab
from tests.contract.story.assets import FORM

ROW = f"/api/v2/assets/{FORM}/data/"


def tell(lab: Lab) -> None:
    approved = {"validation_status.uid": "validation_status_approved"}
    lab.ask("PATCH", lab.live(f"{ROW}10/validation_status/"), body=approved)
    for name in (
        "1_before",
        "2_post_edit_201",
        "3_after_first_edit",
        "4_stale_edit_410",
        "5_post_second_edit_201",
        "resend_of_the_edit",
        "6_after_second_edit",
        "7_detail_by_first_uuid",
        "8_detail_by_intermediate_uuid",
        "9_detail_by_current_uuid",
        "query_by_root_uuid",
        "query_by_current_uuid",
        "edit_without_permission_403",
        "edit_anonymous_401",
        "original_sent_again_after_edit",
        "after_original_sent_again",
    ):
        lab.play(f"edits/{name}")
    for name in (
        "bulk_1_before",
        "bulk_2_patch",
        "bulk_3_after",
        "bulk_empty_ids_400",
        "bulk_no_ids_400",
        "bulk_no_payload_400",
        "bulk_stranger",
        "bulk_unknown_id",
        "bulk_viewer",
        "duplicate_201",
    ):
        lab.play(f"edits/{name}")
    for name in ("photo_1_before", "photo_2_edit_replaces_photo", "photo_3_after"):
        lab.play(f"edits/{name}")
    for name in ("enketo_edit_link", "enketo_edit_link_without_permission", "enketo_view_link"):
        lab.play(f"edits/{name}")
