"""SOATE codes and P-codes of Kyrgyzstan: read them from a cell, check them, pair them.

Codes are text: a spreadsheet that made a number of one has lost digits, and such a
cell is refused, never guessed. The pairing (P-code = "KG" and the last eleven digits
of the SOATE code) holds for all 520 units that carry both in the registry; where a
unit has no P-code in OCHA's list, none is derived.
"""

import re

SOATE = re.compile(r"417\d{11}")
PCODE = re.compile(r"KG\d{11}")
SPACES = re.compile(r"[\s\u00a0\u2007\u202f]+")


class BadCode(ValueError):
    """The text is not a code; the message says what a code looks like."""


def read_soate(text: str) -> str:
    """Return the fourteen digits of a SOATE code.

    Blanks and a leading apostrophe (as spreadsheets keep text) are taken off.
    Raises BadCode.
    """
    code = SPACES.sub("", text).lstrip("'’")
    if not SOATE.fullmatch(code):
        raise BadCode("A SOATE code is fourteen digits that begin with 417, as 41706255000000.")
    return code


def read_pcode(text: str) -> str:
    """Return a P-code in capitals, or "" for an empty cell. Raises BadCode."""
    code = SPACES.sub("", text).lstrip("'’").upper()
    if code and not PCODE.fullmatch(code):
        raise BadCode("A P-code is KG and eleven digits, as KG06255000000.")
    return code


def paired(soate: str, pcode: str) -> bool:
    """Tell whether the two codes, where both exist, name one unit."""
    return not (soate and pcode) or pcode == f"KG{soate[3:]}"
