"""The probe's own way to the server: raw answers, under the rules of our client.

The token goes to the hosts that were given and to no other, no redirect is followed, time and
size are bounded, and the address must be https and public unless a laboratory is asked for. What
our client would make of an answer is not decided here: a redirect, an HTML page or a 500 is
exactly what the probes want to see.
"""

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpcore
import httpx

from demo.check_kobo.findings import Unexpected
from forms.kobo import CertificateRefused, HostRefused, Server, Timeouts
from forms.kobo.body import Broken, TooLong, read_body
from forms.kobo.network import CheckedBackend, CheckedTransport, Deadline, resolve
from forms.kobo.server import Origin

REQUESTS_MAX = 450
BODY_MAX_BYTES = 4 * 2**20
TIMEOUTS = Timeouts(connect=10, read=130, write=30, request=150)
BUSY = {429, 502, 503, 504}
BUSY_WAITS_S = (2.0, 5.0)
NETWORK_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
REST = ("/api/", "/me/")

Part = tuple[str, tuple[str, bytes, str]]  # name, (file name, content, media type)


class Unanswered(Exception):
    """No usable answer: nobody there, too slow, too long, or too busy. Says why in plain words."""


class NotOurs(Exception):
    """A fault of the probe itself: it was about to change what it did not make."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers with small names, and the unpacked body."""

    status: int
    headers: Mapping[str, str]
    location: str
    body: bytes
    asked: str

    @property
    def is_html(self) -> bool:
        return "html" in self.headers.get("content-type", "")

    @property
    def json(self) -> Any:
        """Raises Unexpected for a body that is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unexpected(self.asked, "JSON", f"{self.status}, no JSON") from None

    @property
    def object(self) -> dict[str, Any]:
        """Raises Unexpected for anything but a JSON object."""
        found = self.json
        if not isinstance(found, dict):
            raise Unexpected(self.asked, "an object", f"{self.status}, {type(found).__name__}")
        return found

    @property
    def results(self) -> list[dict[str, Any]]:
        """The entries of a page. Raises Unexpected if there is no list of objects."""
        found = self.object.get("results")
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise Unexpected(self.asked, "200 and a list of results", self.status)
        return found

    @property
    def count(self) -> int:
        found = self.object.get("count")
        if type(found) is not int:
            raise Unexpected(self.asked, "a count", f"{self.status}, {type(found).__name__}")
        return found

    def text(self, name: str) -> str:
        """A text of the object. Raises Unexpected if it is not there."""
        found = self.object.get(name)
        if not isinstance(found, str) or not found:
            raise Unexpected(self.asked, f"a text {name}", f"{self.status}, without it")
        return found


@dataclass(eq=False)
class Wire:
    """A connection pool without an identity: each request says whose it is.

    `ours` are the uids of the projects that may be changed. The requests are counted, and end at
    a number unless it is time for `tidying`.
    """

    server: Server
    sleep: Callable[[float], None] = time.sleep
    ours: set[str] = field(default_factory=set)
    asked: int = 0
    tidying: bool = False

    def __post_init__(self) -> None:
        private = self.server.allow_private
        self.rest = Origin.of(self.server.url, allow_private=private)
        self.openrosa = Origin.of(self.server.openrosa_url, allow_private=private)
        self._deadline = Deadline(time.monotonic)
        is_https = "https" in {self.rest.base.scheme, self.openrosa.base.scheme}
        backend = CheckedBackend(resolve, self._deadline, allow_private=private)
        self._http = httpx.Client(
            transport=CheckedTransport(
                backend, httpx.create_ssl_context(trust_env=False) if is_https else None
            ),
            headers={"Accept-Encoding": "gzip", "Accept-Language": "en", "User-Agent": "MTM probe"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(
                connect=TIMEOUTS.connect,
                read=TIMEOUTS.read,
                write=TIMEOUTS.write,
                pool=TIMEOUTS.request,
            ),
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def followed(self, address: str, *, seen_from: str) -> str:
        """Return the path of an address in an answer. Raises Unexpected if it leads elsewhere."""
        origin = self.rest if seen_from.startswith(REST) else self.openrosa
        try:
            return origin.target(address, seen_from=seen_from)
        except HostRefused:
            raise Unexpected(f"an address seen at {seen_from}", "this host", "another") from None

    def ask(
        self,
        method: str,
        path: str,
        *,
        credential: str | None,
        params: Mapping[str, str] | None = None,
        body: Any = None,
        content: bytes | None = None,
        fields: Mapping[str, str] | None = None,
        files: Sequence[Part] = (),
    ) -> Reply:
        """Return the answer as it came. Raises Unanswered.

        `body` is sent as JSON, `content` as it is and called JSON. Only a question is asked again.
        """
        self._check_ours(method, path)
        headers = {"Authorization": credential} if credential else {}
        if content is not None:
            headers["Content-Type"] = "application/json"
        origin = self.rest if path.startswith(REST) else self.openrosa
        request = self._http.build_request(
            method,
            origin.url(str(httpx.URL(path, params=dict(params)) if params else path)),
            headers=headers,
            json=body,
            content=content,
            data=dict(fields) if fields else None,
            files=list(files) or None,
        )
        waits = BUSY_WAITS_S if method in {"GET", "HEAD"} else ()
        return self._patiently(request, f"{method} {path}", waits)

    def _check_ours(self, method: str, path: str) -> None:
        """Raises NotOurs unless a change is one of a project made here, or makes one."""
        _, found, below = path.partition("/api/v2/assets/")
        uid = below.partition("/")[0]
        if found and uid and method not in {"GET", "HEAD"} and uid not in self.ours:
            raise NotOurs(path)
        self.asked += 1
        if self.asked > REQUESTS_MAX and not self.tidying:
            raise Unanswered("the probe has asked as often as it may")

    def _patiently(self, request: httpx.Request, asked: str, waits: Sequence[float]) -> Reply:
        for wait in waits:
            reply = self._once(request, asked)
            if reply.status not in BUSY:
                return reply
            self.sleep(wait + random.random())
        reply = self._once(request, asked)
        if reply.status in BUSY:
            raise Unanswered(f"the server was busy ({reply.status}, {asked})")
        return reply

    def _once(self, request: httpx.Request, asked: str) -> Reply:
        self._deadline.start(TIMEOUTS.request)
        try:
            return self._send(request, asked)
        except httpcore.TimeoutException:
            why = "the server did not answer in time"
        except (httpcore.NetworkError, httpcore.ProtocolError):
            why = "the connection failed"
        except (HostRefused, CertificateRefused) as refused:
            why = str(refused)
        except (TooLong, Broken):
            why = "the answer is too long or broken"
        # Outside of the handlers: a chained error would carry the request along, and its token.
        raise Unanswered(f"{why} ({asked})")

    def _send(self, request: httpx.Request, asked: str) -> Reply:
        with closing(self._http.send(request, stream=True)) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            body = read_body(
                response.iter_raw(),
                encoding=headers.get("content-encoding", ""),
                limit=BODY_MAX_BYTES,
            )
        location = response.extensions["location"]
        return Reply(response.status_code, headers, location, body, asked)


@dataclass(frozen=True, slots=True)
class Account:
    """Whoever asks: an account by its token, or nobody."""

    wire: Wire
    username: str
    header: str | None = field(repr=False)

    def ask(self, method: str, path: str, **more: Any) -> Reply:
        return self.wire.ask(method, path, credential=self.header, **more)
