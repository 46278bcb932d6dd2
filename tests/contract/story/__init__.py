"""The story of the recordings, played again on the stand-in, one chapter a module.

The order is that of the recordings: numbers of rows, counts and who may do what depend on it.
"""

from tests.contract.lab import Lab
from tests.contract.story import (
    assets,
    auth,
    data,
    edits,
    openrosa,
    permissions,
    validation,
)

CHAPTERS = (
    auth.tell,
    assets.tell,
    permissions.tell,
    openrosa.tell,
    data.tell,
    edits.tell,
    validation.tell,
)


def tell(lab: Lab) -> None:
    for chapter in CHAPTERS:
        chapter(lab)
