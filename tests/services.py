"""Start PostgreSQL and Valkey for the tests, before Django reads its settings.

Loaded as a plugin (`-p tests.services`), so that the environment is set early enough.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

import psycopg

from demo.services.postgres import Postgres
from demo.services.valkey import Valkey
from mtm.roles import MIGRATE, PROCESS_ROLES

ROLES = (MIGRATE, *PROCESS_ROLES)
folder = Path(tempfile.mkdtemp(prefix="mtm-tests-"))
folder.chmod(0o711)  # the servers run as another user when we are root
passwords = {role: secrets.token_hex(16) for role in ROLES}
postgres = Postgres(folder / "postgres", fast=True)
valkey = Valkey(folder / "valkey", password=secrets.token_hex(16))


def key_file(name: str, *, text: bool = False) -> Path:
    path = folder / name
    path.write_bytes(secrets.token_hex(32).encode() if text else secrets.token_bytes(32))
    path.chmod(0o400)
    return path


def start() -> None:
    postgres.start()
    valkey.start()
    with psycopg.connect(postgres.superuser_url("postgres"), autocommit=True) as connection:
        for role in ROLES:
            connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{passwords[role]}'")
        connection.execute(f"ALTER ROLE {MIGRATE} CREATEDB")
        for role in PROCESS_ROLES:  # so that a test may SET ROLE
            connection.execute(f"GRANT {role} TO {MIGRATE}")
        connection.execute(f"CREATE DATABASE mtm OWNER {MIGRATE}")
    for name in ("tokens", "pseudonyms", "fingerprints", "static"):
        (folder / name).mkdir()
    os.environ.update(
        DATABASE_URL=postgres.url(MIGRATE, passwords[MIGRATE], "mtm"),
        REDIS_URL=valkey.url,
        MTM_SECRET_KEY_FILE=str(key_file("secret.key", text=True)),
        MTM_KOBO_TOKENS=str(folder / "tokens"),
        MTM_PSEUDONYM_KEYS=str(folder / "pseudonyms"),
        MTM_ROUND_FINGERPRINTS=str(folder / "fingerprints"),
        MTM_OUTER_KEY=str(key_file("outer.key")),
        MTM_KOBO_ALLOW_PRIVATE="1",
        MTM_PLAIN_HTTP="1",
        MTM_STATIC=str(folder / "static"),
    )


def stop() -> None:
    valkey.discard()
    postgres.discard()
    shutil.rmtree(folder, ignore_errors=True)


atexit.register(stop)
start()
