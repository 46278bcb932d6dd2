"""The history of a project, and what reading adds to it (items 10 and 16)."""

from collections.abc import Iterator, Mapping
from typing import Any

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.project import Project, Sent
from demo.check_kobo.scene import NEEDS_OTHER, Scene

SEE = Item(10)
VIEWS = Item(16)
DONE = ["delete-submission", "modify-submission", "modify-submission", "add-submission"]
ABSENT = "absent"
Entries = list[dict[str, Any]]


def history(scene: Scene) -> Iterator[Finding]:
    project = scene.project
    sent = project.send({"place": "remembered"})
    project.set_status(sent.uuid, "validation_status_on_hold")
    project.send({"place": "remembered anew"}, replaces=sent.uuid)
    project.ask("DELETE", f"data/{sent.uuid}/")
    q = f"metadata__submission__root_uuid:{sent.uuid}"
    entries = project.settled(lambda: project.history(q), lambda found: len(found) >= len(DONE))
    yield from _entries(sent, entries)
    yield from _searches(project, str(entries[-1].get("date_created")) if entries else "")
    yield from _readers(scene)


def _entries(sent: Sent, entries: Entries) -> Iterator[Finding]:
    yield from SEE.same("actions, newest first", DONE, [entry.get("action") for entry in entries])
    told = [_submission(entry) for entry in entries]
    roots = {about.get("root_uuid", ABSENT) for about in told}
    yield from SEE.same("root_uuid without its prefix", {sent.uuid}, roots)
    statuses = [about.get("status", ABSENT) for about in told]
    yield from SEE.same("status, of the change of status only", _statuses(), statuses)


def _statuses() -> list[str]:
    return [ABSENT, ABSENT, "On Hold", ABSENT]


def _submission(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = entry.get("metadata")
    about = metadata.get("submission") if isinstance(metadata, dict) else None
    return about if isinstance(about, dict) else {}


def _searches(project: Project, moment: str) -> Iterator[Finding]:
    for what, q, finds in (
        ("of what must be there", "action:deploy", True),
        ("with a quoted colon", f'date_created__gte:"{moment}"', True),
        ("with an unquoted colon", f"date_created__gte:{moment}", False),
        ("of a misspelt field", "acton:deploy", False),
        (
            "with OR in parentheses, AND a date",
            f'(action:add-submission OR action:deploy) AND date_created__gte:"{moment}"',
            True,
        ),
        ("that is broken off", "action:deploy AND (", False),
    ):
        reply = project.ask("GET", "history/", params={"q": q})
        found = (reply.status, bool(reply.results)) if reply.status == 200 else (reply.status, None)
        yield from SEE.same(f"search {what}: status, entries found", (200, finds), found)


def _readers(scene: Scene) -> Iterator[Finding]:
    nobody = scene.project.ask("GET", "history/", who=scene.anyone)
    yield from SEE.same("history, signed out", 401, nobody.status)
    if scene.other is None:
        yield from SEE.untried("history without manage_asset", NEEDS_OTHER)
        return
    stranger = scene.project.ask("GET", "history/", who=scene.other)
    yield from SEE.same("history without manage_asset", 403, stranger.status)


def views(scene: Scene) -> Iterator[Finding]:
    project, seed = scene.project, scene.seeds[0]

    def seen() -> int:
        params = {"q": "action:view-data", "limit": "1"}
        return project.ask("GET", "history/", params=params).count

    before = seen()
    project.ask("GET", "data/", params={"limit": "1"})
    listed = project.settled(seen, lambda count: count > before)
    yield from VIEWS.same("lines more after reading a list", 1, listed - before)
    project.row(seed.uuid)
    yield from VIEWS.same("lines more after reading one row", 0, seen() - listed)
