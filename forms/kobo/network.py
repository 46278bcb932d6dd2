"""Connections that go where we checked, and answers that end in time.

A name is resolved once for each connection, every address it has is judged, and the connection is
made to one of *those*, so that a name which changes its mind in between (DNS rebinding) gains
nothing. TLS still verifies the name. httpx offers no hook below its transport, so the transport
here is ours, around httpcore's pool.
"""

import math
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv6Address, ip_address
from typing import Any, cast

import httpcore
import httpx

from forms.kobo.errors import CertificateRefused, HostRefused

Resolver = Callable[[str, int], Sequence[str]]
SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a name, in the system's order of preference. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def is_public(address: str) -> bool:
    """Say whether an address is an ordinary one on the internet.

    Not so: loopback, private, link-local, shared (100.64.0.0/10), multicast, reserved, and every
    IPv6 address with an IPv4 address inside, where a forbidden one could hide (some versions of
    Python judge such an address by what is inside, some do not).
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and (
        ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip.is_site_local
    ):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


AT_A_TIME = 1024 * 1024  # bytes


class Deadline(threading.local):
    """When the request that this thread is making must have ended."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.ends = math.inf

    def start(self, seconds: float) -> None:
        self.ends = self.clock() + seconds

    def within(self, seconds: float | None) -> float:
        """Return the time-out of one step: its own, or what is left if that is less."""
        left = self.ends - self.clock()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if seconds is None else min(seconds, left)


class TimedStream(httpcore.NetworkStream):
    """A stream that a peer cannot keep alive for ever by sending a byte now and then."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        # Pages are megabytes: httpcore's 64 KiB at a time would be a hundred rounds through it.
        return self._stream.read(max(max_bytes, AT_A_TIME), self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            stream = self._stream.start_tls(
                ssl_context, server_hostname, self._deadline.within(timeout)
            )
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise CertificateRefused from None
            raise
        return TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class CheckedBackend(httpcore.NetworkBackend):
    """Makes the connections; refuses an address that is not public unless told otherwise."""

    def __init__(self, resolver: Resolver, deadline: Deadline, *, allow_private: bool) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError()
        for address in self._checked(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self._deadline.within(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return TimedStream(stream, self._deadline)
        raise failure

    def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError from error
        # One bad address among good ones is no accident: all are refused.
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise HostRefused("The name of the server leads to an address inside a network.")
        return addresses


class CheckedTransport(httpx.BaseTransport):
    """httpx's way to a pool of such connections. Raises httpcore's errors, not httpx's."""

    def __init__(self, backend: CheckedBackend, tls: ssl.SSLContext | None) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=8,
            keepalive_expiry=15,
            network_backend=backend,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._pool.handle_request(
            httpcore.Request(
                request.method,
                httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        # httpx prepares the request that a redirect asks for, followed or not, and trips over odd
        # addresses. Whether to follow is the session's business, so `Location` travels beside.
        location = b"".join(value for name, value in answer.headers if name.lower() == b"location")
        return httpx.Response(
            answer.status,
            headers=[pair for pair in answer.headers if pair[0].lower() != b"location"],
            stream=_Body(answer),
            extensions={"location": location.decode("latin-1")},
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from cast("Iterable[bytes]", self._answer.stream)

    def close(self) -> None:
        self._answer.close()
