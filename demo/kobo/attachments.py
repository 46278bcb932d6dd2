"""Files of submissions, by uid or by the question that names them; thumbnails; taking one away."""

from typing import Any

from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from demo.kobo import history, submissions
from demo.kobo.answers import empty, invalid, not_found
from demo.kobo.assets import deployed_asset
from demo.kobo.attachment_store import attachments_of
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.data import seen_submission
from demo.kobo.rights import row_filters
from demo.kobo.rows import decoded_row
from demo.kobo.store import Row


def attachment_by_question(call: Call, uid: str, identifier: str) -> Response:
    """`?xpath=` gives the file itself; there is no list to be had here."""
    if call.request.args.get("format") == "json":
        call.username = ANONYMOUS  # refused before anyone asks who is calling
        return Response(b"", 404, content_type="*/*")
    _, record = seen_submission(call, uid, identifier)
    question = call.request.args.get("xpath")
    if not question:
        raise invalid({"detail": "`xpath` query parameter is required"})
    wanted = [
        entry["uid"]
        for entry in decoded_row(record["row"])["_attachments"]
        if entry["question_xpath"] == question
    ]
    if not wanted:
        raise invalid({"detail": "The path could not be found in the submission"})
    return _file(call, record, wanted[0])


def attachment_detail(call: Call, uid: str, identifier: str, attachment: str) -> Response:
    _, record = seen_submission(call, uid, identifier)
    return _file(call, record, attachment)


def attachment_thumbnail(
    call: Call, uid: str, identifier: str, attachment: str, size: str
) -> Response:
    """The file as it is, whatever the size: nothing here makes pictures smaller."""
    _ = size
    return attachment_detail(call, uid, identifier, attachment)


def attachment_delete(call: Call, uid: str, attachment: str) -> Response:
    """The entry stays in its row, marked; the file is gone."""
    asset = deployed_asset(call, uid)
    row_filters(call, asset, "change_submissions")
    found = call.store.one(
        "SELECT * FROM attachments WHERE asset = ? AND uid = ? AND state = 'kept'",
        asset["uid"],
        attachment,
    )
    if found is None:
        raise not_found()
    about: dict[str, Any] = {
        "asset_uid": asset["uid"],
        "attachment_uid": attachment,
        "attachment_basename": found["name"],
    }
    with call.store.write():
        call.store.execute(
            "UPDATE attachments SET state = 'deleted', content = x'' WHERE uid = ?", attachment
        )
        submissions.refresh_attachments(call, asset, found["submission"])
        history.write(call, asset["uid"], "in-trash", about)
    answer = empty()
    answer.headers["Content-Type"] = "application/json"
    return answer


def _file(call: Call, record: Row, uid: str) -> Response:
    for attachment in attachments_of(call.store, record["id"]):
        if attachment["uid"] == uid and attachment["state"] == "kept":
            answer = Response(attachment["content"], content_type=attachment["mimetype"])
            name = secure_filename(attachment["name"])
            answer.headers["Content-Disposition"] = f"inline; filename={name}"
            return answer
    raise not_found()
