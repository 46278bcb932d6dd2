"""Files of submissions in the store.

A `replaced` one left its row with an edit; a `deleted` one is still listed, marked, and has no
bytes to give.
"""

import hashlib
import mimetypes
from collections.abc import Collection
from dataclasses import dataclass

from demo.kobo.store import Row, Store
from demo.kobo.uids import new_uid


class SameNameOtherBytes(Exception):
    """A file of this name is there already and is another one."""


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mimetype: str
    content: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def attachments_of(store: Store, number: int) -> list[Row]:
    """Those that the row lists, in the order in which they came."""
    return store.all(
        "SELECT * FROM attachments WHERE submission = ? AND state != 'replaced' ORDER BY number",
        number,
    )


def not_yet_there(store: Store, number: int, uploads: Collection[Upload]) -> list[Upload]:
    """Raises SameNameOtherBytes."""
    known = {record["name"]: record["digest"] for record in attachments_of(store, number)}
    for upload in uploads:
        if known.get(upload.name, upload.digest) != upload.digest:
            raise SameNameOtherBytes
    return [upload for upload in uploads if upload.name not in known]


def store_upload(store: Store, asset: Row, number: int, root: str, upload: Upload) -> None:
    store.execute(
        "INSERT INTO attachments (uid, submission, asset, name, path, mimetype, digest, content) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        new_uid("att"),
        number,
        asset["uid"],
        upload.name,
        f"{asset['owner']}/attachments/{asset['form_uuid']}/{root}/{upload.name}",
        upload.mimetype or mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
        upload.digest,
        upload.content,
    )


def keep_only(store: Store, number: int, names: Collection[str]) -> None:
    for record in attachments_of(store, number):
        if record["name"] not in names:
            store.execute("UPDATE attachments SET state = 'replaced' WHERE uid = ?", record["uid"])
