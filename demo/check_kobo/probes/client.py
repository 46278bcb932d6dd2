"""Our own client, by its main calls, against the same project: it must work there as well."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from demo.check_kobo.findings import CLIENT, Difference, Finding, Item, Unexpected
from demo.check_kobo.form import MORE, workbook
from demo.check_kobo.scene import Scene
from forms.kobo import Credential, Kobo, KoboError, KoboUnavailable, Tablet

SEE = Item(CLIENT)
APPROVED = "validation_status_approved"


def client(scene: Scene) -> Iterator[Finding]:
    token = (scene.owner.header or "").removeprefix("Token ")
    sleep = scene.owner.wire.sleep
    with (
        Kobo(server=scene.server, token=token, sleep=sleep, attempts=3) as kobo,
        Tablet(
            server=scene.server,
            credential=Credential.from_token(token),
            sleep=sleep,
            attempts=3,
        ) as tablet,
    ):
        for steps in (_forms(scene, kobo), _sending(scene, tablet), _reading(scene, kobo)):
            yield from _told(steps)
        yield from _told(_judging(scene, kobo))


def _told(steps: Iterator[Finding]) -> Iterator[Finding]:
    """Pass findings on; a failure of the client is one too, and ends these steps."""
    try:
        yield from steps
    except (KoboError, KoboUnavailable) as failure:
        told = f"{failure.code} ({failure.status}, {failure.path})"
        yield Difference(CLIENT, "a call of our client", "works", told)


def _forms(scene: Scene, kobo: Kobo) -> Iterator[Finding]:
    project = scene.project
    yield from SEE.same("me", scene.owner.username, kobo.me())
    uid = kobo.import_form(workbook(MORE), name=project.name, replace=project.uid)
    yield from SEE.same("import_form", project.uid, uid)
    version = kobo.deploy(project.uid)
    asset = kobo.asset(project.uid)
    yield from SEE.same("deploy", asset.deployed_version_id, version)
    yield from SEE.same("asset", (True, False), (asset.deployment_active, asset.encrypted))
    listed = project.uid in {summary.uid for summary in kobo.assets()}
    yield from SEE.holds("assets", listed)
    versions = kobo.versions(project.uid)
    yield from SEE.same("versions, the newest first", [version], [v.uid for v in versions[:1]])
    survey = kobo.version(project.uid, version).get("survey", [])
    named = any(row.get("name", row.get("$autoname")) == "remark" for row in survey)
    yield from SEE.holds("version, with its newest question", named)


def _sending(scene: Scene, tablet: Tablet) -> Iterator[Finding]:
    project = scene.project
    offered = project.uid in {form.form_id for form in tablet.form_list()}
    yield from SEE.holds("form_list", offered)
    yield from SEE.holds("form_xml", project.uid.encode() in tablet.form_xml(project.uid))
    sent = project.written({"place": "sent by the client", "photo": "client.jpg"})
    first = tablet.submit(sent.xml, {"client.jpg": b"a client"})
    yield from SEE.same("submit", 201, first.status)
    yield from SEE.holds("submit again", tablet.submit(sent.xml).is_duplicate)


def _reading(scene: Scene, kobo: Kobo) -> Iterator[Finding]:
    uid = scene.project.uid
    ids = _ids(row for page in kobo.pages(uid, limit=3) for row in page.rows)
    page = kobo.page(uid, after=0)
    yield from SEE.same("page, and pages of three", _ids(page.rows), ids)
    yield from SEE.same("count of a page", len(ids), page.count)
    yield from SEE.same("rows_by_id", ids[:2], _ids(kobo.rows_by_id(uid, ids[:2])))
    roots = [seed.uuid for seed in scene.seeds]
    yield from SEE.same("rows_by_root", 4, len(kobo.rows_by_root(uid, roots)))
    yield from SEE.same("row", ids[:1], _ids([kobo.row(uid, ids[0])]))
    swept = tuple(kobo.sweep(uid, limit=3))
    yield from SEE.same("sweep", ids, [row.kobo_id for row in swept])
    known = {row.root_uuid for row in swept}
    yield from SEE.holds("roots of a sweep", known.issuperset(roots))
    yield from SEE.holds("attachments of a sweep", any(row.attachments for row in swept))


def _judging(scene: Scene, kobo: Kobo) -> Iterator[Finding]:
    uid, root = scene.project.uid, scene.seeds[0].uuid
    number = _ids(kobo.rows_by_root(uid, [root]))[0]
    set_to = kobo.set_validation_status(uid, number, APPROVED)
    yield from SEE.same("set_validation_status", APPROVED, set_to)
    yield from SEE.same("validation_status", APPROVED, kobo.validation_status(uid, number))
    kobo.set_validation_status(uid, number, None)
    yield from SEE.same("a status cleared", None, kobo.validation_status(uid, number))
    since = datetime.now(UTC) - timedelta(days=1)
    actions = ("deploy", "modify-submission")

    def entries() -> set[tuple[str, str | None]]:
        found = kobo.history(uid, since=since, actions=actions)
        return {(entry.action, entry.status if entry.root_uuid == root else "") for entry in found}

    wanted = {("deploy", ""), ("modify-submission", "Approved"), ("modify-submission", "None")}
    found = scene.project.settled(entries, wanted.issubset)
    yield from SEE.same("history", wanted, found & wanted)


def _ids(rows: Iterable[bytes]) -> list[int]:
    """The `_id`s of rows. Raises Unexpected for a row that has none, or for no row."""
    ids = [_id(row) for row in rows]
    if not ids:
        raise Unexpected("rows read by our client", "some", "none")
    return ids


def _id(row: bytes) -> int:
    number = json.loads(row).get("_id")
    if type(number) is not int:
        raise Unexpected("_id of a row read by our client", "a number", type(number).__name__)
    return number
