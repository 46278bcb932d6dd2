"""The keys that a pull works with; read at the task, handed down, never stored or logged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from surveys.models import Round
from vault.actions.seal import hold_outer_key
from vault.core.seal import OuterKey
from vault.keys import outer_key, pinned_holders, pseudonym_key_path, read_key_file


@dataclass(frozen=True, slots=True)
class RoundKeys:
    """A round's pseudonym key, the way to the outer key, and the holders' public keys.

    The outer key is read anew for each page and stays in force until the page's transaction
    ends, since an erasure may exchange it while a pull runs.
    """

    pseudonym: bytes = field(repr=False)
    outer: Callable[[], OuterKey] = field(repr=False)
    holders: Mapping[str, X25519PublicKey]


def load_keys(
    round_: Round, *, pseudonyms: Path | None, fingerprints: Path | None, outer: Path | None
) -> RoundKeys:
    """Read the keys of a round from their files. Raises KeyProblem."""
    outer_key(outer)  # to fail now, not at the first page
    return RoundKeys(
        pseudonym=read_key_file(pseudonym_key_path(pseudonyms, round_.pk)),
        outer=partial(hold_outer_key, outer),
        holders=pinned_holders(round_.vault_public_keys, fingerprints, round_.pk),
    )
