"""The key ceremony of a round: two holders, either of whom can open.

It runs once a round, with both holders at the keyboard. Nothing that it makes opens
anything by itself: the private halves are wrapped by passphrases that are not kept.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from vault.core.holder import HolderKey, make_holder_key
from vault.keys import KeyProblem
from vault.models import AccessLog, Event, Holder


def hold_ceremony(
    round_id: int, *, passphrases: Mapping[int, str], fingerprints: Path, at: datetime
) -> dict[str, str]:
    """Make a key pair a holder and pin their fingerprints; return the public keys in digits.

    `passphrases` maps a user's id to the passphrase that this person chose.
    Raises KeyProblem and WeakPassphrase.
    """
    if len(passphrases) != 2 or len(set(passphrases.values())) != 2:
        raise KeyProblem("Two different people with two different passphrases hold a round's keys.")
    if Holder.objects.filter(round_id=round_id).exists():
        raise KeyProblem("This round has its keys already; they are made once.")
    made = {
        user_id: make_holder_key(passphrase, round_id=round_id)
        for user_id, passphrase in passphrases.items()
    }
    with transaction.atomic():
        for user_id, key in made.items():
            _store(round_id, user_id, key, at=at)
        _pin(fingerprints / f"round-{round_id}.fingerprints", [*made.values()])
    return {key.fingerprint: key.public_key.hex() for key in made.values()}


def _pin(target: Path, keys: Sequence[HolderKey]) -> None:
    try:
        with target.open("x", encoding="ascii") as file:
            file.writelines(f"{key.fingerprint}\n" for key in keys)
        target.chmod(0o444)
    except FileExistsError as error:
        raise KeyProblem(
            f"{target.name} exists already. If a ceremony broke off, remove it and begin anew."
        ) from error
    except OSError as error:
        raise KeyProblem(f"{target.name} cannot be written: {error.strerror}.") from error


def _store(round_id: int, user_id: int, key: HolderKey, *, at: datetime) -> None:
    Holder(
        round_id=round_id,
        user_id=user_id,
        fingerprint=key.fingerprint,
        public_key=key.public_key,
        wrapped_private_key=key.wrapped_private_key,
        made_at=at,
    ).save(force_insert=True)
    AccessLog.objects.create(at=at, actor_id=user_id, event=Event.KEYS_MADE, round_id=round_id)
