"""What an expression of an XLSForm refers to.

Only names are read, nothing is evaluated. Where a reading could go either way it counts as a
reference: the class that follows may then be too strict, never too lax.
"""

import re
from typing import Final

_NAME: Final = r"[^\W\d][\w.\-]*"
_VARIABLE: Final = rf"\$\{{\s*(?:last-saved#)?({_NAME})\s*\}}"
_REFERENCE: Final = re.compile(_VARIABLE)
_COUNTED: Final = re.compile(rf"\b(?:count|position)\(\s*{_VARIABLE}\s*\)")
_REPEAT_OF_INDEXED: Final = re.compile(rf"(\bindexed-repeat\(\s*{_VARIABLE}\s*,\s*){_VARIABLE}")
_LITERAL: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_PREDICATE: Final = re.compile(r"\[[^\[\]]*\]")
_OTHER_INSTANCE: Final = re.compile(rf"\binstance\(\s*\)(?:/{_NAME})*")
_PATH: Final = re.compile(rf"(?:/({_NAME}))+")
_SMART_QUOTES: Final = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_NESTING: Final = 3  # predicates within predicates that are told apart; deeper is read as paths


def normalise(expression: str) -> str:
    """Return the expression as the form converter reads it: plain quotes, single spaces."""
    return " ".join(expression.translate(_SMART_QUOTES).split())


def mentioned(expression: str) -> frozenset[str]:
    """Return every name that stands in `${…}`."""
    return frozenset(_REFERENCE.findall(expression))


def references(expression: str) -> frozenset[str]:
    """Return the names of questions and groups whose answers the expression uses.

    They are `${name}`, whatever function it stands in, and the last step of a path
    (`../name`, `/data/group/name`). Not among them are the columns of another instance, such
    as a file of places, and what is only counted: `count(${member})`.
    """
    used = _REPEAT_OF_INDEXED.sub(r"\1", _COUNTED.sub("", expression))
    names = mentioned(used)
    bare = _LITERAL.sub("", _REFERENCE.sub("", expression))
    for _ in range(_NESTING):
        names |= _last_steps(" ".join(_PREDICATE.findall(bare)))
        bare = _PREDICATE.sub("", bare)
    return names | _last_steps(bare)


def _last_steps(bare: str) -> frozenset[str]:
    return frozenset(_PATH.findall(_OTHER_INSTANCE.sub("", bare)))
