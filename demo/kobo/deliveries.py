"""Hook deliveries: one thread that posts what is due and tries again what may be tried again.

Only 502, 503, 504 and a receiver that keeps silent are tried again, after a random wait that
doubles its bound; anything else is final at once. Nothing is signed, numbered or dated.
"""

import base64
import random
import threading
import time
from typing import Any
from xml.etree.ElementTree import indent, tostring

import httpx
import msgspec
from defusedxml.ElementTree import fromstring

from demo.kobo.call import Call
from demo.kobo.hook_logs import FAILED, PENDING, PROCESSING, SUCCESS
from demo.kobo.originals import xml_of_row
from demo.kobo.rows import decoded_row, with_host
from demo.kobo.store import Row, Store
from demo.kobo.uids import fraction_stamp, new_uid, now
from demo.kobo.world import World

_AGAIN = {502, 503, 504}
_WAITS_S = (60, 120, 240, 480)  # the bounds of the waits; after the last try comes no other
_IDLE_S = 0.05


def schedule(call: Call, asset: Row, record: Row) -> None:
    """Announce a new submission to every active hook, with the row as it is now."""
    hooks = call.store.all("SELECT * FROM hooks WHERE asset = ?", asset["uid"])
    for hook in hooks:
        body = msgspec.json.decode(hook["body"])
        if not body["active"]:
            continue
        call.store.execute(
            "INSERT INTO hook_logs (uid, hook, submission, tries, status, message, modified, "
            "payload, due) VALUES (?, ?, ?, 0, ?, '', ?, ?, 0)",
            new_uid("hl"),
            hook["uid"],
            record["id"],
            PENDING,
            fraction_stamp(now()),
            _payload(call, body, record),
        )


def _payload(call: Call, body: dict[str, Any], record: Row) -> bytes:
    if body["export_type"] == "xml":
        root = fromstring(xml_of_row(call.store, decoded_row(record["row"])))
        indent(root)
        return b"<?xml version='1.0' encoding='utf-8'?>\n" + tostring(root) + b"\n"
    shown = with_host(record["row"], call.base)
    wanted = body["subset_fields"]
    if wanted:
        row = decoded_row(shown)
        shown = msgspec.json.encode({name: row[name] for name in row if name in wanted})
    template = str(body["payload_template"])
    return template.encode().replace(b"%SUBMISSION%", shown) if template else shown


def start_delivering(store: Store, world: World) -> None:
    """Start the thread; it ends with the process. What a former process left undone is due."""
    store.execute("UPDATE hook_logs SET status = ? WHERE status = ?", PENDING, PROCESSING)
    thread = threading.Thread(target=_deliver_for_ever, args=(store, world), daemon=True)
    thread.start()


def _deliver_for_ever(store: Store, world: World) -> None:
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(follow_redirects=True, limits=limits) as client:
        while True:
            due = store.all(
                "SELECT * FROM hook_logs WHERE status = ? AND due <= ? ORDER BY due, place",
                PENDING,
                time.time(),
            )
            for log in due:
                _deliver(store, world, client, log)
            if not due:
                time.sleep(_IDLE_S)


def _deliver(store: Store, world: World, client: httpx.Client, log: Row) -> None:
    hook = store.one("SELECT * FROM hooks WHERE uid = ?", log["hook"])
    if hook is None:
        return
    store.execute("UPDATE hook_logs SET status = ? WHERE uid = ?", PROCESSING, log["uid"])
    body = msgspec.json.decode(hook["body"])
    try:
        answer = client.post(
            body["endpoint"],
            content=log["payload"],
            headers=_headers(hook["uid"], body),
            timeout=world.settings.hook_timeout,
        )
        code, message = answer.status_code, answer.text
    except httpx.ReadTimeout:
        code, message = 504, f"Read timed out. (read timeout={world.settings.hook_timeout:g})"
    except httpx.HTTPError as error:
        code, message = None, f"{type(error).__name__}: {error}"
    _log(store, world, log, code, message)


def _headers(uid: str, body: dict[str, Any]) -> dict[str, str]:
    kind = "application/xml" if body["export_type"] == "xml" else "application/json"
    headers = {
        "User-Agent": f"KoboToolbox external service - kobo.local #{uid}",
        "Accept-Encoding": "gzip, deflate",
        "Accept": "*/*",
        "Connection": "keep-alive",
        "Content-Type": kind,
    }
    settings = body["settings"]
    if body["auth_level"] == "basic_auth":
        pair = f"{settings.get('username', '')}:{settings.get('password', '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return headers | {str(k): str(v) for k, v in settings.get("custom_headers", {}).items()}


def _log(store: Store, world: World, log: Row, code: int | None, message: str) -> None:
    tries = log["tries"] + 1
    again = code in _AGAIN and tries <= len(_WAITS_S)
    wait = random.uniform(0, _WAITS_S[tries - 1]) if again else 0.0
    success = code is not None and code < 400
    store.execute(
        "UPDATE hook_logs SET tries = ?, status = ?, status_code = ?, message = ?, "
        "modified = ?, due = ? WHERE uid = ?",
        tries,
        SUCCESS if success else PENDING if again else FAILED,
        code,
        message,
        fraction_stamp(now()),
        time.time() + wait * world.settings.hook_wait_scale,
        log["uid"],
    )
