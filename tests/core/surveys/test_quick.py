"""The quick way of reading a row gives what the plain way gives, or gives way to it."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.core.anonymise import anonymise, encode
from surveys.core.payload import read_head, read_payload
from surveys.core.quick import QuickReader
from tests.core.surveys.plans import ANSWERS, KEY, plan

READER = QuickReader(plan(repeats=False), "v1", key=KEY)
ROW = {
    "_id": 7,
    "_uuid": "example",
    "meta/rootUuid": "uuid:example-root",
    "meta/instanceID": "uuid:example",
    "__version__": "v1",
    "_validation_status": {},
    "_attachments": [],
    "_geolocation": [None, None],
    "_submission_time": "2026-09-01T06:00:00",
    "_submitted_by": None,
    "consent": "yes",
}


def quick(**changes):
    row = {key: value for key, value in (ROW | changes).items() if value is not ...}
    return READER.read(msgspec.json.encode(row))


@given(ANSWERS, st.randoms())
def test_both_ways_agree(answers, random):
    items = list((ROW | answers | {"consent": "yes"}).items())
    random.shuffle(items)
    raw = json.dumps(dict(items)).encode()

    row = READER.read(raw)

    head = read_head(raw)
    payload = read_payload(raw, head)
    parted = anonymise(payload.row, plan(repeats=False), key=KEY)
    if any("\0" in str(answer) for answer in parted.answers.values()):
        assert row is None
        return
    assert row is not None
    assert row.head == head
    assert json.loads(row.answers) == json.loads(encode(parted.answers))
    assert row.parted.sealed == parted.sealed
    assert sorted(row.parted.tokens) == sorted(parted.tokens)
    assert row.parted.facts == parted.facts
    assert (row.place_code or None) == (answers.get("place") or None)
    assert row.submission_time == payload.submission_time
    assert row.submitted_by == payload.submitted_by


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"unheard": "of"}, id="unknown question"),
        pytest.param({"who/age": 7}, id="a number"),
        pytest.param({"consent": "no"}, id="refused"),
        pytest.param({"consent": ...}, id="consent not answered"),
        pytest.param({"__version__": "v2"}, id="another version"),
        pytest.param({"__version__": ...}, id="no version"),
        pytest.param({"_id": 0}, id="number is nought"),
        pytest.param({"_id": -7}, id="negative number"),
        pytest.param({"_id": "7"}, id="number is text"),
        pytest.param({"_id": ...}, id="no number"),
        pytest.param({"_uuid": ...}, id="no uuid"),
        pytest.param({"_uuid": "uuid:"}, id="empty uuid"),
        pytest.param({"meta/rootUuid": ...}, id="no root"),
        pytest.param({"meta/rootUuid": "x" * 300}, id="long root"),
        pytest.param({"who/age": "a\0b"}, id="NUL"),
    ],
)
def test_what_does_not_fit_is_left_to_the_plain_way(changes):
    assert quick(**changes) is None


def test_what_is_not_json_is_left_to_the_plain_way():
    assert READER.read(b'{"_id": ') is None
    assert READER.read(b'{"consent": "\xff"}') is None


def test_status_and_attachments_are_read():
    status = {"uid": "validation_status_approved", "by_whom": "someone"}
    photos = [{"uid": "attB"}, {"uid": "attA"}, {"uid": "attC", "is_deleted": True}]

    row = quick(_validation_status=status, _attachments=photos)

    assert row.head.status_uid == "validation_status_approved"
    assert row.head.attachment_uids == ("attA", "attB")


def test_a_plan_without_a_place_finds_none():
    without = plan(repeats=False)
    reader = QuickReader(
        type(without)(without.rules, without.repeats, "consent", without.given), "v1", key=KEY
    )

    assert reader.read(msgspec.json.encode(ROW)).place_code is None
