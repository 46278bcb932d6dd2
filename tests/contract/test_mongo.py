"""Queries asked of one row, and the law that SQL answers as the row itself would."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.kobo.data_query import DataQuery
from demo.kobo.data_rows import find_rows
from demo.kobo.mongo import NotAQuery, UnsuitableOperand, matches, prepared
from demo.kobo.mongo_sql import NotInSql, sql_of
from demo.kobo.store import Store
from demo.kobo.submissions import insert_row

ROW = {
    "_id": 7,
    "age": "45",
    "place": "P001",
    "reasons": "family work_end",
    "member": [{"member/name": "A"}, {"member/name": "B"}],
    "_attachments": [{"uid": "att1"}],
    "_validation_status": {"uid": "validation_status_approved"},
    "_submitted_by": None,
}

FOUND = [
    {},
    {"place": "P001"},
    {"_id": 7},
    {"_id": "7"},
    {"_id": {"$gt": 6}},
    {"_id": {"$gte": 7, "$lt": 8}},
    {"age": {"$gt": "44"}},
    {"age": {"$lt": "9"}},
    {"place": {"$ne": "P002"}},
    {"absent": {"$ne": "x"}},
    {"absent": {"$exists": False}},
    {"absent": None},
    {"_submitted_by": None},
    {"place": {"$in": ["P001", "P002"]}},
    {"place": {"$nin": ["P002"]}},
    {"place": {"$not": {"$regex": "^Q"}}},
    {"place": {"$regex": "^p0", "$options": "i"}},
    {"$and": [{"place": "P001"}, {"age": "45"}]},
    {"$or": [{"place": "P002"}, {"age": "45"}]},
    {"_validation_status.uid": "validation_status_approved"},
    {"member": {"$elemMatch": {"member/name": "B"}}},
    {"place": {"$all": ["P001"]}},
]
MISSED = [
    {"place": "P002"},
    {"_id": {"$gt": "6"}},
    {"_id": {"$in": ["7"]}},
    {"age": 45},
    {"age": {"$gt": 18}},
    {"age": {"$gt": "9"}},
    {"absent": {"$gt": ""}},
    {"absent": {"$in": ["x"]}},
    {"place": {"$type": "string"}},
    {"$where": "1==1"},
    {"member.0.member/name": "A"},
    {"member.member/name": "A"},
    {"_attachments.uid": "att1"},
    {"place": {"$exists": False}},
    {"$or": [{"place": "P002"}, {"$where": "1"}]},
    {"place": {"$all": []}},
]


@pytest.mark.parametrize("query", FOUND, ids=json.dumps)
def test_a_query_finds_the_row_checklist_3(query: dict[str, Any]) -> None:
    assert matches(prepared(query), ROW)


@pytest.mark.parametrize("query", MISSED, ids=json.dumps)
def test_a_query_misses_the_row_checklist_3(query: dict[str, Any]) -> None:
    assert not matches(prepared(query), ROW)


@pytest.mark.parametrize(
    "query",
    [
        {"place": {"$in": "P001"}},
        {"place": {"$all": "P001"}},
        {"place": {"$not": "P001"}},
        {"place": {"$regex": "("}},
        {"place": {"$regex": "a", "$options": "?"}},
        {"$or": {}},
        {"$and": []},
    ],
    ids=json.dumps,
)
def test_an_operand_that_does_not_suit_is_told(query: dict[str, Any]) -> None:
    with pytest.raises(UnsuitableOperand):
        prepared(query)


@pytest.mark.parametrize("query", [[1, 2], "text", 1, None])
def test_what_is_no_object_is_no_query(query: Any) -> None:
    with pytest.raises(NotAQuery):
        prepared(query)


uuids = st.sampled_from(["a", "b", "c"])
times = st.sampled_from([f"2026-09-0{day}T00:00:00" for day in range(1, 5)])
rows = st.lists(st.tuples(uuids, uuids, times), max_size=6)
ids = st.integers(0, 8)
comparisons = st.sampled_from(["$gt", "$gte", "$lt", "$lte", "$ne"])
conditions = st.one_of(
    st.builds(lambda value: {"_id": value}, ids | st.just("3") | st.just("x")),
    st.builds(lambda op, value: {"_id": {op: value}}, comparisons, ids | st.just("3")),
    st.builds(lambda op, vs: {"_id": {op: vs}}, st.sampled_from(["$in", "$nin"]), st.lists(ids)),
    st.builds(lambda value: {"_uuid": value}, uuids),
    st.builds(lambda op, value: {"_submission_time": {op: value}}, comparisons, times),
    st.builds(lambda value: {"meta/rootUuid": value}, uuids.map("uuid:{}".format) | uuids),
    st.builds(
        lambda op, vs: {"meta/rootUuid": {op: [f"uuid:{v}" for v in vs]}},
        st.sampled_from(["$in", "$nin"]),
        st.lists(uuids),
    ),
)
queries = st.recursive(
    conditions,
    lambda inner: st.builds(
        lambda word, parts: {word: parts},
        st.sampled_from(["$and", "$or"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=4,
)


def in_the_store(store: Store, made: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    store.execute("DELETE FROM submissions")
    filled = [
        {
            "_id": number,
            "_uuid": uuid,
            "meta/rootUuid": f"uuid:{root}",
            "_submission_time": time,
            "_validation_status": {},
            "_submitted_by": None,
        }
        for number, (uuid, root, time) in enumerate(made, start=1)
    ]
    for row in filled:
        insert_row(store, "a", row, "2026-09-01")
    return filled


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("mongo") / "kobo.sqlite3")


@given(made=rows, query=queries)
@settings(deadline=None)
def test_the_store_answers_as_the_rows_would(
    store: Store, made: list[tuple[str, str, str]], query: dict[str, Any]
) -> None:
    filled = in_the_store(store, made)
    ready = prepared(query)

    found = find_rows(store, "a", DataQuery(0, 1000, ready, {"_id": 1}, None), [])

    right = [row["_id"] for row in filled if matches(ready, row)]
    assert [json.loads(row)["_id"] for row in found.rows] == right
    assert found.count == len(right)


def test_the_keyset_of_a_pull_is_answered_by_the_store_alone() -> None:
    assert sql_of({"_id": {"$gt": 7}}) == ("(id > ?)", (7,))


def test_an_answer_cannot_be_asked_of_the_store() -> None:
    with pytest.raises(NotInSql):
        sql_of({"place": "P001"})


@given(made=rows, start=st.integers(0, 3), limit=st.integers(1, 3), falling=st.booleans())
@settings(deadline=None)
def test_a_window_of_the_store_is_a_window_of_the_rows(
    store: Store, made: list[tuple[str, str, str]], start: int, limit: int, *, falling: bool
) -> None:
    filled = in_the_store(store, made)
    sort = {"_submission_time": -1 if falling else 1}

    found = find_rows(store, "a", DataQuery(start, limit, {}, sort, None), [])

    ordered = sorted(filled, key=lambda row: row["_submission_time"], reverse=falling)
    assert [json.loads(row)["_id"] for row in found.rows] == [
        row["_id"] for row in ordered[start : start + limit]
    ]


def test_the_store_is_one_file(tmp_path: Path) -> None:
    Store(tmp_path / "kobo.sqlite3").execute("INSERT INTO numbers VALUES ('x', 1)")

    assert Store(tmp_path / "kobo.sqlite3").next_number("x") == 2
