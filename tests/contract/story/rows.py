"""The rows that were sent without being recorded, made again from where they were seen."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from demo.kobo.originals import made_xml
from demo.kobo.rows import SERVER_FIELDS
from tests.contract.answers import names, recording
from tests.contract.lab import Lab
from tests.contract.story.assets import FORM

_NAMES = ("Aisuluu", "Bakyt", "Gulnara", "Daniyar", "Erkin", "Zarina", "Kanat", "Meerim")
# Sent before they were edited or deleted, so their XML was recorded with a later post.
_ORIGINALS = {10: "edits/original_sent_again_after_edit", 42: "deletions/resend_of_deleted"}


def send_rows(lab: Lab, numbers: Iterable[int]) -> None:
    """Send submissions that will become the rows of these numbers, in turn by two people."""
    seen = _seen_rows()
    for number in numbers:
        who = "enum2" if number % 2 == 0 else "enum1"
        send_xml(lab, _xml(number, seen.get(number)), who=who)


def send_xml(lab: Lab, xml: str, *, who: str, **files: bytes) -> int:
    """Returns the status of the answer."""
    parts = [("xml_submission_file", ("submission.xml", lab.live(xml).encode(), "text/xml"))]
    parts += [(name, (name, content, "image/jpeg")) for name, content in files.items()]
    return lab.ask("POST", "/submission", who=who, files=parts).status_code


def _xml(number: int, seen: dict[str, Any] | None) -> str:
    if number in _ORIGINALS:
        body = recording(_ORIGINALS[number])["request"]["body"]
        return body["multipart"]["xml_submission_file"]["content"]
    known = seen or {}
    answers = {path: value for path, value in known.items() if path not in SERVER_FIELDS}
    if "consent" not in answers:
        answers = _filler(number, known.get("_uuid") or str(UUID(int=number)))
    for path in ("meta/rootUuid", "meta/deprecatedID"):
        answers.pop(path, None)
    return made_xml(FORM, answers).decode()


def _filler(number: int, uuid: str) -> dict[str, Any]:
    name = f"{_NAMES[number % len(_NAMES)]} Example"
    place = 19 if number == 45 else number % 20 + 1  # one row alone is of P006, to be deleted
    return {
        "formhub/uuid": "329b2b72e2484e0d91073e9d43bad9f0",
        "start": "2026-09-01T15:24:00.000+06:00",
        "end": "2026-09-01T15:42:00.000+06:00",
        "today": "2026-09-01",
        "deviceid": f"lab:{number % 5:04}",
        "username": "enum1",
        "consent": "yes",
        "respondent/resp_name": name,
        "respondent/resp_phone": f"+996 555 000 {number:03}",
        "respondent/age": str(20 + number % 60),
        "respondent/sex": "female",
        "place": f"P{place:03}",
        "gps": "40.657473 72.666410 0 0",
        "return_date": "2026-03-29",
        "reasons": "family",
        "n_members": "0",
        "__version__": "vu3H8C4cY7f6FV9ouE3Wiy",
        "meta/instanceID": f"uuid:{uuid}",
        "meta/instanceName": f"RM-{number}",
    }


def _seen_rows() -> dict[int, dict[str, Any]]:
    """Every row that some recording shows, as it was first: fullest before edited."""
    seen: dict[int, dict[str, Any]] = {}
    for name in names():
        for row in _rows_in(recording(name)["response"].get("body")):
            known = seen.get(row["_id"], {})
            if "meta/deprecatedID" not in row and len(row) > len(known):
                seen[row["_id"]] = row
    return seen


def _rows_in(body: Any) -> Iterator[dict[str, Any]]:
    if isinstance(body, list):
        for entry in body:
            yield from _rows_in(entry)
    elif isinstance(body, dict):
        if "_id" in body and "_uuid" in body and body.get("_xform_id_string", FORM) == FORM:
            yield json.loads(json.dumps(body))
        for entry in body.values():
            yield from _rows_in(entry)
