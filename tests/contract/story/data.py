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
    tell_of_partial_rights(lab)
    give(lab, "enum1", "view_submissions")


def tell_of_partial_rights(lab: Lab) -> None:
    """Enum1 sees of the rows those that enum2 sent."""
    lab.play("permissions/add_partial_submissions")
    lab.play("permissions/list_as_viewer")
    lab.play("data/detail_outside_partial_permission")
    if "data/list_partial_permission" not in lab.answers:
        lab.play("data/list_partial_permission")
