"""What every row of `/data/` is like, wherever it was read."""

import re
from typing import Any

from tests.contract.answers import Answer

SERVER_FIELDS = {
    "_id": int,
    "_xform_id_string": str,
    "_uuid": str,
    "meta/rootUuid": str,
    "_attachments": list,
    "_status": str,
    "_geolocation": list,
    "_submission_time": str,
    "_validation_status": dict,
    "_submitted_by": str | None,
}
_NAIVE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


def rows_in(answer: Answer) -> list[dict[str, Any]]:
    return answer.body.get("results", [answer.body])


def answers_of(row: dict[str, Any]) -> dict[str, Any]:
    return {path: value for path, value in row.items() if path not in SERVER_FIELDS}


def assert_is_row(row: dict[str, Any]) -> None:
    for name, kind in SERVER_FIELDS.items():
        assert isinstance(row[name], kind), name
    assert row["_status"] == "submitted_via_web"
    assert row["meta/rootUuid"].startswith("uuid:")
    assert row["meta/instanceID"] == f"uuid:{row['_uuid']}"
    assert len(row["_geolocation"]) == 2
    assert _NAIVE_SECONDS.fullmatch(row["_submission_time"])
    _assert_answers(answers_of(row), "")


def _assert_answers(answers: dict[str, Any], above: str) -> None:
    for path, value in answers.items():
        assert path.startswith(above), path
        if isinstance(value, list):
            assert value, path
            for entry in value:
                _assert_answers(entry, f"{path}/")
        else:
            assert isinstance(value, str), path
            assert value, path
