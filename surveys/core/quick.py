"""Read and anonymise a well-formed row in one step: what most of a pull consists of.

A version's plan becomes a structure with a typed field for every path that may occur, so
that one decode checks the whole row against the plan, and one encode writes what is kept.
Whatever does not fit is left to the plain way (`payload`, `anonymise`), which knows how
to say what is wrong; a test holds the two to the same result.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import msgspec

from forms.core.kobo_fields import KOBO_FIELDS
from surveys.core.anonymise import NUL, Anonymised, Plan, treat
from surveys.core.payload import Head, attachment_uids, bare, is_identifier, status_uid

HEAD: Mapping[str, Any] = MappingProxyType(
    {
        "_id": int,
        "_uuid": str,
        "meta/rootUuid": str,
        "__version__": str,
        "_validation_status": Any,
        "_attachments": Any,
        "_submission_time": str,
        "_submitted_by": str | None,
    }
)
FIRST = ("_id",)


@dataclass(frozen=True, slots=True)
class PartedRow:
    """A row with consent: its head, and what it was parted into.

    `answers` is the JSON of what may be kept.
    """

    head: Head
    answers: bytes
    parted: Anonymised
    place_code: str | None
    submission_time: str  # as KoBo wrote it
    submitted_by: str  # the account


class QuickReader:
    """Reads the rows of one version that has no repeat: those only the plain way reads."""

    def __init__(self, plan: Plan, version_uid: str, *, key: bytes) -> None:
        self._plan = plan
        self._key = key
        self._version_uid = version_uid
        typed = list(_fields(plan))
        names = {path: f"f{number}" for number, (path, _) in enumerate(typed)}
        structure = msgspec.defstruct(
            "Row",
            [(names[path], kind | msgspec.UnsetType, msgspec.UNSET) for path, kind in typed],
            rename={name: path for path, name in names.items()},
            forbid_unknown_fields=True,
        )
        self._decode = msgspec.json.Decoder(structure).decode
        self._encode = msgspec.json.Encoder().encode
        self._head_of = attrgetter(*(names[path] for path in HEAD))
        self._consent = attrgetter(names[plan.consent])
        self._place = attrgetter(names[plan.place]) if plan.place else lambda _: None
        self._apart = [(path, names[path]) for path in plan.rules if path not in plan.kept]
        self._hidden = [name for path, name in names.items() if path not in plan.kept]

    def read(self, raw: bytes) -> PartedRow | None:
        """Return the row, or None for one that the plain way must look at."""
        try:
            row = self._decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        *identity, received, sender = self._head_of(row)
        head = self._head(identity)
        if head is None or self._consent(row) not in self._plan.given:
            return None
        parted = Anonymised()
        for path, name in self._apart:
            answer = getattr(row, name)
            if answer:
                treat(path, answer, self._plan.rules[path], parted, key=self._key)
        place = self._place(row) or None
        self._forget(row)
        answers = self._encode(row)
        if NUL in answers:
            return None
        return PartedRow(head, answers, parted, place, received or "", sender or "")

    def _head(self, identity: list[Any]) -> Head | None:
        """Return the head, unless an identifier is missing or of another version's row."""
        kobo_id, instance, root, version, status, attachments = identity
        if not (kobo_id and kobo_id > 0 and instance and root and version == self._version_uid):
            return None
        root, instance = bare(root), bare(instance)
        if not (is_identifier(root) and is_identifier(instance)):
            return None
        return Head(
            kobo_id=kobo_id,
            root_uuid=root,
            instance_id=instance,
            version_uid=version,
            status_uid=status_uid(status or None),
            attachment_uids=attachment_uids(attachments or None),
        )

    def _forget(self, row: Any) -> None:
        """Leave in the row what is kept: an unset field is not encoded."""
        for name in self._hidden:
            setattr(row, name, msgspec.UNSET)


def _fields(plan: Plan) -> Iterator[tuple[str, Any]]:
    """Yield each path that a row may have and its type, about in the order that KoBo sends."""
    yield from ((path, HEAD[path]) for path in FIRST)
    yield from ((path, str) for path in plan.rules)
    others = (path for path in KOBO_FIELDS if path not in HEAD and path not in plan.rules)
    yield from ((path, msgspec.Raw) for path in others)
    yield from ((path, kind) for path, kind in HEAD.items() if path not in FIRST)
