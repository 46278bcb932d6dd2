"""Stand-ins for the client of KoBo, held to its signatures by a test."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from forms.kobo import RawPage, ResponseTooLarge, RowNotFound, SweptRow

NAMESPACE = uuid.UUID("00000000-0000-4000-8000-000000000000")


def row(number: int, **answers: Any) -> dict[str, Any]:
    """An invented submission as KoBo sends it; answers by path."""
    root = str(uuid.uuid5(NAMESPACE, f"interview {number}"))
    sent = {
        "_id": number,
        "_uuid": root,
        "meta/rootUuid": f"uuid:{root}",
        "meta/instanceID": f"uuid:{root}",
        "__version__": "v1",
        "_submission_time": "2026-09-01T06:00:00",
        "_submitted_by": "enum1",
        "_validation_status": {},
        "_attachments": [],
        "_geolocation": [None, None],
        "_status": "submitted_via_web",
        "consent": "yes",
    }
    return sent | answers


def edited(original: dict[str, Any], revision: int, **answers: Any) -> dict[str, Any]:
    """The same interview after an edit: another `_uuid`, all else of its identity kept."""
    instance = str(uuid.uuid5(NAMESPACE, f"{original['_uuid']} edit {revision}"))
    return original | {
        "_uuid": instance,
        "meta/instanceID": f"uuid:{instance}",
        "meta/deprecatedID": original["meta/instanceID"],
        **answers,
    }


class FakeKobo:
    """Holds rows by `_id`; answers as the client of one asset does."""

    def __init__(
        self, *rows: dict[str, Any] | bytes, page_size: int = 1000, max_bytes: int = 2**24
    ) -> None:
        self.page_size = page_size
        self.max_bytes = max_bytes
        self.statuses: dict[int, str | None] = {}
        self.sent: list[tuple[int, str | None]] = []
        self._rows: dict[int, bytes] = {}
        for each in rows:
            self.hold(each)

    def hold(self, each: dict[str, Any] | bytes, *, number: int | None = None) -> None:
        raw = each if isinstance(each, bytes) else msgspec.json.encode(each)
        if number is None:
            number = each["_id"] if isinstance(each, dict) else max(self._rows, default=0) + 1
        self._rows[number] = raw

    def page(self, asset_uid: str, *, after: int, limit: int = 1000) -> RawPage:
        numbers = sorted(number for number in self._rows if number > after)
        these = numbers[: min(limit, self.page_size)]
        rows = tuple(self._rows[number] for number in these)
        if sum(map(len, rows)) > self.max_bytes:
            raise ResponseTooLarge
        last_id = these[-1] if these else None
        return RawPage(rows, len(numbers), more=len(these) < len(numbers), last_id=last_id)

    def sweep(self, asset_uid: str, *, after: int = 0, limit: int = 1000) -> Iterator[SweptRow]:
        for number in sorted(number for number in self._rows if number > after):
            yield SweptRow(number, None, None, None, None)

    def rows_by_id(self, asset_uid: str, kobo_ids: Sequence[int]) -> tuple[bytes, ...]:
        return tuple(self._rows[number] for number in kobo_ids if number in self._rows)

    def validation_status(self, asset_uid: str, kobo_id: int) -> str | None:
        if kobo_id not in self._rows:
            raise RowNotFound("/data/")
        return self.statuses.get(kobo_id)

    def set_validation_status(self, asset_uid: str, kobo_id: int, uid: str | None) -> str | None:
        self.sent.append((kobo_id, uid))
        self.statuses[kobo_id] = uid
        return uid
