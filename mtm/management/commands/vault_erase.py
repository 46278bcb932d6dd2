"""Erase what is due in the vault: a scheduled command of the vault process.

It makes the next outer key beside the current one, closes every page under it, and then
destroys the current one. Interrupted, it goes on where it was when it is run again.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from vault.actions.erase import PageTampered, erase_due
from vault.actions.locks import Taken
from vault.keys import KeyProblem


class Command(BaseCommand):
    help = "Make every sealed record whose erasure is due unreadable for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--change-key",
            action="store_true",
            help="exchange the outer key even if nothing is due, as after a change of staff",
        )

    def handle(self, *, change_key: bool, **options: Any) -> None:
        key_file = settings.MTM_OUTER_KEY
        if key_file is None:
            raise CommandError("Set MTM_OUTER_KEY to the path of the outer key.")
        try:
            n_erased = erase_due(key_file, at=timezone.now(), change_key=change_key)
        except KeyProblem as error:
            raise CommandError(str(error)) from error
        except Taken as error:
            raise CommandError("Another process is erasing; nothing was done here.") from error
        except PageTampered as error:
            raise CommandError(
                f"The keys of page {error} are not what was stored; the old outer key stays."
                " Restore that row of vault.wraps from its last copy and run this again."
            ) from error
        self.stdout.write(f"{n_erased} records erased.")
