"""A submission as COPY reads it: one line for each table, made where nothing waits for it.

Two places in the lines are left open, because the database must be asked for them: which
place and enumerator these are, and how far the place lies.
"""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from surveys.core.anonymise import Anonymised, Fact
from surveys.core.fieldwork import Point, read_moment, read_point, rounded
from surveys.core.payload import Head, read_receipt_time
from surveys.core.pseudonym import fingerprint
from surveys.models import ValidationStatus

NONE = "\\N"
CHUNK = 64 * 1024
TOKENS_KEPT = 10_000
UNSAFE = re.compile(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
SUBMISSION = (
    "COPY surveys_submission (id, round_id, deployment_id, version_id, place_id, enumerator_id,"
    " answers, sealed_record, received_at, n_revisions, stamp, validation_status, push_problem)"
    " FROM STDIN"
)
KOBO_STATE = (
    "COPY surveys_kobostate (submission_id, deployment_id, kobo_id, root_uuid, instance_id,"
    " status_uid, set_uid, attachment_uids, seen_at) FROM STDIN"
)
FIELDWORK = (
    "COPY surveys_fieldwork (submission_id, round_id, started_at, ended_at, arrived_at,"
    " device_token, account_token, distance_m, accuracy_m, point_hash) FROM STDIN"
)
TOKEN = "COPY surveys_token (submission_id, round_id, path, token) FROM STDIN"  # noqa: S105 - a statement


@dataclass(slots=True)
class FieldworkFacts:
    """What may be stored of when, where and with what an interview was held.

    The point itself is not stored: only its distance from the place, and a keyed hash.
    """

    started_at: datetime | None
    ended_at: datetime | None
    arrived_at: datetime | None
    device_token: str
    account_token: str
    point: Point | None
    point_hash: str

    @property
    def accuracy_m(self) -> float | None:
        return self.point.accuracy_m if self.point else None


@dataclass(slots=True)
class Lines:
    """A new submission's lines; where there are parts, something goes after the first.

    The answers are a part of their own, so that they are copied once: into the chunk.
    """

    submission: tuple[bytes, bytes, bytes]
    kobo_state: bytes
    fieldwork: tuple[bytes, bytes]
    tokens: bytes


class FactReader:
    """Reduces the facts of interviews; remembers the tokens of tablets and accounts."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._tokens: dict[tuple[str, str], str] = {}

    def read(self, parted: Anonymised, submission_time: str, account: str) -> FieldworkFacts:
        facts = parted.facts
        point = read_point(facts.get(Fact.POINT))
        return FieldworkFacts(
            started_at=read_moment(facts.get(Fact.STARTED)),
            ended_at=read_moment(facts.get(Fact.ENDED)),
            arrived_at=read_receipt_time(submission_time),
            device_token=self._token("device", facts.get(Fact.DEVICE, "")),
            account_token=self._token("account", account),
            point=point,
            point_hash=fingerprint(rounded(point), "point", key=self._key)[:20] if point else "",
        )

    def _token(self, purpose: str, value: str) -> str:
        if not value:
            return ""
        token = self._tokens.get((purpose, value))
        if token is None:
            if len(self._tokens) >= TOKENS_KEPT:
                self._tokens.clear()
            token = fingerprint(value, purpose, key=self._key)[:20]
            self._tokens[purpose, value] = token
        return token


class LineWriter:
    """Writes the lines of one deployment's submissions, all received at one moment."""

    def __init__(self, deployment_id: int, round_id: int, at: datetime) -> None:
        self._deployment_id = deployment_id
        self._round_id = round_id
        self._at = at.isoformat()
        self._rest = f"\t{self._at}\t0\t0\t{ValidationStatus.PENDING.value}\t\n"

    def write(
        self,
        submission_id: uuid.UUID,
        *,
        head: Head,
        version_id: int,
        answers: bytes,
        record_id: uuid.UUID | None,
        parted: Anonymised,
        facts: FieldworkFacts,
    ) -> Lines:
        own_id = str(submission_id)
        known = f"{own_id}\t{self._round_id}\t"
        named = f"{safe(head.root_uuid)}\t{safe(head.instance_id)}\t{safe(head.status_uid[:60])}"
        attached = safe(array(head.attachment_uids)) if head.attachment_uids else "{}"
        return Lines(
            submission=(
                f"{known}{self._deployment_id}\t{version_id}\t".encode(),
                answers.replace(b"\\", b"\\\\"),
                f"\t{record_id or NONE}{self._rest}".encode(),
            ),
            kobo_state=(
                f"{own_id}\t{self._deployment_id}\t{head.kobo_id}\t{named}\t\t{attached}\t"
                f"{self._at}\n"
            ).encode(),
            fieldwork=(
                (
                    f"{known}{moment(facts.started_at)}\t{moment(facts.ended_at)}\t"
                    f"{moment(facts.arrived_at)}\t{facts.device_token}\t{facts.account_token}\t"
                ).encode(),
                f"\t{or_none(facts.accuracy_m)}\t{facts.point_hash}\n".encode(),
            ),
            tokens="".join(
                f"{known}{safe(path)}\t{token}\n" for path, token in parted.tokens
            ).encode(),
        )


def in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines, or parts of them, into chunks that are worth a write to the socket."""
    chunk: list[bytes] = []
    size = 0
    for part in parts:
        chunk.append(part)
        size += len(part)
        if size >= CHUNK:
            yield b"".join(chunk)
            chunk, size = [], 0
    if chunk:
        yield b"".join(chunk)


def or_none(value: object | None) -> str:
    """Return a number as COPY reads it, or its sign for none."""
    return NONE if value is None else str(value)


def moment(at: datetime | None) -> str:
    return NONE if at is None else at.isoformat()


def safe(text: str) -> str:
    """Return a text as COPY reads it: tabs, line ends and backslashes escaped."""
    return text.translate(ESCAPES) if UNSAFE.search(text) else text


def array(texts: Iterable[str]) -> str:
    """Return an array as PostgreSQL reads it, every element quoted."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
