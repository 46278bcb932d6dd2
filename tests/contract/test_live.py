"""What no recording shows and a client meets all the same, on the live stand-in."""

import threading
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.contract.forms import SMALL, Form, deploy_form, import_form
from tests.contract.lab import PASSWORD, Lab
from tests.contract.sink import receiving
from tests.contract.story.hooks import settle
from tests.contract.workbooks import question, workbook

CLASSIFIED = workbook(
    survey=[
        {"type": "start", "name": "start", "bind::mtm:privacy": "keep"},
        question("begin_group", "who") | {"bind::mtm:privacy": "group"},
        question("text", "name") | {"bind::mtm:privacy": "direct_identifier", "hxl": "#name"},
        question("select_multiple trade or_other", "trades") | {"bind::mtm:privacy": "keep"},
        {"type": "end_group"},
    ],
    choices=[{"list_name": "trade", "name": "sew", "label": "Sewing"}],
    settings=[{"namespaces": 'mtm="https://example.org/mtm"', "form_title": "Classified"}],
)


def test_columns_of_our_own_come_through_to_the_tablet(lab: Lab) -> None:
    form = deploy_form(lab, CLASSIFIED)

    content = form.ask("GET").json()["content"]
    listed = lab.ask("GET", "/formList", who="enum1").text
    number = listed.partition(f"<formID>{form.uid}")[2].partition("/forms/")[2].partition("/")[0]
    xform = lab.ask("GET", f"/forms/{number}/form.xml", who="enum1").text

    assert [row.get("bind::mtm:privacy") for row in content["survey"]] == [
        "keep",
        "group",
        "direct_identifier",
        "keep",
        None,
    ]
    assert content["settings"]["namespaces"] == 'mtm="https://example.org/mtm"'
    assert content["survey"][2]["tags"] == ["hxl:#name"]
    assert xform.count(' mtm:privacy="') == 4
    assert 'xmlns:mtm="https://example.org/mtm"' in xform


def test_a_version_deployed_again_publishes_and_keeps_its_uid_checklist_13(form: Form) -> None:
    version = form.ask("GET").json()["version_id"]

    again = form.ask("PATCH", "deployment/", body={"active": True, "version_id": version}).json()

    assert again["version_id"] == version
    assert again["asset"]["deployed_versions"]["count"] == 1


def test_rows_of_an_old_version_keep_its_uid_after_a_redeployment(form: Form, lab: Lab) -> None:
    old = form.ask("GET").json()["deployed_version_id"]
    import_form(lab, SMALL, destination=f"{lab.kobo.url}{form.path}")
    new = form.ask("GET").json()["version_id"]
    form.ask("PATCH", "deployment/", body={"active": True, "version_id": new})

    form.send(__version__=old)

    assert form.rows()[0]["__version__"] == old != new


def test_of_two_edits_of_one_version_the_second_is_gone_checklist_5(form: Form) -> None:
    first = form.send(place="x")
    posts = [form.xml(str(uuid4()), replaces=first, place=place) for place in "ab"]

    statuses = [form.post(post, who="mtm").status_code for post in posts]

    assert statuses == [201, 410]
    assert form.rows()[0]["place"] == "a"


def test_senders_side_by_side_all_get_numbers_of_their_own(form: Form) -> None:
    def send_ten() -> None:
        for _ in range(10):
            form.send(place="x")

    senders = [threading.Thread(target=send_ten) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len({row["_id"] for row in form.rows()}) == 40


def test_a_tablet_may_answer_the_challenge(form: Form, lab: Lab) -> None:
    with httpx.Client(auth=httpx.DigestAuth("enum1", PASSWORD)) as tablet:
        listed = tablet.get(f"{lab.kobo.url}/formList")
    with httpx.Client(auth=httpx.DigestAuth("enum1", "wrong")) as intruder:
        refused = intruder.get(f"{lab.kobo.url}/formList")

    assert f"<formID>{form.uid}</formID>" in listed.text
    assert refused.status_code == 401


def test_an_entry_of_a_repeat_without_answers_is_absent_checklist_1(form: Form) -> None:
    uuid = str(uuid4())
    members = "<member><m_name>A</m_name></member><member><m_name/></member>"
    form.post(form.xml(uuid, place="x").replace("<meta>", f"{members}<meta>"))

    assert form.row(uuid)["member"] == [{"member/m_name": "A"}]


def test_a_repeat_without_entries_is_absent_checklist_1(form: Form) -> None:
    assert "member" not in form.row(form.send(place="x"))


def test_an_edit_without_the_photo_takes_it_out_of_the_row(form: Form) -> None:
    uuid = str(uuid4())
    form.post(form.xml(uuid, photo="p.jpg"), **{"p.jpg": b"picture"})

    edited = form.row(form.edit(uuid, place="x"))

    assert edited["_attachments"] == []
    assert "photo" not in edited


@pytest.mark.parametrize(
    ("right", "what", "status"),
    [
        ("view_asset", "data/", 404),
        ("view_submissions", "data/", 200),
        ("view_submissions", "history/", 403),
        ("view_submissions", "hooks/", 404),
        ("manage_asset", "history/", 200),
        ("manage_asset", "hooks/", 200),
        ("change_asset", "hooks/", 404),
        ("add_submissions", "", 404),
        ("validate_submissions", "data/", 200),
    ],
)
def test_what_each_right_opens(form: Form, right: str, what: str, status: int) -> None:
    form.give("enum2", right)

    assert form.ask("GET", what, who="enum2").status_code == status


def test_who_may_validate_may_not_edit(form: Form) -> None:
    form.give("enum2", "validate_submissions")
    uuid = form.send(place="x")
    status = {"validation_status.uid": "validation_status_approved"}

    validated = form.ask("PATCH", f"data/{uuid}/validation_status/", who="enum2", body=status)
    edited = form.post(form.xml(str(uuid4()), replaces=uuid), who="enum2")

    assert (validated.status_code, edited.status_code) == (200, 403)


def test_partial_rights_to_validate_end_at_the_filter(form: Form) -> None:
    form.give("stranger", "add_submissions")
    base = f"{form.lab.kobo.url}/api/v2/permissions/"
    filters = [{"_submitted_by": "enum1"}]
    form.give(
        "enum2",
        "partial_submissions",
        partial_permissions=[
            {"url": f"{base}view_submissions/", "filters": filters},
            {"url": f"{base}validate_submissions/", "filters": filters},
        ],
    )
    inside, outside = form.send(place="x"), form.send(place="x", who="stranger")
    status = {"validation_status.uid": "validation_status_approved"}

    statuses = [
        form.ask("PATCH", f"data/{uuid}/validation_status/", who="enum2", body=status).status_code
        for uuid in (inside, outside)
    ]

    assert statuses == [200, 404]


def test_the_same_status_set_again_writes_another_line(form: Form) -> None:
    uuid = form.send(place="x")
    status = {"validation_status.uid": "validation_status_on_hold"}

    for _ in range(2):
        form.ask("PATCH", f"data/{uuid}/validation_status/", body=status)

    lines = form.history(f"metadata__submission__root_uuid:{uuid} AND action:modify-submission")
    assert [line["metadata"]["submission"]["status"] for line in lines] == ["On Hold"] * 2


def test_history_is_searched_as_a_pull_does_checklist_10(form: Form) -> None:
    uuid = form.send(place="x")
    form.edit(uuid, place="y")
    form.ask("DELETE", f"data/{uuid}/")
    since = form.history()[-1]["date_created"]

    found = form.history(
        "(action:modify-submission OR action:delete-submission OR action:add-submission) "
        f'AND date_created__gte:"{since}"'
    )

    assert [line["action"] for line in found] == [
        "delete-submission",
        "modify-submission",
        "add-submission",
    ]


def test_a_row_sent_to_a_barred_hand_is_deleted_by_who_may(form: Form) -> None:
    form.give("enum2", "delete_submissions")
    number = form.row(form.send(place="x"))["_id"]

    statuses = [form.ask("DELETE", f"data/{number}/", who=w).status_code for w in ("enum2", "mtm")]

    assert statuses == [204, 404]


def test_a_hook_is_given_up_after_five_attempts_checklist_12(form: Form, lab: Lab) -> None:
    with receiving() as sink:
        hook = {"name": "down", "endpoint": f"{sink.url}/hook/502"}
        uid = form.ask("POST", "hooks/", body=hook).json()["uid"]
        lab.kobo.control("settings", {"hook_wait_scale": 0.0001})

        form.send(place="x")

        def log() -> dict[str, Any]:
            return form.ask("GET", f"hooks/{uid}/logs/").json()["results"][0]

        settle(lambda: log()["status_str"] == "failed")
        last = log()
        lab.kobo.control("settings", {"hook_wait_scale": 1})

    assert (last["status_str"], last["tries"], last["status_code"]) == ("failed", 5, 502)
    assert len(sink.deliveries) == 5


def test_an_inactive_hook_is_silent(form: Form) -> None:
    with receiving() as sink:
        quiet = {"name": "quiet", "endpoint": f"{sink.url}/hook/200", "active": False}
        loud = {"name": "loud", "endpoint": f"{sink.url}/hook/201"}
        for hook in (quiet, loud):
            form.ask("POST", "hooks/", body=hook)

        form.send(place="x")
        settle(lambda: bool(sink.deliveries))

    assert [delivery.path for delivery in sink.deliveries] == ["/hook/201"]


def test_connections_are_kept_alive(lab: Lab) -> None:
    ports = {
        lab.ask("GET", "/me/").extensions["network_stream"].get_extra_info("client_addr")[1]
        for _ in range(3)
    }

    assert len(ports) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_method_that_is_not_offered_is_refused(form: Form, method: str) -> None:
    answer = form.ask(method, "data/")

    assert answer.status_code == 405
    assert answer.json() == {"detail": f'Method "{method}" not allowed.'}


def test_a_head_has_no_body(form: Form) -> None:
    answer = form.ask("HEAD", "data/")

    assert answer.status_code == 200
    assert answer.content == b""


def test_a_form_counts_as_encrypted_by_its_key_and_its_address_together(lab: Lab) -> None:
    keys = {"public_key": "MIIB", "submission_url": "https://kobo.example.org/submission"}
    sealed = workbook(survey=[question("text", "q")], settings=[keys])
    half = workbook(survey=[question("text", "q")], settings=[{"public_key": "MIIB"}])

    told = [
        deploy_form(lab, book).ask("GET").json()["deployment__encrypted"] for book in (sealed, half)
    ]

    assert told == [True, False]


def test_nobody_is_asked_who_they_are_before_changing_what_they_see(form: Form) -> None:
    form.give("AnonymousUser", "view_asset")

    seen = form.ask("GET", who="")
    changed = form.ask("PATCH", who="", body={"name": "x"})
    deleted = form.ask("DELETE", who="")

    assert (seen.status_code, changed.status_code, deleted.status_code) == (200, 401, 401)
