"""A submission's XML -> who it is and what was answered, as KoBo lays it out in JSON.

Every answer is a text under its path; a repeat is a list under its path whose entries carry
full paths again; what is empty is absent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from demo.kobo.shapes import Shape

Answers = dict[str, Any]


class BadXml(Exception):
    """The upload is no XML, or has no element that could be a form."""


@dataclass(frozen=True, slots=True)
class Instance:
    root: Element
    form_id: str
    instance_id: str  # as sent, with `uuid:`; empty when there is none
    deprecated_id: str  # empty for a new submission
    root_uuid: str  # `meta/rootUuid` as sent; empty when left to the server


def parse_instance(xml: bytes) -> Instance:
    """Raises BadXml."""
    try:
        root: Element = fromstring(xml)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadXml from error
    meta = next((child for child in root if _name(child) == "meta"), None)
    said = {} if meta is None else {_name(child): (child.text or "").strip() for child in meta}
    return Instance(
        root,
        root.get("id") or _name(root),
        said.get("instanceID", ""),
        said.get("deprecatedID", ""),
        said.get("rootUuid", ""),
    )


def answers_of(root: Element, shape: Shape) -> Answers:
    answers: Answers = {}
    _collect(root, "", shape, answers)
    return answers


def files_named(answers: Answers, shape: Shape) -> dict[str, str]:
    """The name of each file that an answer names -> the path of its question.

    Entries of a repeat are counted from 1: `house[2]/pic`.
    """
    return dict(_named(answers, "", "", shape))


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _collect(parent: Element, above: str, shape: Shape, answers: Answers) -> None:
    names = [_name(child) for child in parent]
    for name, child in zip(names, parent, strict=True):
        path = f"{above}{name}"
        if path in shape.repeats or (len(child) and names.count(name) > 1):
            entry: Answers = {}
            _collect(child, f"{path}/", shape, entry)
            if entry:
                answers.setdefault(path, []).append(entry)
        elif len(child):
            _collect(child, f"{path}/", shape, answers)
        elif child.text and child.text.strip():
            answers[path] = child.text


def _named(answers: Answers, above: str, counted: str, shape: Shape) -> Iterator[tuple[str, str]]:
    for path, value in answers.items():
        here = counted + path.removeprefix(above)
        if isinstance(value, list):
            for place, entry in enumerate(value, start=1):
                yield from _named(entry, path, f"{here}[{place}]", shape)
        elif path in shape.files:
            yield value, here
