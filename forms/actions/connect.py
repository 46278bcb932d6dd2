"""Open the line to a KoBo server with the token of its slug."""

from pathlib import Path

from forms.kobo import Kobo, Server, TokenMissing, read_token
from forms.models import KoboServer

LARGEST_ANSWER = 24 * 2**20  # bytes; a pull holds two pages, and never more than 256 MB


def connect(server: KoboServer, *, tokens: Path | None, allow_private: bool) -> Kobo:
    """Return a client; close it after use. Raises TokenMissing."""
    if tokens is None:
        raise TokenMissing
    return Kobo(
        server_of(server, allow_private=allow_private),
        read_token(tokens, server.slug),
        max_bytes=LARGEST_ANSWER,
    )


def server_of(server: KoboServer, *, allow_private: bool) -> Server:
    return Server(
        slug=server.slug,
        url=server.url.rstrip("/"),
        openrosa_url=(server.openrosa_url or server.url).rstrip("/"),
        allow_private=allow_private,
    )
