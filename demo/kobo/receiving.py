"""Take one submission in: new, sent again, completed by a file, or an edit of another.

The same XML is recognised by its bytes. An edit names the id that it replaces, which must be
the current one: that is the lock by which two editors notice each other.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from demo.kobo import submissions
from demo.kobo.attachment_store import SameNameOtherBytes, not_yet_there
from demo.kobo.call import Call
from demo.kobo.rights import granted
from demo.kobo.store import Row
from demo.kobo.submissions import Sheet
from demo.kobo.uids import plain_uuid
from demo.kobo.world import World


class Rejected(Exception):
    """The submission is not taken; the message is in the words of the real server."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True, slots=True)
class Taken:
    """A submission that is stored now, whether it is new or was completed or edited."""

    record: Row


_SAME_ID = "Submission with this instance ID already exists"
_SAME_NAME = "Attachment with same name already exists"


def receive(call: Call, asset: Row, sheet: Sheet) -> Taken:
    """Raises Rejected, also (202) for what is there already, and Refusal 401."""
    _check_rights(call, asset, sheet)
    if not sheet.instance.instance_id:
        raise Rejected(400, "Instance ID is required")
    if not asset["active"]:
        raise Rejected(405, "Form is not active")
    with _being_received(call.world, sheet.uuid):
        known = submissions.current(call.store, asset["uid"], sheet.uuid)
        if known is not None:
            return _again(call, asset, known, sheet)
        if sheet.instance.deprecated_id:
            return _edit(call, asset, sheet)
        return _new(call, asset, sheet)


def _check_rights(call: Call, asset: Row, sheet: Sheet) -> None:
    needed = "change_submissions" if sheet.instance.deprecated_id else "add_submissions"
    if needed in granted(call.store, asset, call.username):
        return
    if call.anonymous:
        call.require_user()
    raise Rejected(403, "Access denied")


@contextmanager
def _being_received(world: World, uuid: str) -> Iterator[None]:
    with world.guard:
        if uuid in world.in_progress:
            message = f"Submission {uuid} is currently being processed. Try again later."
            raise Rejected(423, message)
        world.in_progress.add(uuid)
    try:
        yield
    finally:
        with world.guard:
            world.in_progress.discard(uuid)


def _again(call: Call, asset: Row, known: Row, sheet: Sheet) -> Taken:
    if submissions.digest_of(call.store, known["id"]) != sheet.digest:
        call.store.next_number("submission")  # a refused post uses a number up
        raise Rejected(409, _SAME_ID)
    try:
        missing = not_yet_there(call.store, known["id"], sheet.uploads)
    except SameNameOtherBytes as error:
        raise Rejected(409, _SAME_NAME) from error
    if not missing:
        raise Rejected(202, "Duplicate Instance")
    return Taken(submissions.add_files(call, asset, known, missing))


def _new(call: Call, asset: Row, sheet: Sheet) -> Taken:
    """The number is taken first and the row is seen last: a lower one may come after a higher."""
    number = call.store.next_number("submission")
    if _taken_before(call, asset, sheet.uuid):
        raise Rejected(409, _SAME_ID)
    time.sleep(call.world.settings.submission_delay)
    return Taken(submissions.add(call, asset, sheet, number))


def _taken_before(call: Call, asset: Row, uuid: str) -> bool:
    root = call.store.value(
        "SELECT 1 FROM submissions WHERE asset = ? AND root = ?", asset["uid"], uuid
    )
    return root is not None or submissions.was_replaced(call.store, asset["uid"], uuid)


def _edit(call: Call, asset: Row, sheet: Sheet) -> Taken:
    deprecated = plain_uuid(sheet.instance.deprecated_id)
    with call.store.write():
        record = submissions.current(call.store, asset["uid"], deprecated)
        if record is None:
            if submissions.was_replaced(call.store, asset["uid"], deprecated):
                message = "Invalid submission - deprecatedID refers to an old version"
                raise Rejected(410, message)
            raise Rejected(404, "Invalid submission - deprecatedID not found")
        try:
            missing = not_yet_there(call.store, record["id"], sheet.uploads)
        except SameNameOtherBytes as error:
            raise Rejected(409, _SAME_NAME) from error
        edit = replace(sheet, uploads=missing)
        return Taken(submissions.replace(call, asset, record, edit))
