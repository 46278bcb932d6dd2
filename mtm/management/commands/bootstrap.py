"""Make the roles and the first accounts, once.

Each account gets a password that is shown this one time; nobody becomes a superuser.
"""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from mtm.accounts import ROLES, make_groups


class Command(BaseCommand):
    help = "Make the first accounts, as name:role (a name may stand with several roles)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("account", nargs="+", help=f"name:role; roles: {', '.join(ROLES)}")

    def handle(self, *, account: list[str], **options: Any) -> None:
        wanted: dict[str, list[str]] = {}
        for each in account:
            name, _, role = each.partition(":")
            if not name or role not in ROLES:
                raise CommandError(f"{each}: write name:role, with a role of {', '.join(ROLES)}.")
            wanted.setdefault(name, []).append(role)
        with transaction.atomic():
            if get_user_model().objects.exists():
                raise CommandError("There are accounts already: the first ones are made once.")
            make_groups()
            for name, roles in wanted.items():
                self.stdout.write(f"{name} {_make(name, roles)}")


def _make(name: str, roles: list[str]) -> str:
    password = secrets.token_urlsafe(15)
    user = get_user_model().objects.create_user(name, password=password, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    return password
