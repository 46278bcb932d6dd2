"""The invented operation: its forms, its team, and how many interviews of which kind are sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

INSTRUMENTS = Path(__file__).resolve().parent.parent / "instruments"
REGISTRY = Path(__file__).resolve().parent / "data" / "registry.csv"

FORMS: Mapping[str, tuple[str, Path]] = MappingProxyType(
    {
        "bma": ("Baseline mobility assessment", INSTRUMENTS / "bma.xlsx"),
        "survey": ("Survey of returned migrants", INSTRUMENTS / "returned_migrants.xlsx"),
    }
)
ENUMERATORS = ("E01", "E02", "E03", "E04")
SEED = 20260901
FIRST_DAY = datetime(2026, 9, 1, 9, 0, tzinfo=timezone(timedelta(hours=6)))

# Who signs in, and in which roles; the deputy is a focal point too.
ACCOUNTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "coordinator": ("field_coordinator",),
        "manager": ("data_manager",),
        "focal": ("focal_point",),
        "deputy": ("focal_point",),
        "officer": ("it_officer",),
    }
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many interviews of each form; the kinds are parts of the whole."""

    sent: Mapping[str, int]
    refused: int = 3  # of each form: consent refused
    strange: int = 1  # of each form: answers a question that the form has not
    edited: int = 3  # of each form: corrected at KoBo after the pull
    resent: int = 2  # of each form: sent once more by a tablet that lost the receipt
    not_approved: int = 4  # in all
    on_hold: int = 3  # in all

    @property
    def n_sent(self) -> int:
        return sum(self.sent.values())

    @property
    def n_kept(self) -> int:
        return self.n_sent - len(self.sent) * (self.refused + self.strange)


NUMBERS = Numbers(sent=MappingProxyType({"bma": 24, "survey": 48}))
