"""Decide on submissions: the one way, for the admin, the demo and the tests alike."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from surveys.models import Decision, ReasonCode, Submission, ValidationStatus

NEEDS_REASON = frozenset({ValidationStatus.NOT_APPROVED, ValidationStatus.ON_HOLD})


class ReasonMissing(Exception):
    """Not approved and on hold want a coded reason and a sentence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status and why; whoever asks for it is on the decision."""

    status: ValidationStatus
    reason_code: str = ""
    reason: str = ""

    def check(self) -> None:
        """Raises ReasonMissing."""
        if self.status in NEEDS_REASON and not (
            self.reason_code in ReasonCode.values and self.reason.strip()
        ):
            raise ReasonMissing


def decide(
    seen: Mapping[uuid.UUID, int],
    verdict: Verdict,
    *,
    by_id: int,
    at: datetime,
    push_after: timedelta,
) -> int:
    """Decide on submissions as somebody saw them; return how many were decided.

    `seen` maps each to its `stamp` then. Those that were edited or decided on meanwhile
    are left alone, and so are those that have this status already.
    Raises ReasonMissing.
    """
    verdict.check()
    with transaction.atomic():
        unchanged = Submission.objects.as_seen(dict(seen)).exclude(validation_status=verdict.status)
        rows = list(
            unchanged.select_for_update(of=("self",)).values_list(
                "pk", "round_id", "validation_status"
            )
        )
        Decision.objects.bulk_create(
            Decision(
                submission_id=pk,
                round_id=round_id,
                was_status=was_status,
                status=verdict.status,
                reason_code=verdict.reason_code,
                reason=verdict.reason.strip(),
                decided_by_id=by_id,
                decided_at=at,
            )
            for pk, round_id, was_status in rows
        )
        return Submission.objects.filter(pk__in=[row[0] for row in rows]).decide(
            verdict.status, by_id=by_id, at=at, push_due_at=at + push_after
        )
