"""No token, password, query or body in a message, a trace, a log line or a printed client."""

import base64
import copy
import logging
import traceback
from datetime import UTC, datetime

import pytest

from forms.kobo import BadRequest, ImportRefused, KoboError, KoboUnavailable, Timeouts
from tests.forms.kobo.conftest import PASSWORD, TOKEN
from tests.forms.kobo.peer import Reply, answer

ANSWER = "canary-answer-7f3a"
ROOT = "11111111-2222-4333-8444-555555555555"
BASIC = base64.b64encode(f"enum1:{PASSWORD}".encode()).decode()
SECRETS = [TOKEN, PASSWORD, BASIC, ANSWER, ROOT]

FAULTS = [
    *(
        pytest.param(answer({"detail": ANSWER, ANSWER + " x": [ANSWER]}, status), id=str(status))
        for status in (400, 401, 402, 403, 404, 405, 409, 410, 423, 429, 500, 502, 503, 504)
    ),
    pytest.param(Reply(body=f'{{"count": "{ANSWER}'.encode()), id="JSON cut short"),
    pytest.param(answer({"count": ANSWER, "results": ANSWER}), id="JSON of another shape"),
    pytest.param(Reply(body=ANSWER.encode(), kind="text/html"), id="a web page"),
    pytest.param(Reply(body=ANSWER.encode(), length=99, then="reset"), id="a reset"),
    pytest.param(Reply(body=ANSWER.encode(), length=99, then="close"), id="an early end"),
    pytest.param(Reply(then="stall"), id="silence"),
    pytest.param(Reply(body=b"x" * 5000), id="too large"),
    pytest.param(Reply(302, headers={"Location": f"http://192.0.2.1/?{ANSWER}"}), id="elsewhere"),
    pytest.param(Reply(302, headers={"Location": f"http://[::{ANSWER}"}), id="no address"),
    pytest.param(Reply(302, headers={"Location": f"/me/?{ANSWER}"}), id="a circle"),
    pytest.param(Reply(headers={"X-Bad\r\n": ANSWER}), id="broken headers"),
    pytest.param(Reply(body=ANSWER.encode(), headers={"Content-Encoding": "br"}), id="packing"),
]

QUESTIONS = [
    pytest.param(lambda kobo: kobo.rows_by_root("aForm", [ROOT]), id="rows"),
    pytest.param(
        lambda kobo: list(
            kobo.history("aForm", since=datetime(2026, 1, 1, tzinfo=UTC), actions=["deploy"])
        ),
        id="history",
    ),
    pytest.param(lambda kobo: kobo.import_form(ANSWER.encode(), name="Example"), id="import"),
]


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog):
    caplog.set_level(logging.DEBUG)
    for library in ("httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, logger=library)


def told(error, caplog):
    """All that a failure lets out."""
    trace = "".join(traceback.format_exception(error))
    return "\n".join([str(error), repr(error), repr(vars(error)), trace, caplog.text])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_failure_lets_nothing_out(peer, open_kobo, caplog, fault, question):
    peer.says(fault)
    kobo = open_kobo(peer.url, attempts=2, max_bytes=2000, timeouts=Timeouts(read=0.05))

    with pytest.raises((KoboUnavailable, KoboError)) as caught:
        question(kobo)

    heard = told(caught.value, caplog)
    assert [secret for secret in SECRETS if secret in heard] == []
    assert "?" not in caught.value.path


@pytest.mark.parametrize("fault", FAULTS)
def test_a_tablets_failure_lets_nothing_out(peer, open_tablet, caplog, fault):
    peer.says(fault)
    tablet = open_tablet(peer.url, attempts=2, max_bytes=2000, timeouts=Timeouts(read=0.05))

    with pytest.raises((KoboUnavailable, KoboError)) as caught:
        tablet.submit(f"<a>{ANSWER}</a>".encode(), {"photo.jpg": ANSWER.encode()})

    heard = told(caught.value, caplog)
    assert [secret for secret in SECRETS if secret in heard] == []


def test_success_is_not_logged_at_all(peer, kobo, caplog):
    peer.says(answer({"count": 0, "next": None, "results": []}))

    kobo.rows_by_root("aForm", [ROOT])

    assert caplog.records == []


def test_a_failure_of_the_network_drags_no_request_along(peer, open_kobo):
    peer.says(Reply(body=b"{", length=99, then="reset"))

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(peer.url, attempts=1).me()

    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def test_a_printed_client_shows_the_server_only(kobo, tablet):
    assert (repr(kobo), repr(tablet)) == ("<Kobo lab>", "<Tablet lab>")
    assert TOKEN not in str(vars(kobo))
    assert BASIC not in str(vars(tablet))


def test_the_token_travels_in_its_header_and_nowhere_else(peer, kobo):
    peer.says(answer({"username": "mtm"}))

    kobo.me()

    [received] = peer.requests
    assert received.headers["authorization"] == f"Token {TOKEN}"
    assert received.headers["accept-language"] == "en"
    assert TOKEN not in received.target


def test_a_complaint_keeps_the_names_of_fields_only(peer, kobo):
    peer.says(answer({"query": ANSWER, "fields": [ANSWER], "+996 555 000 000": "x"}, 400))

    with pytest.raises(BadRequest) as caught:
        kobo.page("aForm", after=0)

    assert caught.value.fields == ("fields", "query")


@pytest.mark.parametrize("body", [b'["Unsupported query"]', b"", b"<p>", b'"text"', b"[" * 9999])
def test_a_complaint_may_have_any_shape(peer, kobo, body):
    peer.says(Reply(400, body))

    with pytest.raises(BadRequest) as caught:
        kobo.page("aForm", after=0)

    assert caught.value.fields == ()


@pytest.mark.parametrize(
    "failure",
    [
        KoboUnavailable("Later.", code="busy", status=503, path="/me/", retry_after=7.0),
        KoboError("No.", status=402, path="/me/"),
        BadRequest(status=400, path="/me/", fields=("query",)),
        ImportRefused(path="/me/", messages=("unknown type",)),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_a_failure_survives_the_way_to_another_process(failure):
    back = copy.copy(failure)  # goes the way of pickle, which Celery goes

    assert type(back) is type(failure)
    assert (str(back), vars(back)) == (str(failure), vars(failure))
