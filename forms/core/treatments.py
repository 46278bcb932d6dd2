"""The column `bind::mtm:treatment`: what a form asks for beyond the default of the class.

A form may ask for more care than the class gives, never for less. Instructions are parted by
semicolons, their values by commas: `bands:18,30,40,50; drop`.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from forms.core.privacy import Privacy, Treatment, default_treatment

KEEP, SEAL, DROP, BANDS, GIVEN, RECONTACT = "keep", "seal", "drop", "bands", "given", "recontact"
WITH_VALUES: Final = frozenset({BANDS, GIVEN})
INSTRUCTIONS: Final = (KEEP, SEAL, DROP, BANDS, GIVEN, RECONTACT)

EMPTY: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


class TreatmentNotUnderstood(ValueError):
    """The text is no instruction of the closed list; the message is the part at fault."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What is done with the answers to one question.

    `bands` are the lower limits, rising, used where figures leave the team; `given` the
    answers that mean consent; `recontact` says that a contact was left to be used again.
    """

    treatment: Treatment
    bands: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    recontact: bool = False


def parse_treatment(text: str) -> Mapping[str, tuple[str, ...]]:
    """Return the values of each instruction, empty for those that take none.

    Raises TreatmentNotUnderstood for an unknown or repeated instruction, values where there
    may be none, none where there must be some, and bands that are not rising numbers.
    """
    found: dict[str, tuple[str, ...]] = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        word, colon, rest = (each.strip() for each in part.partition(":"))
        word = word.casefold()
        values = tuple(value.strip() for value in rest.split(",")) if colon else ()
        if word in found or not _is_instruction(word, values):
            raise TreatmentNotUnderstood(part)
        found[word] = values
    return MappingProxyType(found)


def _is_instruction(word: str, values: tuple[str, ...]) -> bool:
    if word not in INSTRUCTIONS or (word in WITH_VALUES) != bool(values) or not all(values):
        return False
    return word != BANDS or _are_rising(values)


def _are_rising(values: tuple[str, ...]) -> bool:
    try:
        numbers = [Decimal(value) for value in values]
    except InvalidOperation:
        return False
    if not all(number.is_finite() for number in numbers):
        return False
    return all(low < high for low, high in itertools.pairwise(numbers))


def fits(instructions: Mapping[str, tuple[str, ...]], privacy: Privacy) -> bool:
    """Whether the class allows what is asked: more care, or what only this class knows.

    Sealing is no more care for the class device: what is not reduced there is not kept at all.
    """
    default = default_treatment(privacy)
    allowed = {
        KEEP: default is Treatment.KEEP,
        SEAL: default is not Treatment.FIELDWORK and privacy is not Privacy.CONSENT,
        DROP: privacy is not Privacy.CONSENT,
        BANDS: default is Treatment.KEEP,
        GIVEN: privacy is Privacy.CONSENT,
        RECONTACT: privacy is Privacy.CONTACT,
    }
    contradiction = len({KEEP, SEAL, DROP} & instructions.keys()) > 1
    return not contradiction and all(allowed[word] for word in instructions)


def handling(instructions: Mapping[str, tuple[str, ...]], privacy: Privacy) -> Handling:
    """Return what is done with answers of this class; what does not fit the class is left out.

    The class may be stricter than the one the instructions were written for (a calculation
    takes that of its sources), and then the class prevails.
    """
    fitting = {
        word: values for word, values in instructions.items() if fits({word: values}, privacy)
    }
    treatment = default_treatment(privacy)
    if DROP in fitting:
        treatment = Treatment.DROP
    elif SEAL in fitting:
        treatment = Treatment.SEAL
    given = ("yes",) if privacy is Privacy.CONSENT else ()
    return Handling(
        treatment,
        bands=fitting.get(BANDS, ()),
        given=fitting.get(GIVEN, given),
        recontact=RECONTACT in fitting,
    )
