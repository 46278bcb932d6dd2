"""What a row of `/data/` looks like (item 1)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.project import Sent
from demo.check_kobo.scene import Scene

SEE = Item(1)
WHOLE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
ABSENT = "absent"
FULL = {
    "start": "2026-09-01T15:24:00.000+06:00",
    "end": "2026-09-01T15:42:00.000+06:00",
    "place": "full",
    "age": "44",
    "trades": "sew build",
    "who/alias": "Example",
    "member": ({"m_name": "Example", "m_age": "9"}, {"m_name": "Sample"}),
}


def shape(scene: Scene) -> Iterator[Finding]:
    sent = scene.project.send(FULL)
    row = scene.project.row(sent.uuid)
    for name, expected in _expected(scene, sent).items():
        yield from SEE.same(name, expected, row.get(name, ABSENT))
    yield from SEE.same("kind of _id", "int", type(row.get("_id")).__name__)
    yield from SEE.same("form of _submission_time", "YYYY-MM-DDTHH:MM:SS", _form_of_time(row))
    bare = scene.project.row(scene.project.send({"place": "bare"}).uuid)
    for path in ("age", "who/alias", "member"):
        yield from SEE.same(f"{path}, unanswered", ABSENT, bare.get(path, ABSENT))


def _expected(scene: Scene, sent: Sent) -> Mapping[str, Any]:
    answers = {path: answer for path, answer in FULL.items() if path != "member"}
    return answers | {
        "member": [
            {"member/m_name": "Example", "member/m_age": "9"},
            {"member/m_name": "Sample"},
        ],
        "photo": ABSENT,
        "_uuid": sent.uuid,
        "meta/instanceID": f"uuid:{sent.uuid}",
        "meta/rootUuid": f"uuid:{sent.uuid}",
        "meta/deprecatedID": ABSENT,
        "formhub/uuid": scene.project.form_uuid,
        "_xform_id_string": scene.project.uid,
        "_submitted_by": scene.owner.username,
        "_validation_status": {},
        "_attachments": [],
        "_status": "submitted_via_web",
        "_geolocation": [None, None],
    }


def _form_of_time(row: Mapping[str, Any]) -> str:
    time = str(row.get("_submission_time"))
    return "YYYY-MM-DDTHH:MM:SS" if WHOLE_SECONDS.fullmatch(time) else time
