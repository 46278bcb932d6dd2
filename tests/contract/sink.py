"""A receiver of hooks on 127.0.0.1 that answers as its address says and keeps what it got."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.contract.answers import Answer


@dataclass(frozen=True)
class Delivery:
    path: str
    hook: str  # the uid of the hook, from the User-Agent
    status: int  # what the receiver answered
    headers: dict[str, str]
    content: bytes

    def as_answer(self) -> Answer:
        """What was sent, told as an answer: the headers and the body are the sender's."""
        is_json = self.headers.get("content-type") == "application/json"
        return Answer(
            self.status,
            self.headers,
            json.loads(self.content) if is_json else None,
            "" if is_json else self.content.decode(),
        )


class Sink:
    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.url = ""

    def at(self, path: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.path == path]

    def of(self, hook: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.hook == hook]

    def await_count(self, count: int, *, hooks: set[str]) -> int:
        """How many deliveries these hooks made, once it is `count` or after five seconds."""
        for _ in range(500):
            if (made := self._made(hooks)) >= count:
                break
            time.sleep(0.01)
        return made

    def _made(self, hooks: set[str]) -> int:
        return sum(delivery.hook in hooks for delivery in self.deliveries)

    def take(self, path: str, headers: dict[str, str], content: bytes) -> int:
        with self._lock:
            hook = headers.get("user-agent", "").rpartition("#")[2]
            status = self._status(path)
            self._seen[path] += 1
            self.deliveries.append(Delivery(path, hook, status, headers, content))
        return status

    def _status(self, path: str) -> int:
        """`/hook/503` answers 503; `/hook/flaky/2/x` 503 twice and then 200; `slow` waits."""
        parts = path.strip("/").split("/")
        if parts[1] == "flaky":
            return 503 if self._seen[path] < int(parts[2]) else 200
        return 200 if parts[1] == "slow" else int(parts[1])


@contextmanager
def receiving() -> Iterator[Sink]:
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {key.lower(): value for key, value in self.headers.items()}
            status = sink.take(self.path, headers, content)
            if self.path.startswith("/hook/slow"):
                time.sleep(0.5)
            self._answer(status)

        def _answer(self, status: int) -> None:
            body = b'{"received": true}'
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except BrokenPipeError:
                return  # the sender lost its patience, as some tests want

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    sink.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
