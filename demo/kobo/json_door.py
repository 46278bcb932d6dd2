"""The JSON form of a submission, turned into the XML that it stands for."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring


def xml_of(form_id: str, submission: dict[str, Any]) -> bytes:
    root = Element(form_id, {"id": form_id})
    _fill(root, submission)
    return tostring(root)


def _fill(parent: Element, fields: dict[str, Any]) -> None:
    for name in sorted(fields):
        value = fields[name]
        for entry in value if isinstance(value, list) else [value]:
            child = SubElement(parent, name)
            if isinstance(entry, dict):
                _fill(child, entry)
            elif entry is not None:
                child.text = str(entry)
