"""A server that differs: the stand-in behind a proxy that changes what a test says."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

HOP = {"connection", "content-length", "transfer-encoding", "content-encoding", "server", "date"}


@dataclass(frozen=True)
class Asked:
    method: str
    url: httpx.URL  # path and query only
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.url.path

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def saying(self, body: Any) -> "Answered":
        return replace(self, body=json.dumps(body).encode())


REFUSED = Answered(400, {"content-type": "application/json"}, b'{"detail": "otherwise"}')
Forward = Callable[[Asked], Answered]
Twist = Callable[[Asked, Forward], Answered]


@contextmanager
def differing(upstream: str, twist: Twist) -> Iterator[str]:
    """The address of a proxy; `twist` answers each request, by forwarding it or otherwise."""
    with httpx.Client(timeout=30) as client:

        def forward(asked: Asked) -> Answered:
            answer = client.request(
                asked.method,
                httpx.URL(upstream).join(asked.url),
                headers={**asked.headers, "accept-encoding": "identity"},
                content=asked.body,
            )
            headers = {k.lower(): v for k, v in answer.headers.items() if k.lower() not in HOP}
            return Answered(answer.status_code, headers, answer.content)

        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(twist, forward))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(twist: Twist, forward: Forward) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # One request a connection: no thread is left waiting for another when the server ends.
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {k.lower(): v for k, v in self.headers.items() if k.lower() not in HOP}
            answered = twist(Asked(self.command, httpx.URL(self.path), headers, body), forward)
            try:
                self.send_response(answered.status)
                for name, value in answered.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answered.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answered.body)
            except ConnectionError:
                return  # whoever asked was interrupted, as some tests want

        def log_message(self, *_: Any) -> None:
            return

    for method in ("GET", "HEAD", "POST", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.answer)
    return Handler
