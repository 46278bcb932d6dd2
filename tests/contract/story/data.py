"""Chapter five: reading rows, with every parameter there is."""

from tests.contract.answers import names
from tests.contract.lab import Lab
from tests.contract.story.permissions import give

_APART = {
    "detail_outside_partial_permission",
    "list_partial_permission",
    "row_sent_anonymously",
    "late_lower_ids",
    "offset_paging_misses_rows",
}


def tell(lab: Lab) -> None:
    for name in names():
        room, _, what = name.partition("/")
        if room == "data" and what not in _APART:
            lab.play(name)
    lab.play("permissions/add_partial_submissions")
    lab.play("permissions/list_as_viewer")
    lab.play("data/list_partial_permission")
    lab.play("data/detail_outside_partial_permission")
    give(lab, "enum1", "view_submissions")
