"""Play a recorded request over again, in a world where the uids are other ones.

What a recording calls by its own names (uids of assets, versions, files) is called by the
live ones once `equate` has been told. Numbers of rows need no such thing: the stand-in uses
numbers up exactly as the real server did.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from demo.kobo.process import KoboProcess
from tests.contract.answers import Answer, recording

OWN = "https://kobo.example.org"
TOKENS = {
    name: hashlib.sha256(name.encode()).hexdigest()[:40]
    for name in ("mtm", "enum1", "enum2", "stranger", "super_admin")
}
PASSWORD = "example-password"
Parts = Mapping[str, bytes]


class Lab:
    def __init__(self, kobo: KoboProcess) -> None:
        self.kobo = kobo
        self.answers: dict[str, Answer] = {}
        self._names = {OWN: kobo.url}
        self._names |= {
            f"TOKEN-OF-{name.upper().replace('_', '-')}": token for name, token in TOKENS.items()
        }
        self._client = httpx.Client(
            timeout=30,
            headers={"User-Agent": "python-requests/2.34", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        self._client.close()

    def equate(self, recorded: str, live: str) -> None:
        self._names[recorded] = live

    def live(self, text: str) -> str:
        """The text with every recorded name replaced by the live one."""
        for recorded in sorted(self._names, key=len, reverse=True):
            text = text.replace(recorded, self._names[recorded])
        return text

    def play(
        self,
        name: str,
        *,
        user: str = "mtm",
        password: str = PASSWORD,
        parts: Parts | None = None,
        accept: str = "*/*",
        change: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send the request of this recording; the answer is kept under its name.

        `parts` are the bytes of parts that the recording only counts, `user` whoever signs in
        by password, `accept` a header that was not recorded, `change` texts of the request to
        be replaced.
        """
        text = json.dumps(recording(name)["request"], ensure_ascii=False)
        for old, new in (change or {}).items():
            text = text.replace(old, new)
        told = json.loads(self.live(text))
        headers = {k: v for k, v in told.get("headers", {}).items() if k != "Content-Type"}
        headers["Accept"] = accept
        credentials = None
        if headers.get("Authorization", "").startswith("Basic"):
            del headers["Authorization"]
            credentials = (user, password)
        content = _content(told, parts or {})
        if "content" in content:
            headers["Content-Type"] = told["headers"]["Content-Type"]
        answer = self._client.request(
            told["method"], told["url"], headers=headers, auth=credentials, **content
        )
        self.answers[name] = _answer(answer, told)
        return self.answers[name]

    def told(self) -> dict[str, Answer]:
        """The answers in the recordings' own words, every live name replaced by the recorded."""
        return {name: self._as_recorded(answer) for name, answer in self.answers.items()}

    def _as_recorded(self, answer: Answer) -> Answer:
        def words(value: Any) -> Any:
            text = json.dumps(value, ensure_ascii=False)
            for recorded, live in self._names.items():
                text = text.replace(live, recorded)
            return json.loads(text)

        return replace(
            answer,
            headers=words(dict(answer.headers)),
            body=words(answer.body),
            text=words(answer.text),
            request=words(dict(answer.request)),
        )

    def ask(
        self, method: str, path: str, *, who: str = "mtm", body: Any = None, **more: Any
    ) -> httpx.Response:
        """A request of our own, for what the recordings do not show."""
        if who:
            more["headers"] = {"Authorization": f"Token {TOKENS[who]}"} | more.get("headers", {})
        if body is not None:
            more["json"] = body
        return self._client.request(method, self.kobo.url + path, **more)


def some_bytes(name: str, length: int) -> bytes:
    """Bytes that stand for a file, always the same for its name."""
    block = hashlib.sha256(name.encode()).digest()
    return (block * (length // len(block) + 1))[:length]


def _content(told: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    body = told.get("body")
    kind = told.get("headers", {}).get("Content-Type", "")
    if body is None:
        return {}
    if kind.startswith("multipart/"):
        files = [
            (name, (part["filename"], _bytes(name, part, parts), part["content_type"]))
            for name, part in body["multipart"].items()
        ]
        return {"files": files, "data": body["fields"] or {}}
    if kind == "application/x-www-form-urlencoded":
        return {"data": body}
    if isinstance(body, str):
        return {"content": body.encode()}
    return {"json": body}


def _bytes(name: str, part: Mapping[str, str], parts: Parts) -> bytes:
    if name in parts:
        return parts[name]
    content = part["content"]
    if content.startswith("(") and content.endswith(" bytes)"):
        return some_bytes(part["filename"], int(content[1:].split()[0]))
    return content.encode()


def _answer(answer: httpx.Response, told: Mapping[str, Any]) -> Answer:
    headers = {key.lower(): value for key, value in answer.headers.items()}
    kind = headers.get("content-type", "").partition(";")[0]
    body = answer.json() if kind == "application/json" and answer.content else None
    text = answer.text if "xml" in kind or kind in {"text/plain", "text/csv"} else ""
    return Answer(answer.status_code, headers, body, text, told)
