"""The story of the recordings, played again on the stand-in, one chapter a module.

The order is that of the recordings: numbers of rows, counts and who may do what depend on it.
"""

from tests.contract.lab import Lab
from tests.contract.sink import Sink
from tests.contract.story import (
    assets,
    auth,
    data,
    deletions,
    edits,
    files,
    history,
    hooks,
    last,
    lifecycle,
    openrosa,
    permissions,
    validation,
)


def tell(lab: Lab, sink: Sink) -> None:
    for chapter in (auth, assets, permissions, openrosa, data, edits, validation):
        chapter.tell(lab)
    deletions.tell(lab)
    history.tell(lab)
    hooks.tell(lab, sink)
    data.tell_of_partial_rights(lab)
    for chapter in (files, lifecycle, last):
        chapter.tell(lab)
