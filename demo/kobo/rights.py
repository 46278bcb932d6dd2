"""Who may do what with a form: KoBo's permissions, what each implies, and what excludes which.

A right brings those it implies as assignments of their own, and taking one away takes those
that depend on it. `add_submissions` stands alone: whoever has only that can post to a form
that they cannot see.
"""

from typing import Any

import msgspec

from demo.kobo.answers import Refusal, forbidden, not_found, unauthenticated
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.store import Row, Store
from demo.kobo.uids import new_uid

IMPLIED: dict[str, tuple[str, ...]] = {
    "add_submissions": (),
    "change_asset": ("view_asset",),
    "change_submissions": ("add_submissions", "view_submissions", "view_asset"),
    "delete_submissions": ("view_submissions", "view_asset"),
    "discover_asset": ("view_asset",),
    "manage_asset": (
        "view_submissions",
        "discover_asset",
        "change_asset",
        "delete_submissions",
        "view_asset",
        "change_submissions",
        "add_submissions",
        "validate_submissions",
    ),
    "partial_submissions": ("view_asset",),
    "validate_submissions": ("view_submissions", "view_asset"),
    "view_asset": (),
    "view_submissions": ("view_asset",),
}
_WHOLE_ROWS = ("view_submissions", "change_submissions", "delete_submissions")
CONTRADICTORY: dict[str, tuple[str, ...]] = {
    "change_submissions": ("partial_submissions",),
    "delete_submissions": ("partial_submissions",),
    "partial_submissions": (*_WHOLE_ROWS, "validate_submissions", "manage_asset"),
    "validate_submissions": ("partial_submissions",),
    "view_submissions": ("partial_submissions",),
}
DESCRIPTIONS = {
    "add_submissions": "Can submit data to asset",
    "change_asset": "Can change asset",
    "change_submissions": "Can modify submitted data for asset",
    "delete_submissions": "Can delete submitted data for asset",
    "discover_asset": "Can discover asset in public lists",
    "manage_asset": "Can manage all aspects of asset",
    "partial_submissions": (
        "Can make partial actions on submitted data for asset for specific users"
    ),
    "validate_submissions": "Can validate submitted data asset",
    "view_asset": "Can view asset",
    "view_submissions": "Can view submitted data for asset",
}
LABELS: dict[str, Any] = {
    "view_asset": "View form",
    "change_asset": "Edit form",
    "manage_asset": "Manage project",
    "add_submissions": "Add submissions",
    "view_submissions": "View submissions",
    "partial_submissions": {
        "default": "Act on submissions only from specific users",
        "view_submissions": "View submissions only from specific users",
        "change_submissions": "Edit submissions only from specific users",
        "delete_submissions": "Delete submissions only from specific users",
        "validate_submissions": "Validate submissions only from specific users",
    },
    "change_submissions": "Edit submissions",
    "delete_submissions": "Delete submissions",
    "validate_submissions": "Validate submissions",
}
OF_A_BLOCK = ("view_asset", "change_asset", "manage_asset")


def assignable(asset_type: str) -> tuple[str, ...]:
    """What can be given on an asset, in the order the API lists it."""
    return tuple(LABELS) if asset_type == "survey" else OF_A_BLOCK


def granted(store: Store, asset: Row, username: str) -> set[str]:
    """All that this account may do here, what everybody may included.

    Whom a test has barred may nothing, be it the owner.
    """
    if store.value("SELECT 1 FROM barred WHERE asset = ? AND username = ?", asset["uid"], username):
        return set()
    if username == asset["owner"]:
        own = set(assignable(asset["asset_type"])) - {"partial_submissions"}
        return own | {"delete_asset"}
    return set(
        store.column(
            "SELECT permission FROM rights WHERE asset = ? AND username IN (?, ?)",
            asset["uid"],
            username,
            ANONYMOUS,
        )
    )


def require(call: Call, asset: Row, right: str, *, seen_by: str = "view_asset") -> set[str]:
    """The caller's rights, which hold this one.

    Raises Refusal 404 when the caller does not even have what makes the thing visible,
    403 when it is seen but this act is not allowed, for nobody 401.
    """
    rights = granted(call.store, asset, call.username)
    if right in rights:
        return rights
    if right == seen_by or seen_by not in rights:
        raise not_found()
    raise _refused(call)


def _refused(call: Call) -> Refusal:
    return unauthenticated() if call.anonymous else forbidden()


def give(
    store: Store, asset: Row, username: str, permission: str, partial: Any | None = None
) -> str:
    """Assign a right with all it implies; returns the uid of its assignment."""
    offered = assignable(asset["asset_type"])
    for other in CONTRADICTORY.get(permission, ()):
        take(store, asset["uid"], username, other)
    for implied in IMPLIED[permission]:
        if implied in offered:
            _assign(store, asset["uid"], username, implied, None)
    return _assign(store, asset["uid"], username, permission, partial)


def _assign(store: Store, asset: str, username: str, permission: str, partial: Any | None) -> str:
    uid: str = store.value(
        "INSERT INTO rights VALUES (?, ?, ?, ?, ?) ON CONFLICT (asset, username, permission) "
        "DO UPDATE SET partial = excluded.partial RETURNING uid",
        new_uid("p"),
        asset,
        username,
        permission,
        None if partial is None else msgspec.json.encode(partial).decode(),
    )
    return uid


def take(store: Store, asset: str, username: str, permission: str) -> None:
    """Remove a right and those that cannot be without it."""
    dependent = [name for name, implied in IMPLIED.items() if permission in implied]
    for name in (permission, *dependent):
        store.execute(
            "DELETE FROM rights WHERE asset = ? AND username = ? AND permission = ?",
            asset,
            username,
            name,
        )


def give_owner_all(store: Store, asset: Row) -> None:
    for permission in assignable(asset["asset_type"]):
        if permission != "partial_submissions":
            _assign(store, asset["uid"], asset["owner"], permission, None)


def row_filters(call: Call, asset: Row, act: str = "view_submissions") -> list[dict[str, Any]]:
    """Queries of which a row must answer at least one for the caller to act on it.

    An empty list means every row. Raises Refusal 404 when the caller may see no row at all,
    403 when rows are seen but not to be acted on so.
    """
    rights = granted(call.store, asset, call.username)
    if act in rights:
        return []
    if "view_submissions" in rights:
        raise _refused(call)
    partial: str | None = call.store.value(
        "SELECT partial FROM rights WHERE asset = ? AND username = ? AND partial IS NOT NULL",
        asset["uid"],
        call.username,
    )
    if partial is None:
        raise not_found()
    filters: list[dict[str, Any]] = []
    for entry in msgspec.json.decode(partial):
        if entry["url"].rstrip("/").endswith(f"/{act}"):
            filters.extend(entry["filters"])
    if not filters:
        raise _refused(call)
    return filters
