"""What can be done to rows and rights behind a client's back (checklist 6, 7 and 8)."""

from typing import Any

import httpx
import pytest

from demo.kobo.process import StandInFailed
from tests.contract.forms import Form
from tests.contract.lab import Lab


def act(form: Form, deed: str, **body: Any) -> dict[str, Any]:
    return form.lab.kobo.control(deed, body)


def test_a_reserved_number_is_seen_late_and_below_others_checklist_6(form: Form) -> None:
    reserved = act(form, "reserve", asset=form.uid, answers={"place": "late"})
    form.send(place="early")
    before = form.rows()

    act(form, "reveal", _id=reserved["_id"])

    assert [row["place"] for row in before] == ["early"]
    assert [row["place"] for row in form.rows()] == ["late", "early"]
    assert form.row(reserved["root_uuid"])["_id"] == reserved["_id"] < before[0]["_id"]
    assert len(form.history("action:add-submission")) == 2


def test_a_hidden_row_is_neither_listed_nor_found_nor_counted(form: Form) -> None:
    number = form.row(form.send(place="x"))["_id"]

    act(form, "hide", _id=number)

    assert form.rows() == []
    assert form.ask("GET", f"data/{number}/").status_code == 404
    assert form.ask("GET").json()["deployment__submission_count"] == 0


def test_the_same_interview_can_come_under_a_new_instance_id(form: Form) -> None:
    first = form.row(form.send(place="x", age="40"))

    twin = act(form, "twin", _id=first["_id"])

    second = form.row(twin["_id"])
    assert second["meta/rootUuid"] != first["meta/rootUuid"]
    assert (second["place"], second["age"]) == (first["place"], first["age"])
    assert second["_submitted_by"] == "enum1"


def test_an_attachment_can_come_later_checklist_8(form: Form) -> None:
    before = form.row(form.send(photo="house.jpg"))

    act(form, "attach", _id=before["_id"], name="house.jpg", content="a house")

    after = form.row(before["_id"])
    file = httpx.URL(after["_attachments"][0]["download_url"]).path
    assert after == before | {"_attachments": after["_attachments"]}
    assert form.lab.ask("GET", file).content == b"a house"
    assert [line["action"] for line in form.history("action:modify-submission")] == []


def test_rows_can_be_edited_and_deleted_from_outside_checklist_7(form: Form) -> None:
    kept, gone = (form.row(form.send(place=place)) for place in ("kept", "gone"))

    act(form, "edit", _id=kept["_id"], data={"place": "changed"})
    act(form, "delete", _id=gone["_id"])

    assert [row["place"] for row in form.rows()] == ["changed"]
    assert [line["username"] for line in form.history("action:delete-submission")] == ["mtm"]


@pytest.mark.parametrize("username", ["mtm", "enum1"])
def test_a_form_can_be_taken_away_from_anyone_and_given_back(form: Form, username: str) -> None:
    form.give("enum1", "view_submissions")
    form.send(place="x")

    def seen() -> list[int]:
        paths = ("", "data/", "data/1/")
        answers = [form.ask("GET", path, who=username).status_code for path in paths]
        listed = form.lab.ask("GET", "/api/v2/assets/", who=username).json()["results"]
        return [*answers[:2], sum(asset["uid"] == form.uid for asset in listed)]

    before = seen()
    act(form, "take_away", asset=form.uid, username=username)
    without = seen()
    act(form, "give_back", asset=form.uid, username=username)

    assert (before, without, seen()) == ([200, 200, 1], [404, 404, 0], [200, 200, 1])


def test_pages_can_be_made_slow(form: Form, lab: Lab) -> None:
    lab.kobo.control("settings", {"page_delay": 0.3})
    try:
        with pytest.raises(httpx.ReadTimeout):
            form.ask("GET", "data/", timeout=0.1)
    finally:
        lab.kobo.control("settings", {"page_delay": 0})


def test_an_import_can_take_several_polls(lab: Lab) -> None:
    lab.kobo.control("settings", {"import_polls": 1})
    started = lab.ask("POST", "/api/v2/imports/", data={"name": "x"}).json()
    path = f"/api/v2/imports/{started['uid']}/"

    statuses = [lab.ask("GET", path).json()["status"] for _ in range(2)]
    lab.kobo.control("settings", {"import_polls": 0})

    assert statuses == ["processing", "error"]


def test_the_control_addresses_need_the_secret(lab: Lab) -> None:
    answer = lab.ask("POST", "/_stand_in/users", body={"username": "x"})

    assert answer.status_code == 403


@pytest.mark.parametrize("act", ["settings", "nothing"])
def test_what_cannot_be_controlled_is_refused(lab: Lab, act: str) -> None:
    with pytest.raises(StandInFailed):
        lab.kobo.control(act, {"no_such_setting": 1})


def test_a_deed_without_its_row_is_refused(lab: Lab) -> None:
    with pytest.raises(StandInFailed, match="missing"):
        lab.kobo.control("hide", {})


def test_rows_are_seeded_by_the_thousand_and_read_like_others(form: Form, lab: Lab) -> None:
    lines = b'{"place": "a", "_submitted_by": "enum2"}\n{"place": "b", "_uuid": "u-1"}\n'

    made = lab.kobo.control(f"rows?asset={form.uid}", raw=lines)

    first, second = form.rows()
    assert made == {"count": 2, "first": first["_id"], "last": second["_id"]}
    assert first["_submitted_by"] == "enum2"
    assert second["meta/rootUuid"] == "uuid:u-1"
    assert "<place>b</place>" in form.ask("GET", f"data/{second['_id']}/?format=xml").text
