"""Deploying a form: the first time by POST, ever after by PATCH with the newest `version_id`.

A PATCH without `version_id` answers 200 and deploys nothing; with any other version it fails.
New form media are published by a deployment and by nothing else, the same version will do.
"""

from typing import Any
from uuid import uuid4

import msgspec
from werkzeug.wrappers import Response

from demo.kobo import history
from demo.kobo.answers import Crash, Refusal, invalid, json_answer, not_found
from demo.kobo.asset_json import whole_asset
from demo.kobo.assets import asset_row, seen_asset, touch
from demo.kobo.call import Call
from demo.kobo.store import Row
from demo.kobo.uids import fraction_stamp, now
from demo.kobo.xform import InvalidForm, deployed_xform


def deployment_json(call: Call, asset: Row) -> dict[str, Any]:
    return {
        "backend": "openrosa",
        "active": bool(asset["active"]),
        "version_id": asset["deployed_version"],
        "asset": whole_asset(call, asset),
    }


def deployment_detail(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    if asset["active"] is None:
        raise not_found()
    return json_answer(deployment_json(call, asset))


def deployment_create(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid, "change_asset")
    if asset["asset_type"] != "survey":
        raise Crash
    if asset["active"] is not None:
        raise Refusal(405, {"detail": "Use PATCH to update an existing deployment"})
    active = _truth(call.data().get("active", False))
    _deploy(call, asset, active=active, action="deploy")
    return json_answer(deployment_json(call, asset_row(call.store, asset["uid"])))


def deployment_change(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid, "change_asset")
    if asset["active"] is None:
        raise Refusal(405, {"detail": "Use POST to create a new deployment"})
    data = call.data()
    active = _truth(data.get("active", bool(asset["active"])))
    if "version_id" in data:
        if data["version_id"] != asset["version"]:
            raise Crash
        _deploy(call, asset, active=active, action="redeploy")
    else:
        _switch(call, asset, active=active)
    return json_answer(deployment_json(call, asset_row(call.store, asset["uid"])))


def _truth(given: Any) -> bool:
    return given is True or str(given).lower() in {"true", "1"}


def _switch(call: Call, asset: Row, *, active: bool) -> None:
    with call.store.write():
        call.store.execute("UPDATE assets SET active = ? WHERE uid = ?", active, asset["uid"])
        touch(call, asset)
        # Also when nothing changes: a redeployment without a version leaves "unarchive" behind.
        history.record(call, asset, "unarchive" if active else "archive")


def _deploy(call: Call, asset: Row, *, active: bool, action: str) -> None:
    """Raises Refusal 400 when the form makes no valid XForm; nothing is deployed then."""
    store, uid = call.store, asset["uid"]
    form_uuid = asset["form_uuid"] or uuid4().hex
    with store.write():
        number = _number_of(call, asset)
        version = f"{number} ({_as_date(asset['modified'])})"
        xml = _xform(asset, version, form_uuid)
        moment = fraction_stamp(now())
        store.execute(
            "UPDATE versions SET deployed = ?, number = ? WHERE uid = ?",
            moment,
            number,
            asset["version"],
        )
        store.execute(
            "UPDATE assets SET active = ?, deployed_at = ?, deployed_version = version, "
            "form_uuid = ?, form_number = ?, form_xml = ?, form_version = ?, modified = ? "
            "WHERE uid = ?",
            active,
            moment,
            form_uuid,
            asset["form_number"] or store.next_number("form"),
            xml,
            version,
            moment,
            uid,
        )
        _publish_media(call, uid)
        history.record(call, asset, action, extra={"latest_version_uid": asset["version"]})


def _number_of(call: Call, asset: Row) -> int:
    """How many versions are deployed, with this one."""
    number: int = call.store.value(
        "SELECT count(*) FROM versions WHERE asset = ? AND (deployed IS NOT NULL OR uid = ?)",
        asset["uid"],
        asset["version"],
    )
    return number


def _as_date(stamp: str) -> str:
    return stamp[:19].replace("T", " ")


def _xform(asset: Row, version: str, form_uuid: str) -> str:
    try:
        return deployed_xform(
            msgspec.json.decode(asset["content"]),
            uid=asset["uid"],
            title=asset["name"],
            version=version,
            version_uid=asset["version"],
            form_uuid=form_uuid,
        )
    except InvalidForm as error:
        raise invalid({"error": str(error)}) from error


def _publish_media(call: Call, uid: str) -> None:
    """Make the manifest what the files are now; a file that stays keeps its address."""
    store = call.store
    store.execute(
        "DELETE FROM media WHERE asset = ? AND file NOT IN "
        "(SELECT uid FROM files WHERE asset = ? AND NOT deleted)",
        uid,
        uid,
    )
    store.execute(
        "INSERT INTO media (asset, file, filename, hash, mimetype, content) "
        "SELECT asset, uid, json_extract(metadata, '$.filename'), "
        "json_extract(metadata, '$.hash'), json_extract(metadata, '$.mimetype'), content "
        "FROM files WHERE asset = ? AND file_type = 'form_media' AND NOT deleted "
        "AND uid NOT IN (SELECT file FROM media WHERE asset = ?) ORDER BY place",
        uid,
        uid,
    )
