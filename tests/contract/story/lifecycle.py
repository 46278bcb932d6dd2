"""Chapter twelve: a form with a thousand rows, archives, deletions, the public, a copy."""

import json

from tests.contract.answers import names
from tests.contract.forms import deploy_form
from tests.contract.lab import Lab
from tests.contract.workbooks import TINY

FULL = "aPSxoz8335wcv7BQ9HNRN4"


def tell(lab: Lab) -> None:
    _full_form(lab)
    for name in (
        "archive",
        "detail_archived",
        "formList_when_archived",
        "submission_to_archived_405",
        "data_when_archived",
        "unarchive",
        "delete_asset_viewer",
        "delete_draft",
        "delete_deployed",
        "detail_after_delete",
        "data_after_delete",
    ):
        lab.play(f"lifecycle/{name}")
    lab.play("openrosa/submission_basic_auth_201", user="enum1")
    for name in ("anonymous_view_asset", "anonymous_add_submissions"):
        lab.play(f"permissions/{name}")
    lab.play("assets/detail_anonymous_public")
    lab.play("openrosa/submission_owner_path_anonymous_allowed_201")
    lab.play("data/row_sent_anonymously")
    lab.play("lifecycle/clone")


def _full_form(lab: Lab) -> None:
    full = deploy_form(lab, TINY, name="Full", shared=False)
    lab.equate(FULL, full.uid)
    rows = b"\n".join(json.dumps({"code": str(n)}).encode() for n in range(1005))
    lab.kobo.control(f"rows?asset={full.uid}", raw=rows)
    for name in names():
        if name.startswith("cap/"):
            lab.play(name)
