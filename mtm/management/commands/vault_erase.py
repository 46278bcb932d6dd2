"""Erase what is due in the vault: a scheduled command of the vault process."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vault.actions.erase import erase_due
from vault.keys import KeyProblem, outer_key


class Command(BaseCommand):
    help = "Drop the keys of every sealed record whose erasure is due."

    def handle(self, **options: Any) -> None:
        try:
            key = outer_key(settings.MTM_OUTER_KEY)
        except KeyProblem as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{erase_due(outer_key=key, at=timezone.now())} records erased.")
