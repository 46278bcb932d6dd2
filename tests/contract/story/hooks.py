"""Chapter ten: REST services, what their receivers get, and what becomes of failures."""

import time
from collections.abc import Callable
from typing import Any

from demo.kobo.originals import made_xml
from demo.kobo.rows import SERVER_FIELDS
from tests.contract.answers import NO_HTTP, Answer, recording
from tests.contract.lab import Lab, some_bytes
from tests.contract.sink import Sink
from tests.contract.story.assets import FORM
from tests.contract.story.rows import send_xml

HOOKS = f"/api/v2/assets/{FORM}/hooks/"
_DATA = f"/api/v2/assets/{FORM}/data/"
_NEVER_RETRIED = ("to us", "basic", "xml", "template", "err")
_SOON, _NEVER = 0.001, 1e6  # scales of the waits between deliveries


def tell(lab: Lab, sink: Sink) -> None:
    lab.equate("https://receiver.example.org", sink.url)
    lab.equate("http://unreachable.example.org", "http://127.0.0.1:9")
    for name in ("list_empty", "list_stranger", "list_viewer"):
        lab.play(f"hooks/{name}")
    hooks = _register(lab)
    _deliver(lab, sink, hooks)
    _read(lab)
    _keep_deliveries(lab, sink, hooks)


def add_hook(lab: Lab, name: str, path: str, **more: Any) -> None:
    body = {"name": name, "endpoint": lab.live(path), "active": True} | more
    body.setdefault("settings", {"custom_headers": {"X-Shared-Secret": "example-secret"}})
    lab.ask("POST", lab.live(HOOKS), body=body)


def settle(condition: Callable[[], bool]) -> None:
    """Wait until it holds, for five seconds at most."""
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)


def _register(lab: Lab) -> dict[str, str]:
    """Returns the live uid of each hook by its name."""
    for name in ("create", "create_basic_auth", "create_template"):
        lab.play(f"hooks/{name}")
    receiver = "https://receiver.example.org/hook"
    add_hook(lab, "xml", f"{receiver}/201", export_type="xml")
    add_hook(lab, "down", f"{receiver}/503")
    add_hook(lab, "err", f"{receiver}/500")
    add_hook(lab, "flaky", f"{receiver}/flaky/1/a")
    add_hook(lab, "refused", "http://unreachable.example.org/none")
    for name in ("create_bad_template_400", "create_no_endpoint_400", "list"):
        lab.play(f"hooks/{name}")
    live = {hook["name"]: hook["uid"] for hook in lab.answers["hooks/list"].body["results"]}
    for hook in recording("hooks/list")["response"]["body"]["results"]:
        lab.equate(hook["uid"], live[hook["name"]])
    return live


def _deliver(lab: Lab, sink: Sink, hooks: dict[str, str]) -> None:
    counted = {hooks[name] for name in _NEVER_RETRIED}
    lab.kobo.control("settings", {"hook_wait_scale": _SOON})
    xml = _announced_xml()
    send_xml(lab, xml, who="enum2")
    counts = {"after_creation": sink.await_count(5, hooks=counted)}
    settle(lambda: len(sink.of(hooks["down"])) > 1 and len(sink.of(hooks["flaky"])) > 1)
    lab.kobo.control("settings", {"hook_wait_scale": _NEVER})
    send_xml(lab, xml, who="enum2", **{"photo_70.jpg": some_bytes("photo_70.jpg", 677)})
    counts["after_late_attachment"] = sink.await_count(5, hooks=counted)
    _change(lab)
    counts["after_edit_status_and_bulk_change"] = sink.await_count(5, hooks=counted)
    lab.ask("POST", lab.live(f"{_DATA}59/duplicate/"))
    counts["after_duplicate"] = sink.await_count(10, hooks=counted)
    counts["hooks_counted"] = len(counted)
    lab.answers["hooks/delivery_counts"] = Answer(NO_HTTP, body=counts)


def _announced_xml() -> str:
    row = recording("hooks/delivery_json")["request"]["body"]
    answers = {path: value for path, value in row.items() if path not in SERVER_FIELDS}
    del answers["meta/rootUuid"]
    return made_xml(FORM, answers).decode()


def _change(lab: Lab) -> None:
    """An edit in bulk and a status: neither announces anything."""
    payload = {"submission_ids": [59], "data": {"remark": "changed"}}
    lab.ask("PATCH", lab.live(f"{_DATA}bulk/"), body={"payload": payload})
    status = {"validation_status.uid": "validation_status_approved"}
    lab.ask("PATCH", lab.live(f"{_DATA}59/validation_status/"), body=status)


def _read(lab: Lab) -> None:
    _settle_logs(lab)
    for name in ("500", "503", "flaky", "ok", "refused"):
        lab.play(f"hooks/logs_{name}")
        lab.play(f"hooks/detail_{name}")
    last = {"start=262&limit=2": "start=1&limit=1"}  # two deliveries will do instead of 264
    for name in ("logs_down_later", "logs_flaky_later"):
        lab.play(f"hooks/{name}", change=last)
    for recorded, live in zip(*_failed_logs(lab), strict=True):
        lab.equate(recorded, live)
    for name in ("log_retry_too_early_400", "hook_retry_all", "patch_deactivate"):
        lab.play(f"hooks/{name}")
    for name in ("delete_204", "detail_deleted_404"):
        lab.play(f"hooks/{name}")
    _silent_receiver(lab)


def _settle_logs(lab: Lab) -> None:
    """Wait until every hook has logged what came of the copy."""

    def all_done() -> bool:
        hooks = lab.ask("GET", lab.live(HOOKS)).json()["results"]
        counts = ("success_count", "failed_count", "pending_count")
        return all(sum(hook[name] for name in counts) == 2 for hook in hooks) and not any(
            hook["pending_count"] for hook in hooks if hook["name"] != "down"
        )

    settle(all_done)


def _failed_logs(lab: Lab) -> tuple[list[str], list[str]]:
    recorded = recording("hooks/logs_500")["response"]["body"]["results"]
    live = lab.answers["hooks/logs_500"].body["results"]
    return [log["uid"] for log in recorded], [log["uid"] for log in live]


def _silent_receiver(lab: Lab) -> None:
    lab.kobo.control("settings", {"hook_timeout": 0.1})
    add_hook(lab, "slow", "https://receiver.example.org/hook/slow")
    hooks = lab.ask("GET", lab.live(HOOKS)).json()["results"]
    lab.equate("hSi9ALkem58pj4Pzywfq6K", next(h["uid"] for h in hooks if h["name"] == "slow"))
    lab.ask("POST", lab.live(f"{_DATA}59/duplicate/"))
    logs = lab.live(f"{HOOKS}hSi9ALkem58pj4Pzywfq6K/logs/")
    settle(lambda: lab.ask("GET", logs).json()["results"][0]["status_code"] == 504)
    lab.play("hooks/logs_timeout")
    for hook in hooks:
        lab.ask("DELETE", lab.live(f"{HOOKS}{hook['uid']}/"))
    lab.kobo.control("settings", {"hook_timeout": 30, "hook_wait_scale": 1})


def _keep_deliveries(lab: Lab, sink: Sink, hooks: dict[str, str]) -> None:
    for name, hook in (
        ("json", "to us"),
        ("json_basic_auth_subset", "basic"),
        ("template", "template"),
        ("to_500", "err"),
        ("to_503", "down"),
        ("to_flaky", "flaky"),
        ("xml", "xml"),
    ):
        lab.answers[f"hooks/delivery_{name}"] = sink.of(hooks[hook])[0].as_answer()
