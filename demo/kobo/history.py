"""The history of a project: what is written into it and how it is read.

A reader must hold `manage_asset`; everyone else is told 403, even of a form they cannot see.
"""

from typing import Any

import msgspec
from werkzeug.wrappers import Response

from demo.kobo.accounts import user_uid
from demo.kobo.answers import forbidden, json_answer, not_found
from demo.kobo.call import Call
from demo.kobo.history_query import condition_of
from demo.kobo.paging import limit_of, offset_of, page
from demo.kobo.rights import granted
from demo.kobo.store import Row
from demo.kobo.uids import now, second_stamp

_SOURCES = {"python-requests": "Python Requests (Other)", "Mozilla": "Firefox (Linux)"}


def record(
    call: Call,
    asset: Row,
    action: str,
    *,
    submission: dict[str, Any] | None = None,
    extra: dict[str, Any] | None = None,
) -> None:
    """Write one line of history, in the transaction that is open if one is."""
    metadata: dict[str, Any] = {
        "source": source_of(call),
        "asset_uid": asset["uid"],
        "ip_address": call.request.remote_addr or "",
        **(extra or {}),
    }
    if submission is not None:
        metadata["submission"] = submission
    metadata |= {"log_subtype": "project", "project_owner": asset["owner"]}
    write(call, asset["uid"], action, metadata)


def write(call: Call, asset: str, action: str, metadata: dict[str, Any]) -> None:
    call.store.execute(
        "INSERT INTO history (asset, username, action, metadata, date, root) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        asset,
        call.username,
        action,
        msgspec.json.encode(metadata).decode(),
        second_stamp(now()),
        metadata.get("submission", {}).get("root_uuid"),
    )


def source_of(call: Call) -> str:
    agent = call.request.headers.get("User-Agent", "")
    for beginning, source in _SOURCES.items():
        if agent.startswith(beginning):
            return source
    return "Other (Other)"


def _managed_asset(call: Call, uid: str) -> Row:
    call.require_user()
    asset = call.store.one("SELECT * FROM assets WHERE uid = ? AND NOT deleted", uid)
    if asset is None:
        raise not_found()
    if "manage_asset" not in granted(call.store, asset, call.username):
        raise forbidden()
    return asset


def _line(call: Call, entry: Row) -> dict[str, Any]:
    return {
        "user": call.user_link(entry["username"]),
        "user_uid": user_uid(call.store, entry["username"]),
        "username": entry["username"],
        "action": entry["action"],
        "metadata": msgspec.json.decode(entry["metadata"]),
        "date_created": entry["date"],
    }


def history_list(call: Call, uid: str) -> Response:
    asset = _managed_asset(call, uid)
    where, parameters = condition_of(call.request.args.get("q", ""))
    count, entries = _window(call, f"asset = ? AND {where}", (asset["uid"], *parameters))
    return json_answer(page(call, count, [_line(call, entry) for entry in entries]))


def _window(call: Call, where: str, parameters: tuple[Any, ...]) -> tuple[int, list[Row]]:
    count = call.store.count("history", where, parameters)
    entries = call.store.where(
        "* FROM history",
        where,
        (*parameters, limit_of(call), offset_of(call)),
        tail="ORDER BY id DESC LIMIT ? OFFSET ?",
    )
    return count, entries


def history_actions(call: Call, uid: str) -> Response:
    asset = _managed_asset(call, uid)
    actions = call.store.column(
        "SELECT DISTINCT action FROM history WHERE asset = ? ORDER BY action", asset["uid"]
    )
    return json_answer({"actions": actions})


def history_export(call: Call, uid: str) -> Response:
    _managed_asset(call, uid)
    return json_answer({"status": "created"}, 202)


def audit_logs(call: Call) -> Response:
    """For superusers; the only list without a `count`."""
    username = call.require_user()
    if not call.store.value("SELECT superuser FROM users WHERE username = ?", username):
        raise forbidden()
    where, parameters = condition_of(call.request.args.get("q", ""))
    count, entries = _window(call, where, parameters)
    lines = [
        {"app_label": "kpi", "model_name": "asset"}
        | _line(call, entry)
        | {"log_type": "project-history"}
        for entry in entries
    ]
    answer = page(call, count, lines)
    del answer["count"]
    return json_answer(answer)
