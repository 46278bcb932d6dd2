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


class Services:
    """What the measurements run against, once `start` has been called."""

    def start(self) -> None:
        """Start both and make the tables; the settings of PostgreSQL are those of the demo."""
        self.folder = Path(tempfile.mkdtemp(prefix="mtm-bench-"))
        self.folder.chmod(0o711)
        self.postgres = Postgres(self.folder / "postgres")
        self.kobo = KoboProcess(self.folder / "kobo")
        self.token = secrets.token_hex(20)
        atexit.register(self.stop)
        self.postgres.start()
        self.kobo.start()
        self.kobo.add_user("mtm", password=secrets.token_hex(8), token=self.token)
        self._make_database(secrets.token_hex(16))

    def _make_database(self, password: str) -> None:
        superuser = self.postgres.superuser_url("postgres")
        with psycopg.connect(superuser, autocommit=True) as connection:
            for role in ("migrate", "web", "worker", "vault"):
                connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
            connection.execute("CREATE DATABASE mtm OWNER migrate")
        secret = self.folder / "secret.key"
        secret.write_text(secrets.token_hex(32))
        os.environ.update(
            DATABASE_URL=self.postgres.url("migrate", password, "mtm"),
            MTM_SECRET_KEY_FILE=str(secret),
            MTM_PLAIN_HTTP="1",
            DJANGO_SETTINGS_MODULE="mtm.settings",
        )
        django.setup()
        call_command("migrate", verbosity=0)

    def stop(self) -> None:
        self.kobo.stop()
        self.postgres.discard()
        shutil.rmtree(self.folder, ignore_errors=True)


services = Services()
