"""Read one row of a page as far as it must be read, and say why where it cannot be."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.actions.plans import VersionPlan
from surveys.core.anonymise import (
    Anonymised,
    MalformedAnswer,
    NoConsentAnswer,
    Plan,
    UnclassifiedQuestion,
    anonymise,
    encode,
    has_consent,
)
from surveys.core.payload import (
    Head,
    MalformedPayload,
    NoIdentity,
    Payload,
    read_head,
    read_payload,
)
from surveys.models import Reason

NO_NUMBER = 0  # what quarantine files a row under that has no number of its own


@dataclass(frozen=True, slots=True)
class SetAside:
    """Why a row goes to quarantine; its path is a question's, never an answer."""

    kobo_id: int
    reason: Reason
    path: str = ""
    version_uid: str = ""


@dataclass(frozen=True, slots=True)
class Readable:
    """A row whose version is known and approved."""

    payload: Payload
    version_id: int
    plan: Plan

    @property
    def head(self) -> Head:
        return self.payload.head

    @property
    def place_code(self) -> str | None:
        code = self.payload.row.get(self.plan.place) if self.plan.place else None
        return code if isinstance(code, str) else None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission ready to be stored: `answers` is the JSON of what may be kept."""

    readable: Readable
    parted: Anonymised
    answers: bytes
    submission_id: uuid.UUID
    record_id: uuid.UUID | None  # of its sealed values, if it has any

    @property
    def head(self) -> Head:
        return self.readable.head


def heads(rows: tuple[bytes, ...]) -> tuple[list[tuple[Head, bytes]], list[SetAside]]:
    """Read the heads of a page; of two rows of one interview the higher number counts."""
    read: dict[str, tuple[Head, bytes]] = {}
    aside: list[SetAside] = []
    for raw in rows:
        try:
            head = read_head(raw)
        except NoIdentity as error:
            aside.append(SetAside(error.kobo_id or NO_NUMBER, Reason.NO_IDENTITY))
            continue
        except MalformedPayload as error:
            aside.append(SetAside(error.kobo_id or NO_NUMBER, Reason.MALFORMED))
            continue
        earlier = read.get(head.root_uuid)
        if earlier is not None:
            lower = min(earlier[0].kobo_id, head.kobo_id)
            aside.append(SetAside(lower, Reason.SAME_ROOT, version_uid=head.version_uid))
        if earlier is None or earlier[0].kobo_id < head.kobo_id:
            read[head.root_uuid] = (head, raw)
    return list(read.values()), aside


def readable(head: Head, raw: bytes, plans: Mapping[str, VersionPlan]) -> Readable | SetAside:
    """Decode a row that is new or edited, if its version is known and approved."""
    try:
        payload = read_payload(raw, head)
    except MalformedPayload:
        return SetAside(head.kobo_id, Reason.MALFORMED)
    if payload.is_encrypted:
        return SetAside(head.kobo_id, Reason.ENCRYPTED)
    version = plans.get(head.version_uid)
    if version is None:
        return SetAside(head.kobo_id, Reason.UNKNOWN_VERSION, "", head.version_uid)
    if version.plan is None:
        return SetAside(head.kobo_id, Reason.AWAITING_APPROVAL, "", head.version_uid)
    return Readable(payload, version.version_id, version.plan)


def consents(row: Readable) -> bool | SetAside:
    """Tell whether the informed consent was given."""
    try:
        return has_consent(row.payload.row, row.plan)
    except NoConsentAnswer as error:
        return _aside(row, Reason.NO_CONSENT_ANSWER, error)


def prepare(row: Readable, *, key: bytes) -> Prepared | SetAside:
    """Part a submission with consent into what is kept and what is sealed."""
    try:
        parted = anonymise(row.payload.row, row.plan, key=key)
        answers = encode(parted.answers)
    except UnclassifiedQuestion as error:
        return _aside(row, Reason.UNKNOWN_QUESTION, error)
    except MalformedAnswer as error:
        return _aside(row, Reason.MALFORMED_ANSWER, error)
    record_id = uuid.uuid4() if parted.sealed else None
    return Prepared(row, parted, answers, uuid.uuid4(), record_id)


def _aside(row: Readable, reason: Reason, error: Exception) -> SetAside:
    path = str(error).replace("\0", "")[:500]
    return SetAside(row.head.kobo_id, reason, path, row.head.version_uid[:100])
