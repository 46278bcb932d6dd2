"""The validation status of one row."""

import pytest

from forms.kobo import BadRequest, Forbidden, RowNotFound
from tests.forms.kobo.peer import Reply, answer

PATH = "/api/v2/assets/aForm/data/32/validation_status/"
APPROVED = "validation_status_approved"


@pytest.mark.parametrize(
    ("body", "uid"),
    [
        pytest.param({"uid": APPROVED, "label": "Approved", "timestamp": 1}, APPROVED, id="set"),
        pytest.param({}, None, id="not set"),
    ],
)
def test_a_status_is_read(peer, kobo, body, uid):
    peer.says(answer(body))

    assert kobo.validation_status("aForm", 32) == uid
    assert (peer.requests[0].method, peer.requests[0].target) == ("GET", PATH)


def test_a_status_is_set_and_read_from_the_answer(peer, kobo):
    peer.says(answer({"uid": "validation_status_on_hold", "by_whom": "somebody else"}))

    assert kobo.set_validation_status("aForm", 32, APPROVED) == "validation_status_on_hold"

    [received] = peer.requests
    assert (received.method, received.target) == ("PATCH", PATH)
    assert received.json == {"validation_status.uid": APPROVED}


def test_a_status_is_cleared(peer, kobo):
    peer.says(Reply(204))

    assert kobo.set_validation_status("aForm", 32, None) is None
    assert (peer.requests[0].method, peer.requests[0].target) == ("DELETE", PATH)


@pytest.mark.parametrize(
    ("status", "error"), [(400, BadRequest), (403, Forbidden), (404, RowNotFound)]
)
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda kobo: kobo.validation_status("aForm", 32), id="read"),
        pytest.param(lambda kobo: kobo.set_validation_status("aForm", 32, APPROVED), id="set"),
        pytest.param(lambda kobo: kobo.set_validation_status("aForm", 32, None), id="clear"),
    ],
)
def test_a_refusal_says_which(peer, kobo, act, status, error):
    peer.says(answer({"detail": "No."}, status))

    with pytest.raises(error) as caught:
        act(kobo)

    assert caught.value.path == PATH
    assert len(peer.requests) == 1
