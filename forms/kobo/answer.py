"""What KoBo answered, read with suspicion.

A 200 may be a web page (a login form, a proxy's apology) and JSON may end in the middle: both mean
*ask again*. A refusal is told by its status alone; texts follow the language of the account.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from forms.kobo.errors import (
    BadRequest,
    Forbidden,
    KoboError,
    KoboUnavailable,
    NotReachable,
    TokenRefused,
)

T = TypeVar("T")

FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,63}")
MESSAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and unpacked body; `path` is the path asked for, without its query."""

    status: int
    media_type: str
    body: bytes
    path: str

    @property
    def is_web_page(self) -> bool:
        return "html" in self.media_type

    def unavailable(self, code: str, words: str) -> KoboUnavailable:
        return KoboUnavailable(words, code=code, status=self.status, path=self.path)


Reader = Callable[[Answer], T]


def json_of(shape: type[T], *, missing: type[KoboError] = NotReachable) -> Reader[T]:
    """Return a reader of JSON of this shape; `missing` is what a 404 is called."""
    decoder = msgspec.json.Decoder(shape)

    def read(answer: Answer) -> T:
        accept(answer, missing=missing)
        try:
            return decoder.decode(answer.body)
        except (msgspec.DecodeError, RecursionError):
            raise unreadable(answer) from None

    return read


def no_content(*, missing: type[KoboError] = NotReachable) -> Reader[None]:
    """Return a reader of an answer that has nothing to say but that it is done."""

    def read(answer: Answer) -> None:
        accept(answer, missing=missing)

    return read


def accept(answer: Answer, *, missing: type[KoboError] = NotReachable) -> None:
    """Let a success pass that is no web page; raise what anything else means."""
    if not 200 <= answer.status < 300:
        raise _refusal(answer, missing)
    if answer.is_web_page:
        raise answer.unavailable("web_page", "KoBo answered with a web page instead of data.")


def unreadable(answer: Answer) -> KoboUnavailable:
    return answer.unavailable("unreadable", "KoBo's answer cannot be read, or its end is missing.")


def short_texts(content: Any) -> tuple[str, ...]:
    """Return the texts anywhere in a JSON value about a *form*, each on one line and shortened."""
    return tuple(" ".join(text.split())[:MESSAGE_MAX] for text in _texts(content))


def _refusal(answer: Answer, missing: type[KoboError]) -> KoboError:
    status, path = answer.status, answer.path
    match status:
        case 400:
            return BadRequest(status=status, path=path, fields=_field_names(answer.body))
        case 401:
            return TokenRefused(status=status, path=path)
        case 403:
            return Forbidden(status=status, path=path)
        case 404:
            return missing(status=status, path=path)
        case _:
            return KoboError(status=status, path=path)


def _field_names(body: bytes) -> tuple[str, ...]:
    content = lenient_json(body)
    names = content if isinstance(content, dict) else ()
    return tuple(sorted(name for name in names if FIELD_NAME.fullmatch(name)))


def lenient_json(body: bytes) -> Any:
    """Return the JSON in the body of a refusal; None if it is none, as from a proxy."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _texts(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            yield from _texts(part)
    elif isinstance(content, dict):
        for part in content.values():
            yield from _texts(part)
