"""Which faults are asked about again, how often, and after how long."""

from random import SystemRandom
from time import monotonic

import httpcore
import pytest

from forms.kobo import KoboError, KoboUnavailable, Timeouts
from forms.kobo.network import Deadline
from forms.kobo.patience import retry_after
from tests.forms.kobo.peer import Reply, answer, web_page

ME = answer({"username": "mtm"})


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(Reply(429), "busy", id="too many questions"),
        pytest.param(Reply(502), "busy", id="bad gateway"),
        pytest.param(Reply(503), "busy", id="unavailable"),
        pytest.param(Reply(504), "busy", id="gateway time-out"),
        pytest.param(web_page(500), "server_error", id="a crash"),
        pytest.param(web_page(), "web_page", id="a web page instead of data"),
        pytest.param(Reply(body=b'{"username": "mt'), "unreadable", id="JSON cut short"),
        pytest.param(Reply(body=b'{"user": "mtm"}'), "unreadable", id="JSON of another shape"),
        pytest.param(
            Reply(body=b'{"x": ' + b"[" * 50_000), "unreadable", id="JSON nested too deep"
        ),
        pytest.param(Reply(body=b""), "unreadable", id="nothing at all"),
        pytest.param(
            Reply(body=b'{"use', length=20, then="close"), "connection", id="closed in mid-body"
        ),
        pytest.param(
            Reply(body=b'{"use', length=20, then="reset"), "connection", id="reset in mid-body"
        ),
        pytest.param(
            Reply(body=b"{}", headers={"Content-Encoding": "br"}), "unreadable", id="odd packing"
        ),
        pytest.param(
            Reply(body=b"{}", headers={"Content-Encoding": "gzip"}), "unreadable", id="not gzip"
        ),
    ],
)
def test_a_passing_fault_is_asked_about_again(peer, kobo, fault, code, caplog):
    peer.says(fault, ME)

    assert kobo.me() == "mtm"
    assert len(peer.requests) == 2
    assert caplog.messages == [f"GET /me/: {code}, asking again"]


def test_a_fault_that_stays_is_given_up_after_five_tries(peer, kobo, time):
    peer.says(Reply(503))

    with pytest.raises(KoboUnavailable) as caught:
        kobo.me()

    assert len(peer.requests) == 5
    assert time.sleeps == [1, 2, 4, 8]
    assert (caught.value.code, caught.value.status, caught.value.path) == ("busy", 503, "/me/")
    assert str(caught.value) == "KoBo is busy or down for a while. (503, /me/)"


def test_a_crash_is_tried_twice_only(peer, kobo):
    peer.says(web_page(500))

    with pytest.raises(KoboUnavailable) as caught:
        kobo.me()

    assert len(peer.requests) == 2
    assert (caught.value.code, caught.value.status) == ("server_error", 500)


def test_nobody_at_the_other_end_is_a_passing_fault(open_kobo, peer, time):
    port = peer.server_port
    peer.shutdown()
    peer.server_close()

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(f"http://127.0.0.1:{port}", attempts=3).me()

    assert caught.value.code == "connection"
    assert len(time.sleeps) == 2


def test_a_server_that_says_nothing_is_a_passing_fault(peer, open_kobo):
    peer.says(Reply(then="stall"))

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(peer.url, attempts=1, timeouts=Timeouts(read=0.1)).me()

    assert caught.value.code == "timeout"


def test_a_server_that_stops_in_mid_body_is_a_passing_fault(peer, open_kobo):
    peer.says(Reply(body=b'{"use', length=20, then="stall"))

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(peer.url, attempts=1, timeouts=Timeouts(read=0.1)).me()

    assert caught.value.code == "timeout"


@pytest.mark.parametrize("then", ["drip", "drip headers"])
def test_a_server_that_drips_cannot_hold_us_beyond_the_deadline(peer, open_kobo, then):
    peer.says(Reply(body=b"{", length=100_000, then=then))
    kobo = open_kobo(peer.url, attempts=1, timeouts=Timeouts(read=5, request=0.2), clock=monotonic)
    began = monotonic()

    with pytest.raises(KoboUnavailable) as caught:
        kobo.me()

    assert caught.value.code == "timeout"
    assert monotonic() - began < 2


def test_no_step_begins_after_the_deadline(time):
    deadline = Deadline(time.clock)
    deadline.start(10)
    time.sleep(7)

    assert (deadline.within(5), deadline.within(1), deadline.within(None)) == (3, 1, 3)

    time.sleep(3)
    with pytest.raises(httpcore.ReadTimeout):
        deadline.within(5)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 410])
def test_a_refusal_is_not_asked_about_again(peer, kobo, time, status):
    peer.says(answer({"detail": "No."}, status))

    with pytest.raises(KoboError) as caught:
        kobo.me()

    assert caught.value.status == status
    assert len(peer.requests) == 1
    assert time.sleeps == []


def test_a_refused_token_stays_refused_when_its_body_is_lost(peer, kobo):
    peer.says(Reply(401, b"{", length=20, then="reset"))

    with pytest.raises(KoboError) as caught:
        kobo.me()

    assert caught.value.code == "token_refused"
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        pytest.param({"Retry-After": "7"}, 7, id="seconds"),
        pytest.param({"Retry-After": "0"}, 1, id="less than we would wait anyway"),
        pytest.param({"Retry-After": "86400"}, 120, id="a day, cut to two minutes"),
        pytest.param({"Retry-After": "9" * 400}, 120, id="absurdly long"),
        pytest.param({"Retry-After": "soon"}, 1, id="no number"),
        pytest.param({"Retry-After": "-5"}, 1, id="negative"),
        pytest.param({"Retry-After": "Wed, 01 Apr 2026 00:00:00 GMT"}, 1, id="a past moment"),
        pytest.param({"Retry-After": "Wed, 01 Apr 2099 00:00:00 -0000"}, 120, id="no zone"),
    ],
)
def test_kobo_may_say_how_long_to_wait(peer, kobo, time, headers, wait):
    peer.says(Reply(503, headers=headers), ME)

    kobo.me()

    assert time.sleeps == [wait]


def test_a_moment_to_come_back_is_read_by_the_servers_own_clock():
    asked = retry_after("Wed, 25 Nov 2026 08:00:30 GMT", date="Wed, 25 Nov 2026 08:00:00 GMT")

    assert asked == 30


def test_the_failure_tells_how_long_kobo_asked_us_to_wait(peer, open_kobo):
    peer.says(Reply(429, headers={"Retry-After": "60"}))

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(peer.url, attempts=1).me()

    assert caught.value.retry_after == 60


def test_all_tries_together_have_a_budget(peer, open_kobo, time):
    peer.says(Reply(503, headers={"Retry-After": "40"}))

    with pytest.raises(KoboUnavailable):
        open_kobo(peer.url, attempts=100, timeouts=Timeouts(all=100)).me()

    assert time.sleeps == [40, 40]


def test_waits_are_drawn_from_nothing_up_to_a_bound_that_doubles(peer, open_kobo, time):
    peer.says(Reply(503))

    with pytest.raises(KoboUnavailable):
        open_kobo(peer.url, random=SystemRandom(), attempts=9).me()

    bounds = [1, 2, 4, 8, 16, 32, 60, 60]
    assert all(0 <= wait <= bound for wait, bound in zip(time.sleeps, bounds, strict=True))
    assert time.sleeps != bounds


def test_what_must_happen_once_is_sent_once(peer, kobo):
    peer.says(Reply(503))

    with pytest.raises(KoboUnavailable):
        kobo.import_form(b"workbook", name="Example")

    assert [received.method for received in peer.requests] == ["POST"]


@pytest.mark.parametrize("uid", ["validation_status_approved", None], ids=["set", "clear"])
def test_a_status_may_be_set_twice_so_it_is_tried_again(peer, kobo, uid):
    peer.says(Reply(502), answer({"uid": uid} if uid else {}))

    assert kobo.set_validation_status("aForm", 7, uid) == uid
    assert len(peer.requests) == 2
