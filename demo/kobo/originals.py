"""The XML of a submission as it was received.

Rows that were put in by the thousand for a measurement came without any; theirs is made.
"""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from demo.kobo.instance_xml import Answers
from demo.kobo.rows import answers_in
from demo.kobo.store import Store


def xml_of_row(store: Store, row: dict[str, Any]) -> bytes:
    kept: bytes | None = store.value("SELECT xml FROM originals WHERE id = ?", row["_id"])
    return kept if kept is not None else made_xml(row["_xform_id_string"], answers_in(row))


def made_xml(form_id: str, answers: Answers) -> bytes:
    root = Element(form_id, {"id": form_id, "version": "1"})
    _fill(root, answers, "")
    return b'<?xml version="1.0" ?>' + tostring(root)


def _fill(parent: Element, answers: Answers, above: str) -> None:
    groups: dict[str, Element] = {"": parent}
    for path, value in answers.items():
        *names, name = path.removeprefix(above).split("/")
        holder = _group(groups, names)
        for entry in value if isinstance(value, list) else [value]:
            child = SubElement(holder, name)
            if isinstance(entry, dict):
                _fill(child, entry, f"{path}/")
            else:
                child.text = str(entry)


def _group(groups: dict[str, Element], names: list[str]) -> Element:
    key = "/".join(names)
    if key not in groups:
        groups[key] = SubElement(_group(groups, names[:-1]), names[-1])
    return groups[key]
