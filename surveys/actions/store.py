"""Write the new submissions of a page, by COPY into four tables and the vault.

The lines are made by whoever reads the page; here only what the database knows is put in.
COPY streams: PostgreSQL parses one submission's JSON while the next chunk is on its way.
Only one puller of a deployment runs at a time (its advisory lock), so a row that was not
there when the page was looked up is not there now; if it were, the constraint
`surveys_one_row_an_interview` would refuse the whole page.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from forms.models import Deployment
from surveys.actions.keys import RoundKeys
from surveys.actions.lines import (
    FIELDWORK,
    KOBO_STATE,
    SUBMISSION,
    TOKEN,
    in_chunks,
    or_none,
)
from surveys.actions.prepare import Prepared
from surveys.core.anonymise import Fact
from surveys.core.fieldwork import Point, distance_m
from vault.actions.seal import store_page
from vault.core.seal import PageSealer


@dataclass(frozen=True, slots=True)
class Places:
    """The places and enumerators that a page names: ids by code, and where the places lie."""

    ids: Mapping[str, int]
    points: Mapping[int, Point]
    rayons: Mapping[int, int]
    enumerators: Mapping[str, int]


@dataclass(slots=True)
class PageWriter:
    """Stores the submissions of one page; `close` writes their sealed values."""

    deployment: Deployment
    keys: RoundKeys
    places: Places
    sealer: PageSealer
    at: datetime
    meanwhile: Callable[[], None]
    _stored: list[Prepared] = field(default_factory=list, repr=False)

    def copy_new(self, submissions: Sequence[Prepared]) -> int:
        """Store submissions that are not there yet; return how many."""
        if not submissions:
            return 0
        with connection.cursor() as cursor:
            for statement, lines in (
                (SUBMISSION, self._submissions(submissions)),
                (KOBO_STATE, (each.lines.kobo_state for each in submissions)),
                (FIELDWORK, map(self._fieldwork, submissions)),
                (TOKEN, (each.lines.tokens for each in submissions)),
            ):
                with cursor.copy(statement) as out:
                    for chunk in in_chunks(lines):
                        out.write(chunk)
                        self.meanwhile()
        self._stored += submissions
        return len(submissions)

    def add_edited(self, prepared: Prepared) -> None:
        """Have an edit's sealed values stored by `close`; its answers are the caller's work."""
        self._stored.append(prepared)

    def close(self) -> None:
        """Write the page's sealed values and wrapped keys into the vault.

        The outer key is read now and held until the commit.
        """
        sealed = [each for each in self._stored if each.sealed]
        if sealed:
            records = [each.record_id for each in sealed]
            wraps = self.sealer.wraps(self.keys.outer(), records)
            store_page(wraps, (each.sealed for each in sealed))

    def place_id(self, prepared: Prepared) -> int | None:
        return self.places.ids.get(prepared.place_code or "")

    def enumerator_id(self, prepared: Prepared) -> int | None:
        return self.places.enumerators.get(prepared.parted.facts.get(Fact.ENUMERATOR, ""))

    def distance_m(self, prepared: Prepared) -> float | None:
        """Return the metres from where the interview was held to its place, if both are known."""
        point = prepared.facts.point
        place = self.places.points.get(self.place_id(prepared) or 0)
        return distance_m(point, place) if point and place else None

    def _submissions(self, submissions: Iterable[Prepared]) -> Iterator[bytes]:
        for each in submissions:
            before, answers, after = each.lines.submission
            place, enumerator = self.place_id(each), self.enumerator_id(each)
            yield before
            yield f"{or_none(place)}\t{or_none(enumerator)}\t".encode()
            yield answers
            yield after

    def _fieldwork(self, each: Prepared) -> bytes:
        before, after = each.lines.fieldwork
        return before + or_none(self.distance_m(each)).encode() + after
