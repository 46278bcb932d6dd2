"""Where keys come from, and what must be true of a key file.

A key is a file of 32 random bytes, outside the project's tree, readable by its owner
alone. The environment holds paths; no key is ever in the environment, the database, a
log line or a task's arguments.
"""

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from vault.core.seal import KEY, OuterKey, fingerprint

PROJECT = Path(__file__).resolve().parent.parent


class KeyProblem(Exception):
    """A key file is missing, readable by others, or no key; the message says what to do."""


class KeyDestroyed(KeyProblem):
    """The key is gone for good: what it closed cannot be opened again."""


def make_key_file(path: Path) -> None:
    """Write 32 random bytes that only the owner may read; never over an older key.

    The file appears whole or not at all. Raises KeyProblem.
    """
    _refuse_inside_the_project(path)
    try:
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o400)
            file.write(os.urandom(KEY))
            file.flush()
            os.fsync(descriptor)
        try:
            path.hardlink_to(draft)
        finally:
            Path(draft).unlink()
        _sync_folder(path)
    except FileExistsError as error:
        raise KeyProblem(f"{path.name} exists already; a key is never overwritten.") from error
    except OSError as error:
        raise KeyProblem(f"{path.name} cannot be written: {error.strerror}.") from error


def coming_key_file(path: Path) -> Path:
    """Return where the next key lies while what is under this one is closed anew."""
    return path.with_name(f"{path.name}.new")


def exchange_key_file(path: Path) -> None:
    """Put the coming key in the place of the old one, and overwrite the old one's bytes.

    A file system that copies on write, or a solid-state disk, may keep them all the same.
    """
    path.chmod(0o600)
    with path.open("r+b") as old:
        coming_key_file(path).replace(path)
        _sync_folder(path)
        old.write(bytes(KEY))
        old.flush()
        os.fsync(old.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_key_file(path: Path | None) -> bytes:
    """Return the 32 bytes of a key file. Raises KeyProblem."""
    if path is None:
        raise KeyProblem("This process has no such key: its path is not set.")
    _refuse_inside_the_project(path)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(KEY + 1)
    except FileNotFoundError as error:
        raise KeyDestroyed(f"There is no key file {path.name}.") from error
    except OSError as error:
        raise KeyProblem(f"The key file {path.name} cannot be read by this process.") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyProblem(f"Others may read the key file {path.name}: chmod 400 it.")
    if len(key) != KEY or len(set(key)) == 1:  # an overwritten key is all zeros
        raise KeyProblem(f"{path.name} is no key: it should hold {KEY} random bytes.")
    return key


def _refuse_inside_the_project(path: Path) -> None:
    if path.resolve().is_relative_to(PROJECT):
        raise KeyProblem(f"{path.name} lies inside the project: keep keys apart from the code.")


def outer_key(path: Path | None) -> OuterKey:
    """Return the outer lock. Raises KeyProblem."""
    return OuterKey.of(read_key_file(path))


def pseudonym_key_path(folder: Path | None, round_id: int) -> Path:
    """Return where a round's pseudonym key lies. Raises KeyProblem."""
    if folder is None:
        raise KeyProblem("This process has no pseudonym keys: MTM_PSEUDONYM_KEYS is not set.")
    return folder / f"round-{round_id}.key"


def pinned_holders(
    public_keys: Mapping[str, str], folder: Path | None, round_id: int
) -> dict[str, X25519PublicKey]:
    """Return a round's public keys, each checked against the fingerprint pinned in a file.

    `public_keys` maps fingerprint to the key's hexadecimal digits, as the round holds them;
    whoever can write the database alone can thus not slip in a key of their own.
    Raises KeyProblem.
    """
    if folder is None:
        raise KeyProblem("MTM_ROUND_FINGERPRINTS is not set.")
    try:
        pinned = set((folder / f"round-{round_id}.fingerprints").read_text("ascii").split())
    except OSError as error:
        raise KeyProblem(
            "The round has no pinned fingerprints: hold the key ceremony first."
        ) from error
    holders = {}
    for name, digits in public_keys.items():
        try:
            key = X25519PublicKey.from_public_bytes(bytes.fromhex(digits))
        except ValueError as error:
            raise KeyProblem(f"The round's public key {name} is no key.") from error
        if fingerprint(key) != name or name not in pinned:
            raise KeyProblem(f"The round's public key {name} is not one that was pinned.")
        holders[name] = key
    if len(holders) < 2:
        raise KeyProblem("A round needs the public keys of the focal point and of a deputy.")
    return holders
