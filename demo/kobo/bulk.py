"""Many rows at once: answers changed, rows deleted; and one row copied.

A bulk change is an edit of each row: new uuid, `deprecatedID`, a line of history, no hook.
A copy is a new submission with the answers of an old one, and hooks fire for it.
"""

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring
from werkzeug.wrappers import Response

from demo.kobo import submissions
from demo.kobo.answers import invalid, json_answer, raw_json
from demo.kobo.assets import deployed_asset
from demo.kobo.attachment_store import Upload, attachments_of
from demo.kobo.bulk_selection import given_ids, payload_of, selected
from demo.kobo.call import Call
from demo.kobo.data import seen_submission
from demo.kobo.data_rows import matching_ids
from demo.kobo.instance_xml import parse_instance
from demo.kobo.originals import xml_of_row
from demo.kobo.rights import row_filters
from demo.kobo.rows import decoded_row, with_host
from demo.kobo.store import Row
from demo.kobo.submissions import Sheet
from demo.kobo.uids import new_uuid, now


def bulk_change(call: Call, uid: str) -> Response:
    """Unknown ids among known ones are passed over without a word."""
    asset = deployed_asset(call, uid)
    filters = row_filters(call, asset, "change_submissions")
    payload = payload_of(call)
    numbers = given_ids(payload)
    if numbers is None:
        raise invalid({"payload": ["Confirmation is required"]})
    data = payload.get("data")
    if not isinstance(data, dict) or not data:
        raise invalid({"payload": ["`data` is required"]})
    known = matching_ids(call.store, asset["uid"], {"_id": {"$in": numbers}}, filters)
    if not known:
        raise invalid(["No submissions match the given `submission_ids`"])
    with call.store.write():
        results = [change_row(call, asset, number, data) for number in known]
    count = len(results)
    return json_answer({"count": count, "successes": count, "failures": 0, "results": results})


def change_row(call: Call, asset: Row, number: int, data: dict[str, Any]) -> dict[str, Any]:
    """Edit some answers of one row; returns what a bulk request tells of it."""
    record = submissions.stored(call.store, number)
    root: Element = fromstring(xml_of_row(call.store, decoded_row(record["row"])))
    uuid = new_uuid()
    _put(root, "meta/deprecatedID", f"uuid:{record['current']}")
    _put(root, "meta/rootUuid", f"uuid:{record['root']}")
    _put(root, "meta/instanceID", f"uuid:{uuid}")
    for path, value in data.items():
        _put(root, path, str(value))
    xml = tostring(root)
    submissions.replace(call, asset, record, Sheet(xml, parse_instance(xml)))
    return {
        "uuid": uuid,
        "root_uuid": record["root"],
        "status_code": 201,
        "message": "Successful submission",
    }


def _put(root: Element, path: str, value: str) -> None:
    """Set the text of an element, making it and the groups above it where they are missing."""
    place = root
    for name in path.split("/"):
        found = next((child for child in place if child.tag.rpartition("}")[2] == name), None)
        place = SubElement(place, name) if found is None else found
    place.text = value


def bulk_delete(call: Call, uid: str) -> Response:
    """One unknown id among known ones: nothing is deleted."""
    asset = deployed_asset(call, uid)
    filters = row_filters(call, asset, "delete_submissions")
    payload = payload_of(call)
    with call.store.write():
        numbers = selected(call, asset, payload, filters)
        for number in numbers:
            submissions.delete(call, asset, submissions.stored(call.store, number))
    return json_answer({"detail": f"{len(numbers)} submissions have been deleted"})


def duplicate(call: Call, uid: str, identifier: str) -> Response:
    asset, record = seen_submission(call, uid, identifier, "change_submissions")
    root: Element = fromstring(xml_of_row(call.store, decoded_row(record["row"])))
    moment = now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+00:00"
    for name in ("start", "end"):
        if root.find(name) is not None:
            _put(root, name, moment)
    meta = root.find("meta")
    for element in list(meta) if meta is not None else []:
        if meta is not None and element.tag in {"deprecatedID", "rootUuid"}:
            meta.remove(element)
    _put(root, "meta/instanceID", f"uuid:{new_uuid()}")
    copy = submissions.add(
        call,
        asset,
        Sheet(xml := tostring(root), parse_instance(xml), _copied_files(call, record)),
        call.store.next_number("submission"),
    )
    return raw_json(with_host(copy["row"], call.base), 201)


def _copied_files(call: Call, record: Row) -> list[Upload]:
    return [
        Upload(attachment["name"], attachment["mimetype"], attachment["content"])
        for attachment in attachments_of(call.store, record["id"])
        if attachment["state"] == "kept"
    ]
