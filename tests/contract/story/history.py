"""Chapter nine: what the history tells of all that, and to whom."""

from tests.contract.answers import NO_HTTP, Answer, names
from tests.contract.lab import Lab
from tests.contract.story.assets import FORM

_APART = {"view_data_counts"}


def tell(lab: Lab) -> None:
    for name in names():
        room, _, what = name.partition("/")
        if room == "history" and what not in _APART:
            lab.play(name)
    _count_audit_rows(lab)


def _count_audit_rows(lab: Lab) -> None:
    path = lab.live(f"/api/v2/assets/{FORM}/")

    def count() -> int:
        q = {"q": "action:view-data", "limit": "1"}
        return lab.ask("GET", f"{path}history/", params=q).json()["count"]

    counts = [count()]
    for _ in range(3):
        lab.ask("GET", f"{path}data/")
    counts.append(count())
    lab.ask("GET", f"{path}data/1/")
    counts.append(count())
    lab.answers["history/view_data_counts"] = Answer(NO_HTTP, body=counts)
