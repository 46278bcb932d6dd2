"""Versions of a form: a tablet's `__version__` is the uid of one of these."""

from typing import Any

import msgspec
from werkzeug.wrappers import Response

from demo.kobo.answers import json_answer, not_found
from demo.kobo.assets import seen_asset
from demo.kobo.call import Call
from demo.kobo.paging import page, paginate
from demo.kobo.store import Row


def version_json(call: Call, version: Row) -> dict[str, Any]:
    number = version["number"]
    return {
        "uid": version["uid"],
        "url": call.asset_link(version["asset"], "versions", version["uid"]),
        "content_hash": version["content_hash"],
        "date_deployed": version["deployed"],
        "date_modified": version["deployed"] or version["modified"],
        "version_number": None if number is None else str(number),
    }


def version_list(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    versions = call.store.all(
        "SELECT * FROM versions WHERE asset = ? ORDER BY place DESC", asset["uid"]
    )
    count, shown = paginate(call, versions)
    return json_answer(page(call, count, [version_json(call, version) for version in shown]))


def version_detail(call: Call, uid: str, version_uid: str) -> Response:
    asset = seen_asset(call, uid)
    version = call.store.one(
        "SELECT * FROM versions WHERE asset = ? AND uid = ?", asset["uid"], version_uid
    )
    if version is None:
        raise not_found("No AssetVersion matches the given query.")
    content = {"content": msgspec.json.decode(version["content"])}
    return json_answer(version_json(call, version) | content)
