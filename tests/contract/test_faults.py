"""Faults on demand: what a proxy, a network or somebody else does to a client's requests."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from demo.kobo.process import StandInFailed
from tests.contract.forms import Form
from tests.contract.lab import Lab


@pytest.fixture
def rows(form: Form) -> list[dict[str, Any]]:
    """Five rows of a form of its own, as they are before any fault."""
    for number in range(5):
        form.send(place=f"P{number}", photo=f"p{number}.jpg")
    return form.rows()


@pytest.fixture(autouse=True)
def no_fault_left(lab: Lab) -> Iterator[None]:
    yield
    lab.kobo.control("faults", {"clear": True})


def arm(form: Form, kind: str, **more: Any) -> None:
    fault = {"match": f"/{form.uid}/data/", "kind": kind} | more
    form.lab.kobo.control("faults", fault)


@pytest.mark.parametrize("after", [None, 7.0], ids=["without Retry-After", "with Retry-After"])
def test_a_proxy_can_say_too_many_requests(form: Form, after: float | None) -> None:
    arm(form, "429", retry_after=after)

    answer = form.ask("GET", "data/")

    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == (None if after is None else "7")


@pytest.mark.parametrize("kind", ["502", "503", "504"])
def test_a_proxy_can_answer_with_a_page_of_its_own(form: Form, kind: str) -> None:
    arm(form, kind)

    answer = form.ask("GET", "data/")

    assert answer.status_code == int(kind)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_portal_can_answer_200_with_a_page(form: Form) -> None:
    arm(form, "html")

    answer = form.ask("GET", "data/")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_token_can_expire_for_a_while(form: Form) -> None:
    arm(form, "expired", times=2)

    statuses = [form.ask("GET", "data/").status_code for _ in range(3)]

    assert statuses == [401, 401, 200]


def test_a_fault_can_wait_for_the_second_page(form: Form) -> None:
    arm(form, "503", skip=1)

    statuses = [form.ask("GET", "data/").status_code for _ in range(3)]

    assert statuses == [200, 503, 200]


def test_a_fault_can_be_for_one_method_alone(form: Form) -> None:
    arm(form, "503", method="DELETE")

    assert form.ask("GET", "data/").status_code == 200
    assert form.ask("DELETE", "data/1/").status_code == 503


def test_an_answer_can_stall(form: Form) -> None:
    arm(form, "stall", seconds=0.5)

    with pytest.raises(httpx.ReadTimeout):
        form.ask("GET", "data/", timeout=0.1)


def test_a_connection_can_break_in_the_middle_of_a_body(
    form: Form, rows: list[dict[str, Any]]
) -> None:
    arm(form, "reset")

    with pytest.raises(httpx.RemoteProtocolError):
        form.ask("GET", "data/")
    assert form.rows() == rows


def test_a_page_can_be_cut_with_an_honest_length(form: Form, rows: list[dict[str, Any]]) -> None:
    whole = len(form.ask("GET", "data/").content)
    arm(form, "truncated")

    answer = form.ask("GET", "data/")

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content) == whole // 2
    with pytest.raises(ValueError, match=r"Unterminated|Expecting|delimiter"):
        answer.json()


def test_a_count_can_lie(form: Form, rows: list[dict[str, Any]]) -> None:
    arm(form, "count", by=-2)

    page = form.ask("GET", "data/").json()

    assert page["count"] == 3
    assert page["results"] == rows


def test_rows_can_be_deleted_between_two_pages(form: Form, rows: list[dict[str, Any]]) -> None:
    arm(form, "delete_after_page", ids=[rows[0]["_id"], rows[1]["_id"]])

    first, second = form.rows(limit=2), form.rows(start=2, limit=2)

    assert first == rows[:2]
    assert second == rows[4:]
    assert len(form.history("action:delete-submission")) == 2


def test_a_row_can_be_edited_between_two_pages(form: Form, rows: list[dict[str, Any]]) -> None:
    arm(form, "edit_after_page", ids=[rows[0]["_id"]], data={"place": "moved"})

    before, after = form.rows(limit=1)[0], form.rows(limit=1)[0]

    assert (before["place"], after["place"]) == ("P0", "moved")
    assert after["meta/deprecatedID"] == before["meta/instanceID"]


def test_faults_left_are_counted_and_can_be_cleared(form: Form, lab: Lab) -> None:
    arm(form, "503", times=4)
    form.ask("GET", "data/")

    left = lab.kobo.control("faults", {})["left"]
    cleared = lab.kobo.control("faults", {"clear": True})["left"]

    assert (left, cleared) == (3, 0)
    assert form.ask("GET", "data/").status_code == 200


def test_a_fault_that_does_not_exist_is_refused(lab: Lab) -> None:
    with pytest.raises(StandInFailed, match="400"):
        lab.kobo.control("faults", {"match": "/data/", "kind": "no such kind"})
