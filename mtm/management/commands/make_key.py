"""Make key files: 32 random bytes each, readable by their owner alone."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from vault.keys import KeyProblem, make_key_file


class Command(BaseCommand):
    help = "Make one or more key files (the outer key, or round-<id>.key for pseudonyms)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, nargs="+")

    def handle(self, *, path: list[Path], **options: Any) -> None:
        for each in path:
            try:
                make_key_file(each)
            except KeyProblem as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{each.name} is made.")
