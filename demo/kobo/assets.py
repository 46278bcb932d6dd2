"""Forms and library items: finding them, changing them, and how the API shows them."""

from typing import Any

import msgspec

from demo.kobo.answers import Crash, Refusal, invalid, not_found
from demo.kobo.call import Call
from demo.kobo.content import Content, content_hash
from demo.kobo.rights import give_owner_all, granted, require
from demo.kobo.store import Row, Store
from demo.kobo.uids import fraction_stamp, new_uid, now

NO_SETTINGS: dict[str, Any] = {
    "sector": {},
    "country": [],
    "description": "",
    "organization": "",
    "country_codes": [],
}


def asset_row(store: Store, uid: str) -> Row:
    """Raises Refusal 404, also for what was deleted."""
    asset = store.one("SELECT * FROM assets WHERE uid = ? AND NOT deleted", uid)
    if asset is None:
        raise not_found()
    return asset


def seen_asset(call: Call, uid: str, right: str = "view_asset") -> Row:
    """The asset, if the caller holds this right on it.

    Raises Refusal 404 when it is unknown or not visible, 403 when visible without the right.
    """
    asset = asset_row(call.store, uid)
    require(call, asset, right)
    return asset


def deployed_asset(call: Call, uid: str) -> Row:
    """An asset whose rows are asked for; who may see them is another question.

    Raises Crash 404 for a deleted asset, as the real server does on `/data/`, Refusal 404 for
    an unknown one, Refusal 400 for one that was never deployed and that the caller may see.
    """
    asset = call.store.one("SELECT * FROM assets WHERE uid = ?", uid)
    if asset is None:
        raise not_found()
    if asset["deleted"]:
        raise Crash(404)
    if asset["active"] is None:
        require(call, asset, "view_submissions")
        raise invalid({"detail": "The specified asset has not been deployed"})
    return asset


def create_asset(
    store: Store,
    owner: str,
    *,
    name: str,
    asset_type: str,
    content: Content,
    settings: Any = None,
    created_by: str | None = None,
) -> Row:
    """A new draft with its first version, every right of its owner included.

    An import leaves `created_by` empty, as the real server does.
    """
    uid, version, moment = new_uid("a"), new_uid("v"), fraction_stamp(now())
    kept = NO_SETTINGS | (settings or {}) if asset_type == "survey" else {}
    with store.write():
        store.execute(
            "INSERT INTO assets (uid, number, owner, name, asset_type, settings, content, "
            "created, created_by, modified, modified_by, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            uid,
            store.next_number("asset"),
            owner,
            name,
            asset_type,
            msgspec.json.encode(kept).decode(),
            msgspec.json.encode(content).decode(),
            moment,
            created_by,
            moment,
            created_by,
            version,
        )
        add_version(store, uid, version, content, moment)
        asset = asset_row(store, uid)
        give_owner_all(store, asset)
    return asset


def add_version(store: Store, asset: str, version: str, content: Content, moment: str) -> None:
    store.execute(
        "INSERT INTO versions (uid, asset, content, content_hash, modified) VALUES (?, ?, ?, ?, ?)",
        version,
        asset,
        msgspec.json.encode(content).decode(),
        content_hash(content),
        moment,
    )


def change_asset(
    call: Call,
    asset: Row,
    *,
    name: str | None = None,
    content: Content | None = None,
    modified_by: str | None = None,
) -> Row:
    """Rename, or replace the content; either makes a new version that is not deployed."""
    version, moment = new_uid("v"), fraction_stamp(now())
    new_content = content if content is not None else msgspec.json.decode(asset["content"])
    with call.store.write():
        call.store.execute(
            "UPDATE assets SET name = ?, content = ?, modified = ?, version = ?, "
            "modified_by = coalesce(?, modified_by) WHERE uid = ?",
            name if name is not None else asset["name"],
            msgspec.json.encode(new_content).decode(),
            moment,
            version,
            modified_by,
            asset["uid"],
        )
        add_version(call.store, asset["uid"], version, new_content, moment)
        return asset_row(call.store, asset["uid"])


def touch(call: Call, asset: Row) -> None:
    call.store.execute(
        "UPDATE assets SET modified = ? WHERE uid = ?", fraction_stamp(now()), asset["uid"]
    )


def visible_assets(call: Call) -> list[Row]:
    """Those the caller may see, forms first and the latest changed first; nobody sees none."""
    if call.anonymous:
        return []
    assets = call.store.all(
        "SELECT * FROM assets WHERE NOT deleted AND (owner = ?1 OR uid IN (SELECT asset FROM "
        "rights WHERE username = ?1 AND permission = 'view_asset')) "
        "ORDER BY asset_type != 'survey', modified DESC",
        call.username,
    )
    return [a for a in assets if "view_asset" in granted(call.store, a, call.username)]


def n_rows(store: Store, uid: str) -> int:
    count: int = store.value(
        "SELECT count(*) FROM submissions WHERE asset = ? AND visible = 1", uid
    )
    return count


def status_of(asset: Row) -> str:
    if asset["asset_type"] != "survey":
        return "-"
    if asset["active"] is None:
        return "draft"
    return "deployed" if asset["active"] else "archived"


def may_count_rows(call: Call, asset: Row) -> bool:
    rights = granted(call.store, asset, call.username)
    return "view_submissions" in rights or call.username == asset["owner"]


def refuse_bad_type(asset_type: str) -> None:
    if asset_type not in {"survey", "block", "question", "template", "collection", "empty"}:
        raise Refusal(400, {"asset_type": [f'"{asset_type}" is not a valid choice.']})
