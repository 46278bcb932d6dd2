"""The machine of the demo: one folder with keys and logs, and the real processes on it.

As root each process runs as a user of its own, reads its own key files and has its own
database role; an ordinary user's processes share that user, and the demo says so.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from demo.kobo.process import KoboProcess
from demo.services.children import Children
from demo.services.failure import ServiceFailed
from demo.services.postgres import Postgres
from demo.services.users import PROJECT, give, make_private, user_for
from demo.services.valkey import Valkey

ROLES = ("migrate", "web", "worker", "vault")
PROCESSES = ("web", "worker", "beat", "vault", "migrate")
SLUG = "stand-in"


@dataclass(slots=True)
class Stage:
    """Folder, services and environments; `port` serves the web process, the next the vault."""

    folder: Path
    port: int
    postgres: Postgres
    valkey: Valkey
    kobo: KoboProcess
    children: Children
    passwords: Mapping[str, str] = field(
        default_factory=lambda: {role: secrets.token_hex(24) for role in ROLES}
    )
    token: str = field(default_factory=lambda: secrets.token_hex(20))

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def vault_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def key_folder(self, process: str) -> Path:
        return self.folder / "keys" / process

    def make_keys(self) -> None:
        """Write every process' secrets into a folder that it alone can read."""
        for process in PROCESSES:
            folder = self.key_folder(process)
            folder.mkdir(parents=True)
            for name in ("tokens", "pseudonyms"):
                (folder / name).mkdir()
            (folder / "secret.key").write_text(secrets.token_hex(32))
        outer = secrets.token_bytes(32)
        for process in ("worker", "vault"):
            (self.key_folder(process) / "outer.key").write_bytes(outer)
        (self.key_folder("worker") / "tokens" / f"{SLUG}.token").write_text(self.token)
        pins = self.folder / "fingerprints"
        pins.mkdir()
        give(pins, user_for("vault"), 0o755)
        for role, password in self.passwords.items():
            (self.key_folder("migrate") / f"{role}.password").write_text(password)
        self.close_keys()

    def close_keys(self) -> None:
        """Leave each key to its process alone; again after keys were added."""
        for process in PROCESSES:
            user = user_for(process) if process != "migrate" else None
            folder = self.key_folder(process)
            for path in sorted(folder.rglob("*"), reverse=True):
                make_private(path, user)
            make_private(folder, user)

    def environment(self, process: str) -> dict[str, str]:
        """Return what a process is told; beat has no database and no key but its own."""
        keys = self.key_folder(process)
        told = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "mtm.settings",
            "MTM_PROCESS": process,
            "MTM_SECRET_KEY_FILE": str(keys / "secret.key"),
            "MTM_PLAIN_HTTP": "1",
            "MTM_STATIC": str(self.folder / "static"),
            "MTM_PULL_EVERY_S": "2",
            "MTM_PUSH_EVERY_S": "2",
            "REDIS_URL": self.valkey.url,
        }
        if process in self.passwords:
            told["DATABASE_URL"] = self.postgres.url(process, self.passwords[process], "mtm")
        if process == "worker":
            told |= {
                "MTM_KOBO_TOKENS": str(keys / "tokens"),
                "MTM_KOBO_ALLOW_PRIVATE": "1",
                "MTM_PSEUDONYM_KEYS": str(keys / "pseudonyms"),
            }
        if process in {"worker", "vault"}:
            told |= {
                "MTM_OUTER_KEY": str(keys / "outer.key"),
                "MTM_ROUND_FINGERPRINTS": str(self.folder / "fingerprints"),
            }
        return told

    def manage(self, process: str, *words: str | Path, superuser: bool = False) -> str:
        """Run a management command as a process' user and role; return what it printed."""
        told = self.environment(process)
        if superuser:
            told["DATABASE_URL"] = self.postgres.superuser_url("postgres")
        return self.run(process, ["manage.py", *map(str, words)], told)

    def act(self, process: str, *words: str) -> str:
        """Run one of `demo.acts` as a process' user and role; return what it printed."""
        return self.run(process, ["-m", "demo.acts", *words], self.environment(process))

    def run(self, process: str, words: Sequence[str], told: Mapping[str, str]) -> str:
        user = user_for(process) if process != "migrate" else None
        done = subprocess.run(  # noqa: S603 - our own modules
            [sys.executable, *words],
            cwd=PROJECT,
            env=dict(told),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServiceFailed(f"{' '.join(words[:3])} failed:\n{done.stderr[-1500:]}")
        return done.stdout

    def start_processes(self) -> None:
        """Start worker, beat, web and vault."""
        celery = [sys.executable, "-m", "celery", "-A", "mtm"]
        serve = [sys.executable, "-m", "gunicorn", "mtm.wsgi", "--worker-class", "gthread"]
        quiet = ["--threads", "8", "--log-level", "warning"]
        schedule = self.folder / "beat"
        schedule.mkdir()
        give(schedule, user_for("beat"), 0o700)
        for process, command in {
            "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"],
            "beat": [*celery, "beat", "--schedule", schedule / "due", "--loglevel", "WARNING"],
            "web": [*serve, "--bind", f"127.0.0.1:{self.port}", *quiet],
            "vault": [*serve, "--bind", f"127.0.0.1:{self.port + 1}", *quiet],
        }.items():
            self.children.start(
                process,
                command,
                self.environment(process),
                user=user_for(process),
                log=self.folder / f"{process}.log",
            )
