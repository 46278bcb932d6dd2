"""What is refused, to whom, and in which words (item 11)."""

from collections.abc import Iterator

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.project import ASSETS
from demo.check_kobo.scene import NEEDS_OTHER, Scene
from demo.check_kobo.wire import Account, Reply

SEE = Item(11)
NO_ASSET = "aNoSuchAsset22222222222"
NO_TOKEN = "0" * 40
APPROVED = "validation_status_approved"


def refusals(scene: Scene) -> Iterator[Finding]:
    yield from _signed_out(scene)
    yield from _wrong_credentials(scene)
    yield from _not_there(scene)
    yield from _crashes(scene)
    if scene.other is None:
        yield from SEE.untried("what an account without rights is answered", NEEDS_OTHER)
    else:
        yield from _few_rights(scene, scene.other)


def _signed_out(scene: Scene) -> Iterator[Finding]:
    anyone, project = scene.anyone, scene.project
    assets = anyone.ask("GET", ASSETS)
    yield from SEE.same("list of assets, signed out", (200, 0), (assets.status, assets.count))
    for what, expected, path in (
        ("account, signed out", 401, "/me/"),
        ("private asset, signed out", 404, project.path),
        ("its rows, signed out", 404, f"{project.path}data/"),
    ):
        yield from SEE.same(what, expected, anyone.ask("GET", path).status)


def _wrong_credentials(scene: Scene) -> Iterator[Finding]:
    wire = scene.owner.wire
    unknown = Account(wire, "", f"Token {NO_TOKEN}").ask("GET", ASSETS)
    told = (unknown.status, _detail(unknown))
    yield from SEE.same("unknown token", (401, "Invalid token."), told)
    odd = Account(wire, "", "Bearer abc").ask("GET", ASSETS)
    told_odd = (odd.status, odd.count if odd.status == 200 else 0)
    yield from SEE.same("unknown scheme counts as signed out", (200, 0), told_odd)


def _not_there(scene: Scene) -> Iterator[Finding]:
    asset = scene.owner.ask("GET", f"{ASSETS}{NO_ASSET}/")
    yield from SEE.same("unknown asset", (404, "Not found."), (asset.status, _detail(asset)))
    row = scene.project.ask("GET", "data/no-such-row/")
    yield from SEE.same("unknown row", (404, False), (row.status, row.is_html))
    route = scene.owner.ask("GET", "/api/v2/no-such-route/")
    yield from SEE.same("unknown address: status, HTML", (404, True), (route.status, route.is_html))


def _crashes(scene: Scene) -> Iterator[Finding]:
    body = scene.owner.ask("POST", ASSETS, content=b"{")
    yield from SEE.same("broken JSON: status, HTML", (500, True), (body.status, body.is_html))
    query = scene.project.ask("GET", "data/", params={"query": "[1,2]"})
    told = (query.status, query.is_html)
    yield from SEE.same("query that is no object: status, HTML", (500, True), told)


def _few_rights(scene: Scene, other: Account) -> Iterator[Finding]:
    project, seed = scene.project, scene.seeds[0]

    def seen() -> tuple[int, int]:
        return tuple_of(project.ask("GET", who=other), project.ask("GET", "data/", who=other))

    yield from SEE.same("asset and rows without a right", (404, 404), seen())
    with scene.given(other, "view_asset"):
        yield from SEE.same("asset and rows with view_asset", (200, 404), seen())
    with scene.given(other, "view_submissions"):
        yield from SEE.same("asset and rows with view_submissions", (200, 200), seen())
        barred = project.set_status(seed.uuid, APPROVED, who=other)
        yield from SEE.same("a status without the right to set it", 403, barred.status)


def tuple_of(one: Reply, two: Reply) -> tuple[int, int]:
    return one.status, two.status


def _detail(reply: Reply) -> object:
    return None if reply.is_html else reply.object.get("detail")
