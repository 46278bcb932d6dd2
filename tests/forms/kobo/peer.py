"""A small HTTP server on 127.0.0.1 that misbehaves on request, over real sockets."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Received:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """An answer; `length` may lie, and `then` says what follows the body.

    `then`: keep, close, reset (the connection), stall (say nothing more), drip (send spaces, one
    every 20 ms, for ever), or drip headers (the same before the body).
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    length: int | None = None
    then: str = "keep"


def answer(content: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, json.dumps(content).encode(), named)


def web_page(status: int = 200) -> Reply:
    return Reply(status, b"<!DOCTYPE html><title>Oops</title>", kind="text/html; charset=utf-8")


def rows_of(*rows: Any, count: int | None = None, more: bool = False) -> Reply:
    return answer(
        {
            "count": len(rows) if count is None else count,
            "next": "http://192.0.2.1/elsewhere" if more else None,
            "previous": None,
            "results": list(rows),
        }
    )


class Peer(ThreadingHTTPServer):
    """Answers with what `script` holds, in order; the last one for ever. Counts connections."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Reply | Callable[[Received], Reply]] = [answer({})]
        self.requests: list[Received] = []
        self.connections = 0
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def says(self, *script: Reply | Callable[[Received], Reply]) -> None:
        self.script = list(script)

    def next_reply(self, received: Received) -> Reply:
        self.requests.append(received)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return step if isinstance(step, Reply) else step(received)

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted = super().get_request()
        self.connections += 1
        return accepted

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients go away in the middle here; that is what the tests are about."""


class SecurePeer(Peer):
    """The same behind TLS."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__()
        self.tls = tls

    def get_request(self) -> tuple[socket.socket, Any]:
        plain, address = super().get_request()
        plain.settimeout(5)
        try:
            return self.tls.wrap_socket(plain, server_side=True), address
        except OSError:
            plain.close()
            raise


@contextmanager
def serving(peer: Peer) -> Iterator[Peer]:
    thread = threading.Thread(target=peer.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield peer
    finally:
        peer.released.set()
        peer.shutdown()
        thread.join()
        peer.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Peer

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.next_reply(Received(self.command, self.path, headers, body))
        if reply.then == "stall" and not reply.body:
            self.server.released.wait(10)
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        headers = {"Content-Type": reply.kind, "Content-Length": str(self._length(reply))}
        for name, value in (headers | reply.headers).items():
            self.send_header(name, value)
        if reply.then == "drip headers":
            self.flush_headers()
            self._drip(b"X-More: x\r\n")
            return
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()
        self._go_on(reply.then)

    def _length(self, reply: Reply) -> int:
        return len(reply.body) if reply.length is None else reply.length

    def _go_on(self, then: str) -> None:
        match then:
            case "close":
                self.close_connection = True
            case "reset":
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                self.close_connection = True
            case "stall":
                self.server.released.wait(10)
                self.close_connection = True
            case "drip":
                self._drip(b" ")

    def _drip(self, drop: bytes) -> None:
        while not self.server.released.wait(0.02):
            self.wfile.write(drop)

    def log_message(self, *said: Any) -> None:
        """Say nothing."""


for method in ("GET", "POST", "PATCH", "DELETE"):
    setattr(_Handler, f"do_{method}", _Handler.answer)
