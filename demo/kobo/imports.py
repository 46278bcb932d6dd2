"""XLSForm uploads: always accepted, understood or not; how it ended is told by polling."""

import re
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from demo.kobo import history
from demo.kobo.answers import Crash, json_answer, not_found, unauthenticated
from demo.kobo.assets import asset_row, change_asset, create_asset
from demo.kobo.call import Call
from demo.kobo.content import Content, UnknownType, content_of
from demo.kobo.rights import granted
from demo.kobo.store import Row
from demo.kobo.summaries import summary
from demo.kobo.uids import fraction_stamp, new_uid, now
from demo.kobo.workbook import NotAWorkbook, read_workbook


class NotAllowed(Exception):
    """The destination is not the caller's to change."""


def import_create(call: Call) -> Response:
    owner = call.require_user()
    status, messages = _outcome(call)
    uid = new_uid("i")
    call.store.execute(
        "INSERT INTO imports (uid, owner, created, status, messages) VALUES (?, ?, ?, ?, ?)",
        uid,
        owner,
        fraction_stamp(now()),
        status,
        msgspec.json.encode(messages).decode(),
    )
    body = {"uid": uid, "url": call.link("imports", uid), "status": "processing"}
    return json_answer(body, 201)


def import_detail(call: Call, uid: str) -> Response:
    owner = call.require_user()
    task = call.store.one("SELECT * FROM imports WHERE uid = ? AND owner = ?", uid, owner)
    if task is None:
        raise not_found("No ImportTask matches the given query.")
    call.store.execute("UPDATE imports SET polls = polls + 1 WHERE uid = ?", uid)
    ended = task["polls"] >= call.world.settings.import_polls
    return json_answer(
        {
            "status": task["status"] if ended else "processing",
            "uid": uid,
            "messages": msgspec.json.decode(task["messages"]) if ended else {},
            "date_created": task["created"],
        }
    )


def import_list(call: Call) -> Response:
    if call.anonymous:
        raise unauthenticated()
    if call.store.value("SELECT 1 FROM imports WHERE owner = ?", call.username):
        raise Crash
    return json_answer({"count": 0, "next": None, "previous": None, "results": []})


def _outcome(call: Call) -> tuple[str, dict[str, Any]]:
    sent = call.request.files.get("file")
    if sent is None:
        message = "Import data did not specify a file."
        return "error", {"error": message, "error_type": "ValueError"}
    try:
        content = content_of(read_workbook(sent.read()))
        return "complete", _kept(call, content)
    except NotAWorkbook:
        message = "Unsupported format, or corrupt file"
        return "error", {"error": message, "error_type": "XlsFormatException"}
    except UnknownType as error:
        return "error", {"error": str(error), "error_type": "ValueError"}
    except NotAllowed:
        message = "You do not have permission to perform this action."
        return "error", {"error": message, "error_type": "PermissionDenied"}


def _kept(call: Call, content: Content) -> dict[str, Any]:
    fields = call.request.form
    destination = fields.get("destination", "").rstrip("/").rpartition("/")[2]
    if destination:
        return _replaced(call, destination, content)
    name = fields.get("name", "")
    survey = fields.get("library", "true").lower() == "false"
    if survey:
        content["settings"]["id_string"] = re.sub(r"\W+", "_", name).strip("_")
    asset = create_asset(
        call.store,
        call.username,
        name=name,
        asset_type="survey" if survey else "block",
        content=content,
    )
    return {"created": [_told(asset, content)]}


def _replaced(call: Call, destination: str, content: Content) -> dict[str, Any]:
    """Raises NotAllowed."""
    asset = call.store.one("SELECT * FROM assets WHERE uid = ? AND NOT deleted", destination)
    if asset is None or "change_asset" not in granted(call.store, asset, call.username):
        raise NotAllowed
    with call.store.write():
        change_asset(call, asset, name=call.request.form.get("name"), content=content)
        changed = asset_row(call.store, destination)
        history.record(
            call, changed, "replace-form", extra={"latest_version_uid": changed["version"]}
        )
    logs = {
        "source": history.source_of(call),
        "asset_id": asset["number"],
        "new_name": changed["name"],
        "old_name": asset["name"],
        "asset_uid": destination,
        "ip_address": call.request.remote_addr or "",
        "project_owner": asset["owner"],
        "latest_version_uid": changed["version"],
    }
    return {"updated": [_told(changed, content)], "audit_logs": [logs]}


def _told(asset: Row, content: Content) -> dict[str, Any]:
    return {
        "uid": asset["uid"],
        "kind": "asset",
        "summary": summary(content),
        "owner__username": asset["owner"],
    }
