"""What must be known of a form to read an answer sheet: repeats, positions, files.

All deployed versions count, since tablets send sheets of old ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from demo.kobo.content import Content
from demo.kobo.store import Store

_FILES = {"image", "photo", "audio", "video", "file", "background-audio"}
_cache: dict[tuple[str, str], "Shape"] = {}


@dataclass(frozen=True, slots=True)
class Shape:
    repeats: frozenset[str] = frozenset()
    positions: tuple[str, ...] = ()  # geopoints, in the order of the form
    files: frozenset[str] = frozenset()


def shape_of(contents: Iterable[Content]) -> Shape:
    repeats: set[str] = set()
    positions: dict[str, None] = {}
    files: set[str] = set()
    for content in contents:
        for row in content["survey"]:
            kind, path = row.get("type"), row.get("$xpath", "")
            if kind == "begin_repeat":
                repeats.add(path)
            elif kind in {"geopoint", "start-geopoint"}:
                positions[path] = None
            elif kind in _FILES:
                files.add(path)
    return Shape(frozenset(repeats), tuple(positions), frozenset(files))


def shape_of_asset(store: Store, asset: str, deployed_at: str) -> Shape:
    """The shape as of the last deployment; the same object until the next one."""
    key = (asset, deployed_at)
    if key not in _cache:
        contents = store.column(
            "SELECT content FROM versions WHERE asset = ? AND deployed IS NOT NULL "
            "ORDER BY place DESC",
            asset,
        )
        _cache[key] = shape_of(msgspec.json.decode(content) for content in contents)
    return _cache[key]
