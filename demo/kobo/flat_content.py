"""The content of an asset laid flat again: as `/content/` shows it, and as pyxform reads it."""

from typing import Any

from demo.kobo.content import TRANSLATABLE, Content

FlatRow = dict[str, Any]


def flat_content(content: Content) -> dict[str, list[FlatRow]]:
    """`survey`, `choices` and `settings` as rows whose labels have a column for each language."""
    translations = content.get("translations", [None])
    flat: dict[str, list[FlatRow]] = {}
    for sheet in ("survey", "choices"):
        if sheet in content:
            flat[sheet] = [_flat(row, translations) for row in content[sheet]]
    flat["settings"] = [dict(content.get("settings", {}))]
    return flat


def _flat(row: FlatRow, translations: list[str | None]) -> FlatRow:
    flat: FlatRow = {}
    for name, value in row.items():
        if name in TRANSLATABLE and isinstance(value, list):
            for language, text in zip(translations, value, strict=False):
                if text is not None:
                    flat[name if language is None else f"{name}::{language}"] = text
        elif name not in {"select_from_list_name", "file", "tags", "_or_other"}:
            flat[name] = str(value).lower() if isinstance(value, bool) else value
    return flat | _flat_type(row) | _flat_tags(row)


def _flat_type(row: FlatRow) -> FlatRow:
    if "type" not in row:
        return {}
    kind = str(row["type"])
    source = row.get("select_from_list_name") or row.get("file")
    other = " or_other" if row.get("_or_other") else ""
    return {"type": f"{kind} {source}{other}" if source else kind}


def _flat_tags(row: FlatRow) -> FlatRow:
    tags = [tag.removeprefix("hxl:") for tag in row.get("tags", ()) if tag.startswith("hxl:")]
    return {"hxl": " ".join(tags)} if tags else {}
