"""A row's identity, and the ways in which it can be missing."""

import json
from datetime import UTC, datetime

import pytest

from surveys.core.payload import (
    MalformedPayload,
    NoIdentity,
    read_head,
    read_payload,
    read_receipt_time,
)

ROW = {"_id": 7, "_uuid": "b", "meta/rootUuid": "uuid:a", "__version__": "v1"}


def head(**changes):
    row = {key: value for key, value in (ROW | changes).items() if value is not ...}
    return read_head(json.dumps(row).encode())


def test_identifiers_lose_their_prefix():
    assert (head().kobo_id, head().root_uuid, head().instance_id) == (7, "a", "b")


def test_old_data_without_a_root_is_its_own_root_unless_it_was_edited():
    old = {"meta/rootUuid": ...}
    assert head(**old).root_uuid == "b"

    with pytest.raises(NoIdentity):
        head(**old, **{"meta/deprecatedID": "uuid:a"})


def test_a_root_in_conflict_is_a_root():
    assert head(**{"meta/rootUuid": "uuid:CONFLICT-a"}).root_uuid == "CONFLICT-a"


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        pytest.param({"_id": 0}, None, id="nought"),
        pytest.param({"_id": -1}, None, id="negative"),
        pytest.param({"_uuid": ...}, 7, id="no uuid"),
        pytest.param({"_uuid": "x" * 250}, 7, id="long"),
        pytest.param({"meta/rootUuid": "a\0"}, 7, id="NUL"),
    ],
)
def test_a_row_without_identity_is_refused_by_its_number(changes, number):
    with pytest.raises(NoIdentity) as refused:
        head(**changes)

    assert refused.value.kobo_id == number


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (b"[]", None),
        (b'{"_id": "7"}', None),
        (b'{"_id": 7, "_uuid": {}}', 7),
        (b'{"_id": -7, "_uuid": {}}', None),
        (b'{"_id": 7', None),
        (b'{"_id": 7, "x": "\xff"}', None),
    ],
)
def test_what_is_no_submission_is_refused_with_its_number_where_it_has_one(raw, number):
    with pytest.raises(MalformedPayload) as refused:
        read_head(raw) if b"\xff" not in raw else read_payload(raw, head())

    assert refused.value.kobo_id == (number if b"\xff" not in raw else 7)


@pytest.mark.parametrize("status", [None, {}, "approved", {"uid": 7}, []])
def test_an_odd_status_is_none(status):
    assert head(_validation_status=status).status_uid == ""


def test_an_encrypted_submission_is_recognised():
    raw = json.dumps(ROW | {"base64EncryptedKey": "x"}).encode()

    assert read_payload(raw, read_head(raw)).is_encrypted


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-01T06:00:00", datetime(2026, 9, 1, 6, tzinfo=UTC)),
        ("2026-09-01T12:00:00+06:00", datetime(2026, 9, 1, 6, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("10000-01-01T00:00:00", None),
    ],
)
def test_the_time_of_receipt_is_utc(text, moment):
    assert read_receipt_time(text) == moment


def test_an_odd_time_or_account_is_none():
    raw = json.dumps(ROW | {"_submission_time": 7, "_submitted_by": 7}).encode()

    payload = read_payload(raw, read_head(raw))

    assert (payload.submission_time, payload.submitted_by) == ("", "")
