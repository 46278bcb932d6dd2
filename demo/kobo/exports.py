"""Exports, as far as a client may want to see that they exist: CSV, made at once."""

import csv
import io
from typing import Any

import msgspec
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from demo.kobo import history
from demo.kobo.answers import invalid, json_answer, not_found
from demo.kobo.assets import deployed_asset
from demo.kobo.call import Call
from demo.kobo.paging import page, paginate
from demo.kobo.rights import row_filters
from demo.kobo.rows import decoded_row
from demo.kobo.store import Row
from demo.kobo.uids import fraction_stamp, new_uid, now

_REQUIRED = (
    "fields_from_all_versions",
    "group_sep",
    "hierarchy_in_labels",
    "lang",
    "multiple_select",
    "type",
)


def export_create(call: Call, uid: str) -> Response:
    asset = deployed_asset(call, uid)
    row_filters(call, asset)
    data = call.data()
    if not set(_REQUIRED) <= data.keys():
        names = ", ".join(f"'{name}'" for name in _REQUIRED[:-1]) + f" and '{_REQUIRED[-1]}'"
        raise invalid({"data": [f"Must contain all the following required keys: {names}"]})
    export = new_uid("e")
    moment = now()
    filename = secure_filename(
        f"{asset['name']} - all versions - False - {moment:%Y-%m-%d-%H-%M-%S}.csv"
    )
    with call.store.write():
        call.store.execute(
            "INSERT INTO exports (uid, asset, data, created, filename, content) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            export,
            asset["uid"],
            msgspec.json.encode(data | {"name": data.get("name")}).decode(),
            fraction_stamp(moment),
            filename,
            _csv(call, asset).encode(),
        )
        history.record(call, asset, "export")
    record = _export(call, asset, export)
    shown = _shown(call, asset, record) | {"status": "created", "result": None}
    shown |= {"last_submission_time": None, "data": msgspec.json.decode(record["data"])}
    return json_answer(shown, 201, {"Location": shown["url"]})


def export_list(call: Call, uid: str) -> Response:
    asset = deployed_asset(call, uid)
    row_filters(call, asset)
    records = call.store.all("SELECT * FROM exports WHERE asset = ? ORDER BY place DESC", uid)
    count, shown = paginate(call, records)
    return json_answer(page(call, count, [_shown(call, asset, record) for record in shown]))


def export_detail(call: Call, uid: str, export: str) -> Response:
    asset = deployed_asset(call, uid)
    row_filters(call, asset)
    return json_answer(_shown(call, asset, _export(call, asset, export)))


def export_file(call: Call, username: str, uid: str, filename: str) -> Response:
    _ = username
    asset = deployed_asset(call, uid)
    row_filters(call, asset)
    content: bytes | None = call.store.value(
        "SELECT content FROM exports WHERE asset = ? AND filename = ?", asset["uid"], filename
    )
    if content is None:
        raise not_found()
    answer = Response(content, content_type="text/csv")
    answer.headers["Content-Disposition"] = f'inline; filename="{filename}"'
    return answer


def _export(call: Call, asset: Row, uid: str) -> Row:
    record = call.store.one("SELECT * FROM exports WHERE asset = ? AND uid = ?", asset["uid"], uid)
    if record is None:
        raise not_found("No SubmissionExportTask matches the given query.")
    return record


def _shown(call: Call, asset: Row, record: Row) -> dict[str, Any]:
    last = asset["last_row"]
    data = msgspec.json.decode(record["data"])
    return {
        "url": call.asset_link(asset["uid"], "exports", record["uid"]),
        "status": "complete",
        "messages": {},
        "uid": record["uid"],
        "date_created": record["created"],
        "last_submission_time": None if last is None else f"{last[:19]}Z",
        "result": (
            f"{call.base}/private-media/{asset['owner']}/exports/{asset['uid']}/"
            f"{record['filename']}"
        ),
        "data": data | {"processing_time_seconds": 0.1},
    }


def _csv(call: Call, asset: Row) -> str:
    """Every answer that is not in a repeat, under the last part of its path."""
    rows = [
        decoded_row(row)
        for row in call.store.column(
            "SELECT row FROM submissions WHERE asset = ? AND visible = 1 ORDER BY id",
            asset["uid"],
        )
    ]
    paths = dict.fromkeys(path for row in rows for path, value in row.items() if _flat(value))
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    table.writerow([path.rpartition("/")[2] for path in paths])
    table.writerows([str(row.get(path, "")) for path in paths] for row in rows)
    return out.getvalue()


def _flat(value: Any) -> bool:
    return isinstance(value, str | int)
