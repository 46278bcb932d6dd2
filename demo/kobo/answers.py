"""What goes back over the wire: JSON, XML or an HTML page, and the two ways to refuse."""

from collections.abc import Mapping
from typing import Any

import msgspec
from werkzeug.wrappers import Response

_PAGE = """<!doctype html>
<html lang="en"><head><title>{title}</title></head>
<body>{body}</body></html>
"""
_TITLES = {
    404: "Page not found",
    500: "Server error",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
}


class Refusal(Exception):
    """The request is answered with this status and this JSON body."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


class Crash(Exception):
    """The request is answered with an HTML page, as a server that failed would."""

    def __init__(self, status: int = 500) -> None:
        super().__init__(status)
        self.status = status


def not_found(detail: str = "Not found.") -> Refusal:
    return Refusal(404, {"detail": detail})


def forbidden() -> Refusal:
    return Refusal(403, {"detail": "You do not have permission to perform this action."})


def unauthenticated(detail: str = "Authentication credentials were not provided.") -> Refusal:
    return Refusal(401, {"detail": detail}, {"WWW-Authenticate": "Session"})


def invalid(body: Any) -> Refusal:
    return Refusal(400, body)


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return raw_json(msgspec.json.encode(body), status, headers)


def raw_json(
    encoded: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(encoded, status, headers, content_type="application/json")


def empty(status: int = 204) -> Response:
    response = Response(b"", status)
    del response.headers["Content-Type"]
    return response


def xml_answer(
    text: str | bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(text, status, headers, content_type="text/xml; charset=utf-8")


def html_page(status: int, headers: Mapping[str, str] | None = None) -> Response:
    title = _TITLES.get(status, "Sign in")
    page = _PAGE.format(title=title, body=f"<h1>{title}</h1>")
    return Response(page, status, headers, content_type="text/html; charset=utf-8")
