"""Hooks: when they fire, and when they fire again (item 12).

Whether KoBo will try again is read off its log (`pending`), not waited for: it may take a minute.
"""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from demo.check_kobo.findings import ALL, Finding, Item
from demo.check_kobo.project import Project
from demo.check_kobo.receiver import Receiver
from demo.check_kobo.scene import NEEDS_RECEIVER, Scene

SEE = Item(12)
LOG = {0: "failed", 1: "pending", 2: "success", 3: "processing"}
SIGNED = ("signature", "digest", "hmac", "delivery", "timestamp")
AGAIN = {500: "failed", 502: "pending", 503: "pending", 504: "pending"}


def hooks(scene: Scene) -> Iterator[Finding]:
    if scene.receiver is None:
        yield from SEE.untried(ALL, NEEDS_RECEIVER)
        return
    yield from _creation_only(scene.project, scene.receiver)
    yield from _again(scene.project, scene.receiver)
    yield from SEE.untried("again after a receiver's silence", "takes half a minute and more")


def _made(project: Project, endpoint: str) -> str:
    body = {"name": "MTM probe", "endpoint": endpoint, "active": True, "export_type": "json"}
    body |= {"auth_level": "no_auth", "email_notification": False, "settings": {}}
    return project.ask("POST", "hooks/", body=body).text("uid")


def _removed(project: Project, hook: str) -> None:
    project.ask("DELETE", f"hooks/{hook}/")


def _logs(project: Project, hook: str) -> list[dict[str, Any]]:
    return project.ask("GET", f"hooks/{hook}/logs/").results


def _status(log: Mapping[str, Any]) -> str:
    return LOG.get(log.get("status", -1), "unknown")


def _creation_only(project: Project, receiver: Receiver) -> Iterator[Finding]:
    hook = _made(project, receiver.address(200))
    sent = project.send({"place": "announced", "photo": "late.jpg"})
    arrived = project.settled(lambda: receiver.at(200), bool)
    if not arrived:
        yield from SEE.untried(ALL, f"nothing reached the receiver ({_why(project, hook)})")
        _removed(project, hook)
        return
    kind = arrived[0].headers.get("content-type", "").partition(";")[0]
    yield from SEE.same("content type", "application/json", kind)
    signed = [name for name in arrived[0].headers if any(word in name for word in SIGNED)]
    yield from SEE.same("headers that sign, number or date it", [], signed)
    yield from SEE.same("row that it tells", sent.uuid, _told(arrived[0].body))
    project.post(sent.xml, files={"late.jpg": b"late"})
    project.set_status(sent.uuid, "validation_status_approved")
    project.send({"place": "announced anew"}, replaces=sent.uuid)
    project.ask("DELETE", f"data/{sent.uuid}/")
    last = project.send({"place": "announced last"})
    project.settled(lambda: receiver.at(200), lambda found: len(found) > 1)
    rows = [_told(delivery.body) for delivery in receiver.at(200)]
    what = "rows told, after a late file, a status, an edit and a deletion of the first"
    yield from SEE.same(what, sorted([sent.uuid, last.uuid]), sorted(rows))
    yield from SEE.same("deliveries in KoBo's log", 2, len(_logs(project, hook)))
    _removed(project, hook)


def _told(body: bytes) -> str:
    try:
        row = json.loads(body)
    except ValueError:
        return "no JSON"
    return str(row.get("_uuid")) if isinstance(row, dict) else "no object"


def _why(project: Project, hook: str) -> str:
    logs = _logs(project, hook)
    return f"KoBo's log: {_status(logs[0])}" if logs else "KoBo's log is empty"


def _again(project: Project, receiver: Receiver) -> Iterator[Finding]:
    made = {status: _made(project, receiver.address(status)) for status in AGAIN}
    project.send({"place": "refused by the receiver"})
    for status, hook in made.items():
        project.settled(partial(receiver.at, status), bool)
        logs = project.settled(partial(_logs, project, hook), _is_answered)
        found = _status(logs[0]) if logs else "no entry"
        yield from SEE.same(f"in KoBo's log after a {status}", AGAIN[status], found)
        _removed(project, hook)


def _is_answered(logs: list[dict[str, Any]]) -> bool:
    return bool(logs) and logs[0].get("status_code") is not None
