"""`permission-assignments`: a bare list, without pages. A bulk request replaces everybody's."""

from typing import Any

import msgspec
from werkzeug.wrappers import Response

from demo.kobo import history
from demo.kobo.accounts import user
from demo.kobo.answers import Refusal, empty, invalid, json_answer, not_found
from demo.kobo.assets import seen_asset
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.paging import page, paginate
from demo.kobo.rights import (
    CONTRADICTORY,
    DESCRIPTIONS,
    IMPLIED,
    LABELS,
    assignable,
    give,
    granted,
    take,
)
from demo.kobo.store import Row

Shown = dict[str, Any]


def assignment_json(call: Call, record: Row) -> Shown:
    name = record["permission"]
    shown: Shown = {
        "url": call.asset_link(record["asset"], "permission-assignments", record["uid"]),
        "user": call.user_link(record["username"]),
        "permission": call.link("permissions", name),
    }
    if record["partial"] is not None:
        shown["partial_permissions"] = msgspec.json.decode(record["partial"])
    return shown | {"label": LABELS[name]}


def assignments_shown(call: Call, asset: Row) -> list[Shown]:
    """All of them to who manages the form; to others their own and the owner's."""
    records = call.store.all(
        "SELECT * FROM rights WHERE asset = ? ORDER BY username, permission", asset["uid"]
    )
    if "manage_asset" not in granted(call.store, asset, call.username):
        own = {call.username, asset["owner"]}
        records = [record for record in records if record["username"] in own]
    return [assignment_json(call, record) for record in records]


def assignment_list(call: Call, uid: str) -> Response:
    return json_answer(assignments_shown(call, seen_asset(call, uid)))


def assignment_create(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid, "manage_asset")
    username, permission, partial = _wanted(call, asset, call.data())
    with call.store.write():
        created = give(call.store, asset, username, permission, partial)
        _record(call, asset, username)
    shown = assignment_json(call, _assignment(call, asset["uid"], created))
    return json_answer(shown, 201, {"Location": shown["url"]})


def assignment_bulk(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid, "manage_asset")
    entries = call.json()
    if not isinstance(entries, list):
        raise invalid({"non_field_errors": ['Expected a list of items but got type "dict".']})
    wanted = [_wanted(call, asset, entry) for entry in entries]
    kept = {
        (username, name)
        for username, permission, _ in wanted
        for name in (permission, *IMPLIED[permission])
    }
    with call.store.write():
        _take_others(call, asset, kept)
        for username, permission, partial in wanted:
            give(call.store, asset, username, permission, partial)
            _record(call, asset, username)
    return json_answer(assignments_shown(call, asset))


def _take_others(call: Call, asset: Row, kept: set[tuple[str, str]]) -> None:
    """Remove everybody's assignments but the owner's and those named."""
    for record in call.store.all("SELECT * FROM rights WHERE asset = ?", asset["uid"]):
        holder = record["username"]
        if holder != asset["owner"] and (holder, record["permission"]) not in kept:
            call.store.execute("DELETE FROM rights WHERE uid = ?", record["uid"])


def assignment_detail(call: Call, uid: str, assignment: str) -> Response:
    asset = seen_asset(call, uid)
    return json_answer(assignment_json(call, _assignment(call, asset["uid"], assignment)))


def assignment_delete(call: Call, uid: str, assignment: str) -> Response:
    asset = seen_asset(call, uid)
    record = _assignment(call, asset["uid"], assignment)
    if record["username"] == asset["owner"]:
        raise Refusal(409, {"detail": "Owner's permissions cannot be deleted"})
    if record["username"] != call.username:
        seen_asset(call, uid, "manage_asset")
    with call.store.write():
        take(call.store, asset["uid"], record["username"], record["permission"])
        _record(call, asset, record["username"])
    return empty()


def _record(call: Call, asset: Row, username: str) -> None:
    about = {"permissions": {"username": username}}
    history.record(call, asset, "modify-user-permissions", extra=about)


def _assignment(call: Call, asset: str, uid: str) -> Row:
    record = call.store.one("SELECT * FROM rights WHERE asset = ? AND uid = ?", asset, uid)
    if record is None:
        raise not_found("No ObjectPermission matches the given query.")
    return record


def _wanted(call: Call, asset: Row, entry: Shown) -> tuple[str, str, Any | None]:
    """Who is to get what, and for partial rights which rows. Raises Refusal 400."""
    username = _last_part(entry, "user")
    if username != ANONYMOUS and user(call.store, username) is None:
        raise invalid({"user": ["Invalid hyperlink - Object does not exist."]})
    permission = _last_part(entry, "permission")
    if permission not in IMPLIED:
        raise invalid({"permission": ["Invalid hyperlink - Object does not exist."]})
    if permission not in assignable(asset["asset_type"]):
        raise invalid({"permission": [f"{permission} cannot be assigned explicitly"]})
    if permission != "partial_submissions":
        return username, permission, None
    if not entry.get("partial_permissions"):
        raise invalid({"partial_permissions": ["This field is required."]})
    return username, permission, entry["partial_permissions"]


def _last_part(entry: Shown, name: str) -> str:
    if name not in entry:
        raise invalid({name: ["This field is required."]})
    return str(entry[name]).partition("?")[0].rstrip("/").rpartition("/")[2]


def permission_catalogue(call: Call) -> Response:
    def addresses(names: tuple[str, ...]) -> list[str]:
        return [call.link("permissions", name) for name in names]

    catalogue = [
        {
            "url": call.link("permissions", name),
            "codename": name,
            "implied": addresses(IMPLIED[name]),
            "contradictory": addresses(CONTRADICTORY.get(name, ())),
            "name": description,
        }
        for name, description in DESCRIPTIONS.items()
    ]
    count, shown = paginate(call, catalogue)
    return json_answer(page(call, count, shown))
