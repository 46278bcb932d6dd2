"""Chapter seven: validation statuses, one at a time and in bulk."""

from tests.contract.lab import Lab

_IN_ORDER = (
    "get_unset",
    "patch_approved",
    "patch_not_approved",
    "patch_on_hold",
    "get_set",
    "row_after_set",
    "patch_bad_uid_400",
    "get_after_bad_uid",
    "patch_empty_body_400",
    "patch_nested_form",
    "patch_viewer",
    "patch_stranger",
    "patch_view_asset_only",
    "patch_unknown_404",
    "delete_204",
    "get_after_delete",
    "row_after_delete",
    "patch_by_root_uuid",
    "bulk_ids",
    "query_by_status",
    "bulk_text_ids",
    "bulk_query",
    "bulk_bad_uid",
    "bulk_bad_uid_effect",
    "bulk_no_uid",
    "bulk_no_uid_effect",
    "bulk_confirm_all",
    "bulk_empty_uid",
    "bulk_empty_uid_effect",
    "bulk_delete_without_uid_400",
    "bulk_delete",
    "bulk_delete_effect",
    "bulk_empty_ids_400",
    "bulk_no_payload_400",
    "bulk_no_selection_400",
    "bulk_not_numeric_ids_400",
    "bulk_unknown_id",
    "bulk_stranger",
)


def tell(lab: Lab) -> None:
    for name in _IN_ORDER:
        lab.play(f"validation/{name}")
