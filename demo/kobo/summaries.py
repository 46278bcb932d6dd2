"""What the API tells of a form at a glance: its `summary` and its `report_styles`."""

from typing import Any

from demo.kobo.content import Content

_NOT_COUNTED = {"start", "end", "today", "deviceid", "simserial", "subscriberid", "audit"}
_GEO = {"geopoint", "geotrace", "geoshape", "start-geopoint"}
_APART = {"type": "", "name": ""}  # always first among the columns


def summary(content: Content) -> dict[str, Any]:
    survey = content.get("survey", [])
    if not survey:
        return {"languages": []}
    counted = [row for row in survey if _counts(str(row.get("type", "")))]
    labels = [row["label"][0] for row in counted if row.get("label")]
    translations = content.get("translations", [None])
    return {
        "geo": any(row.get("type") in _GEO for row in survey),
        "labels": labels[:5],
        "columns": _columns(survey),
        "lock_all": False,
        "lock_any": False,
        "languages": [language for language in translations if language is not None],
        "row_count": len(counted),
        "name_quality": {
            "ok": 0,
            "bad": 0,
            "good": len(counted),
            "total": len(counted),
            "firsts": {},
        },
        "default_translation": translations[0],
    }


def report_styles(content: Content) -> dict[str, Any]:
    named = {str(row.get("name") or row["$kuid"]): row["$kuid"] for row in content["survey"]}
    return {"default": {}, "specified": {name: {} for name in named}, "kuid_names": named}


def _counts(kind: str) -> bool:
    return not kind.startswith(("begin_", "end_")) and kind not in _NOT_COUNTED


def _columns(survey: list[dict[str, Any]]) -> list[str]:
    seen: dict[str, str] = dict(_APART)
    for row in survey:
        seen |= {name: "" for name in row if not name.startswith("$")}
    return list(seen)
