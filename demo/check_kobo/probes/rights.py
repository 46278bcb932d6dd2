"""Who may do what: a bare list, and a request that replaces everybody's (item 14)."""

from collections.abc import Iterator

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.scene import NEEDS_OTHER, Scene
from demo.check_kobo.wire import Account

SEE = Item(14)


def assignments(scene: Scene) -> Iterator[Finding]:
    found = scene.project.ask("GET", "permission-assignments/").json
    yield from SEE.same("assignments come as", "list", type(found).__name__)
    if scene.other is None:
        yield from SEE.untried("a bulk request replaces everybody's", NEEDS_OTHER)
    else:
        yield from _bulk(scene, scene.other)


def _bulk(scene: Scene, other: Account) -> Iterator[Finding]:
    with scene.given(other, "view_submissions"):
        given = {"view_asset", "view_submissions"}
        yield from SEE.same("view_submissions brings view_asset", given, scene.held_by(other))
        only = [scene.assignment(other, "add_submissions")]
        reply = scene.project.ask("POST", "permission-assignments/bulk/", body=only)
        yield from SEE.same("a bulk request", 200, reply.status)
        yield from SEE.same("what it leaves", {"add_submissions"}, scene.held_by(other))
        kept = scene.project.ask("GET", "data/").status
        yield from SEE.same("the owner's rows, after it", 200, kept)
