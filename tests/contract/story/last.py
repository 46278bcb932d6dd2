"""Last chapter: photos in a repeat, an encrypted form, two senders at a time, pages that slip."""

import threading
import time

from tests.contract.answers import NO_HTTP, Answer, recording
from tests.contract.forms import deploy_form
from tests.contract.lab import Lab
from tests.contract.story.permissions import give
from tests.contract.story.rows import send_xml
from tests.contract.workbooks import ENCRYPTED, REPEAT_PHOTOS

PHOTOS = "azoQ8kTjrhzUXK8KM62WaT"
SEALED = "atZ4DztbEPScxjqZ3Q3TXV"


def tell(lab: Lab) -> None:
    _concurrent(lab)
    _late_lower_ids(lab)
    _offset_paging(lab)
    _photos_in_a_repeat(lab)
    _encrypted(lab)


def _concurrent(lab: Lab) -> None:
    """The same submission twice at a time: the second is asked to come again later."""
    name = "openrosa/submission_concurrent_423"
    part = recording(name)["request"]["body"]["multipart"]["xml_submission_file"]
    lab.kobo.control("settings", {"submission_delay": 0.4})
    xml = part["content"]
    first = threading.Thread(target=send_xml, args=(lab, xml), kwargs={"who": "enum1"})
    first.start()
    time.sleep(0.2)
    lab.play(name)
    first.join()
    lab.kobo.control("settings", {"submission_delay": 0})


def _late_lower_ids(lab: Lab) -> None:
    """One slow sender beside a quick one: a lower number is seen after a higher one."""
    form = deploy_form(lab, name="Slow")
    lab.kobo.control("settings", {"submission_delay": 0.4})
    slow = threading.Thread(target=form.send, kwargs={"place": "slow"})
    slow.start()
    time.sleep(0.2)
    lab.kobo.control("settings", {"submission_delay": 0})
    form.send(place="quick")
    seen = {row["_id"] for row in form.rows()}
    slow.join()
    now = {row["_id"] for row in form.rows()}
    late = [[lower, higher] for lower in now - seen for higher in seen if lower < higher]
    body = {"late": late, "highest": max(now)}
    lab.answers["data/late_lower_ids"] = Answer(NO_HTTP, body=body)


def _offset_paging(lab: Lab) -> None:
    form = deploy_form(lab, name="Slipping")
    for number in range(12):
        form.send(place=str(number))
    every = [row["_id"] for row in form.rows()]
    seen = {row["_id"] for row in form.rows(limit=6)}
    for number in every[:3]:
        form.ask("DELETE", f"data/{number}/")
    seen |= {row["_id"] for row in form.rows(start=6, limit=6)}
    body = {"never_seen": [number for number in every if number not in seen]}
    lab.answers["data/offset_paging_misses_rows"] = Answer(NO_HTTP, body=body)


def _photos_in_a_repeat(lab: Lab) -> None:
    form = deploy_form(lab, REPEAT_PHOTOS, name="Repeat photos")
    lab.equate(PHOTOS, form.uid)
    give(lab, "stranger", "add_submissions", PHOTOS)
    lab.play("openrosa/formList_add_submissions_only")
    lab.play("permissions/detail_with_add_submissions_only_404")
    detail = form.ask("GET").json()
    houses = "".join(f"<house><pic>p{n}.jpg</pic></house>" for n in (1, 2))
    xml = (
        f'<{form.uid} id="{form.uid}"><formhub><uuid>{detail["deployment__uuid"]}</uuid></formhub>'
        f"{houses}<__version__>{detail['deployed_version_id']}</__version__><meta><instanceID>"
        f"uuid:e8f3ab21-d390-57f1-8f51-b16de0bd6154</instanceID></meta></{form.uid}>"
    )
    form.post(xml, who="mtm", **{"p1.jpg": b"one", "p2.jpg": b"two"})
    lab.play("attachments/data_row_photos_in_repeat")


def _encrypted(lab: Lab) -> None:
    lab.equate(SEALED, deploy_form(lab, ENCRYPTED, name="Encrypted").uid)
    for name in ("asset_detail", "submission", "data_list"):
        lab.play(f"encrypted/{name}")
