"""`format=geojson`: one feature for each row, repeats and positions left out of its properties."""

from typing import Any

from werkzeug.wrappers import Response

from demo.kobo.answers import json_answer
from demo.kobo.call import Call
from demo.kobo.rows import answers_in, decoded_row
from demo.kobo.shapes import shape_of_asset
from demo.kobo.store import Row


def feature_collection(call: Call, asset: Row, rows: list[bytes]) -> Response:
    positions = shape_of_asset(call.store, asset["uid"], asset["deployed_at"]).positions
    features = [
        _feature(place, answers_in(decoded_row(row)), positions)
        for place, row in enumerate(rows, start=1)
    ]
    answer = json_answer({"type": "FeatureCollection", "name": asset["name"], "features": features})
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    return answer


def _feature(place: int, answers: dict[str, Any], positions: tuple[str, ...]) -> dict[str, Any]:
    properties = {
        path: value
        for path, value in answers.items()
        if isinstance(value, str)
        and path not in positions
        and path not in {"formhub/uuid", "__version__"}
        and not path.startswith("meta/")
    }
    return {
        "type": "Feature",
        "geometry": _geometry(answers, positions),
        "properties": properties | {"_index": place},
    }


def _geometry(answers: dict[str, Any], positions: tuple[str, ...]) -> dict[str, Any] | None:
    for path in positions:
        parts = str(answers.get(path, "")).split()
        if len(parts) >= 2:
            latitude, longitude, *rest = map(float, parts)
            return {"type": "Point", "coordinates": [longitude, latitude, *rest[:1]]}
    return None
