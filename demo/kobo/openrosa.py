"""What a tablet asks for before it can be used: list of forms, form, manifest, media.

Only the active forms in which the caller may add submissions; seeing a form is neither
needed nor enough.
"""

import hashlib
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from demo.kobo.answers import Refusal, not_found, unauthenticated, xml_answer
from demo.kobo.assets import asset_row
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.rights import granted, require
from demo.kobo.store import Row

HEADERS = {"X-OpenRosa-Version": "1.0", "X-OpenRosa-Accept-Content-Length": "10000000"}
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_LIST = '<xforms xmlns="http://openrosa.org/xforms/xformsList">{}</xforms>'
_MANIFEST = '<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{}</manifest>'


def form_list(call: Call) -> Response:
    if call.anonymous:
        raise unauthenticated()
    return _listed(call, _forms(call, None))


def form_list_of_owner(call: Call, username: str) -> Response:
    return _listed(call, _forms(call, username))


def _forms(call: Call, owner: str | None) -> list[Row]:
    forms = call.store.all(
        "SELECT * FROM assets WHERE active = 1 AND NOT deleted AND (?1 IS NULL OR owner = ?1) "
        "ORDER BY form_number",
        owner,
    )
    return [form for form in forms if "add_submissions" in granted(call.store, form, call.username)]


def _listed(call: Call, forms: list[Row]) -> Response:
    text = _DECLARATION + _LIST.format("".join(_form(call, form) for form in forms))
    return xml_answer(text, headers=HEADERS)


def _form(call: Call, form: Row) -> str:
    name, version = escape(form["name"]), form["form_version"]
    digest = hashlib.md5(form["form_xml"].encode(), usedforsecurity=False).hexdigest()
    address = f"{call.base}/forms/{form['form_number']}/form.xml"
    manifest = f"{call.base}/xformsManifest/{form['form_number']}"
    return (
        f"<xform><formID>{form['uid']}</formID><name>{name}</name>"
        f"<majorMinorVersion>{version}</majorMinorVersion><version>{version}</version>"
        f"<hash>md5:{digest}</hash><descriptionText>{name}</descriptionText>"
        f"<downloadUrl>{address}</downloadUrl><manifestUrl>{manifest}</manifestUrl></xform>"
    )


def _numbered(call: Call, number: int) -> Row:
    """The form of this number, if the caller may fill it in. Raises Refusal 404."""
    form = call.store.one(
        "SELECT * FROM assets WHERE form_number = ? AND NOT deleted AND active = 1", number
    )
    if form is None or "add_submissions" not in granted(call.store, form, call.username):
        raise not_found("No XForm matches the given query.")
    return form


def form_xml(call: Call, number: int) -> Response:
    return xml_answer(_numbered(call, number)["form_xml"], headers=HEADERS)


def manifest(call: Call, number: int) -> Response:
    form = _numbered(call, number)
    media = call.store.all("SELECT * FROM media WHERE asset = ? ORDER BY number", form["uid"])
    entries = "".join(
        f"<mediaFile><filename>{escape(entry['filename'])}</filename><hash>{entry['hash']}</hash>"
        f"<downloadUrl>{call.base}/xformsMedia/{number}/{_media_name(entry)}</downloadUrl>"
        "</mediaFile>"
        for entry in media
    )
    return xml_answer(_DECLARATION + _MANIFEST.format(entries), headers=HEADERS)


def _media_name(entry: Row) -> str:
    suffix = str(entry["filename"]).rpartition(".")[2]
    return f"{entry['number']}.{suffix}"


def media_file(call: Call, number: int, media: int, suffix: str) -> Response:
    form = _numbered(call, number)
    entry = call.store.one("SELECT * FROM media WHERE asset = ? AND number = ?", form["uid"], media)
    if entry is None or not _media_name(entry).endswith(suffix):
        raise not_found()
    response = Response(entry["content"], content_type=entry["mimetype"])
    response.headers["Content-Disposition"] = f"attachment; filename={entry['filename']}"
    return response


def submission_list(call: Call) -> Response:
    """What ODK Briefcase pulls by: instance ids in order, and where to go on from."""
    if call.username == ANONYMOUS:
        raise unauthenticated()
    try:
        asset = asset_row(call.store, call.request.args.get("formId", ""))
        require(call, asset, "view_submissions", seen_by="view_submissions")
    except Refusal as error:
        raise not_found("No XForm matches the given query.") from error
    rows = call.store.all(
        "SELECT id, current FROM submissions WHERE asset = ? AND visible = 1 AND id > ? "
        "ORDER BY id LIMIT ?",
        asset["uid"],
        call.request.args.get("cursor", 0, type=int),
        call.request.args.get("numEntries", 100, type=int),
    )
    ids = "".join(f"        <id>uuid:{row['current']}</id>\n" for row in rows)
    cursor = rows[-1]["id"] if rows else 0
    text = (
        '<idChunk xmlns="http://opendatakit.org/submissions">\n    <idList>\n'
        f"{ids}    </idList>\n    <resumptionCursor>{cursor}</resumptionCursor>\n</idChunk>\n"
    )
    return xml_answer(text, headers=HEADERS)
