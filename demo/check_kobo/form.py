"""The probe's own form, as a workbook and filled in. Every person and place in it is invented."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from openpyxl import Workbook

Sheet = Sequence[Mapping[str, str]]
Answers = Mapping[str, Any]  # path -> text, or for a repeat its entries


def _question(kind: str, name: str) -> dict[str, str]:
    return {"type": kind, "name": name, "label": name}


SURVEY: Sheet = (
    {"type": "start", "name": "start"},
    {"type": "end", "name": "end"},
    _question("text", "place"),
    _question("integer", "age"),
    _question("select_multiple trade", "trades"),
    _question("begin_group", "who"),
    _question("text", "alias"),
    {"type": "end_group"},
    _question("begin_repeat", "member"),
    _question("text", "m_name"),
    _question("integer", "m_age"),
    {"type": "end_repeat"},
    _question("image", "photo"),
)
CHOICES: Sheet = (
    {"list_name": "trade", "name": "sew", "label": "Sewing"},
    {"list_name": "trade", "name": "build", "label": "Building"},
)
MORE: Sheet = (*SURVEY, _question("text", "remark"))
NOT_A_WORKBOOK = b"this is no workbook"


def workbook(survey: Sheet = SURVEY) -> bytes:
    book = Workbook()
    del book[book.sheetnames[0]]
    for title, rows in (("survey", survey), ("choices", CHOICES)):
        sheet = book.create_sheet(title)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def filled(form_id: str, answers: Answers, *, form_uuid: str, meta: Mapping[str, str]) -> bytes:
    """Return the XML that a tablet would send; the same words make the same bytes."""
    root = Element(form_id, {"id": form_id, "version": "1"})
    said = {"formhub/uuid": form_uuid} | dict(answers)
    said |= {f"meta/{name}": value for name, value in meta.items()}
    for path, answer in said.items():
        _write(root, path, answer)
    xml: bytes = tostring(root, encoding="utf-8")
    return xml


def _write(parent: Element, path: str, answer: Any) -> None:
    *groups, name = path.split("/")
    for group in groups:
        found = parent.find(group)
        parent = SubElement(parent, group) if found is None else found
    if isinstance(answer, str):
        SubElement(parent, name).text = answer
        return
    for entry in answer:
        place = SubElement(parent, name)
        for below, text in entry.items():
            _write(place, below, text)
