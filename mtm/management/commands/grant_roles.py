"""Give each role exactly the rights of `mtm.roles`; run after every migration, as owner."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from mtm.roles import grants


class Command(BaseCommand):
    help = "Give each database role its rights on each table (as owner, after migrate)."

    def handle(self, **options: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in grants():
                cursor.execute(statement)
