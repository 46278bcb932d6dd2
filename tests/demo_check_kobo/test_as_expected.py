"""The stand-in behaves as the contract says, and nothing else on it is touched."""

from collections.abc import Sequence

import httpx
import pytest

from demo.check_kobo.form import workbook
from demo.check_kobo.project import XLSX
from demo.check_kobo.report import Report
from demo.check_kobo.run import Listen
from tests.demo_check_kobo.conftest import OTHER, TOKEN, Checked, StandIn

pytestmark = pytest.mark.slow  # a whole run each


def differing(report: Report) -> dict[str, Sequence[object]]:
    return {each.label: each.differences for each in report.outcomes if each.differences}


def untried(report: Report) -> dict[str, set[str]]:
    return {
        each.label: {found.what for found in each.untried}
        for each in report.outcomes
        if each.untried
    }


RACES = {
    "2": {"a page of more than 1000 rows"},
    "6": {"a lower number seen after a higher one"},
    "15": {"423 for one being processed"},
}


def test_with_one_account_what_needs_another_is_said_not_passed(
    stand_in: StandIn, checked: Checked
) -> None:
    report = checked(stand_in.url)

    assert differing(report) == {}
    assert untried(report) == {
        "2": RACES["2"],
        "6": RACES["6"],
        "10": {"history without manage_asset"},
        "11": {"what an account without rights is answered"},
        "12": {"all of it"},
        "14": {"a bulk request replaces everybody's"},
        "15": RACES["15"] | {"a submission without the right to add one"},
    }
    assert report.exit_status == 0


def test_with_two_accounts_and_a_receiver_all_is_tried(
    stand_in: StandIn, checked: Checked, listen: Listen
) -> None:
    report = checked(stand_in.url, other=OTHER, listen=listen)

    assert differing(report) == {}
    assert untried(report) == RACES | {"12": {"again after a receiver's silence"}}
    assert [each.label for each in report.outcomes] == [*map(str, range(1, 17)), "client"]
    assert report.requests < 400


def test_its_projects_are_gone_afterwards(stand_in: StandIn, checked: Checked) -> None:
    before = stand_in.probes()

    report = checked(stand_in.url)

    made = stand_in.probes().keys() - before.keys()
    assert len(made) == 3
    assert report.left == ()
    assert not any(stand_in.probes()[name] for name in made)


def test_its_projects_stay_if_asked_for(stand_in: StandIn, checked: Checked) -> None:
    report = checked(stand_in.url, keep=True)

    assert len(report.left) == 3
    assert all(stand_in.probes()[name] for name in report.left)
    assert report.exit_status == 0


def test_no_other_project_is_touched(stand_in: StandIn, checked: Checked, listen: Listen) -> None:
    uid = _project_of_mtm(stand_in)
    before = stand_in.all_about(uid)

    checked(stand_in.url, other=OTHER, listen=listen)

    assert len(before["submissions"]) == 2
    assert len(before["history"]) > 0
    assert stand_in.all_about(uid) == before


def _project_of_mtm(stand_in: StandIn) -> str:
    """A project of the very account that the probe uses, with rows, a status and a right."""
    with httpx.Client(base_url=stand_in.url, headers={"Authorization": f"Token {TOKEN}"}) as client:
        started = client.post(
            "/api/v2/imports/",
            data={"name": "A real project", "library": "false"},
            files={"file": ("form.xlsx", workbook(), XLSX)},
        ).json()
        ended = client.get(started["url"]).json()
        uid: str = ended["messages"]["created"][0]["uid"]
        client.post(f"/api/v2/assets/{uid}/deployment/", json={"active": True})
        client.post(
            f"/api/v2/assets/{uid}/permission-assignments/",
            json={
                "user": f"{stand_in.url}/api/v2/users/enum1/",
                "permission": f"{stand_in.url}/api/v2/permissions/add_submissions/",
            },
        )
    stand_in.kobo.control(f"rows?asset={uid}", raw=b'{"place": "a"}\n{"place": "b"}\n')
    return uid
