"""A receiver of hooks that listens while the probe runs and remembers what reached it.

KoBo reaches it under an address that only the operator knows (a tunnel, a host name); where it
listens may be another one. Its paths start with a secret of this run, and it takes nothing else.
"""

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_MAX_BYTES = 2**20
SILENCE_S = 30.0


class CannotListen(Exception):
    """The place to listen at is taken, or not ours."""


@dataclass(frozen=True, slots=True)
class Delivery:
    path: str  # below the secret
    headers: Mapping[str, str]  # with small names
    body: bytes


@dataclass(eq=False)
class Receiver:
    """`url` is how KoBo reaches it. What is posted to `address(503)` is answered 503."""

    url: str
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    deliveries: list[Delivery] = field(default_factory=list)

    def address(self, status: int) -> str:
        return f"{self.url.rstrip('/')}/{self.secret}/{status}"

    def at(self, status: int) -> list[Delivery]:
        return [found for found in self.deliveries if found.path == str(status)]

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        """Remember a delivery; return the status that its path asks for."""
        _, found, below = path.partition(f"/{self.secret}/")
        if not found or below not in {"200", "500", "502", "503", "504"}:
            return 404
        self.deliveries.append(Delivery(below, headers, body))
        return int(below)


@contextmanager
def listening(url: str, host: str, port: int) -> Iterator[Receiver]:
    """Listen for the length of the block. Raises CannotListen."""
    receiver = Receiver(url)
    try:
        server = ThreadingHTTPServer((host, port), _handler(receiver))
    except (OSError, OverflowError) as error:
        raise CannotListen(f"{host}, port {port}") from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = SILENCE_S

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > BODY_MAX_BYTES:
                self._answer(413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            self._answer(receiver.take(self.path, headers, self.rfile.read(int(length))))

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Keep silent: paths hold the secret."""

    return Handler
