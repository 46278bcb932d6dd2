"""The privacy class of a question, what each class means, and which of two is stricter.

Closed by default: there is no class for "not said". A question without one is refused
(`rules.py`), and wherever a class has to be assumed it is the strictest.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Privacy(StrEnum):
    """What an answer gives away; the value is what stands in the form."""

    CONSENT = "consent"
    DIRECT = "direct"
    CONTACT = "contact"
    LINK = "link"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    FREE = "free"
    FREE_SEALED = "free_sealed"
    LOC_PRECISE = "loc_precise"
    LOC_COARSE = "loc_coarse"
    DEVICE = "device"
    KI = "ki"
    HARMLESS = "harmless"


class Treatment(StrEnum):
    """What becomes of an answer on its way in."""

    KEEP = "keep"  # stored as it is; coarsened only where it leaves the team
    SEAL = "seal"  # into the vault, and nowhere else
    PSEUDONYMISE = "pseudonymise"  # a keyed token in its place
    REDACT_AND_SEAL = "redact_and_seal"  # original sealed, scrubbed text apart until it is coded
    SEAL_LOCATION = "seal_location"  # sealed; a point leaves metres and inside/outside behind
    FIELDWORK = "fieldwork"  # start, end and a device token for quality checks, the rest dropped
    DROP = "drop"  # never written anywhere


DEFAULT_TREATMENTS: Final = MappingProxyType(
    {
        Privacy.CONSENT: Treatment.KEEP,
        Privacy.DIRECT: Treatment.SEAL,
        Privacy.CONTACT: Treatment.SEAL,
        Privacy.LINK: Treatment.PSEUDONYMISE,
        Privacy.QUASI: Treatment.KEEP,
        Privacy.SENSITIVE: Treatment.KEEP,
        Privacy.FREE: Treatment.REDACT_AND_SEAL,
        Privacy.FREE_SEALED: Treatment.SEAL,
        Privacy.LOC_PRECISE: Treatment.SEAL_LOCATION,
        Privacy.LOC_COARSE: Treatment.KEEP,
        Privacy.DEVICE: Treatment.FIELDWORK,
        Privacy.KI: Treatment.SEAL,
        Privacy.HARMLESS: Treatment.KEEP,
    }
)

# From the laxest to the strictest. The measure is how much of the answer is left outside the
# vault, and who may see it: everything and everyone (harmless); a rate (consent); gated tables
# (loc_coarse, quasi), with a higher threshold (sensitive); scrubbed text, until it is coded
# (free); a token and times, inside (device); a token (link); metres from the place
# (loc_precise); a token for the search for duplicates only (contact); nothing, or the group of a
# post (ki); nothing (free_sealed); nothing, ever, not even a part (direct).
STRICTNESS: Final = (
    Privacy.HARMLESS,
    Privacy.CONSENT,
    Privacy.LOC_COARSE,
    Privacy.QUASI,
    Privacy.SENSITIVE,
    Privacy.FREE,
    Privacy.DEVICE,
    Privacy.LINK,
    Privacy.LOC_PRECISE,
    Privacy.CONTACT,
    Privacy.KI,
    Privacy.FREE_SEALED,
    Privacy.DIRECT,
)
LONGEST_GUESS: Final = 40  # characters; comparing takes time in proportion
_RANK: Final = {privacy: rank for rank, privacy in enumerate(STRICTNESS)}

# Classes whose answers, or a key to them, exist outside the vault in no readable form. Nothing
# that is stored in the clear, such as the name of a submission, may be built from them.
HIDDEN: Final = frozenset(
    {
        Privacy.DIRECT,
        Privacy.CONTACT,
        Privacy.LINK,
        Privacy.FREE,
        Privacy.FREE_SEALED,
        Privacy.LOC_PRECISE,
        Privacy.KI,
    }
)


def default_treatment(privacy: Privacy) -> Treatment:
    return DEFAULT_TREATMENTS[privacy]


def has_token(privacy: Privacy) -> bool:
    """Whether answers of the class leave a keyed token, by which equal ones can be found."""
    return privacy in {Privacy.CONTACT, Privacy.LINK}


def is_laxer(one: Privacy, other: Privacy) -> bool:
    return _RANK[one] < _RANK[other]


def strictest(classes: Iterable[Privacy]) -> Privacy:
    """Return the strictest of the classes, harmless if there is none."""
    return max(classes, key=_RANK.__getitem__, default=Privacy.HARMLESS)


def nearest(text: str) -> Privacy | None:
    """Return the class that a misspelt one was probably meant to be, None if none is near."""
    near = get_close_matches(
        text.strip().casefold()[:LONGEST_GUESS], [str(each) for each in Privacy], n=1
    )
    return Privacy(near[0]) if near else None
