"""The servers we may speak to, and whether an address that KoBo gave us is on one of them.

No address from outside is ever connected to: of a URL in an answer only the path and query are
kept, and only when scheme, host and port are those of the setting.
"""

import re
from dataclasses import dataclass

import httpx

from forms.kobo.errors import HostRefused

PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


@dataclass(frozen=True, slots=True)
class Server:
    """A KoBo server as an administrator entered it; its token is kept elsewhere.

    Public clouds use one host for REST (`url`) and another for tablets (`openrosa_url`).
    `allow_private` permits loopback and private addresses, and plain HTTP: for a laboratory.
    """

    slug: str
    url: str
    openrosa_url: str
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of the one place that a client speaks to."""

    base: httpx.URL

    @classmethod
    def of(cls, address: str, *, allow_private: bool) -> "Origin":
        """Read a setting. Raises HostRefused unless it is `https://host[:port]` and no more."""
        base = _parse(address)
        host = base.raw_host.decode("ascii")
        if base.scheme not in PORTS or not HOST.fullmatch(host) or (base.port or 0) > 65535:
            raise HostRefused("The address of the server is not an http address.")
        if base.scheme == "http" and not allow_private:
            raise HostRefused("The address of the server must begin with https.")
        if base.userinfo or base.query or base.fragment or base.path not in {"", "/"}:
            raise HostRefused("The address of the server must be a scheme and a host only.")
        return cls(base.copy_with(path="/"))

    def url(self, target: str) -> httpx.URL:
        """Return the URL of a path (with its query, if any) at this origin."""
        return self.base.copy_with(raw_path=target.encode("ascii"))

    def target(self, address: str, *, seen_from: str = "/") -> str:
        """Return path and query of an absolute or relative address that a server gave us.

        Raises HostRefused if the address leads anywhere else, or carries a user name.
        """
        path = seen_from.partition("?")[0]
        try:
            there = self.url(seen_from).join(address)
        except (httpx.InvalidURL, ValueError):
            raise HostRefused("KoBo pointed to what is no address.", path=path) from None
        if _site(there) != _site(self.base) or there.userinfo:
            raise HostRefused("KoBo pointed to another host, which was not contacted.", path=path)
        return there.raw_path.decode("ascii")


def _parse(address: str) -> httpx.URL:
    try:
        return httpx.URL(address)
    except (httpx.InvalidURL, ValueError):
        raise HostRefused("The address of the server cannot be read.") from None


def _site(url: httpx.URL) -> tuple[str, bytes, int | None]:
    return url.scheme, url.raw_host.lower(), url.port or PORTS.get(url.scheme)
