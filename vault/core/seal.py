"""Seal values so that three things are needed to read one: the database, the outer key
file, and the passphrase of the focal point or the deputy.

    value       AES-256-GCM under the record key   context: round, record, path
    record key  AES-256-GCM under the page key     context: round, wrap, record   ("inner")
    inner keys  AES-256-GCM under the outer key    context: round, wrap           ("outer")
    page key    HPKE to each holder's public key   context: round, wrap, fingerprint

Whoever seals forgets the page key with the page, so a worker that holds the database
and the outer key file opens nothing. Erasing a record drops its entry from the outer
blob, which needs no passphrase; destroying the old outer key then makes older copies
useless.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = 32
NONCE = 12
INNER = NONCE + KEY + 16
ENTRY = 16 + INNER
SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Tampered(Exception):
    """A sealed value, its keys or its context are not what was sealed together."""


class RecordErased(Exception):
    """The record's key is no longer among the wrapped keys: nobody can open it again."""


class NotAHolder(Exception):
    """The page key was never sealed to this private key."""


@dataclass(frozen=True, slots=True)
class OuterKey:
    """The server's own lock; `key_id` tells which file closed a wrap."""

    secret: bytes
    key_id: str

    @classmethod
    def of(cls, secret: bytes) -> "OuterKey":
        if len(secret) != KEY:
            raise ValueError("An outer key has 32 bytes.")
        return cls(secret, hashlib.sha256(b"mtm outer key" + secret).hexdigest()[:16])

    def __repr__(self) -> str:
        return f"OuterKey({self.key_id})"


@dataclass(frozen=True, slots=True)
class Wraps:
    """The keys of one page: `outer` holds the records' keys, `page_keys` opens them.

    `page_keys` maps the fingerprint of a holder's public key to the page key sealed to it.
    """

    wrap_id: UUID
    round_id: int
    outer_key_id: str
    outer: bytes
    page_keys: Mapping[str, bytes]


def fingerprint(public_key: X25519PublicKey) -> str:
    """Return the name of a public key: 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:32]


def _encrypt(key: AESGCM, value: bytes, context: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, value, context)


def _decrypt(key: AESGCM, sealed: bytes, context: bytes) -> bytes:
    try:
        return key.decrypt(sealed[:NONCE], sealed[NONCE:], context)
    except (InvalidTag, ValueError) as error:
        raise Tampered from error


def _value_context(round_id: int, record_id: UUID, path: str) -> bytes:
    return _record_context(round_id, record_id.bytes) + path.encode()


def _record_context(round_id: int, record: bytes) -> bytes:
    return b"%d\x1f%s\x1f" % (round_id, record)


def _wrap_context(round_id: int, wrap_id: UUID) -> bytes:
    return b"%d\x1f%s" % (round_id, wrap_id.bytes)


class PageSealer:
    """Seals the records of one pulled page; its key lives as long as this object."""

    def __init__(
        self,
        *,
        round_id: int,
        wrap_id: UUID,
        holders: Mapping[str, X25519PublicKey],
    ) -> None:
        self.round_id = round_id
        self.wrap_id = wrap_id
        self._holders = holders
        self._context = _wrap_context(round_id, wrap_id)
        self._page_key = os.urandom(KEY)
        self._page_lock = AESGCM(self._page_key)
        self._entries: dict[UUID, bytes] = {}

    def seal(self, record_id: UUID, values: Mapping[str, str]) -> dict[str, bytes]:
        """Return the ciphertext of each value under a fresh record key.

        Randomness is drawn once a record, since each draw is a call of the kernel.
        """
        drawn = os.urandom(KEY + NONCE * (1 + len(values)))
        record, record_key, nonce = record_id.bytes, drawn[:KEY], drawn[KEY : KEY + NONCE]
        inner = self._page_lock.encrypt(nonce, record_key, self._context + record)
        self._entries[record_id] = record + nonce + inner
        encrypt = AESGCM(record_key).encrypt
        context = _record_context(self.round_id, record)
        sealed, start = {}, KEY + NONCE
        for path, value in values.items():
            nonce = drawn[start : start + NONCE]
            sealed[path] = nonce + encrypt(nonce, value.encode(), context + path.encode())
            start += NONCE
        return sealed

    def wraps(self, outer_key: OuterKey, records: Iterable[UUID]) -> Wraps:
        """Return the keys of those records of the page that are stored, closed."""
        context = self._context
        entries = b"".join(self._entries[record_id] for record_id in records)
        return Wraps(
            wrap_id=self.wrap_id,
            round_id=self.round_id,
            outer_key_id=outer_key.key_id,
            outer=_encrypt(AESGCM(outer_key.secret), entries, context),
            page_keys={
                name: SUITE.encrypt(self._page_key, public, info=context + name.encode())
                for name, public in self._holders.items()
            },
        )


def _entries(blob: bytes) -> Iterator[tuple[bytes, bytes]]:
    for start in range(0, len(blob), ENTRY):
        yield blob[start : start + 16], blob[start + 16 : start + ENTRY]


def _open_outer(wraps: Wraps, outer_key: OuterKey) -> bytes:
    context = _wrap_context(wraps.round_id, wraps.wrap_id)
    return _decrypt(AESGCM(outer_key.secret), wraps.outer, context)


def _open_page_key(wraps: Wraps, private_key: X25519PrivateKey) -> bytes:
    name = fingerprint(private_key.public_key())
    sealed = wraps.page_keys.get(name)
    if sealed is None:
        raise NotAHolder(name)
    context = _wrap_context(wraps.round_id, wraps.wrap_id)
    try:
        return SUITE.decrypt(sealed, private_key, info=context + name.encode())
    except (InvalidTag, ValueError) as error:
        raise Tampered from error


def open_value(
    ciphertext: bytes,
    wraps: Wraps,
    *,
    record_id: UUID,
    path: str,
    outer_key: OuterKey,
    private_key: X25519PrivateKey,
) -> str:
    """Return one sealed value.

    Raises Tampered, RecordErased and NotAHolder.
    """
    inner = dict(_entries(_open_outer(wraps, outer_key))).get(record_id.bytes)
    if inner is None:
        raise RecordErased(str(record_id))
    page_lock = AESGCM(_open_page_key(wraps, private_key))
    context = _wrap_context(wraps.round_id, wraps.wrap_id) + record_id.bytes
    record_key = _decrypt(page_lock, inner, context)
    value_context = _value_context(wraps.round_id, record_id, path)
    return _decrypt(AESGCM(record_key), ciphertext, value_context).decode()


def rewrap(
    wraps: Wraps, *, outer_key: OuterKey, new_outer_key: OuterKey, erase: frozenset[UUID]
) -> Wraps:
    """Return the page's keys under another outer key, without the erased records' entries.

    Needs no passphrase. Raises Tampered.
    """
    gone = {record_id.bytes for record_id in erase}
    kept = b"".join(
        record + inner
        for record, inner in _entries(_open_outer(wraps, outer_key))
        if record not in gone
    )
    context = _wrap_context(wraps.round_id, wraps.wrap_id)
    return Wraps(
        wrap_id=wraps.wrap_id,
        round_id=wraps.round_id,
        outer_key_id=new_outer_key.key_id,
        outer=_encrypt(AESGCM(new_outer_key.secret), kept, context),
        page_keys=wraps.page_keys,
    )
