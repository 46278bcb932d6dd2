"""A submission as KoBo sends it, read in two steps.

The head (identity, version, status, attachments) is enough to know whether anything is
new, so a row that is as stored is never read further. What a reader would get wrong:
`_uuid` names the revision, `meta/rootUuid` the interview; `_submission_time` has no
zone and means UTC; an unset status is an empty object.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

PREFIX = "uuid:"
LONGEST_IDENTIFIER = 249
ENCRYPTED = "base64EncryptedKey"


class _Head(msgspec.Struct):
    kobo_id: int = msgspec.field(name="_id")
    instance_id: str = msgspec.field(name="_uuid", default="")
    root_uuid: str = msgspec.field(name="meta/rootUuid", default="")
    deprecated_id: str = msgspec.field(name="meta/deprecatedID", default="")
    version_uid: str = msgspec.field(name="__version__", default="")
    status: Any = msgspec.field(name="_validation_status", default=None)
    attachments: Any = msgspec.field(name="_attachments", default=None)


class MalformedPayload(Exception):
    """The row is not a submission; `kobo_id` is its number where that can be read."""

    def __init__(self, kobo_id: int | None = None) -> None:
        super().__init__(f"row {kobo_id}" if kobo_id is not None else "row without a number")
        self.kobo_id = kobo_id


class NoIdentity(MalformedPayload):
    """The row has no root UUID, or its number is none that KoBo gives."""


@dataclass(frozen=True, slots=True)
class Head:
    """What tells whether a submission is new, edited, re-decided or as before."""

    kobo_id: int
    root_uuid: str  # without "uuid:"
    instance_id: str
    version_uid: str
    status_uid: str  # "" where unset
    attachment_uids: tuple[str, ...]  # sorted, without deleted ones


@dataclass(frozen=True, slots=True)
class Payload:
    """A head and all the keys of the row, KoBo's own among them."""

    head: Head
    row: Mapping[str, Any]

    @property
    def is_encrypted(self) -> bool:
        return ENCRYPTED in self.row

    @property
    def submission_time(self) -> str:
        time = self.row.get("_submission_time")
        return time if isinstance(time, str) else ""

    @property
    def submitted_by(self) -> str:
        account = self.row.get("_submitted_by")
        return account if isinstance(account, str) else ""


def read_receipt_time(text: str) -> datetime | None:
    """Return when KoBo received a submission first; None for no or a nonsensical time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_decode_head = msgspec.json.Decoder(_Head).decode
_decode_row = msgspec.json.Decoder(dict[str, Any]).decode


def bare(identifier: str) -> str:
    """Take the `uuid:` off an identifier."""
    return identifier.removeprefix(PREFIX)


def read_head(raw: bytes | memoryview) -> Head:
    """Read the head of a raw row. Raises MalformedPayload and NoIdentity."""
    try:
        head = _decode_head(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedPayload(_number_of(raw)) from error
    root = bare(head.root_uuid) or ("" if head.deprecated_id else bare(head.instance_id))
    instance = bare(head.instance_id)
    if head.kobo_id <= 0 or not (is_identifier(root) and is_identifier(instance)):
        raise NoIdentity(head.kobo_id if head.kobo_id > 0 else None)
    return Head(
        kobo_id=head.kobo_id,
        root_uuid=root,
        instance_id=instance,
        version_uid=head.version_uid,
        status_uid=status_uid(head.status),
        attachment_uids=attachment_uids(head.attachments),
    )


def read_payload(raw: bytes | memoryview, head: Head) -> Payload:
    """Read all of a row whose head was read. Raises MalformedPayload."""
    try:
        return Payload(head, _decode_row(raw))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedPayload(head.kobo_id) from error


def is_identifier(text: str) -> bool:
    """Whether this can be a root UUID or an instance ID, and can be stored."""
    return 0 < len(text) <= LONGEST_IDENTIFIER and "\0" not in text


def status_uid(status: Any) -> str:
    """Return the uid of a validation status, "" for none or something else."""
    uid = status.get("uid", "") if isinstance(status, dict) else ""
    return uid if isinstance(uid, str) else ""


def attachment_uids(attachments: Any) -> tuple[str, ...]:
    """Return the uids of the attachments that are still there, sorted."""
    if not isinstance(attachments, list):
        return ()
    return tuple(
        sorted(
            str(attachment.get("uid", ""))
            for attachment in attachments
            if isinstance(attachment, dict) and not attachment.get("is_deleted")
        )
    )


class _Number(msgspec.Struct):
    kobo_id: int = msgspec.field(name="_id")


def _number_of(raw: bytes | memoryview) -> int | None:
    try:
        number = msgspec.json.decode(raw, type=_Number).kobo_id
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return number if number > 0 else None
