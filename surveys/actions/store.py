"""Write the new submissions of a page, by COPY into five tables and the vault.

COPY streams: PostgreSQL parses one submission's JSON while the next one is being
anonymised and sealed, which is what makes a pull as fast as the database can store.
Only one puller of a deployment runs at a time (its advisory lock), so a row that was not
there when the page was looked up is not there now; if it were, the constraint
`surveys_one_row_an_interview` would refuse the whole page.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from forms.models import Deployment
from surveys.actions.keys import RoundKeys
from surveys.actions.prepare import Prepared
from surveys.core.anonymise import Fact
from surveys.core.fieldwork import Point, distance_m, read_moment, read_point, rounded
from surveys.core.payload import read_receipt_time
from surveys.core.pseudonym import fingerprint
from surveys.models import ValidationStatus
from vault.actions.seal import store_page
from vault.core.seal import PageSealer

NULL = b"\\N"
NONE = "\\N"
CHUNK = 128 * 1024
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


@dataclass(frozen=True, slots=True)
class Places:
    """The places and enumerators that a page names: ids by code, and where the places lie."""

    ids: Mapping[str, int]
    points: Mapping[int, Point]
    rayons: Mapping[int, int]
    enumerators: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FieldworkFacts:
    """What the table of the same name stores of one interview."""

    started_at: datetime | None
    ended_at: datetime | None
    arrived_at: datetime | None
    device_token: str
    account_token: str
    distance_m: float | None
    accuracy_m: float | None
    point_hash: str


@dataclass(slots=True)
class PageWriter:
    """Seals and stores the submissions of one page; `close` writes what the page has gathered."""

    deployment: Deployment
    keys: RoundKeys
    places: Places
    at: datetime
    _sealer: PageSealer | None = field(default=None, repr=False)
    _sealed: list[tuple[uuid.UUID, Mapping[str, bytes]]] = field(default_factory=list, repr=False)

    def copy_new(self, submissions: Sequence[Prepared]) -> int:
        """Store submissions that are not there yet; return how many."""
        if any(each.parted.sealed for each in submissions):
            self._open_sealer()  # it asks the database, which nothing may do during a COPY
        written: list[Prepared] = []
        with connection.cursor() as cursor:
            with cursor.copy(SUBMISSION) as out:
                for lines in in_chunks(self._submission_lines(submissions, written)):
                    out.write(lines)
            if not written:
                return 0
            for statement, rows in (
                (KOBO_STATE, map(self._kobo_state, written)),
                (FIELDWORK, map(self._fieldwork_row, written)),
                (TOKEN, self._tokens(written)),
            ):
                with cursor.copy(statement) as out:
                    for chunk in in_chunks(map(line_of, rows)):
                        out.write(chunk)
        return len(written)

    def seal(self, prepared: Prepared) -> None:
        """Seal a submission's sealed answers; they are stored by `close`."""
        if prepared.parted.sealed:
            sealed = self._open_sealer().seal(prepared.record_id, prepared.parted.sealed)
            self._sealed.append((prepared.record_id, sealed))

    def close(self) -> None:
        """Write the page's sealed values and wrapped keys into the vault."""
        if self._sealer is not None:
            store_page(self._sealer.wraps(), self._sealed)

    def _open_sealer(self) -> PageSealer:
        """Return the page's sealer; the first call holds the outer key until the commit."""
        if self._sealer is None:
            self._sealer = PageSealer(
                round_id=self.deployment.round_id,
                wrap_id=uuid.uuid4(),
                outer_key=self.keys.outer(),
                holders=self.keys.holders,
            )
        return self._sealer

    def place_id(self, prepared: Prepared) -> int | None:
        return self.places.ids.get(prepared.place_code or "")

    def enumerator_id(self, prepared: Prepared) -> int | None:
        return self.places.enumerators.get(prepared.parted.facts.get(Fact.ENUMERATOR, ""))

    def fieldwork(self, prepared: Prepared) -> FieldworkFacts:
        """Reduce the facts of an interview to what may be stored of them."""
        facts, key = prepared.parted.facts, self.keys.pseudonym
        point = read_point(facts.get(Fact.POINT))
        place = self.places.points.get(self.place_id(prepared) or 0)
        device = facts.get(Fact.DEVICE, "")
        return FieldworkFacts(
            started_at=read_moment(facts.get(Fact.STARTED)),
            ended_at=read_moment(facts.get(Fact.ENDED)),
            arrived_at=read_receipt_time(prepared.submission_time),
            device_token=_short(device, "device", key),
            account_token=_short(prepared.submitted_by, "account", key),
            distance_m=distance_m(point, place) if point and place else None,
            accuracy_m=point.accuracy_m if point else None,
            point_hash=_short(rounded(point) if point else "", "point", key),
        )

    def _submission_lines(
        self, submissions: Iterable[Prepared], written: list[Prepared]
    ) -> Iterator[bytes]:
        for each in submissions:
            self.seal(each)
            written.append(each)
            yield self._submission_line(each)

    def _submission_line(self, each: Prepared) -> bytes:
        return b"%s\t%d\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t0\t0\t%s\t\n" % (
            str(each.submission_id).encode(),
            self.deployment.round_id,
            self.deployment.pk,
            each.version_id,
            _or_null(self.place_id(each)),
            _or_null(self.enumerator_id(each)),
            each.answers.replace(b"\\", b"\\\\"),
            _or_null(each.sealed_record),
            self.at.isoformat().encode(),
            ValidationStatus.PENDING.value.encode(),
        )

    def _tokens(self, written: Iterable[Prepared]) -> Iterator[tuple[object, ...]]:
        for each in written:
            for path, token in each.parted.tokens:
                yield each.submission_id, self.deployment.round_id, path, token

    def _kobo_state(self, each: Prepared) -> tuple[object, ...]:
        head = each.head
        return (
            each.submission_id,
            self.deployment.pk,
            head.kobo_id,
            head.root_uuid,
            head.instance_id,
            head.status_uid[:60],
            "",
            array(head.attachment_uids),
            self.at,
        )

    def _fieldwork_row(self, each: Prepared) -> tuple[object, ...]:
        facts = self.fieldwork(each)
        return (
            each.submission_id,
            self.deployment.round_id,
            facts.started_at,
            facts.ended_at,
            facts.arrived_at,
            facts.device_token,
            facts.account_token,
            facts.distance_m,
            facts.accuracy_m,
            facts.point_hash,
        )


def in_chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines into chunks that are worth a write of their own to the socket."""
    chunk: list[bytes] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line)
        if size >= CHUNK:
            yield b"".join(chunk)
            chunk, size = [], 0
    if chunk:
        yield b"".join(chunk)


def line_of(values: Iterable[object]) -> bytes:
    """Return a row of COPY's text format: tabs between values, \\N for none."""
    return "\t".join([NONE if value is None else _text(value) for value in values]).encode() + b"\n"


def array(texts: Iterable[str]) -> str:
    """Return an array as PostgreSQL reads it, every element quoted."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


def _text(value: object) -> str:
    text = str(value)
    return text.translate(ESCAPES) if UNSAFE.search(text) else text


def _or_null(value: object | None) -> bytes:
    return NULL if value is None else str(value).encode()


def _short(value: str, purpose: str, key: bytes) -> str:
    return fingerprint(value, purpose, key=key)[:20] if value else ""
