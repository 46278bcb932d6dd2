"""One row of `/data/`: an instance's answers between what the server adds.

Rows are stored as the text they are served as. Where the server's own address belongs there
is a mark, since the store may be opened again under another port.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from demo.kobo.instance_xml import Answers
from demo.kobo.shapes import Shape
from demo.kobo.store import Row
from demo.kobo.uids import plain_uuid

HOST = "\u0001host"
_HOST_IN_JSON = b"\\u0001host"
_IMAGES = "image/"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server knows of a submission beside its answers."""

    number: int
    asset: str
    root: str  # root uuid, no prefix
    time: str  # naive UTC, whole seconds
    submitted_by: str | None
    status: Mapping[str, Any]


def row_of(
    receipt: Receipt, answers: Answers, attachments: list[dict[str, Any]], shape: Shape
) -> dict[str, Any]:
    instance_id = answers.get("meta/instanceID", "")
    row: dict[str, Any] = {"_id": receipt.number, **answers}
    row["_xform_id_string"] = receipt.asset
    row["_uuid"] = plain_uuid(instance_id)
    row.setdefault("meta/rootUuid", f"uuid:{receipt.root}")
    row["_attachments"] = attachments
    row["_status"] = "submitted_via_web"
    row["_geolocation"] = _geolocation(answers, shape)
    row["_submission_time"] = receipt.time
    row["_validation_status"] = dict(receipt.status)
    row["_submitted_by"] = receipt.submitted_by
    return row


def encoded_row(row: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(row)


def decoded_row(encoded: bytes) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.json.decode(encoded)
    return row


def answers_in(row: Mapping[str, Any]) -> Answers:
    """The answers alone, without what the server added."""
    return {
        path: value
        for path, value in row.items()
        if path not in SERVER_FIELDS and path != "meta/rootUuid"
    }


SERVER_FIELDS = frozenset(
    {
        "_id",
        "_xform_id_string",
        "_uuid",
        "_attachments",
        "_status",
        "_geolocation",
        "_submission_time",
        "_validation_status",
        "_submitted_by",
    }
)


def with_host(encoded: bytes, base: str) -> bytes:
    """Put the server's address where the mark is."""
    return encoded.replace(_HOST_IN_JSON, base.encode())


def described_attachment(record: Row, question_path: str) -> dict[str, Any]:
    address = (
        f"{HOST}/api/v2/assets/{record['asset']}/data/{record['submission']}"
        f"/attachments/{record['uid']}/"
    )
    entry: dict[str, Any] = {
        "download_url": address,
        "mimetype": record["mimetype"],
        "filename": record["path"],
        "media_file_basename": record["name"],
        "uid": record["uid"],
        "is_deleted": record["state"] == "deleted",
    }
    if str(record["mimetype"]).startswith(_IMAGES):
        for size in ("large", "medium", "small"):
            entry[f"download_{size}_url"] = f"{address}{size}/"
    entry["question_xpath"] = question_path
    return entry


def described_attachments(records: Iterable[Row], named: Mapping[str, str]) -> list[dict[str, Any]]:
    return [described_attachment(record, named.get(record["name"], "")) for record in records]


def _geolocation(answers: Answers, shape: Shape) -> list[float | None]:
    for path in shape.positions:
        parts = str(answers.get(path, "")).split()
        if len(parts) >= 2:
            try:
                return [float(parts[0]), float(parts[1])]
            except ValueError:
                continue
    return [None, None]
