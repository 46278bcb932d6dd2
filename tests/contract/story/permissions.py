"""Chapter three: sharing the form with the two enumerators."""

from tests.contract.answers import recording
from tests.contract.lab import Lab
from tests.contract.story.assets import FORM

ASSIGNMENTS = f"/api/v2/assets/{FORM}/permission-assignments/"


def give(lab: Lab, username: str, permission: str, asset: str = FORM) -> str:
    """Returns the address of the assignment."""
    body = {
        "user": f"{lab.kobo.url}/api/v2/users/{username}/",
        "permission": f"{lab.kobo.url}/api/v2/permissions/{permission}/",
    }
    path = lab.live(f"/api/v2/assets/{asset}/permission-assignments/")
    return lab.ask("POST", path, body=body).json()["url"]


def equate_assignments(lab: Lab, name: str) -> None:
    """Call every assignment of this answer by its recorded uid."""
    recorded = recording(name)["response"]["body"]
    live = {(entry["user"], entry["permission"]): entry for entry in lab.answers[name].body}
    for entry in recorded:
        here = live[lab.live(entry["user"]), lab.live(entry["permission"])]
        lab.equate(_uid(entry["url"]), _uid(here["url"]))


def _uid(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def tell(lab: Lab) -> None:
    for name in ("catalogue", "user_detail", "user_unknown_404", "list_owner_only"):
        lab.play(f"permissions/{name}")
    for name in (
        "add_view_asset",
        "add_add_submissions",
        "add_unknown_user_400",
        "add_unknown_permission_400",
        "add_by_stranger",
        "add_by_viewer_403",
        "bulk_replace",
        "bulk_only_enum2",
        "list_after_bulk",
    ):
        lab.play(f"permissions/{name}")
    for username, permission in (
        ("enum1", "view_asset"),
        ("enum1", "add_submissions"),
        ("enum2", "add_submissions"),
    ):
        give(lab, username, permission)
    lab.play("permissions/list")
    equate_assignments(lab, "permissions/list")
    for name in ("detail", "delete_owner_own", "delete", "list_after_delete"):
        lab.play(f"permissions/{name}")
    give(lab, "enum2", "view_asset")
