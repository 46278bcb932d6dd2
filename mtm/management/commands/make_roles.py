"""Make the database and its four roles, once, as the server's superuser."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from psycopg import sql

from mtm.roles import MIGRATE, PROCESS_ROLES


class Command(BaseCommand):
    help = "Make the database and the roles web, worker, vault and migrate (as superuser)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--database", default="mtm")
        parser.add_argument(
            "--passwords", type=Path, required=True, help="folder with a file <role>.password each"
        )

    def handle(self, *, database: str, passwords: Path, **options: Any) -> None:
        with connection.cursor() as cursor:
            for role in (MIGRATE, *PROCESS_ROLES):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE PASSWORD {}").format(
                        sql.SQL(verb), sql.Identifier(role), _password(passwords, role)
                    )
                )
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if not cursor.fetchone():
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(database), sql.Identifier(MIGRATE)
                    )
                )
            cursor.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database))
            )
            for role in PROCESS_ROLES:
                cursor.execute(
                    sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                        sql.Identifier(database), sql.Identifier(role)
                    )
                )


def _password(folder: Path, role: str) -> sql.Literal:
    path = folder / f"{role}.password"
    try:
        password = path.read_text("ascii").strip()
    except OSError as error:
        raise CommandError(f"There is no readable file {path.name} in the given folder.") from error
    if len(password) < 16:
        raise CommandError(f"{path.name} holds fewer than sixteen signs.")
    return sql.Literal(password)
