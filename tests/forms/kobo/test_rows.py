"""Rows: pages by `_id`, raw, and none lost without a word."""

import json

import pytest

from forms.kobo import (
    CursorStuck,
    KoboError,
    KoboUnavailable,
    NotReachable,
    RawPage,
    RowNotFound,
    SweptRow,
)
from tests.forms.kobo.peer import Reply, answer, rows_of, web_page

DATA = "/api/v2/assets/aForm/data/"


def raw(*rows: str, count: int | None = None) -> Reply:
    total = len(rows) if count is None else count
    return Reply(
        body=f'{{"count": {total}, "next": null, "results": [{", ".join(rows)}]}}'.encode()
    )


def test_a_page_is_asked_for_by_key_and_in_order(peer, kobo):
    peer.says(rows_of({"_id": 8}))

    kobo.page("aForm", after=7, limit=3)

    [received] = peer.requests
    assert received.path == DATA
    assert received.query == {"query": '{"_id":{"$gt":7}}', "sort": '{"_id":1}', "limit": "3"}


def test_rows_come_as_kobo_wrote_them(peer, kobo):
    odd = '{"_id":8,  "a/b" : "1.0", "name":"\\u0416", "_id2":1E2}'
    peer.says(raw(odd, count=40))

    page = kobo.page("aForm", after=7)

    assert page == RawPage(rows=(odd.encode(),), count=40, more=True, last_id=8)


def test_a_page_without_rows_is_empty(peer, kobo):
    peer.says(rows_of())

    page = kobo.page("aForm", after=7)

    assert page == RawPage(rows=(), count=0, more=False, last_id=None)


ODD_ROWS = [
    pytest.param("17", id="a number"),
    pytest.param("null", id="null"),
    pytest.param('"text"', id="text"),
    pytest.param("[]", id="a list"),
    pytest.param("{}", id="an object without _id"),
    pytest.param('{"_id": "7"}', id="_id as text"),
    pytest.param('{"_id": 7.5}', id="_id with a fraction"),
    pytest.param('{"_id": true}', id="_id true"),
    pytest.param('{"_id": null}', id="_id null"),
    pytest.param('{"a": "\\ud83d"}', id="half a surrogate pair"),
    pytest.param('{"a": "\\udc00 b"}', id="the other half"),
    pytest.param('{"a": "\\u0000"}', id="NUL"),
    pytest.param('{"a": NaN}', id="not a number"),
    pytest.param('{"a": 1e999}', id="infinite"),
]


@pytest.mark.parametrize("row", ODD_ROWS)
def test_an_odd_row_is_passed_on_and_spoils_no_other(peer, kobo, row):
    peer.says(raw('{"_id": 1}', row, '{"_id": 3}'))

    page = kobo.page("aForm", after=0)

    assert page.last_id == 3
    assert [json.loads(each) for each in (page.rows[0], page.rows[2])] == [{"_id": 1}, {"_id": 3}]
    assert json.dumps(json.loads(page.rows[1])) == json.dumps(json.loads(row))


def test_an_odd_row_still_leads_to_the_next_page(peer, kobo):
    peer.says(raw('{"_id": 5, "a": "\\ud83d"}', count=2), rows_of({"_id": 6}))

    assert [page.last_id for page in kobo.pages("aForm")] == [5, 6]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"count": 1, "next": null, "results": [{"_id": 1}', id="cut short"),
        pytest.param('{"count": 1, "next": null, "results": [{"_id": 1,}]}', id="no JSON"),
        pytest.param('{"count": 1, "next": null}', id="no rows"),
        pytest.param('{"next": null, "results": []}', id="no count"),
        pytest.param('{"next": null, "results": ["\\ud83d"]}', id="no count, and odd"),
        pytest.param('{"count": 1, "next": null, "results": {"_id": 1}}', id="no list"),
        pytest.param('[{"_id": 1}]', id="a bare list"),
        pytest.param('{"count": 1, "results": [' + "[" * 50_000, id="too deep"),
    ],
)
def test_a_page_that_cannot_be_cut_is_a_passing_fault(peer, kobo, body):
    peer.says(Reply(body=body.encode()))

    with pytest.raises(KoboUnavailable) as caught:
        kobo.page("aForm", after=0)

    assert caught.value.code == "unreadable"
    assert len(peer.requests) == 5


def test_pages_follow_each_other_by_the_highest_id(peer, kobo):
    ids = [3, 4, 9, 200, 201]

    def say(received):
        after = json.loads(received.query["query"])["_id"]["$gt"]
        rest = [number for number in ids if number > after]
        rows = [{"_id": number} for number in rest[: int(received.query["limit"])]]
        return rows_of(*rows, count=len(rest), more=len(rest) > len(rows))

    peer.says(say)

    found = [[json.loads(row)["_id"] for row in page.rows] for page in kobo.pages("aForm", limit=2)]

    assert found == [[3, 4], [9, 200], [201]]
    assert len(peer.requests) == 3


def test_no_page_is_given_when_there_are_no_rows(peer, kobo):
    peer.says(rows_of())

    assert list(kobo.pages("aForm")) == []


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"_id": 7}, id="a page that does not lead on"),
        pytest.param({}, id="a page without any id"),
    ],
)
def test_pages_end_with_an_error_rather_than_early_or_never(peer, kobo, row):
    peer.says(rows_of(row, more=True))
    pages = kobo.pages("aForm", after=7)

    next(pages)
    with pytest.raises(CursorStuck):
        next(pages)

    assert len(peer.requests) == 1


def test_pages_already_given_stay_good_when_kobo_goes_away(peer, open_kobo):
    peer.says(rows_of({"_id": 1}, more=True), Reply(503))
    pages = open_kobo(peer.url, attempts=1).pages("aForm")

    assert next(pages).last_id == 1
    with pytest.raises(KoboUnavailable):
        next(pages)


def test_rows_are_fetched_by_id_as_numbers_two_hundred_at_a_time(peer, kobo):
    def say(received):
        wanted = json.loads(received.query["query"])["_id"]["$in"]
        return rows_of(*({"_id": number} for number in wanted))

    peer.says(say)

    rows = kobo.rows_by_id("aForm", [*range(450, 0, -1), 7])

    assert [json.loads(row)["_id"] for row in rows] == list(range(1, 451))
    assert len(peer.requests) == 3


def test_rows_are_fetched_by_root_with_its_prefix(peer, kobo):
    peer.says(rows_of({"_id": 1}))

    rows = kobo.rows_by_root("aForm", ["uuid:b", "a", "b"])

    assert rows == (b'{"_id": 1}',)
    assert json.loads(peer.requests[0].query["query"]) == {
        "meta/rootUuid": {"$in": ["uuid:a", "uuid:b"]}
    }


def test_the_address_of_many_roots_stays_short_enough_for_proxies(peer, kobo):
    peer.says(rows_of())

    kobo.rows_by_root(
        "aForm", [f"{number:08x}-2222-4333-8444-555555555555" for number in range(250)]
    )

    assert len(peer.requests) == 3
    assert max(len(received.target) for received in peer.requests) < 8000


@pytest.mark.parametrize("ask", ["rows_by_id", "rows_by_root"])
def test_nothing_wanted_is_not_asked(peer, kobo, ask):
    assert getattr(kobo, ask)("aForm", []) == ()
    assert peer.connections == 0


def test_rows_by_root_that_do_not_fit_one_page_are_not_cut_off(peer, kobo):
    peer.says(rows_of({"_id": 1}, more=True))

    with pytest.raises(CursorStuck):
        kobo.rows_by_root("aForm", ["a"])


def test_one_row_comes_as_kobo_wrote_it(peer, kobo):
    peer.says(Reply(body=b'{"_id":  41, "a": "\\ud83d"}'))

    assert kobo.row("aForm", 41) == b'{"_id":  41, "a": "\\ud83d"}'
    assert peer.requests[0].target == DATA + "41/"


def test_a_row_that_is_gone_is_not_found(peer, kobo):
    peer.says(answer({"detail": "Not found."}, 404))

    with pytest.raises(RowNotFound):
        kobo.row("aForm", 41)


def test_half_a_row_is_a_passing_fault(peer, kobo):
    peer.says(Reply(body=b'{"_id": 41, "a": "'), Reply(body=b'{"_id": 41}'))

    assert kobo.row("aForm", 41) == b'{"_id": 41}'


@pytest.mark.parametrize(
    "gone", [answer({"detail": "Not found."}, 404), web_page(404)], ids=["JSON", "web page"]
)
def test_data_of_an_asset_that_is_gone_are_not_reachable(peer, kobo, gone):
    peer.says(gone)

    with pytest.raises(NotReachable):
        kobo.page("aForm", after=0)


SWEPT = {
    "_id": 1,
    "_uuid": "new",
    "meta/rootUuid": "uuid:first",
    "_validation_status": {"uid": "validation_status_approved", "label": "Approved"},
    "_attachments": [
        {"uid": "attB", "is_deleted": False},
        {"uid": "attC", "is_deleted": True},
        {"uid": "attA"},
    ],
}


def test_a_sweep_asks_for_what_tells_rows_apart(peer, kobo):
    peer.says(rows_of(SWEPT))

    swept = list(kobo.sweep("aForm"))

    assert swept == [SweptRow(1, "first", "new", "validation_status_approved", ("attA", "attB"))]
    assert json.loads(peer.requests[0].query["fields"]) == [
        "_id",
        "_uuid",
        "_validation_status",
        "_attachments",
    ]


def test_a_sweep_reads_rows_without_status_and_attachments(peer, kobo):
    peer.says(rows_of(SWEPT | {"_validation_status": {}, "_attachments": []}))

    assert list(kobo.sweep("aForm")) == [SweptRow(1, "first", "new", None, ())]


def test_a_sweep_goes_over_all_pages(peer, kobo):
    peer.says(rows_of(SWEPT, more=True), rows_of(SWEPT | {"_id": 2}))

    assert [row.kobo_id for row in kobo.sweep("aForm")] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"_uuid": None}, id="no uuid"),
        pytest.param({"_validation_status": "approved"}, id="an odd status"),
        pytest.param({"_attachments": [{}]}, id="an attachment without uid"),
    ],
)
def test_a_sweep_leaves_no_row_out(peer, kobo, change):
    peer.says(rows_of(SWEPT | change))

    assert list(kobo.sweep("aForm")) == [SweptRow(1, None, None, None, None)]


def test_a_sweep_stops_at_a_row_that_it_cannot_name(peer, kobo):
    peer.says(rows_of({"_uuid": "x"}))

    with pytest.raises(KoboError, match="no `_id`"):
        list(kobo.sweep("aForm"))
