"""Read the rows of a page as far as they must be read, and say why where they cannot be.

No row asks the database anything, so rows of the next page are read while the database
works on this one.
"""

import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from forms.models import Deployment
from surveys.actions.keys import RoundKeys
from surveys.actions.lines import FactReader, FieldworkFacts, Lines, LineWriter
from surveys.actions.plans import plans_of
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
from surveys.core.quick import PartedRow, QuickReader
from surveys.models import Reason
from vault.actions.seal import sealed_line
from vault.core.seal import PageSealer

REASONS: Mapping[type[Exception], Reason] = MappingProxyType(
    {
        NoConsentAnswer: Reason.NO_CONSENT_ANSWER,
        UnclassifiedQuestion: Reason.UNKNOWN_QUESTION,
        MalformedAnswer: Reason.MALFORMED_ANSWER,
    }
)
NO_NUMBER = 0  # what quarantine files a row under that has no number of its own


@dataclass(frozen=True, slots=True)
class SetAside:
    """Why a row goes to quarantine; its path is a question's, never an answer."""

    kobo_id: int
    reason: Reason
    path: str = ""
    version_uid: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """An interview without consent: what the tally needs of it."""

    head: Head
    place_code: str | None
    submission_time: str


@dataclass(slots=True)
class Prepared:
    """A submission ready to be stored: `answers` is the JSON of what may be kept.

    Its `parted.sealed` must go to the vault and nowhere else.
    """

    head: Head
    version_id: int
    answers: bytes
    parted: Anonymised
    place_code: str | None
    facts: FieldworkFacts
    sealed: bytes  # the vault's line, under the page's key; empty where nothing is sealed
    submission_id: uuid.UUID
    record_id: uuid.UUID  # of its sealed values
    lines: Lines

    @property
    def sealed_record(self) -> uuid.UUID | None:
        return self.record_id if self.sealed else None


Read = Prepared | Refused | SetAside


@dataclass(slots=True)
class ReadPage:
    """A page's rows by interview, each read as far as need be; and those without identity.

    What is sealed of them is under the page's own key, which `sealer` holds.
    """

    sealer: PageSealer
    rows: dict[str, tuple[Head, "Read | bytes"]] = field(default_factory=dict)
    aside: list[SetAside] = field(default_factory=list)
    n_rows: int = 0

    def add(self, head: Head, row: "Read | bytes") -> None:
        """Take a row in; of two rows of one interview the one with the higher number counts."""
        earlier = self.rows.get(head.root_uuid)
        if earlier is not None:
            lower = min(earlier[0].kobo_id, head.kobo_id)
            self.aside.append(SetAside(lower, Reason.SAME_ROOT, version_uid=head.version_uid))
        if earlier is None or earlier[0].kobo_id < head.kobo_id:
            self.rows[head.root_uuid] = (head, row)


class PageReader:
    """Reads the pages of one deployment with its versions' plans and the round's keys."""

    def __init__(self, deployment: Deployment, *, keys: RoundKeys, at: datetime) -> None:
        self._plans = plans_of(deployment)
        self._key = keys.pseudonym
        self._holders = keys.holders
        self._round_id = deployment.round_id
        self._quick = {
            uid: QuickReader(each.plan, uid, key=keys.pseudonym)
            for uid, each in self._plans.items()
            if each.plan and not each.plan.repeats
        }
        self._current = next(reversed(self._quick), "")  # the version of the last row read
        self._ids = random_ids()
        self._facts = FactReader(keys.pseudonym)
        self._lines = LineWriter(deployment.pk, deployment.round_id, at)

    def read_page(self, rows: Sequence[bytes], *, known_to: int) -> ReadPage:
        """Read a page; rows up to the number `known_to` are most likely stored already.

        Of those only the head is read: `read` does the rest, should they turn out new.
        """
        page = self.new_page()
        for raw in rows:
            self.read_into(page, raw, known_to=known_to)
        return page

    def new_page(self) -> ReadPage:
        return ReadPage(self._new_sealer())

    def read_into(self, page: ReadPage, raw: bytes, *, known_to: int) -> None:
        """Read one row into its page."""
        page.n_rows += 1
        if known_to == 0 and (quick := self._read_quickly(raw, page.sealer)):
            page.add(quick.head, quick)
            return
        head = _head(raw)
        if isinstance(head, SetAside):
            page.aside.append(head)
        elif head.kobo_id <= known_to:
            page.add(head, raw)
        else:
            page.add(head, self.read(head, raw, page.sealer))

    def _new_sealer(self) -> PageSealer:
        return PageSealer(round_id=self._round_id, wrap_id=uuid.uuid4(), holders=self._holders)

    def read(self, head: Head, raw: bytes, sealer: PageSealer) -> Read:
        """Read all of one row: what it becomes, or why it is set aside."""
        self._current = head.version_uid
        return self._read_quickly(raw, sealer) or self._read_plainly(head, raw, sealer)

    def _read_quickly(self, raw: bytes, sealer: PageSealer) -> Prepared | None:
        reader = self._quick.get(self._current)
        row = reader.read(raw) if reader else None
        if row is None:
            return None
        version_id = self._plans[self._current].version_id
        return self._prepare(row, version_id, sealer)

    def _read_plainly(self, head: Head, raw: bytes, sealer: PageSealer) -> Read:
        """Decode a row and go through it answer by answer."""
        try:
            payload = read_payload(raw, head)
        except MalformedPayload:
            return SetAside(head.kobo_id, Reason.MALFORMED)
        version = self._plans.get(head.version_uid)
        if payload.is_encrypted:
            return _aside(head, Reason.ENCRYPTED)
        if version is None:
            return _aside(head, Reason.UNKNOWN_VERSION)
        if version.plan is None:
            return _aside(head, Reason.AWAITING_APPROVAL)
        try:
            row = _part(payload, version.plan, key=self._key)
        except (NoConsentAnswer, UnclassifiedQuestion, MalformedAnswer) as error:
            return _aside(head, REASONS[type(error)], error)
        return row if isinstance(row, Refused) else self._prepare(row, version.version_id, sealer)

    def _prepare(self, row: PartedRow, version_id: int, sealer: PageSealer) -> Prepared:
        """Seal what is to be sealed, and write the lines for the tables."""
        submission_id, record_id = next(self._ids), next(self._ids)
        parted = row.parted
        sealed = _seal(sealer, record_id, parted)
        facts = self._facts.read(parted, row.submission_time, row.submitted_by)
        return Prepared(
            head=row.head,
            version_id=version_id,
            answers=row.answers,
            parted=parted,
            place_code=row.place_code,
            facts=facts,
            sealed=sealed,
            submission_id=submission_id,
            record_id=record_id,
            lines=self._lines.write(
                submission_id,
                head=row.head,
                version_id=version_id,
                answers=row.answers,
                record_id=record_id if sealed else None,
                parted=parted,
                facts=facts,
            ),
        )


def _seal(sealer: PageSealer, record_id: uuid.UUID, parted: Anonymised) -> bytes:
    """Return the vault's line of a submission, empty where nothing of it is sealed."""
    if not parted.sealed:
        return b""
    return sealed_line(
        record_id,
        sealer.seal(record_id, parted.sealed),
        round_id=sealer.round_id,
        wrap_id=sealer.wrap_id,
    )


def _part(payload: Payload, plan: Plan, *, key: bytes) -> PartedRow | Refused:
    """Part a submission into what is kept and what is sealed, if there is consent."""
    code = payload.row.get(plan.place) if plan.place else None
    place_code = code if isinstance(code, str) else None
    if not has_consent(payload.row, plan):
        return Refused(payload.head, place_code, payload.submission_time)
    parted = anonymise(payload.row, plan, key=key)
    return PartedRow(
        head=payload.head,
        answers=encode(parted.answers),
        parted=parted,
        place_code=place_code,
        submission_time=payload.submission_time,
        submitted_by=payload.submitted_by,
    )


def random_ids() -> Iterator[uuid.UUID]:
    """Yield random UUIDs, with one call of the kernel for each five hundred."""
    while True:
        drawn = memoryview(os.urandom(16 * 500))
        yield from (
            uuid.UUID(bytes=bytes(drawn[start : start + 16]), version=4)
            for start in range(0, len(drawn), 16)
        )


def _head(raw: bytes) -> Head | SetAside:
    try:
        return read_head(raw)
    except NoIdentity as error:
        return SetAside(error.kobo_id or NO_NUMBER, Reason.NO_IDENTITY)
    except MalformedPayload as error:
        return SetAside(error.kobo_id or NO_NUMBER, Reason.MALFORMED)


def _aside(head: Head, reason: Reason, error: Exception | str = "") -> SetAside:
    path = str(error).replace("\0", "")[:500]
    return SetAside(head.kobo_id, reason, path, head.version_uid.replace("\0", "")[:100])
