"""The pages of rounds, submissions and their review, one file a model."""

from surveys.admin.decision import DecisionAdmin
from surveys.admin.enumerator import EnumeratorAdmin
from surveys.admin.quarantined import QuarantinedAdmin
from surveys.admin.round import RoundAdmin
from surveys.admin.submission import SubmissionAdmin
from surveys.admin.sync_run import SyncRunAdmin
from surveys.admin.tombstone import TombstoneAdmin

__all__ = [
    "DecisionAdmin",
    "EnumeratorAdmin",
    "QuarantinedAdmin",
    "RoundAdmin",
    "SubmissionAdmin",
    "SyncRunAdmin",
    "TombstoneAdmin",
]
