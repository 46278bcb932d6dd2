"""Validation statuses of many rows at once, and of one (item 9)."""

from collections.abc import Iterator
from typing import Any

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.scene import Scene
from demo.check_kobo.wire import Reply

SEE = Item(9)
KEY = "validation_status.uid"
APPROVED = "validation_status_approved"
ON_HOLD = "validation_status_on_hold"
WRONG = "validation_status_misspelt"
NO_ROW = 2**31 - 1


def statuses(scene: Scene) -> Iterator[Finding]:
    one, two = (scene.project.row(seed.uuid).get("_id") for seed in scene.seeds[:2])
    for what, payload, status, after in (
        ("two ids", {"submission_ids": [one, two], KEY: APPROVED}, 200, (APPROVED, APPROVED)),
        ("an unknown id", {"submission_ids": [one, NO_ROW], KEY: ON_HOLD}, 400, (APPROVED,) * 2),
        ("a misspelt uid", {"submission_ids": [one], KEY: WRONG}, 200, (None, APPROVED)),
        ("no selection", {KEY: ON_HOLD}, 400, (None, APPROVED)),
        ("no uid", {"submission_ids": [two]}, 400, (None, APPROVED)),
        ("confirm alone", {"confirm": True, KEY: ON_HOLD}, 200, (ON_HOLD, ON_HOLD)),
    ):
        reply = _bulk(scene, payload)
        yield from SEE.same(f"bulk with {what}", status, reply.status)
        found = tuple(scene.project.status_of(number) for number in (one, two))
        yield from SEE.same(f"statuses after bulk with {what}", after, found)
    yield from SEE.same("confirm reaches every row", {ON_HOLD}, _all(scene))
    for what, uid in (("a misspelt", WRONG), ("an empty", "")):
        reply = scene.project.set_status(one, uid)
        yield from SEE.same(f"one row with {what} uid", 400, reply.status)
        kept = scene.project.status_of(one)
        yield from SEE.same(f"its status after {what} uid", ON_HOLD, kept)


def _bulk(scene: Scene, payload: dict[str, Any]) -> Reply:
    return scene.project.ask("PATCH", "data/validation_statuses/", body={"payload": payload})


def _all(scene: Scene) -> set[Any]:
    found = [row.get("_validation_status") for row in scene.project.rows()]
    return {status.get("uid") if isinstance(status, dict) else status for status in found}
