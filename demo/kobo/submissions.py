"""Submissions as the server keeps them: found, added, replaced by an edit, deleted.

`_id`, root uuid, time of receipt, sender and validation status outlive an edit; `_uuid` does
not, and nothing in a row says when it was changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from demo.kobo import history
from demo.kobo.attachment_store import Upload, attachments_of, keep_only, store_upload
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.deliveries import schedule
from demo.kobo.instance_xml import Instance, answers_of, files_named
from demo.kobo.rows import (
    Receipt,
    answers_in,
    decoded_row,
    described_attachments,
    encoded_row,
    row_of,
)
from demo.kobo.shapes import Shape, shape_of_asset
from demo.kobo.store import Row, Store
from demo.kobo.uids import naive_stamp, now, offset_stamp, plain_uuid


@dataclass(frozen=True, slots=True)
class Sheet:
    """One upload, read: the XML as it came, who it is, and the files beside it."""

    xml: bytes
    instance: Instance
    uploads: Sequence[Upload] = ()

    @property
    def digest(self) -> str:
        return sha256(self.xml).hexdigest()

    @property
    def uuid(self) -> str:
        return plain_uuid(self.instance.instance_id)


def shape(call: Call, asset: Row) -> Shape:
    return shape_of_asset(call.store, asset["uid"], asset["deployed_at"])


def find(store: Store, asset: str, identifier: str) -> Row | None:
    """By `_id`, root uuid or current uuid, with or without `uuid:`. None when there is none."""
    uuid = plain_uuid(identifier)
    number = int(identifier) if identifier.isdecimal() and len(identifier) < 19 else -1
    # The pluses keep SQLite from walking over all rows of the form.
    return store.one(
        "SELECT * FROM submissions WHERE +asset = ? AND +visible = 1 "
        "AND (id = ? OR root = ? OR current = ?)",
        asset,
        number,
        uuid,
        uuid,
    )


def current(store: Store, asset: str, uuid: str) -> Row | None:
    return store.one("SELECT * FROM submissions WHERE asset = ? AND current = ?", asset, uuid)


def was_replaced(store: Store, asset: str, uuid: str) -> bool:
    """Whether this id belonged to a submission that an edit has since given another."""
    found = store.value("SELECT 1 FROM replaced WHERE asset = ? AND instance_id = ?", asset, uuid)
    return found is not None


def digest_of(store: Store, number: int) -> str | None:
    digest: str | None = store.value("SELECT digest FROM originals WHERE id = ?", number)
    return digest


def add(call: Call, asset: Row, sheet: Sheet, number: int) -> Row:
    """Store a new submission under a number already taken; tells history and hooks."""
    moment = now()
    receipt = Receipt(
        number,
        asset["uid"],
        sheet.uuid,
        naive_stamp(moment),
        None if call.username == ANONYMOUS else call.username,
        {},
    )
    answers = answers_of(sheet.instance.root, shape(call, asset))
    with call.store.write():
        row = row_of(receipt, answers, [], shape(call, asset))
        insert_row(call.store, asset["uid"], row, offset_stamp(moment))
        keep_original(call.store, number, sheet)
        for upload in sheet.uploads:
            store_upload(call.store, asset, number, sheet.uuid, upload)
        if sheet.uploads:
            refresh_attachments(call, asset, number)
        announce(call, asset, number)
        return stored(call.store, number)


def insert_row(
    store: Store, asset: str, row: dict[str, Any], received: str, *, visible: bool = True
) -> None:
    store.execute(
        "INSERT INTO submissions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row["_id"],
        asset,
        visible,
        plain_uuid(row["meta/rootUuid"]),
        row["_uuid"],
        row["_validation_status"].get("uid", ""),
        row["_submitted_by"],
        received,
        row["_submission_time"],
        encoded_row(row),
    )


def announce(call: Call, asset: Row, number: int) -> None:
    """What follows once a new row can be seen: its line of history, the hooks, the asset's time."""
    record = stored(call.store, number)
    call.store.execute(
        "UPDATE assets SET last_row = ? WHERE uid = ?",
        record["received"].replace("+00:00", "Z"),
        asset["uid"],
    )
    history.record(call, asset, "add-submission", submission=told(record))
    schedule(call, asset, record)


def stored(store: Store, number: int) -> Row:
    """Raises LookupError."""
    record = store.one("SELECT * FROM submissions WHERE id = ?", number)
    if record is None:
        raise LookupError(number)
    return record


def told(record: Row) -> dict[str, Any]:
    """How history names a submission: by its root uuid, without prefix."""
    return {"root_uuid": record["root"], "submitted_by": record["submitted_by"]}


def keep_original(store: Store, number: int, sheet: Sheet) -> None:
    store.execute(
        "INSERT OR REPLACE INTO originals VALUES (?, ?, ?)", number, sheet.xml, sheet.digest
    )


def replace(call: Call, asset: Row, record: Row, sheet: Sheet) -> Row:
    """Put an edit in the place of what is there; all that it leaves out is gone."""
    number = record["id"]
    receipt = Receipt(
        number,
        asset["uid"],
        record["root"],
        record["time"],
        record["submitted_by"],
        decoded_row(record["row"])["_validation_status"],
    )
    answers = answers_of(sheet.instance.root, shape(call, asset))
    with call.store.write():
        row = row_of(receipt, answers, [], shape(call, asset))
        call.store.execute(
            "INSERT INTO replaced VALUES (?, ?, ?)", asset["uid"], record["current"], number
        )
        call.store.execute("UPDATE submissions SET current = ? WHERE id = ?", row["_uuid"], number)
        save_row(call.store, row)
        keep_original(call.store, number, sheet)
        for upload in sheet.uploads:
            store_upload(call.store, asset, number, record["root"], upload)
        keep_only(call.store, number, set(files_named(answers, shape(call, asset))))
        refresh_attachments(call, asset, number)
        history.record(call, asset, "modify-submission", submission=told(record))
        return stored(call.store, number)


def add_files(call: Call, asset: Row, record: Row, uploads: Sequence[Upload]) -> Row:
    """Files that come after their submission. No history, no hook, no new uuid."""
    with call.store.write():
        for upload in uploads:
            store_upload(call.store, asset, record["id"], record["root"], upload)
        refresh_attachments(call, asset, record["id"])
        return stored(call.store, record["id"])


def refresh_attachments(call: Call, asset: Row, number: int) -> None:
    row = decoded_row(stored(call.store, number)["row"])
    named = files_named(answers_in(row), shape(call, asset))
    row["_attachments"] = described_attachments(attachments_of(call.store, number), named)
    save_row(call.store, row)


def save_row(store: Store, row: dict[str, Any]) -> None:
    store.execute(
        "UPDATE submissions SET row = ?, status = ? WHERE id = ?",
        encoded_row(row),
        row["_validation_status"].get("uid", ""),
        row["_id"],
    )


def delete(call: Call, asset: Row, record: Row) -> None:
    """Nothing in `/data/` says that it was there; history does."""
    with call.store.write():
        call.store.execute("DELETE FROM submissions WHERE id = ?", record["id"])
        call.store.execute("DELETE FROM originals WHERE id = ?", record["id"])
        call.store.execute("DELETE FROM replaced WHERE submission = ?", record["id"])
        call.store.execute("DELETE FROM attachments WHERE submission = ?", record["id"])
        history.record(call, asset, "delete-submission", submission=told(record))


def set_status(call: Call, asset: Row, record: Row, status: dict[str, Any]) -> None:
    """Write a validation status into the row (empty clears) and a line into history."""
    row = decoded_row(record["row"]) | {"_validation_status": status}
    with call.store.write():
        save_row(call.store, row)
        about = {"status": status.get("label", "None")} | told(record)
        history.record(call, asset, "modify-submission", submission=about)


def status_of(record: Row) -> dict[str, Any]:
    status: dict[str, Any] = msgspec.json.decode(record["row"])["_validation_status"]
    return status
