"""Where a live answer is built otherwise than the recorded one: keys, kinds, headers, XML."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from tests.contract.answers import Answer

_HEADERS = (
    "allow",
    "x-kobonaut",
    "content-language",
    "x-openrosa-version",
    "x-openrosa-accept-content-length",
)
_NAMED_BY_KUID = (".kuid_names", ".report_styles.specified")  # every import names them anew
_PRESENT = ("location", "content-disposition", "www-authenticate")


def differences(recorded: Answer, live: Answer) -> list[str]:
    """Empty when the two are built alike. Values may differ, except of headers named above."""
    found = list(_headers(recorded, live))
    if recorded.status != live.status:
        found.append(f"status {recorded.status} but {live.status}")
    if recorded.text.startswith("<") or live.text.startswith("<"):
        found += _xml_differences(recorded.text, live.text)
    else:
        found += _differ(recorded.body, live.body, "$")
    return found


def _headers(recorded: Answer, live: Answer) -> Iterator[str]:
    if recorded.headers.get("content-type") != live.headers.get("content-type"):
        yield f"type {recorded.headers.get('content-type')} but {live.headers.get('content-type')}"
    if recorded.kind == "text/html":
        return
    for name in _HEADERS:
        if recorded.headers.get(name) != live.headers.get(name):
            yield f"{name}: {recorded.headers.get(name)} but {live.headers.get(name)}"
    for name in _PRESENT:
        was, now = recorded.headers.get(name, ""), live.headers.get(name, "")
        if was.partition(" ")[0] != now.partition(" ")[0] and name != "location":
            yield f"{name}: {was} but {now}"
        if bool(was) != bool(now):
            yield f"{name}: {was} but {now}"


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "object"


def _differ(recorded: Any, live: Any, path: str) -> Iterator[str]:
    if path.endswith(_NAMED_BY_KUID):
        return
    if _kind(recorded) != _kind(live):
        yield f"{path}: {_kind(recorded)} but {_kind(live)}"
    elif isinstance(recorded, Mapping):
        yield from _differ_by_key(recorded, live, path)
    elif isinstance(recorded, list):
        if bool(recorded) != bool(live):
            yield f"{path}: {len(recorded)} entries but {len(live)}"
        for place, (was, now) in enumerate(zip(recorded, live, strict=False)):
            yield from _differ(was, now, f"{path}[{place}]")


def _differ_by_key(
    recorded: Mapping[str, Any], live: Mapping[str, Any], path: str
) -> Iterator[str]:
    for key in sorted(recorded.keys() ^ live.keys()):
        yield f"{path}.{key}: only in {'recording' if key in recorded else 'the stand-in'}"
    for key in recorded.keys() & live.keys():
        yield from _differ(recorded[key], live[key], f"{path}.{key}")


def _xml_differences(recorded: str, live: str) -> Iterator[str]:
    if bool(recorded) != bool(live):
        yield f"XML {recorded[:60]!r} but {live[:60]!r}"
    elif recorded:
        was, now = _outline(fromstring(recorded), ""), _outline(fromstring(live), "")
        for line in sorted(was ^ now):
            yield f"{line}: only in {'recording' if line in was else 'the stand-in'}"


def _outline(element: Element, above: str) -> set[str]:
    path = f"{above}/{element.tag}"
    lines = {path, *(f"{path}@{name}" for name in element.attrib)}
    for child in element:
        lines |= _outline(child, path)
    return lines
