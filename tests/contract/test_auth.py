"""Who is calling: tokens, passwords, nobody (checklist 11 and 15)."""

import pytest

from tests.contract.answers import Answer
from tests.contract.conftest import Story


@pytest.mark.covers(
    "auth/assets_list_bad_token",
    "auth/assets_list_bad_token_russian",
    "auth/me_bad_token",
    "assets/detail_bad_token_401",
    "data/list_bad_token_401",
    "attachments/file_bad_token",
)
def test_an_unknown_token_is_refused_checklist_11(answer: Answer) -> None:
    assert answer.status == 401
    assert answer.body == {"detail": "Invalid token."}
    assert answer.headers["www-authenticate"] == "Session"
    assert "x-kobonaut" not in answer.headers


@pytest.mark.covers("auth/assets_list_malformed_token")
def test_a_token_with_a_space_is_refused(answer: Answer) -> None:
    assert answer.status == 401
    assert answer.body["detail"].startswith("Invalid token header.")


@pytest.mark.covers("auth/assets_list_anonymous", "auth/assets_list_bearer_scheme")
def test_nobody_is_told_of_an_empty_list_and_not_of_a_missing_login_checklist_11(
    answer: Answer,
) -> None:
    assert answer.status == 200
    assert answer.body == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.covers(
    "auth/me_anonymous",
    "auth/token_anonymous",
    "assets/create_anonymous_401",
    "history/list_anonymous",
)
def test_nobody_is_asked_for_credentials_where_there_is_nothing_for_nobody(
    answer: Answer,
) -> None:
    assert answer.status == 401
    assert answer.body == {"detail": "Authentication credentials were not provided."}


@pytest.mark.covers("auth/token_with_bad_password")
def test_a_wrong_password_is_refused(answer: Answer) -> None:
    assert answer.status == 401
    assert answer.body == {"detail": "Invalid username/password."}


@pytest.mark.covers("auth/token_with_basic")
def test_the_token_is_given_for_the_password(answer: Answer) -> None:
    assert answer.body == {"token": "TOKEN-OF-MTM"}
    assert answer.headers["x-kobonaut"] == "mtm"


@pytest.mark.covers("auth/me")
def test_an_account_is_told_its_name(answer: Answer) -> None:
    assert answer.body["username"] == "mtm"
    assert answer.body["is_superuser"] is False


@pytest.mark.covers(
    "assets/detail_stranger_404",
    "assets/detail_anonymous",
    "assets/detail_unknown_404",
    "assets/deploy_by_stranger",
    "data/list_stranger_404",
    "data/list_anonymous",
    "data/list_view_asset_only",
    "data/detail_outside_partial_permission",
    "data/detail_bad_id",
    "data/detail_unknown_404",
    "edits/8_detail_by_intermediate_uuid",
    "validation/patch_stranger",
    "validation/patch_view_asset_only",
    "validation/patch_unknown_404",
    "attachments/file_stranger",
    "attachments/file_anonymous",
    "attachments/file_unknown_404",
    "attachments/file_by_old_number",
    "attachments/file_after_delete",
    "deletions/get_deleted_404",
    "deletions/delete_again_404",
    "deletions/delete_stranger",
    "deletions/bulk_viewer",
    "edits/bulk_stranger",
    "edits/enketo_edit_link_without_permission",
    "files/list_stranger",
    "hooks/list_stranger",
    "hooks/list_viewer",
    "lifecycle/detail_after_delete",
    "permissions/add_by_stranger",
    "permissions/detail_with_add_submissions_only_404",
)
def test_what_is_not_shared_and_what_is_not_there_look_alike_checklist_11(
    answer: Answer,
) -> None:
    assert answer.status == 404
    assert answer.body == {"detail": "Not found."}


@pytest.mark.covers(
    "validation/patch_viewer",
    "edits/bulk_viewer",
    "deletions/delete_viewer",
    "files/upload_viewer",
    "lifecycle/delete_asset_viewer",
    "permissions/add_by_viewer_403",
    "history/list_viewer",
    "history/list_stranger",
    "history/list_view_asset_only",
    "history/audit_logs_not_superuser",
)
def test_an_act_beyond_ones_rights_is_forbidden(answer: Answer) -> None:
    assert answer.status == 403
    assert answer.body == {"detail": "You do not have permission to perform this action."}


@pytest.mark.covers("auth/missing_trailing_slash_get", "auth/missing_trailing_slash_post")
def test_a_missing_slash_is_redirected_whatever_the_method_checklist_15(answer: Answer) -> None:
    assert answer.status == 301
    assert answer.headers["location"] == "/api/v2/assets/"
    assert not answer.body


@pytest.mark.covers(
    "auth/unknown_route_404",
    "assets/hash_detail",
    "attachments/thumbnail_bad_size",
    "lifecycle/data_after_delete",
)
def test_an_unknown_address_is_an_html_page_checklist_11(answer: Answer) -> None:
    assert answer.status == 404
    assert answer.kind == "text/html"


@pytest.mark.covers(
    "assets/create_bad_json_500",
    "assets/deploy_library_item",
    "assets/imports_list",
    "assets/redeploy_bad_version_500",
    "data/query_not_object_500",
    "files/patch_500",
    "openrosa/submission_no_file_500",
)
def test_some_mistakes_of_the_client_crash_the_server_checklist_11(answer: Answer) -> None:
    assert answer.status == 500
    assert answer.kind == "text/html"


@pytest.mark.covers("auth/service_health")
def test_the_health_page_is_for_everyone(answer: Answer) -> None:
    assert answer.text.startswith("OK KPI")


@pytest.mark.covers("auth/api_root", "auth/assets_list_basic")
def test_the_story_begins_signed_in_with_an_empty_account(story: Story) -> None:
    assert story["auth/assets_list_basic"].body["count"] == 0
    assert story["auth/assets_list_basic"].headers["x-kobonaut"] == "mtm"
    assert story["auth/api_root"].body["assets"] == "https://kobo.example.org/api/v2/assets/"
