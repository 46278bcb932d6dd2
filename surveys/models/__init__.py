from surveys.models.enumerator import Enumerator
from surveys.models.identity import Fieldwork, KoboState, Token, Tombstone, Why
from surveys.models.quarantine import Quarantined, QuarantinedQuerySet, Reason
from surveys.models.review import Decision, ReasonCode
from surveys.models.round import Activity, Round, State
from surveys.models.submission import (
    Revision,
    Submission,
    SubmissionQuerySet,
    ValidationStatus,
)
from surveys.models.sync_run import Kind, SyncCursor, SyncRun

__all__ = [
    "Activity",
    "Decision",
    "Enumerator",
    "Fieldwork",
    "Kind",
    "KoboState",
    "Quarantined",
    "QuarantinedQuerySet",
    "Reason",
    "ReasonCode",
    "Revision",
    "Round",
    "State",
    "Submission",
    "SubmissionQuerySet",
    "SyncCursor",
    "SyncRun",
    "Token",
    "Tombstone",
    "ValidationStatus",
    "Why",
]
