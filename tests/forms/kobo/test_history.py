"""The project's history, and how it is asked for."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from forms.kobo import Forbidden, HistoryEntry
from tests.forms.kobo.peer import answer

SINCE = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def entry(action, **submission):
    metadata = {"source": "x", "ip_address": "192.0.2.10"}
    if submission:
        metadata["submission"] = submission
    return {
        "user": "http://127.0.0.1/api/v2/users/mtm/",
        "username": "mtm",
        "action": action,
        "metadata": metadata,
        "date_created": "2026-11-24T18:16:50Z",
    }


def history(*entries, more=False):
    return answer({"count": 9, "next": "http://192.0.2.1/" if more else None, "results": entries})


def test_edit_and_change_of_status_are_told_apart(peer, kobo):
    peer.says(
        history(
            entry("modify-submission", root_uuid="a", submitted_by="enum1"),
            entry("modify-submission", root_uuid="a", submitted_by="enum1", status="None"),
            entry("redeploy"),
        )
    )

    found = list(kobo.history("aForm", since=SINCE, actions=["modify-submission", "redeploy"]))

    at = datetime(2026, 11, 24, 18, 16, 50, tzinfo=UTC)
    assert found == [
        HistoryEntry("modify-submission", at, "mtm", "a", None),
        HistoryEntry("modify-submission", at, "mtm", "a", "None"),
        HistoryEntry("redeploy", at, "mtm", None, None),
    ]


def test_alternatives_stand_in_brackets_and_the_moment_in_quotes(peer, kobo):
    peer.says(history())
    since = SINCE.astimezone(timezone(timedelta(hours=6)))

    assert list(kobo.history("aForm", since=since, actions=["deploy", "delete-submission"])) == []

    [received] = peer.requests
    assert received.path == "/api/v2/assets/aForm/history/"
    assert received.query["q"] == (
        '(action:deploy OR action:delete-submission) AND date_created__gte:"2026-11-24T18:00:00Z"'
    )


def test_history_is_read_to_its_end(peer, kobo):
    peer.says(history(entry("deploy"), entry("deploy"), more=True), history(entry("deploy")))

    assert len(list(kobo.history("aForm", since=SINCE, actions=["deploy"]))) == 3
    assert [received.query["start"] for received in peer.requests] == ["0", "2"]


def test_who_does_not_manage_the_project_is_told_so(peer, kobo):
    peer.says(answer({"detail": "No."}, 403))

    with pytest.raises(Forbidden):
        list(kobo.history("aForm", since=SINCE, actions=["deploy"]))


@pytest.mark.parametrize(
    "actions", [[], [""], ["deploy OR action:view-data"], ["deploy)"], ["Deploy"], ["a:b"]]
)
def test_a_filter_that_kobo_would_answer_with_nothing_is_not_sent(peer, kobo, actions):
    with pytest.raises(ValueError, match="actions"):
        list(kobo.history("aForm", since=SINCE, actions=actions))

    assert peer.connections == 0


def test_a_moment_without_zone_is_a_mistake(kobo):
    with pytest.raises(ValueError, match="aware"):
        list(kobo.history("aForm", since=SINCE.replace(tzinfo=None), actions=["deploy"]))
