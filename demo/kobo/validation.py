"""Validation statuses of one row, or of many at once.

One at a time a wrong uid is refused. In bulk it is accepted and clears the status, and
`confirm` without a selection means every row.
"""

from typing import Any

from werkzeug.wrappers import Response

from demo.kobo import submissions
from demo.kobo.answers import empty, invalid, json_answer
from demo.kobo.assets import deployed_asset
from demo.kobo.bulk_selection import payload_of, selected
from demo.kobo.call import Call
from demo.kobo.data import seen_submission
from demo.kobo.rights import row_filters
from demo.kobo.uids import now

LABELS = {
    "validation_status_approved": "Approved",
    "validation_status_not_approved": "Not Approved",
    "validation_status_on_hold": "On Hold",
}
KEY = "validation_status.uid"


def status_object(call: Call, uid: str) -> dict[str, Any]:
    return {
        "timestamp": int(now().timestamp()),
        "uid": uid,
        "by_whom": call.username,
        "label": LABELS[uid],
    }


def status_detail(call: Call, uid: str, identifier: str) -> Response:
    _, record = seen_submission(call, uid, identifier)
    return json_answer(submissions.status_of(record))


def status_change(call: Call, uid: str, identifier: str) -> Response:
    asset, record = seen_submission(call, uid, identifier, "validate_submissions")
    wanted = call.data().get(KEY)
    if wanted not in LABELS:
        raise invalid({"detail": f"Invalid validation status: `{wanted}`"})
    status = status_object(call, wanted)
    submissions.set_status(call, asset, record, status)
    return json_answer(status)


def status_delete(call: Call, uid: str, identifier: str) -> Response:
    asset, record = seen_submission(call, uid, identifier, "validate_submissions")
    submissions.set_status(call, asset, record, {})
    return empty()


def bulk_change(call: Call, uid: str) -> Response:
    return _bulk(call, uid, clear=False)


def bulk_delete(call: Call, uid: str) -> Response:
    return _bulk(call, uid, clear=True)


def _bulk(call: Call, uid: str, *, clear: bool) -> Response:
    asset = deployed_asset(call, uid)
    filters = row_filters(call, asset, "validate_submissions")
    payload = payload_of(call)
    if KEY not in payload:
        raise invalid({"payload": [f"`{KEY}` is required"]})
    wanted = payload[KEY]
    status = {} if clear or wanted not in LABELS else status_object(call, wanted)
    with call.store.write():
        numbers = selected(call, asset, payload, filters)
        for number in numbers:
            submissions.set_status(call, asset, submissions.stored(call.store, number), status)
    return json_answer({"detail": f"{len(numbers)} submissions have been updated"})
