"""Each probe can fail: a server that differs in one thing has exactly that item reported."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from demo.check_kobo.report import Report
from demo.check_kobo.run import Listen
from tests.demo_check_kobo.conftest import OTHER, Checked, StandIn
from tests.demo_check_kobo.proxy import REFUSED, Answered, Asked, Forward, Twist, differing

pytestmark = pytest.mark.slow  # a whole run each


def is_row(asked: Asked) -> bool:
    parts = asked.path.strip("/").split("/")
    return asked.method == "GET" and len(parts) == 6 and parts[4] == "data"


def is_page(asked: Asked) -> bool:
    return asked.method == "GET" and asked.path.endswith("/data/")


def with_zone(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    if not is_row(asked) or answered.status != 200:
        return answered
    row = answered.json
    return answered.saying(row | {"_submission_time": f"{row['_submission_time']}Z"})


def cap_of_500(asked: Asked, forward: Forward) -> Answered:
    if int(asked.url.params.get("limit", "0").strip("-x") or 0) > 500:
        asked = replace(asked, url=asked.url.copy_set_param("limit", "500"))
    return forward(asked)


def unknown_operator_refused(asked: Asked, forward: Forward) -> Answered:
    return REFUSED if "$where" in asked.url.params.get("query", "") else forward(asked)


def fields_taken_at_their_word(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    if asked.url.params.get("fields") != '["place"]':
        return answered
    page = answered.json
    rows = [{k: v for k, v in row.items() if k != "meta/rootUuid"} for row in page["results"]]
    return answered.saying(page | {"results": rows})


def edit_changes_the_number(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    if not is_row(asked) or "meta/deprecatedID" not in (row := answered.json):
        return answered
    return answered.saying(row | {"_id": row["_id"] + 1_000_000})


def numbers_of_each_project() -> Twist:
    """Rows of the second project and later ones are numbered from 1."""
    first: list[str] = []

    def twist(asked: Asked, forward: Forward) -> Answered:
        answered = forward(asked)
        if not is_row(asked) or answered.status != 200:
            return answered
        uid = asked.path.split("/")[4]
        first.append(uid)
        return answered if uid == first[0] else answered.saying(answered.json | {"_id": 1})

    return twist


def deletion_says_200(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    is_deletion = asked.method == "DELETE" and "/data/" in asked.path
    is_deletion &= "validation" not in asked.path
    return replace(answered, status=200) if is_deletion and answered.status == 204 else answered


def late_attachment_says_202(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    return replace(answered, status=202) if b'"example.jpg"' in asked.body else answered


def misspelt_bulk_status_refused(asked: Asked, forward: Forward) -> Answered:
    is_bulk = asked.path.endswith("/validation_statuses/")
    return REFUSED if is_bulk and b"misspelt" in asked.body else forward(asked)


def history_oldest_first(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    if "root_uuid" not in asked.url.params.get("q", ""):
        return answered
    page = answered.json
    return answered.saying(page | {"results": page["results"][::-1]})


def no_right_is_403(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    hidden = answered.status == 404 and "authorization" not in asked.headers
    return replace(answered, status=403) if hidden else answered


def hook_not_repeated_after_503(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    if not asked.path.endswith("/logs/"):
        return answered
    page = answered.json
    logs = [log | ({"status": 0} if log["status_code"] == 503 else {}) for log in page["results"]]
    return answered.saying(page | {"results": logs})


def redeployment_wants_a_version(asked: Asked, forward: Forward) -> Answered:
    is_one = asked.method == "PATCH" and asked.path.endswith("/deployment/")
    return REFUSED if is_one and asked.json == {"active": True} else forward(asked)


def bulk_rights_ignored(asked: Asked, forward: Forward) -> Answered:
    if asked.path.endswith("/permission-assignments/bulk/"):
        return replace(REFUSED, status=200, body=b"[]")
    return forward(asked)


def slash_by_307(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    return replace(answered, status=307) if answered.status == 301 else answered


def views_not_recorded(asked: Asked, forward: Forward) -> Answered:
    answered = forward(asked)
    if asked.url.params.get("q") != "action:view-data":
        return answered
    return answered.saying(answered.json | {"count": 0})


def versions_gone(asked: Asked, forward: Forward) -> Answered:
    return replace(REFUSED, status=404) if asked.path.endswith("/versions/") else forward(asked)


def found(report: Report) -> dict[str, Any]:
    return {
        each.label: {difference.what for difference in each.differences}
        for each in report.outcomes
        if each.differences
    }


CASES: dict[str, tuple[Twist, str, str]] = {
    "1 a zone in the time": (with_zone, "1", "form of _submission_time"),
    "2 a cap of 500": (cap_of_500, "2", "limit in use when 5000 is asked for"),
    "3 an unknown operator refused": (
        unknown_operator_refused,
        "3",
        'unknown operator {"$where": "1==1"}',
    ),
    "4 fields without the root": (
        fields_taken_at_their_word,
        "4",
        "meta/rootUuid, not asked for",
    ),
    "5 an edit with a new number": (edit_changes_the_number, "5", "_id after an edit"),
    "6 numbers of each project": (
        numbers_of_each_project(),
        "6",
        "numbers rise across projects",
    ),
    "7 a deletion says 200": (deletion_says_200, "7", "a deletion"),
    "8 a late file says 202": (late_attachment_says_202, "8", "the photo, sent late"),
    "9 a misspelt status refused": (
        misspelt_bulk_status_refused,
        "9",
        "bulk with a misspelt uid",
    ),
    "10 history oldest first": (history_oldest_first, "10", "actions, newest first"),
    "11 403 instead of 404": (no_right_is_403, "11", "private asset, signed out"),
    "12 no second try": (hook_not_repeated_after_503, "12", "in KoBo's log after a 503"),
    "13 no deployment without version": (
        redeployment_wants_a_version,
        "13",
        "a redeployment without a version",
    ),
    "14 bulk rights ignored": (bulk_rights_ignored, "14", "what it leaves"),
    "15 another redirect": (slash_by_307, "15", "GET without the last slash"),
    "16 reading leaves no line": (views_not_recorded, "16", "lines more after reading a list"),
    "client no versions": (versions_gone, "client", "a call of our client"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_exactly_the_item_that_differs_is_reported(
    stand_in: StandIn, checked: Checked, listen: Listen, case: tuple[Twist, str, str]
) -> None:
    twist, item, what = case

    with differing(stand_in.url, twist) as url:
        report = checked(url, other=OTHER, listen=listen)

    assert found(report).keys() == {item}
    assert what in found(report)[item]
    assert report.exit_status == 1
    assert report.left == ()


def test_a_page_without_its_list_is_a_difference_and_not_the_end(
    stand_in: StandIn, checked: Checked
) -> None:
    def twist(asked: Asked, forward: Forward) -> Answered:
        answered = forward(asked)
        is_odd = is_page(asked) and "$elemMatch" in asked.url.params.get("query", "")
        return answered.saying({"count": 1}) if is_odd else answered

    with differing(stand_in.url, twist) as url:
        report = checked(url)

    assert found(report).keys() == {"3"}
    assert [each.label for each in report.outcomes][-1] == "client"


def test_the_contract_is_met_through_a_proxy_that_changes_nothing(
    stand_in: StandIn, checked: Checked
) -> None:
    """Without this, what is found above could be the proxy's own doing."""
    with differing(stand_in.url, lambda asked, forward: forward(asked)) as url:
        report = checked(url)

    assert found(report) == {}
    assert report.exit_status == 0


def test_the_proxy_tells_its_own_address_in_links(stand_in: StandIn) -> None:
    with differing(stand_in.url, lambda asked, forward: forward(asked)) as url:
        told = json.loads(httpx.get(f"{url}/api/v2/permissions/", params={"limit": "2"}).content)

    assert told["next"].startswith(url)
