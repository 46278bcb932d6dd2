"""Rows put straight into the store, by the thousand: for measurements, not for truth.

Each line of the body is one row of answers in KoBo's layout. What a row lacks of `_id`,
uuids, time and sender is given to it; hooks do not fire and history says nothing.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from demo.kobo.assets import asset_row
from demo.kobo.call import Call
from demo.kobo.rows import SERVER_FIELDS, Receipt, encoded_row, row_of
from demo.kobo.shapes import Shape, shape_of_asset
from demo.kobo.store import Row
from demo.kobo.uids import naive_stamp, new_uuid, now, plain_uuid

_BATCH = 2000
_CHUNK = 1 << 20
_INSERT = "INSERT INTO submissions VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)"


def seed_rows(call: Call, uid: str) -> dict[str, Any]:
    """Returns how many rows were made, and the first and the last number."""
    asset = asset_row(call.store, uid)
    shape = shape_of_asset(call.store, uid, asset["deployed_at"])
    lines = _lines(call)
    first, last, count = 0, 0, 0
    while batch := list(islice(lines, _BATCH)):
        last = call.store.take_numbers("submission", len(batch)) + len(batch) - 1
        first = first or last - len(batch) + 1
        rows = [
            _row(asset, shape, last - len(batch) + 1 + place, line)
            for place, line in enumerate(batch)
        ]
        count += len(rows)
        with call.store.write() as connection:
            connection.executemany(_INSERT, rows)
    return {"count": count, "first": first, "last": last}


def _lines(call: Call) -> Iterator[bytes]:
    """The filled lines of the body, which is never held as a whole."""
    rest = b""
    while chunk := call.request.stream.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from filter(bytes.strip, lines)
    if rest.strip():
        yield rest


def _row(asset: Row, shape: Shape, next_number: int, line: bytes) -> tuple[Any, ...]:
    given: dict[str, Any] = msgspec.json.decode(line)
    number = given.get("_id", next_number)
    instance_id = given.get("meta/instanceID") or f"uuid:{given.get('_uuid') or new_uuid()}"
    root = plain_uuid(given.get("meta/rootUuid") or instance_id)
    time = given.get("_submission_time") or naive_stamp(now())
    sender = given.get("_submitted_by", asset["owner"])
    status = given.get("_validation_status") or {}
    answers = {path: value for path, value in given.items() if path not in SERVER_FIELDS}
    answers.setdefault("formhub/uuid", asset["form_uuid"])
    answers.setdefault("__version__", asset["deployed_version"])
    answers["meta/instanceID"] = instance_id
    receipt = Receipt(number, asset["uid"], root, time, sender, status)
    row = row_of(receipt, answers, given.get("_attachments") or [], shape)
    received = f"{time}.000000+00:00"
    uid, uuid = asset["uid"], row["_uuid"]
    shown = encoded_row(row)
    return number, uid, root, uuid, status.get("uid", ""), sender, received, time, shown
