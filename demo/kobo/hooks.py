"""REST services of a form: where new submissions are announced, with their secrets in clear."""

import json
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from demo.kobo import history
from demo.kobo.answers import Refusal, empty, invalid, json_answer, not_found
from demo.kobo.assets import asset_row
from demo.kobo.call import Call
from demo.kobo.hook_logs import FAILED, PENDING, SUCCESS, log_json, try_again
from demo.kobo.paging import page, paginate
from demo.kobo.rights import granted
from demo.kobo.store import Row
from demo.kobo.uids import fraction_stamp, new_uid, now

_DEFAULTS: dict[str, Any] = {
    "active": True,
    "auth_level": "no_auth",
    "email_notification": True,
    "endpoint": "",
    "export_type": "json",
    "name": "",
    "payload_template": "",
    "settings": {},
    "subset_fields": [],
}
_MARK = "%SUBMISSION%"


def _hooked_asset(call: Call, uid: str) -> Row:
    """Raises Refusal 404 for whoever may not change the form and see its rows."""
    asset = asset_row(call.store, uid)
    if not {"change_asset", "view_submissions"} <= granted(call.store, asset, call.username):
        raise not_found()
    return asset


def _hook(call: Call, asset: Row, uid: str) -> Row:
    hook = call.store.one("SELECT * FROM hooks WHERE asset = ? AND uid = ?", asset["uid"], uid)
    if hook is None:
        raise not_found("No Hook matches the given query.")
    return hook


def hook_json(call: Call, asset: Row, hook: Row) -> dict[str, Any]:
    def counted(status: int) -> int:
        return call.store.count("hook_logs", "hook = ? AND status = ?", (hook["uid"], status))

    address = call.asset_link(asset["uid"], "hooks", hook["uid"])
    body = msgspec.json.decode(hook["body"])
    return dict(
        sorted(
            {
                **body,
                "asset": asset["number"],
                "date_modified": hook["modified"],
                "failed_count": counted(FAILED),
                "logs_url": call.asset_link(asset["uid"], "hooks", hook["uid"], "logs"),
                "pending_count": counted(PENDING),
                "success_count": counted(SUCCESS),
                "uid": hook["uid"],
                "url": address,
            }.items()
        )
    )


def hook_list(call: Call, uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    hooks = call.store.all("SELECT * FROM hooks WHERE asset = ?", asset["uid"])
    hooks.sort(key=lambda hook: str(msgspec.json.decode(hook["body"])["name"]))
    count, shown = paginate(call, hooks)
    return json_answer(page(call, count, [hook_json(call, asset, hook) for hook in shown]))


def hook_create(call: Call, uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    given = call.data()
    body = _DEFAULTS | {name: given[name] for name in _DEFAULTS if name in given}
    _check(body)
    hook_uid = new_uid("h")
    with call.store.write():
        call.store.execute(
            "INSERT INTO hooks (uid, asset, body, modified) VALUES (?, ?, ?, ?)",
            hook_uid,
            asset["uid"],
            msgspec.json.encode(body).decode(),
            fraction_stamp(now()),
        )
        _record(call, asset, "register-service", hook_uid, body)
    shown = hook_json(call, asset, _hook(call, asset, hook_uid))
    return json_answer(shown, 201, {"Location": shown["url"]})


def hook_detail(call: Call, uid: str, hook_uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    return json_answer(hook_json(call, asset, _hook(call, asset, hook_uid)))


def hook_change(call: Call, uid: str, hook_uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    hook = _hook(call, asset, hook_uid)
    given = call.data()
    body = msgspec.json.decode(hook["body"])
    body |= {name: given[name] for name in _DEFAULTS if name in given}
    _check(body)
    with call.store.write():
        call.store.execute(
            "UPDATE hooks SET body = ?, modified = ? WHERE uid = ?",
            msgspec.json.encode(body).decode(),
            fraction_stamp(now()),
            hook_uid,
        )
        _record(call, asset, "modify-service", hook_uid, body)
    return json_answer(hook_json(call, asset, _hook(call, asset, hook_uid)))


def hook_delete(call: Call, uid: str, hook_uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    body = msgspec.json.decode(_hook(call, asset, hook_uid)["body"])
    with call.store.write():
        call.store.execute("DELETE FROM hook_logs WHERE hook = ?", hook_uid)
        call.store.execute("DELETE FROM hooks WHERE uid = ?", hook_uid)
        _record(call, asset, "delete-service", hook_uid, body)
    return empty()


def log_list(call: Call, uid: str, hook_uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    hook = _hook(call, asset, hook_uid)
    logs = call.store.all("SELECT * FROM hook_logs WHERE hook = ? ORDER BY place DESC", hook["uid"])
    count, shown = paginate(call, logs)
    return json_answer(page(call, count, [log_json(call, asset, log) for log in shown]))


def log_detail(call: Call, uid: str, hook_uid: str, log_uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    return json_answer(log_json(call, asset, _log(call, asset, hook_uid, log_uid)))


def log_retry(call: Call, uid: str, hook_uid: str, log_uid: str) -> Response:
    """Only a failed one; what is pending or fresh is refused."""
    asset = _hooked_asset(call, uid)
    log = _log(call, asset, hook_uid, log_uid)
    if not try_again(call, log):
        detail = "Data is being or has already been processed"
        raise Refusal(400, {"detail": detail, "status_code": None})
    return json_answer({"detail": "", "status_code": None}, 200)


def hook_retry(call: Call, uid: str, hook_uid: str) -> Response:
    asset = _hooked_asset(call, uid)
    hook = _hook(call, asset, hook_uid)
    failed = call.store.all(
        "SELECT * FROM hook_logs WHERE hook = ? AND status = ? ORDER BY place DESC",
        hook["uid"],
        FAILED,
    )
    again = [log["uid"] for log in failed if try_again(call, log, fresh_too=True)]
    return json_answer({"detail": "Task successfully scheduled", "pending_uids": again})


def _log(call: Call, asset: Row, hook_uid: str, log_uid: str) -> Row:
    hook = _hook(call, asset, hook_uid)
    log = call.store.one("SELECT * FROM hook_logs WHERE hook = ? AND uid = ?", hook["uid"], log_uid)
    if log is None:
        raise not_found("No HookLog matches the given query.")
    return log


def _record(call: Call, asset: Row, action: str, uid: str, body: dict[str, Any]) -> None:
    about = {"uid": uid, "endpoint": body["endpoint"], "active": body["active"]}
    history.record(call, asset, action, extra={"hook": about})


def _check(body: dict[str, Any]) -> None:
    """Raises Refusal 400."""
    blank = {
        name: ["This field may not be blank."] for name in ("endpoint", "name") if not body[name]
    }
    if blank:
        raise invalid(blank)
    template = str(body["payload_template"])
    if template and not _is_json(template.replace(_MARK, "{}")):
        raise invalid({"payload_template": ["Invalid JSON"]})


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
