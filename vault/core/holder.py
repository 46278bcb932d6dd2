"""The key pair of one holder (focal point or deputy) for one round.

The private half is wrapped by a passphrase that no server keeps: lost is lost, which is
why there are two holders.
"""

import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault.core.seal import NONCE, fingerprint

SALT = 16
LEAST_PASSPHRASE = 16  # signs; Argon2id, which RFC 9106 recommends, slows down who guesses
MEMORY_KIB = 64 * 1024
LANES = 1  # two threads that derive with several lanes at once wait for each other in OpenSSL


class WrongPassphrase(Exception):
    """The passphrase does not open this holder's private key."""


class WeakPassphrase(Exception):
    """The passphrase is shorter than sixteen signs or says the same sign over and over."""


@dataclass(frozen=True, slots=True)
class HolderKey:
    """What may be stored of a key pair."""

    fingerprint: str
    public_key: bytes
    wrapped_private_key: bytes


def _lock(passphrase: str, salt: bytes) -> AESGCM:
    """Return the lock of a passphrase; "й" is the same sign on whichever keyboard."""
    spoken = unicodedata.normalize("NFC", passphrase).encode()
    kdf = Argon2id(salt=salt, length=32, iterations=3, lanes=LANES, memory_cost=MEMORY_KIB)
    return AESGCM(kdf.derive(spoken))


def make_holder_key(passphrase: str, *, round_id: int) -> HolderKey:
    """Make a key pair whose private half only the passphrase opens. Raises WeakPassphrase."""
    if len(passphrase) < LEAST_PASSPHRASE or len(set(passphrase)) < 6:
        raise WeakPassphrase
    private = X25519PrivateKey.generate()
    name = fingerprint(private.public_key())
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    wrapped = _lock(passphrase, salt).encrypt(
        nonce, private.private_bytes_raw(), _context(round_id, name)
    )
    return HolderKey(name, private.public_key().public_bytes_raw(), salt + nonce + wrapped)


def open_private_key(key: HolderKey, passphrase: str, *, round_id: int) -> X25519PrivateKey:
    """Return the private key. Raises WrongPassphrase."""
    salt, nonce = key.wrapped_private_key[:SALT], key.wrapped_private_key[SALT : SALT + NONCE]
    wrapped = key.wrapped_private_key[SALT + NONCE :]
    try:
        raw = _lock(passphrase, salt).decrypt(nonce, wrapped, _context(round_id, key.fingerprint))
    except (InvalidTag, ValueError) as error:
        raise WrongPassphrase from error
    return X25519PrivateKey.from_private_bytes(raw)


def _context(round_id: int, name: str) -> bytes:
    return b"mtm holder\x1f%d\x1f%s" % (round_id, name.encode())
