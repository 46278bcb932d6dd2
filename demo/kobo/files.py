"""Form media as uploaded. Tablets get a file only when the form is deployed again."""

import base64
import binascii
import hashlib
import mimetypes
from dataclasses import dataclass
from typing import Any

import msgspec
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from demo.kobo import history
from demo.kobo.answers import Crash, Refusal, empty, invalid, json_answer, not_found
from demo.kobo.assets import seen_asset
from demo.kobo.call import Call
from demo.kobo.paging import page, paginate
from demo.kobo.store import Row
from demo.kobo.uids import fraction_stamp, new_uid, now

_TYPES = {"form_media", "map_layer", "paired_data"}
_ALLOWED = ("image/", "audio/", "video/")
_ALSO_ALLOWED = {"text/csv", "application/xml", "text/xml", "application/zip"} | {
    "application/geo+json",
}
_FORBIDDEN = (
    "Only `image`, `audio`, `video`, `text/csv`, `application/xml`, `application/zip`, "
    "`application/geo+json` MIME types are allowed"
)
mimetypes.add_type("application/geo+json", ".geojson")
mimetypes.add_type("text/csv", ".csv")


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    content: bytes
    metadata: dict[str, Any]


def file_json(call: Call, record: Row) -> dict[str, Any]:
    here = (record["asset"], "files", record["uid"])
    return {
        "uid": record["uid"],
        "url": call.asset_link(*here),
        "asset": call.asset_link(record["asset"]),
        "user": call.user_link(record["owner"]),
        "user__username": record["owner"],
        "file_type": record["file_type"],
        "description": record["description"],
        "date_created": record["created"],
        "content": call.asset_link(*here, "content"),
        "metadata": msgspec.json.decode(record["metadata"]),
    }


def files_of(call: Call, uid: str) -> list[dict[str, Any]]:
    records = call.store.all(
        "SELECT * FROM files WHERE asset = ? AND NOT deleted ORDER BY place", uid
    )
    return [file_json(call, record) for record in records]


def file_list(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid)
    wanted = call.request.args.get("file_type")
    files = [
        entry
        for entry in files_of(call, asset["uid"])
        if wanted is None or entry["file_type"] == wanted
    ]
    count, shown = paginate(call, files)
    return json_answer(page(call, count, shown))


def file_create(call: Call, uid: str) -> Response:
    asset = seen_asset(call, uid, "change_asset")
    data = call.data()
    file_type = str(data.get("file_type", ""))
    if file_type not in _TYPES:
        raise invalid({"file_type": [f'"{file_type}" is not a valid choice.']})
    upload = _upload(call, data)
    _refuse_known_name(call, asset["uid"], upload.filename)
    file_uid = new_uid("af")
    with call.store.write():
        call.store.execute(
            "INSERT INTO files (uid, asset, owner, file_type, description, metadata, created, "
            "content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            file_uid,
            asset["uid"],
            call.username,
            file_type,
            str(data.get("description", "")),
            msgspec.json.encode(upload.metadata).decode(),
            fraction_stamp(now()),
            upload.content,
        )
        _record(call, asset, "add-media", file_uid, upload.filename)
    record = _file(call, asset["uid"], file_uid)
    address = call.asset_link(asset["uid"], "files", file_uid)
    return json_answer(file_json(call, record), 201, {"Location": address})


def file_detail(call: Call, uid: str, file_uid: str) -> Response:
    asset = seen_asset(call, uid)
    return json_answer(file_json(call, _file(call, asset["uid"], file_uid)))


def file_content(call: Call, uid: str, file_uid: str) -> Response:
    asset = seen_asset(call, uid)
    record = _file(call, asset["uid"], file_uid)
    metadata = msgspec.json.decode(record["metadata"])
    if "redirect_url" in metadata:
        return Response(b"", 302, {"Location": metadata["redirect_url"]})
    response = Response(record["content"], content_type=metadata["mimetype"])
    filename = secure_filename(metadata["filename"])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{filename}"
    return response


def file_delete(call: Call, uid: str, file_uid: str) -> Response:
    asset = seen_asset(call, uid, "change_asset")
    record = _file(call, asset["uid"], file_uid)
    filename = msgspec.json.decode(record["metadata"])["filename"]
    with call.store.write():
        call.store.execute("UPDATE files SET deleted = 1 WHERE uid = ?", file_uid)
        _record(call, asset, "delete-media", file_uid, filename)
    return empty()


def file_put(call: Call, uid: str, file_uid: str) -> Response:
    asset = seen_asset(call, uid, "change_asset")
    _file(call, asset["uid"], file_uid)
    if "file_type" not in call.data():
        raise Refusal(400, {"file_type": ["This field is required."]})
    raise Crash


def file_patch(call: Call, uid: str, file_uid: str) -> Response:
    asset = seen_asset(call, uid, "change_asset")
    _file(call, asset["uid"], file_uid)
    raise Crash


def _file(call: Call, asset: str, uid: str) -> Row:
    record = call.store.one(
        "SELECT * FROM files WHERE asset = ? AND uid = ? AND NOT deleted", asset, uid
    )
    if record is None:
        raise not_found("No AssetFile matches the given query.")
    return record


def _record(call: Call, asset: Row, action: str, uid: str, filename: str) -> None:
    about = {"asset-file": {"uid": uid, "filename": filename}}
    history.record(call, asset, action, extra=about)


def _upload(call: Call, data: dict[str, Any]) -> Upload:
    """What was sent, in one of three ways. Raises Refusal 400."""
    metadata = _metadata(data.get("metadata", {}))
    sent = call.request.files.get("content")
    if sent is not None:
        return _checked(metadata, metadata.get("filename") or sent.filename or "", sent.read())
    if "base64Encoded" in data:
        encoded = str(data["base64Encoded"]).partition("base64,")[2]
        try:
            content = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise invalid({"base64Encoded": ["Invalid content"]}) from error
        return _checked(metadata, str(metadata.get("filename", "")), content)
    if "redirect_url" in metadata:
        return _redirect(metadata)
    raise invalid({"content": ["No files have been submitted"]})


def _metadata(given: Any) -> dict[str, Any]:
    try:
        read = msgspec.json.decode(given) if isinstance(given, str) else given
    except msgspec.DecodeError as error:
        raise invalid({"metadata": ["JSON is invalid"]}) from error
    return dict(read)


def _mimetype(filename: str) -> str:
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def _checked(metadata: dict[str, Any], filename: str, content: bytes) -> Upload:
    mimetype = _mimetype(filename)
    if not mimetype.startswith(_ALLOWED) and mimetype not in _ALSO_ALLOWED:
        raise invalid({"content": [_FORBIDDEN]})
    digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
    about = {"filename": filename, "hash": f"md5:{digest}", "mimetype": mimetype}
    return Upload(filename, content, metadata | about)


def _redirect(metadata: dict[str, Any]) -> Upload:
    address = str(metadata["redirect_url"])
    filename = str(metadata.get("filename") or address.rpartition("/")[2])
    digest = hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
    about = {"filename": filename, "hash": f"md5:{digest}-url", "mimetype": _mimetype(filename)}
    return Upload(filename, b"", metadata | about)


def _refuse_known_name(call: Call, asset: str, filename: str) -> None:
    known = call.store.value(
        "SELECT 1 FROM files WHERE asset = ? AND NOT deleted "
        "AND json_extract(metadata, '$.filename') = ?",
        asset,
        filename,
    )
    if known:
        raise invalid({"content": ["File already exists"]})
