"""The body of an answer, never more of it in memory than allowed.

gzip is undone here and not by httpx, which inflates a whole chunk at once: 64 kB from the wire can
become 64 MB.
"""

import zlib
from collections.abc import Iterable


class TooLong(Exception):
    """The body is longer than the limit, once unpacked."""


class Broken(Exception):
    """The body is packed in a way we did not ask for, or its end is missing."""


def read_body(chunks: Iterable[bytes], *, encoding: str, limit: int) -> bytes:
    """Join and unpack the chunks of a body. Raises TooLong or Broken."""
    match encoding.strip().lower():
        case "" | "identity":
            return _join(chunks, limit)
        case "gzip":
            return _join(_inflated(chunks, limit), limit)
        case _:
            raise Broken


def _join(chunks: Iterable[bytes], limit: int) -> bytes:
    kept: list[bytes] = []
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLong
        kept.append(chunk)
    return b"".join(kept)  # once: pages are megabytes


def _inflated(chunks: Iterable[bytes], limit: int) -> Iterable[bytes]:
    gunzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    most = min(limit + 1, 1 << 20)  # bytes to unpack before the sum is looked at again
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                yield gunzip.decompress(rest, most)
                rest = gunzip.unconsumed_tail
    except zlib.error:
        raise Broken from None
    if not gunzip.eof:
        raise Broken
