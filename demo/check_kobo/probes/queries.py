"""`sort`, `query` and `fields` of `/data/` (items 3 and 4).

What a query finds is looked at among the seeds only, by the places they name.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.scene import SEEDS, Scene
from demo.check_kobo.wire import Reply

SEE = Item(3)
SEE_FIELDS = Item(4)
NAMES = tuple(str(seed["place"]) for seed in SEEDS)
ALL = "north south east west"
NOBODY = ""
APPROVED = "validation_status_approved"

# query -> the places of the seeds that it finds
FINDS: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"place": "north"}, "north"),
    ({"age": {"$gt": "9"}}, NOBODY),  # texts are compared: "44" is below "9"
    ({"age": {"$lt": "9"}}, "north east"),
    ({"age": {"$gte": "44"}}, "north south"),
    ({"age": {"$lte": "18"}}, "east"),
    ({"age": {"$gt": 18}}, NOBODY),  # a number is never compared with a text
    ({"place": {"$ne": "north"}}, "south east west"),
    ({"place": {"$in": ["north", "west"]}}, "north west"),
    ({"place": {"$nin": ["north", "west"]}}, "south east"),
    ({"place": {"$not": {"$regex": "th$"}}}, "east west"),
    ({"$and": [{"age": "9"}, {"place": "south"}]}, "south"),
    ({"$or": [{"age": "9"}, {"place": "east"}]}, "south east"),
    ({"age": {"$exists": False}}, "west"),
    ({"place": {"$regex": "th$"}}, "north south"),
    ({"member": {"$elemMatch": {"member/m_name": "Example"}}}, "north"),
    ({"_submission_time": {"$gt": "2000-01-01T00:00:00"}}, ALL),
    ({"_submission_time": {"$gt": "2900-01-01T00:00:00"}}, NOBODY),
    ({"_id": {"$gt": 0}}, ALL),
    ({"_id": {"$gt": "0"}}, NOBODY),  # inside an operator only a number
)
UNKNOWN: tuple[Mapping[str, Any], ...] = ({"$where": "1==1"}, {"age": {"$type": "string"}})


def queries(scene: Scene) -> Iterator[Finding]:
    for query, places in FINDS:
        yield from SEE.same(f"query {json.dumps(query)}", places, _places(_asked(scene, query)))
    for query in UNKNOWN:
        reply = _asked(scene, query)
        found = (reply.status, reply.count) if reply.status == 200 else (reply.status, 0)
        yield from SEE.same(f"unknown operator {json.dumps(query)}", (200, 0), found)
    yield from _identities(scene)
    broken = scene.project.ask("GET", "data/", params={"query": "{"})
    yield from SEE.same("query that is no JSON", 400, broken.status)
    unsuitable = _asked(scene, {"$and": "north"})
    yield from SEE.same("operand that does not fit", 400, unsuitable.status)
    falling = [row.get("_id") for row in scene.project.rows(sort='{"_id":-1}')]
    rising = [row.get("_id") for row in scene.project.rows(sort='{"_id":1}')]
    yield from SEE.same("sort by falling _id", rising[::-1], falling)


def _identities(scene: Scene) -> Iterator[Finding]:
    seed = scene.seeds[0]
    number = scene.project.row(seed.uuid).get("_id")
    for query in (
        {"_id": number},
        {"_id": str(number)},
        {"_id": {"$in": [number]}},
        {"_uuid": seed.uuid},
        {"meta/rootUuid": f"uuid:{seed.uuid}"},
        {"meta/rootUuid": {"$in": [f"uuid:{seed.uuid}"]}},
    ):
        name = next(iter(query))
        kind = type(query[name]).__name__
        found = _places(_asked(scene, query))
        yield from SEE.same(f"row by {name} ({kind})", "north", found)


def _asked(scene: Scene, query: Mapping[str, Any]) -> Reply:
    params = {"query": json.dumps(query), "sort": '{"_id":1}', "limit": "1000"}
    return scene.project.ask("GET", "data/", params=params)


def _places(reply: Reply) -> str:
    """The seeds among the rows, as places in their order; the status of anything but a page."""
    if reply.status != 200:
        return str(reply.status)
    found = {row.get("place") for row in reply.results}
    return " ".join(name for name in NAMES if name in found)


def fields(scene: Scene) -> Iterator[Finding]:
    see, project, seed = SEE_FIELDS, scene.project, scene.seeds[0]
    set_to = project.set_status(seed.uuid, APPROVED)
    yield from see.same("a status set", 200, set_to.status)
    query = json.dumps({"_uuid": seed.uuid})
    few = _only(project.rows(query=query, fields='["place"]'))
    yield from see.same("field asked for", "north", few.get("place"))
    yield from see.fails("field not asked for", "age" in few)
    yield from see.same("_uuid, not asked for", seed.uuid, few.get("_uuid"))
    root = f"uuid:{seed.uuid}"
    yield from see.same("meta/rootUuid, not asked for", root, few.get("meta/rootUuid"))
    yield from see.same("status, not asked for", {}, few.get("_validation_status"))
    yield from see.fails("_attachments, not asked for", "_attachments" in few)
    names = '["_id","_validation_status","_attachments"]'
    asked = _only(project.rows(query=query, fields=names))
    yield from see.same("_attachments, asked for", [], asked.get("_attachments"))
    status = asked.get("_validation_status")
    uid = status.get("uid") if isinstance(status, dict) else status
    yield from see.same("status, asked for", APPROVED, uid)
    yield from see.same("kind of _id, asked for", "int", type(asked.get("_id")).__name__)
    bad = project.ask("GET", "data/", params={"fields": "place"})
    yield from see.same("fields that are no JSON", 400, bad.status)
    cleared = project.ask("DELETE", f"data/{seed.uuid}/validation_status/")
    yield from see.same("a status cleared", 204, cleared.status)


def _only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return rows[0] if rows else {}
