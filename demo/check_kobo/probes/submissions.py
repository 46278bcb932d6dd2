"""Missing slashes, and what a tablet is answered (item 15)."""

from collections.abc import Iterator
from uuid import uuid4

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.project import Project
from demo.check_kobo.scene import NEEDS_OTHER, Scene
from demo.check_kobo.wire import Account, Reply

SEE = Item(15)
SUBMISSION = "/submission"
NO_TOKEN = "0" * 40


def door(scene: Scene) -> Iterator[Finding]:
    yield from _slashes(scene)
    yield from _head(scene)
    yield from _repeated(scene.project)
    yield from _malformed(scene)
    yield from _unwelcome(scene)
    yield from SEE.untried("423 for one being processed", "a race, which cannot be brought about")


def _slashes(scene: Scene) -> Iterator[Finding]:
    # A server that heeds this POST answers 405: the project is deployed already.
    for method, below, body in (("GET", "data", None), ("POST", "deployment", {"active": True})):
        reply = scene.project.ask(method, below, body=body)
        expected = (301, f"{scene.project.path}{below}/")
        yield from SEE.same(f"{method} without the last slash", expected, _led(reply))


def _led(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.location


def _head(scene: Scene) -> Iterator[Finding]:
    reply = scene.owner.ask("HEAD", SUBMISSION)
    version = reply.headers.get("x-openrosa-version")
    yield from SEE.same("HEAD: status, OpenRosa version", (204, "1.0"), (reply.status, version))
    unsigned = scene.anyone.ask("HEAD", SUBMISSION)
    yield from SEE.same("HEAD, signed out", (401, "Digest"), _challenged(unsigned))


def _challenged(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.headers.get("www-authenticate", "").partition(" ")[0]


def _repeated(project: Project) -> Iterator[Finding]:
    sent = project.written({"place": "sent", "photo": "door.jpg"})
    other = project.written({"place": "sent otherwise"}, uuid=sent.uuid)
    photo, forged = {"door.jpg": b"a door"}, {"door.jpg": b"another door"}
    for what, status, xml, files in (
        ("a new submission", 201, sent.xml, {}),
        ("the same again", 202, sent.xml, {}),
        ("the same with a file more", 201, sent.xml, photo),
        ("the same with the file again", 202, sent.xml, photo),
        ("a file of one name, other bytes", 409, sent.xml, forged),
        ("one id, other content", 409, other.xml, {}),
    ):
        yield from SEE.same(what, status, project.post(xml, files=files).status)


def _malformed(scene: Scene) -> Iterator[Finding]:
    project = scene.project
    good = project.written({"place": "malformed"}).xml
    for what, status, xml in (
        ("no instanceID", 400, good.replace(b"instanceID", b"otherID")),
        ("broken XML", 400, b"<data><broken"),
        ("an empty submission", 400, b""),
        ("an unknown form", 404, good.replace(project.uid.encode(), b"aNoSuchForm2222222222222")),
    ):
        yield from SEE.same(what, status, project.post(xml).status)
    empty = scene.owner.ask("POST", SUBMISSION, fields={"nothing": str(uuid4())})
    told = (empty.status, empty.is_html)
    yield from SEE.same("no xml_submission_file: status, HTML", (500, True), told)


def _unwelcome(scene: Scene) -> Iterator[Finding]:
    project = scene.project
    xml = project.written({"place": "unwelcome"}).xml
    unsigned = project.post(xml, who=scene.anyone)
    yield from SEE.same("a submission, signed out", (401, "Digest"), _challenged(unsigned))
    unknown = project.post(xml, who=Account(scene.owner.wire, "", f"Token {NO_TOKEN}"))
    yield from SEE.same("a submission by an unknown token", 401, unknown.status)
    if scene.other is None:
        yield from SEE.untried("a submission without the right to add one", NEEDS_OTHER)
        return
    barred = project.post(xml, who=scene.other)
    yield from SEE.same("a submission without the right to add one", 403, barred.status)
