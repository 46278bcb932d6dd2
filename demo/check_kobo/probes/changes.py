"""What becomes of a row: edited, deleted, completed, and by which number (items 5 to 8)."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from demo.check_kobo.findings import Finding, Item, Unexpected
from demo.check_kobo.project import Project, Sent
from demo.check_kobo.scene import Scene

EDITS, NUMBERS, DELETIONS, LATE = Item(5), Item(6), Item(7), Item(8)
ON_HOLD = "validation_status_on_hold"
KEPT = ("_id", "meta/rootUuid", "_submission_time", "_submitted_by", "_validation_status")


def edits(scene: Scene) -> Iterator[Finding]:
    see, project = EDITS, scene.project
    first = project.send({"place": "edited", "age": "1"})
    project.set_status(first.uuid, ON_HOLD)
    before = project.row(first.uuid)
    edit = project.written({"place": "edited anew"}, replaces=first.uuid)
    yield from see.same("an edit", 201, project.post(edit.xml).status)
    after = project.row(first.uuid)
    for name in KEPT:
        yield from see.same(f"{name} after an edit", before.get(name), after.get(name))
    status = after.get("_validation_status")
    yield from see.holds("a status outlives an edit", bool(status))
    yield from see.same("_uuid after an edit", edit.uuid, after.get("_uuid"))
    yield from see.same("the old id", f"uuid:{first.uuid}", after.get("meta/deprecatedID"))
    yield from see.fails("an answer left out", "age" in after)
    yield from _edits_refused(project, first, edit)
    yield from see.same("the row, after refused edits", after, project.row(first.uuid))


def _edits_refused(project: Project, first: Sent, edit: Sent) -> Iterator[Finding]:
    stale = project.written({"place": "late"}, replaces=first.uuid)
    unknown = project.written({"place": "lost"}, replaces=str(uuid4()))
    for what, expected, sent in (
        ("an edit of an older version", 410, stale),
        ("an edit of nothing", 404, unknown),
        ("an edit sent again", 202, edit),
        ("the original sent again after its edit", 409, first),
    ):
        yield from EDITS.same(what, expected, project.post(sent.xml).status)


def numbers(scene: Scene) -> Iterator[Finding]:
    see, project, other = NUMBERS, scene.project, scene.projects.make()
    other.deploy()
    first = _number(project, project.send({"place": "first"}))
    second = _number(other, other.send({"place": "second"}))
    third = project.send({"place": "third"})
    refused = project.written({"place": "refused"}, uuid=third.uuid)
    yield from see.same("a post to be refused", 409, project.post(refused.xml).status)
    last = _number(project, project.send({"place": "last"}))
    between = _number(project, third)
    in_order = first < second < between < last
    yield from see.holds("numbers rise across projects", in_order)
    yield from see.holds("a refused post uses a number up", last - between > 1)
    yield from see.untried(
        "a lower number seen after a higher one", "a race, which cannot be brought about"
    )


def _number(project: Project, sent: Sent) -> int:
    number = project.row(sent.uuid).get("_id")
    if type(number) is not int:
        raise Unexpected("_id", "a number", type(number).__name__)
    return number


def deletions(scene: Scene) -> Iterator[Finding]:
    see, project = DELETIONS, scene.project
    sent = project.send({"place": "deleted"})
    number = _number(project, sent)
    count = project.ask("GET", "data/").count
    yield from see.same("a deletion", 204, project.ask("DELETE", f"data/{number}/").status)
    yield from see.same("the same again", 404, project.ask("DELETE", f"data/{number}/").status)
    yield from see.same("the row by itself", 404, project.ask("GET", f"data/{number}/").status)
    rows = project.rows()
    yield from see.fails("the row in the list", number in [row.get("_id") for row in rows])
    yield from see.same("count", count - 1, project.ask("GET", "data/").count)
    yield from see.same("the deleted one sent again", 201, project.post(sent.xml).status)
    again = project.row(sent.uuid)
    root = f"uuid:{sent.uuid}"
    yield from see.same("its root, sent again", root, again.get("meta/rootUuid"))
    yield from see.holds("its number is a new one", _number(project, sent) > number)


def late_attachments(scene: Scene) -> Iterator[Finding]:
    see, project = LATE, scene.project
    sent = project.send({"place": "pictured", "photo": "example.jpg"})
    before = project.row(sent.uuid)
    yield from see.same("the photo's answer before it comes", "example.jpg", before.get("photo"))
    yield from see.same("attachments before", [], before.get("_attachments"))
    late = project.post(sent.xml, files={"example.jpg": b"an example"})
    yield from see.same("the photo, sent late", 201, late.status)
    after = project.row(sent.uuid)
    yield from see.same("attachments after", ["example.jpg"], _files(after))
    yield from see.same("all else of the row", _rest(before), _rest(after))
    entries = project.history(
        f"metadata__submission__root_uuid:{sent.uuid} AND action:modify-submission"
    )
    yield from see.same("lines of history about it", 0, len(entries))


def _files(row: Mapping[str, Any]) -> list[Any]:
    attachments = row.get("_attachments")
    if not isinstance(attachments, list):
        return [attachments]
    return [found.get("media_file_basename") for found in attachments if isinstance(found, dict)]


def _rest(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "_attachments"}
