"""One conversation with one origin: time-outs, tries, limits, redirects, and which error it was.

Everything that this package sends goes through `Session.ask`. A request is tried again only if
sending it twice does no harm, and only after a `KoboUnavailable`. The reader of an answer runs
inside the tries, so that half a JSON text is asked for again like a broken connection.

httpx and httpcore log every URL, and queries hold uuids of interviews: their loggers are kept at
WARNING whenever a session is opened. Our own lines hold method, path and code.
"""

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import httpcore
import httpx

from forms.kobo.answer import Answer, Reader
from forms.kobo.body import Broken, TooLong, read_body
from forms.kobo.errors import (
    CertificateRefused,
    Failure,
    HostRefused,
    KoboUnavailable,
    MissingSlash,
    ResponseTooLarge,
)
from forms.kobo.manner import Manner
from forms.kobo.network import CheckedBackend, CheckedTransport, Deadline
from forms.kobo.patience import pause, retry_after
from forms.kobo.server import Origin
from forms.kobo.token import Credential

T = TypeVar("T")

log = logging.getLogger(__name__)

REDIRECTS = {301, 302, 303, 307, 308}
REDIRECTS_MAX = 2
BUSY = {423, 429, 502, 503, 504}
SERVER_ERROR_TRIES = 2  # KoBo answers 500 to some faults of ours, which no patience cures
REFUSAL_MAX_BYTES = 64 * 1024
NETWORK_ERRORS = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request still to be made. `target` is a path, with a query only if KoBo gave it so.

    `repeatable` says that a second time changes nothing, so that it may be tried again.
    """

    target: str
    method: str = "GET"
    params: Mapping[str, str] | None = None
    json: Any = None
    fields: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    accept: str = "application/json"
    repeatable: bool = True


class Session:
    """A signed-in connection pool of one client. Threads may share it."""

    def __init__(
        self, address: str, credential: Credential, manner: Manner, *, allow_private: bool
    ) -> None:
        self.origin = Origin.of(address, allow_private=allow_private)
        self._manner = manner
        self._deadline = Deadline(manner.clock)
        tls = manner.tls
        if tls is None and self.origin.base.scheme == "https":
            tls = httpx.create_ssl_context(trust_env=False)
        backend = CheckedBackend(manner.resolver, self._deadline, allow_private=allow_private)
        _quieten_libraries()
        self._http = httpx.Client(
            transport=CheckedTransport(backend, tls),
            headers={
                "Authorization": credential.header,
                "Accept-Encoding": "gzip",
                "Accept-Language": "en",
                "User-Agent": "MTM",
            },
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(
                connect=manner.timeouts.connect,
                read=manner.timeouts.read,
                write=manner.timeouts.write,
                pool=manner.timeouts.request,
            ),
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def wait(self, seconds: float) -> None:
        self._manner.sleep(seconds)

    def ask(self, call: Call, read: Reader[T]) -> T:
        """Return what `read` makes of the answer, trying again as far as our manner goes.

        Raises KoboUnavailable or KoboError, and whatever of these two kinds `read` raises.
        """
        manner, attempt = self._manner, 1
        gives_up = manner.clock() + manner.timeouts.all
        while True:
            try:
                return read(self._answer(call))
            except KoboUnavailable as failure:
                wait = pause(attempt, failure, manner.random)
                if self._is_last(call, attempt, failure) or manner.clock() + wait > gives_up:
                    raise
                log.warning("%s %s: %s, asking again", call.method, failure.path, failure.code)
            self.wait(wait)
            attempt += 1

    def _is_last(self, call: Call, attempt: int, failure: KoboUnavailable) -> bool:
        tries = self._manner.attempts if call.repeatable else 1
        if failure.code == "server_error":
            tries = min(tries, SERVER_ERROR_TRIES)
        return attempt >= tries

    def _answer(self, call: Call) -> Answer:
        """Make the request, following redirects of a GET that stay at the origin."""
        self._deadline.start(self._manner.timeouts.request)
        target = call.target
        if call.params:
            target = str(httpx.URL(target, params=dict(call.params)))
        for _ in range(REDIRECTS_MAX + 1):
            answer, location = self._exchange(call, target)
            if answer.status not in REDIRECTS:
                return answer
            if call.method != "GET":
                raise MissingSlash(status=answer.status, path=answer.path)
            target = self.origin.target(location, seen_from=target)
        raise answer.unavailable("unreadable", "KoBo redirects in a circle.")

    def _exchange(self, call: Call, target: str) -> tuple[Answer, str]:
        """Return the answer and its `Location`, empty if it has none."""
        path = target.partition("?")[0]
        failure: Failure
        try:
            return self._send(call, target, path)
        except httpcore.TimeoutException:
            failure = KoboUnavailable("KoBo did not answer in time.", code="timeout", path=path)
        except (httpcore.NetworkError, httpcore.ProtocolError):
            failure = KoboUnavailable(
                "The connection to KoBo failed.", code="connection", path=path
            )
        except (HostRefused, CertificateRefused) as refused:
            failure = type(refused)(str(refused), path=path)
        except TooLong:
            failure = ResponseTooLarge(path=path)
        except Broken:
            failure = KoboUnavailable("KoBo's answer is broken.", code="unreadable", path=path)
        # Raised here, outside of the handlers: a chained error would carry the request along,
        # and with it the token.
        raise failure

    def _send(self, call: Call, target: str, path: str) -> tuple[Answer, str]:
        request = self._http.build_request(
            call.method,
            self.origin.url(target),
            json=call.json,
            data=call.fields,
            files=call.files,
            headers={"Accept": call.accept},
        )
        with closing(self._http.send(request, stream=True)) as response:
            _raise_if_busy(response, path)
            body = self._body(response)
        answer = Answer(response.status_code, response.headers.get("Content-Type", ""), body, path)
        return answer, response.extensions["location"]

    def _body(self, response: httpx.Response) -> bytes:
        if response.status_code in REDIRECTS:
            return b""
        encoding = response.headers.get("Content-Encoding", "")
        if response.status_code < 400:
            limit = self._manner.max_bytes
            if int(response.headers.get("Content-Length", "0")) > limit:
                raise TooLong
            return read_body(response.iter_raw(), encoding=encoding, limit=limit)
        try:
            return read_body(response.iter_raw(), encoding=encoding, limit=REFUSAL_MAX_BYTES)
        except (TooLong, Broken, *NETWORK_ERRORS):
            return b""  # a refusal is told by its status: a 401 stays one without its body


def _raise_if_busy(response: httpx.Response, path: str) -> None:
    status = response.status_code
    if status not in BUSY and status < 500:
        return
    is_busy = status in BUSY
    raise KoboUnavailable(
        "KoBo is busy or down for a while." if is_busy else "KoBo failed on this question.",
        code="busy" if is_busy else "server_error",
        status=status,
        path=path,
        retry_after=retry_after(
            response.headers.get("Retry-After"), date=response.headers.get("Date")
        ),
    )


def _quieten_libraries() -> None:
    for name in ("httpx", "httpcore"):
        library = logging.getLogger(name)
        library.setLevel(max(library.level, logging.WARNING))
