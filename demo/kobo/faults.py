"""Faults on demand: what proxies, networks and passing time do to a client, when a test says so.

A fault is bound to requests by a piece of their path and lasts a number of times. The first
that fits is taken. None of them changes what the store holds, except those that run a deed
between two pages.
"""

import errno
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
from werkzeug.wrappers import Request, Response

from demo.kobo.answers import html_page, json_answer


class Kind(StrEnum):
    TOO_MANY = "429"  # with `Retry-After` if `retry_after` is given
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    STALL = "stall"  # `seconds` before the answer
    RESET = "reset"  # the connection breaks in the middle of the body
    TRUNCATED = "truncated"  # half of the JSON, with an honest Content-Length
    HTML = "html"  # 200 and a page, as a captive portal answers
    EXPIRED = "expired"  # 401, as if the token were gone
    COUNT = "count"  # `count` of a page is wrong by `by`
    DELETE_AFTER_PAGE = "delete_after_page"  # rows `ids` go once the page is sent
    EDIT_AFTER_PAGE = "edit_after_page"  # rows `ids` get the answers `data`


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As it is posted. `match` is a part of the path, `method` one method or any."""

    match: str
    kind: Kind
    method: str = ""
    times: int = 1
    skip: int = 0  # fitting requests that pass before it begins
    retry_after: float | None = None
    seconds: float = 0.0
    by: int = 0
    ids: tuple[int, ...] = ()
    data: dict[str, str] = {}


@dataclass(slots=True)
class _Armed:
    fault: Fault
    skip: int
    left: int


@dataclass(slots=True)
class Faults:
    _armed: list[_Armed] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, fault: Fault) -> None:
        with self._lock:
            self._armed.append(_Armed(fault, fault.skip, fault.times))

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def left(self) -> int:
        """How many times faults are still to strike."""
        with self._lock:
            return sum(armed.left for armed in self._armed)

    def take(self, request: Request) -> Fault | None:
        with self._lock:
            for armed in self._armed:
                if not _fits(armed.fault, request):
                    continue
                if armed.skip > 0:
                    armed.skip -= 1
                    continue
                armed.left -= 1
                if armed.left <= 0:
                    self._armed.remove(armed)
                return armed.fault
        return None


def _fits(fault: Fault, request: Request) -> bool:
    return fault.match in request.path and fault.method in {"", request.method}


def instead(fault: Fault) -> Response | None:
    """The answer that comes in place of the right one; None if the request goes through."""
    match fault.kind:
        case Kind.TOO_MANY:
            after = fault.retry_after
            headers = {} if after is None else {"Retry-After": f"{after:g}"}
            return json_answer({"detail": "Request was throttled."}, 429, headers)
        case Kind.BAD_GATEWAY | Kind.UNAVAILABLE | Kind.GATEWAY_TIMEOUT:
            return html_page(int(fault.kind))
        case Kind.HTML:
            return html_page(200)
        case Kind.EXPIRED:
            return json_answer({"detail": "Invalid token."}, 401, {"WWW-Authenticate": "Session"})
        case _:
            return None


def spoilt(fault: Fault, answer: Response) -> Response:
    """The right answer, damaged on its way."""
    match fault.kind:
        case Kind.TRUNCATED:
            answer.set_data(answer.get_data()[: len(answer.get_data()) // 2])
        case Kind.RESET:
            return _broken_off(answer)
        case Kind.COUNT:
            page: dict[str, Any] = msgspec.json.decode(answer.get_data())
            answer.set_data(msgspec.json.encode(page | {"count": page["count"] + fault.by}))
        case _:
            pass
    return answer


class ConnectionBroken(ConnectionResetError):
    """Raised in the middle of a body, so that the server closes the connection."""


def _broken_off(answer: Response) -> Response:
    """Promises the whole body and breaks off half-way."""
    whole = answer.get_data()

    def half() -> Any:
        yield whole[: len(whole) // 2]
        raise ConnectionBroken(errno.ECONNRESET, "as a test asked for")

    broken = Response(half(), answer.status_code, answer.headers, direct_passthrough=True)
    broken.headers["Content-Length"] = str(len(whole))
    return broken


Deed = Callable[[Fault], None]


def interrupted(
    faults: Faults, request: Request, answer: Callable[[Request], Response], deed: Deed
) -> Response:
    """Answer the request with whatever fault is due; `deed` does what a fault does to rows."""
    fault = faults.take(request)
    if fault is None:
        return answer(request)
    time.sleep(fault.seconds)
    right = instead(fault) or spoilt(fault, answer(request))
    if fault.kind in {Kind.DELETE_AFTER_PAGE, Kind.EDIT_AFTER_PAGE}:
        deed(fault)
    return right
