"""`/submission`: what tablets (multipart XML) and programs (JSON) post to."""

from xml.sax.saxutils import quoteattr

from werkzeug.wrappers import Response

from demo.kobo.answers import Crash, Refusal, json_answer, not_found, unauthenticated, xml_answer
from demo.kobo.attachment_store import Upload
from demo.kobo.call import Call
from demo.kobo.instance_xml import BadXml, parse_instance
from demo.kobo.json_door import xml_of
from demo.kobo.openrosa import HEADERS
from demo.kobo.receiving import Rejected, Taken, receive
from demo.kobo.store import Row
from demo.kobo.submissions import Sheet
from demo.kobo.uids import now, offset_stamp

_MESSAGE = """<?xml version='1.0' encoding='UTF-8' ?>
<OpenRosaResponse xmlns="http://openrosa.org/http/response">
        <message nature="">{}</message>
</OpenRosaResponse>"""
_RECEIPT = """<OpenRosaResponse xmlns="http://openrosa.org/http/response">
    <message>Successful submission.</message>
    <submissionMetadata xmlns="http://www.opendatakit.org/xforms" id={form}  instanceID={instance} \
submissionDate="{date}" isComplete="true" markedAsCompleteDate="{marked}"/>
</OpenRosaResponse>
"""
_LOCATED = {200, 201, 202, 204, 409, 423}


def submission_head(call: Call) -> Response:
    if call.anonymous:
        raise unauthenticated()
    return xml_answer(b"", 204, HEADERS | {"Location": _here(call)})


def owner_submission_head(call: Call, username: str) -> Response:
    """Asked by tablets before they send to an owner's own address; needs no credentials."""
    _ = username
    return xml_answer(b"", 204, HEADERS | {"Location": _here(call)})


def submission_post(call: Call) -> Response:
    """Raises Crash 500 without the part `xml_submission_file`, as the real server does."""
    if call.request.mimetype == "application/json":
        return _post_json(call)
    sent = call.request.files.get("xml_submission_file")
    if call.anonymous:
        raise unauthenticated()
    if sent is None:
        raise Crash
    return _post_xml(call, sent.read())


def owner_submission_post(call: Call, username: str) -> Response:
    """The owner's own address, open to anyone if the form is."""
    sent = call.request.files.get("xml_submission_file")
    if sent is None:
        raise Crash
    return _post_xml(call, sent.read(), owner=username)


def _post_xml(call: Call, xml: bytes, owner: str | None = None) -> Response:
    try:
        sheet = Sheet(xml, parse_instance(xml), _uploads(call))
        taken = receive(call, _form(call, sheet.instance.form_id, owner), sheet)
    except BadXml:
        return _rejected(call, Rejected(400, "Improperly formatted XML."))
    except Rejected as rejected:
        return _rejected(call, rejected)
    return _receipt(call, taken, sheet)


def _post_json(call: Call) -> Response:
    if call.anonymous:
        raise unauthenticated()
    body = call.data()
    if not body.get("submission"):
        headers = HEADERS | {"Location": _here(call)}
        raise Refusal(400, {"error": "No submission key provided."}, headers)
    xml = xml_of(str(body.get("id", "")), body["submission"])
    try:
        sheet = Sheet(xml, parse_instance(xml))
        taken = receive(call, _form(call, sheet.instance.form_id, None), sheet)
    except Rejected as rejected:
        return json_answer({"error": rejected.message}, rejected.status, HEADERS)
    return _json_receipt(call, taken, sheet)


def _form(call: Call, form_id: str, owner: str | None) -> Row:
    """Raises Refusal 404."""
    form = call.store.one(
        "SELECT * FROM assets WHERE uid = ?1 AND active IS NOT NULL AND NOT deleted "
        "AND (?2 IS NULL OR owner = ?2)",
        form_id,
        owner,
    )
    if form is None:
        raise not_found()
    return form


def _uploads(call: Call) -> list[Upload]:
    return [
        Upload(sent.filename or name, sent.mimetype, sent.read())
        for name, sent in call.request.files.items(multi=True)
        if name != "xml_submission_file"
    ]


def _here(call: Call) -> str:
    return call.base + call.request.path


def _rejected(call: Call, rejected: Rejected) -> Response:
    headers = dict(HEADERS)
    if rejected.status in _LOCATED:
        headers["Location"] = _here(call)
    return xml_answer(_MESSAGE.format(rejected.message), rejected.status, headers)


def _receipt(call: Call, taken: Taken, sheet: Sheet) -> Response:
    if call.request.accept_mimetypes.best == "application/json":
        return _json_receipt(call, taken, sheet)
    text = _RECEIPT.format(
        form=quoteattr(taken.record["asset"]),
        instance=quoteattr(sheet.instance.instance_id),
        date=taken.record["received"],
        marked=offset_stamp(now()),
    )
    return xml_answer(text, 201, HEADERS | {"Location": _here(call)})


def _json_receipt(call: Call, taken: Taken, sheet: Sheet) -> Response:
    body = {
        "message": "Successful submission.",
        "formid": taken.record["asset"],
        "encrypted": sheet.instance.root.get("encrypted") == "yes",
        "instanceID": sheet.instance.instance_id,
        "submissionDate": taken.record["received"],
        "markedAsCompleteDate": offset_stamp(now()),
    }
    return json_answer(body, 201, HEADERS | {"Location": _here(call)})
