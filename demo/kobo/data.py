"""`/data/`: lists and single rows, as JSON, as the XML received, or as GeoJSON."""

import time
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from demo.kobo import history, submissions
from demo.kobo.answers import empty, json_answer, not_found, raw_json
from demo.kobo.assets import deployed_asset
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.data_query import data_query
from demo.kobo.data_rows import find_rows
from demo.kobo.geojson import feature_collection
from demo.kobo.mongo import matches
from demo.kobo.originals import xml_of_row
from demo.kobo.paging import links
from demo.kobo.rights import granted, require, row_filters
from demo.kobo.rows import decoded_row, with_host
from demo.kobo.store import Row

_FORMATS = {"", "json", "api", "xml", "geojson"}


def data_list(call: Call, uid: str) -> Response:
    wanted_format = _format(call)
    asset = deployed_asset(call, uid)
    filters = row_filters(call, asset)
    wanted = data_query(call)
    time.sleep(call.world.settings.page_delay)
    found = find_rows(call.store, asset["uid"], wanted, filters)
    history.record(call, asset, "view-data")
    if wanted_format == "geojson":
        return feature_collection(call, asset, found.rows)
    if wanted_format == "xml":
        return _xml_list(call, found.count, found.rows)
    return raw_json(_page(call, found.count, found.rows))


def _format(call: Call) -> str:
    """Raises Refusal 404 for a format that is not offered; `csv` is none."""
    wanted = call.request.args.get("format", "")
    if wanted not in _FORMATS:
        call.username = ANONYMOUS  # refused before anyone asks who is calling
        raise not_found()
    return wanted


def _page(call: Call, count: int, rows: list[bytes]) -> bytes:
    following, previous = links(call, count)
    head = json_answer({"count": count, "next": following, "previous": previous}).get_data()
    body = b"".join((head[:-1], b',"results":[', b",".join(rows), b"]}"))
    return with_host(body, call.base)


def _xml_list(call: Call, count: int, rows: list[bytes]) -> Response:
    following, previous = links(call, count)
    originals = "".join(_xml(call, decoded_row(row)) for row in rows)
    text = (
        f'<?xml version="1.0" encoding="utf-8"?><root><count>{count}</count>'
        f"<next>{escape(str(following))}</next><previous>{escape(str(previous))}</previous>"
        f"<results>{originals}</results></root>"
    )
    return Response(text, content_type="application/xml; charset=utf-8")


def _xml(call: Call, row: dict[str, Any]) -> str:
    text = xml_of_row(call.store, row).decode()
    return text.partition("?>")[2].lstrip() if text.startswith("<?xml") else text


def seen_submission(
    call: Call, uid: str, identifier: str, act: str = "view_submissions"
) -> tuple[Row, Row]:
    """The form and the submission, if the caller may do this with it.

    Raises Refusal 404 when the row is unknown or not the caller's to see, 403 when it is seen
    but this act is not allowed.
    """
    asset = deployed_asset(call, uid)
    filters = row_filters(call, asset)
    record = submissions.find(call.store, asset["uid"], identifier)
    if record is None or not _passes(record, filters):
        raise not_found()
    if act != "view_submissions":
        allowed = row_filters(call, asset, act)
        if not _passes(record, allowed):
            raise not_found()
    return asset, record


def _passes(record: Row, filters: list[dict[str, Any]]) -> bool:
    return not filters or any(matches(query, decoded_row(record["row"])) for query in filters)


def data_detail(call: Call, uid: str, identifier: str) -> Response:
    wanted_format = _format(call)
    _, record = seen_submission(call, uid, identifier)
    if wanted_format == "xml":
        xml = xml_of_row(call.store, decoded_row(record["row"]))
        return Response(xml, content_type="application/xml; charset=utf-8")
    return raw_json(with_host(record["row"], call.base))


def data_delete(call: Call, uid: str, identifier: str) -> Response:
    asset, record = seen_submission(call, uid, identifier, "delete_submissions")
    submissions.delete(call, asset, record)
    return empty()


def enketo_link(call: Call, uid: str, identifier: str, act: str) -> Response:
    """A link into the web form, always of the version deployed last."""
    asset, record = seen_submission(call, uid, identifier)
    right = "change_submissions" if act == "edit" else "view_submissions"
    if right not in granted(call.store, asset, call.username):
        require(call, asset, right, seen_by=right)
    address = f"https://enketo.example.org/{act}/{asset['uid']}?instance_id={record['current']}"
    return json_answer({"url": address, "version_uid": asset["deployed_version"]})
