"""Ask the focal point for one sealed answer of a submission."""

from datetime import datetime

from surveys.models import Submission
from vault.actions.unseal import request_unsealing


class NothingSealed(Exception):
    """The submission has no sealed answers; the message is its id."""


class PurposeMissing(Exception):
    """Nobody opens an answer without knowing what for."""


def ask(submission: Submission, *, path: str, purpose: str, by_id: int, at: datetime) -> None:
    """Ask for the sealed answer at a path; another person decides, within a day.

    Raises NothingSealed and PurposeMissing.
    """
    if submission.sealed_record is None:
        raise NothingSealed(str(submission.pk))
    if not purpose.strip():
        raise PurposeMissing
    request_unsealing(
        round_id=submission.round_id,
        record_id=submission.sealed_record,
        path=path,
        purpose=purpose.strip(),
        by=by_id,
        at=at,
    )
