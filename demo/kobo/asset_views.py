"""`/api/v2/assets/`: listing, making, changing and deleting forms, and reading their content."""

import hashlib
from io import BytesIO
from typing import Any

import msgspec
from openpyxl import Workbook
from werkzeug.wrappers import Response

from demo.kobo import history
from demo.kobo.answers import Crash, Refusal, empty, forbidden, html_page, json_answer
from demo.kobo.asset_json import listed_asset, whole_asset
from demo.kobo.asset_query import matching
from demo.kobo.assets import (
    asset_row,
    change_asset,
    create_asset,
    refuse_bad_type,
    seen_asset,
    touch,
    visible_assets,
)
from demo.kobo.call import Call
from demo.kobo.content import from_json
from demo.kobo.flat_content import flat_content
from demo.kobo.paging import page, paginate
from demo.kobo.store import Row
from demo.kobo.xform import InvalidForm, plain_xform

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; charset=utf-8"


def asset_list(call: Call) -> Response:
    assets = matching(call.request.args.get("q", ""), visible_assets(call))
    count, shown = paginate(call, assets)
    answer = page(call, count, [listed_asset(call, asset) for asset in shown])
    if call.request.args.get("metadata") == "on":
        answer["metadata"] = _metadata([listed_asset(call, asset) for asset in assets])
    return json_answer(answer)


def _metadata(listed: list[dict[str, Any]]) -> dict[str, Any]:
    languages = {name for asset in listed for name in asset["summary"]["languages"]}
    sectors = {
        (sector["value"], sector["label"])
        for asset in listed
        if (sector := asset["settings"].get("sector"))
    }
    return {
        "languages": sorted(languages),
        "countries": [],
        "sectors": sorted(sectors),
        "organizations": [],
    }


def asset_create(call: Call) -> Response:
    owner = call.require_user()
    try:
        data = call.data()
    except Refusal as error:
        raise Crash from error
    if "clone_from" in data:
        source = seen_asset(call, str(data["clone_from"]))
        asset = _clone(call, owner, source, data)
    else:
        asset_type = str(data.get("asset_type", "empty"))
        refuse_bad_type(asset_type)
        asset = create_asset(
            call.store,
            owner,
            name=str(data.get("name", "")),
            asset_type=asset_type,
            content=from_json(data.get("content", {})),
            settings=data.get("settings"),
            created_by=owner,
        )
    return json_answer(whole_asset(call, asset), 201, {"Location": call.asset_link(asset["uid"])})


def _clone(call: Call, owner: str, source: Row, data: dict[str, Any]) -> Row:
    return create_asset(
        call.store,
        owner,
        name=str(data.get("name", source["name"])),
        asset_type=source["asset_type"],
        content=msgspec.json.decode(source["content"]),
        settings=msgspec.json.decode(source["settings"]),
        created_by=owner,
    )


def asset_detail(call: Call, uid: str) -> Response:
    return json_answer(whole_asset(call, seen_asset(call, uid)))


def asset_change(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid, "change_asset")
    data = call.data()
    with call.store.write():
        if "settings" in data:
            kept = msgspec.json.decode(asset["settings"]) | data["settings"]
            call.store.execute(
                "UPDATE assets SET settings = ? WHERE uid = ?",
                msgspec.json.encode(kept).decode(),
                uid,
            )
            touch(call, asset)
        if "name" in data or "content" in data:
            content = from_json(data["content"]) if "content" in data else None
            change_asset(
                call, asset, name=data.get("name"), content=content, modified_by=call.username
            )
            _record_change(call, asset, data)
    return json_answer(whole_asset(call, asset_row(call.store, uid)))


def _record_change(call: Call, asset: Row, data: dict[str, Any]) -> None:
    if "name" in data and data["name"] != asset["name"]:
        names = {"name": {"old": asset["name"], "new": data["name"]}}
        history.record(call, asset, "update-name", extra=names)
    if "content" in data:
        history.record(call, asset, "update-content")


def asset_delete(call: Call, uid: str) -> Response:
    """To the trash: gone everywhere for a client. Only the owner may."""
    asset = seen_asset(call, uid)
    if call.require_user() != asset["owner"]:
        raise forbidden()
    call.store.execute("UPDATE assets SET deleted = 1, active = active WHERE uid = ?", uid)
    return empty()


def asset_content(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    flat = flat_content(msgspec.json.decode(asset["content"]))
    return json_answer({"kind": "asset.content", "uid_asset": uid, "data": flat})


def asset_valid_content(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    content = msgspec.json.decode(asset["content"])
    return json_answer({"kind": "asset.valid_content", "uid_asset": uid, "data": content})


def asset_counts(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    days = call.store.all(
        "SELECT substr(time, 1, 10) AS day, count(*) AS n FROM submissions "
        "WHERE asset = ? AND visible = 1 GROUP BY day ORDER BY day",
        asset["uid"],
    )
    daily = {row["day"]: row["n"] for row in days}
    return json_answer(
        {"daily_submission_counts": daily, "total_submission_count": sum(daily.values())}
    )


def asset_hash(call: Call) -> Response:
    versions = "".join(asset["version"] for asset in visible_assets(call))
    digest = hashlib.md5(versions.encode(), usedforsecurity=False).hexdigest()
    return json_answer({"hash": digest})


def asset_xml(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    content = msgspec.json.decode(asset["content"])
    try:
        xml = plain_xform(content, uid=uid, title=asset["name"])
    except InvalidForm as error:
        raise Refusal(400, {"error": str(error)}) from error
    return _download(xml.encode(), "application/xml; charset=utf-8", f"{uid}.xml")


def asset_xls(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    flat = flat_content(msgspec.json.decode(asset["content"]))
    book = Workbook()
    del book[book.sheetnames[0]]
    for title, rows in flat.items():
        sheet = book.create_sheet(title)
        columns = list(dict.fromkeys(c for row in rows for c in row if not c.startswith("$")))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    out = BytesIO()
    book.save(out)
    return _download(out.getvalue(), _SPREADSHEET, f"{uid}.xlsx")


def asset_xform_page(call: Call, uid: str) -> Response:
    seen_asset(call, uid)
    return html_page(200)


def _download(content: bytes, content_type: str, filename: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f"attachment; filename={filename}"
    return response
