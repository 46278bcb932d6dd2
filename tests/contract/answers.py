"""An answer, wherever it comes from: a recording, or the stand-in in the same situation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "recordings"
NO_HTTP = "-"  # recordings that are findings rather than answers


@dataclass(frozen=True)
class Answer:
    status: int | str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # parsed JSON, or None
    text: str = ""  # of an answer that is not JSON; "" for HTML pages, which were not kept
    request: Mapping[str, Any] = field(default_factory=dict)  # what led to it, if it matters

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def names() -> list[str]:
    return sorted(str(path.relative_to(FOLDER).with_suffix("")) for path in FOLDER.glob("*/*.json"))


def recording(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def recorded_answer(name: str) -> Answer:
    recorded = recording(name)
    response = recorded["response"]
    if name.startswith("hooks/delivery_") and recorded["request"]["method"] == "POST":
        response = recorded["request"] | {"status": response["status"]}
    text = response.get("body_text", "")
    return Answer(
        status=response["status"],
        headers={key.lower(): value for key, value in response.get("headers", {}).items()},
        body=response.get("body"),
        text="" if text.startswith("(an HTML page") else text,
        request=recorded["request"],
    )
