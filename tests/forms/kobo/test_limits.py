"""How much of an answer is read."""

import gzip
import tracemalloc

import pytest

from forms.kobo import KoboUnavailable, ResponseTooLarge
from tests.forms.kobo.peer import Reply, rows_of

MIB = 2**20


def packed(body: bytes) -> Reply:
    return Reply(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})


def test_a_page_of_the_size_allowed_is_read(peer, open_kobo):
    reply = rows_of({"_id": 1, "note": "x" * 1000})
    peer.says(reply)

    page = open_kobo(peer.url, max_bytes=len(reply.body)).page("aForm", after=0)

    assert page.last_id == 1


@pytest.mark.parametrize("pack", [False, True], ids=["plain", "gzip"])
def test_one_byte_more_is_too_much(peer, open_kobo, time, pack):
    reply = rows_of({"_id": 1, "note": "x" * 1000})
    peer.says(packed(reply.body) if pack else reply)

    with pytest.raises(ResponseTooLarge) as caught:
        open_kobo(peer.url, max_bytes=len(reply.body) - 1).page("aForm", after=0)

    assert caught.value.path == "/api/v2/assets/aForm/data/"
    assert time.sleeps == []


def test_a_length_that_is_announced_too_large_is_not_waited_for(peer, open_kobo):
    peer.says(Reply(body=b"{", length=100 * MIB, then="stall"))

    with pytest.raises(ResponseTooLarge):
        open_kobo(peer.url).page("aForm", after=0)


def test_a_gzip_bomb_is_left_before_it_unfolds(peer, open_kobo):
    peer.says(packed(bytes(64 * MIB)))
    kobo = open_kobo(peer.url, max_bytes=4 * MIB)
    tracemalloc.start()

    with pytest.raises(ResponseTooLarge):
        kobo.page("aForm", after=0)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16 * MIB


def test_a_packed_page_is_unpacked(peer, kobo):
    peer.says(packed(rows_of({"_id": 1, "note": "x" * 3 * MIB}).body))

    page = kobo.page("aForm", after=0)

    assert page.last_id == 1
    assert len(page.rows[0]) > 3 * MIB


def test_a_packed_page_without_its_end_is_a_passing_fault(peer, open_kobo):
    body = gzip.compress(rows_of({"_id": 1}).body)
    peer.says(Reply(body=body[:-9], headers={"Content-Encoding": "gzip"}))

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(peer.url, attempts=1).page("aForm", after=0)

    assert caught.value.code == "unreadable"


def test_the_rest_after_a_refusal_too_large_can_be_asked_for_in_halves(peer, open_kobo):
    def say(received):
        limit = int(received.query["limit"])
        return rows_of(*({"_id": number, "note": "x" * 100} for number in range(1, limit + 1)))

    peer.says(say)
    kobo = open_kobo(peer.url, max_bytes=50_000)

    with pytest.raises(ResponseTooLarge):
        kobo.page("aForm", after=0, limit=1000)

    assert len(kobo.page("aForm", after=0, limit=125).rows) == 125


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_that_kobo_would_cut_or_refuse_is_a_mistake(kobo, limit):
    with pytest.raises(ValueError, match="limit"):
        kobo.page("aForm", after=0, limit=limit)
