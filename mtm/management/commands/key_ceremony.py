"""Hold the key ceremony of a round, with the focal point and the deputy at the keyboard.

Runs as the vault process' user and role. The passphrases are typed, or read from a file
where no person is there (the demo); they are not kept.
"""

import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from surveys.models import Round
from vault.actions.ceremony import hold_ceremony
from vault.core.holder import WeakPassphrase
from vault.keys import KeyProblem


class Command(BaseCommand):
    help = "Make the keys of a round: the focal point and the deputy choose a passphrase each."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round_id", type=int)
        parser.add_argument("--holder", action="append", default=[], help="user name, twice")
        parser.add_argument(
            "--passphrase-file", action="append", type=Path, default=[], help="in the same order"
        )

    def handle(
        self, *, round_id: int, holder: list[str], passphrase_file: list[Path], **options: Any
    ) -> None:
        folder = settings.MTM_ROUND_FINGERPRINTS
        if folder is None:
            raise CommandError("Set MTM_ROUND_FINGERPRINTS to the folder of pinned fingerprints.")
        if not Round.objects.filter(pk=round_id).exists():
            raise CommandError(f"There is no round {round_id}.")
        users = [_user(name) for name in holder]
        spoken = _read(passphrase_file) if passphrase_file else [_asked(name) for name in holder]
        if len(users) != len(spoken):
            raise CommandError("Name one passphrase file for each holder, in the same order.")
        keys = self._hold(round_id, dict(zip(users, spoken, strict=True)), folder)
        self.stdout.write(f"Round {round_id} is locked to {len(keys)} holders.")

    def _hold(self, round_id: int, passphrases: dict[int, str], folder: Path) -> dict[str, str]:
        try:
            with transaction.atomic():
                keys = hold_ceremony(
                    round_id, passphrases=passphrases, fingerprints=folder, at=timezone.now()
                )
                Round.objects.filter(pk=round_id).update(vault_public_keys=keys)
        except KeyProblem as error:
            raise CommandError(str(error)) from error
        except WeakPassphrase as error:
            raise CommandError(
                "A passphrase has at least sixteen signs, six of them different."
            ) from error
        return keys


def _user(name: str) -> int:
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account {name}.")
    return int(user.pk)


def _read(files: list[Path]) -> list[str]:
    try:
        return [path.read_text("utf-8").strip() for path in files]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError("A passphrase file cannot be read as text.") from error


def _asked(name: str) -> str:
    """Ask twice, since what was mistyped here is lost for ever."""
    passphrase = getpass.getpass(f"Passphrase of {name}: ")
    if getpass.getpass(f"Once more, {name}: ") != passphrase:
        raise CommandError("The two differ. Nothing was made; begin again.")
    return passphrase
