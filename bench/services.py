"""PostgreSQL and the stand-in KoBo server for the measurements, and Django set up on them."""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

import django
import psycopg
from django.core.management import call_command

from demo.kobo.process import KoboProcess
from demo.services.postgres import Postgres

folder = Path(tempfile.mkdtemp(prefix="mtm-bench-"))
postgres = Postgres(folder / "postgres")
kobo = KoboProcess(folder / "kobo")
token = secrets.token_hex(20)


def start() -> None:
    """Start both and make the tables; the settings of PostgreSQL are those of the demo."""
    atexit.register(stop)
    postgres.start()
    kobo.start()
    kobo.add_user("mtm", password=secrets.token_hex(8), token=token)
    password = secrets.token_hex(16)
    with psycopg.connect(postgres.superuser_url("postgres"), autocommit=True) as connection:
        for role in ("migrate", "web", "worker", "vault"):
            connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
        connection.execute("CREATE DATABASE mtm OWNER migrate")
    (folder / "secret.key").write_text(secrets.token_hex(32))
    os.environ.update(
        DATABASE_URL=postgres.url("migrate", password, "mtm"),
        MTM_SECRET_KEY_FILE=str(folder / "secret.key"),
        MTM_PLAIN_HTTP="1",
        DJANGO_SETTINGS_MODULE="mtm.settings",
    )
    django.setup()
    call_command("migrate", verbosity=0)


def stop() -> None:
    kobo.stop()
    postgres.discard()
    shutil.rmtree(folder, ignore_errors=True)
