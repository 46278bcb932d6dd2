"""`make demo`: the whole system on an invented country. `--once` plays it and ends."""

import argparse
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from rich.console import Console

from demo.country import ACCOUNTS
from demo.fieldwork import Fieldwork
from demo.kobo.process import KoboProcess, StandInFailed
from demo.services import ServiceFailed, preflight
from demo.services.children import Children
from demo.services.postgres import Postgres
from demo.services.users import user_for
from demo.services.valkey import Valkey
from demo.stage import ROLES, Stage
from demo.story import Story
from demo.watch import Watch

NEED_MB = 600


def main() -> int:
    """Return the exit status: 0 only if everything added up."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="play it through, count, and end")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    given = parser.parse_args()
    console = Console()
    try:
        with folder() as place, stage(place, given.port) as played:
            return play(played, console, once=given.once)
    except (ServiceFailed, StandInFailed) as error:
        console.print(str(error), style="red", markup=False, highlight=False)
        return 1
    except KeyboardInterrupt:
        console.print("\nStopped; no process is left.")
        return 0 if not given.once else 130


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for this run alone: every run begins from nothing, and leaves nothing."""
    place = Path(tempfile.mkdtemp(prefix="mtm-demo-"))
    place.chmod(0o711)  # processes with users of their own pass through to their own files
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def stage(place: Path, port: int) -> Iterator[Stage]:
    """The services, started; and stopped in reverse, however the run ends."""
    preflight.check(place, ports={"PORT": port, "PORT + 1": port + 1}, need_mb=NEED_MB)
    with ExitStack() as opened:
        children = opened.enter_context(Children())
        postgres = opened.enter_context(Postgres(place / "postgres"))
        valkey = opened.enter_context(Valkey(place / "valkey", password=secrets.token_urlsafe(24)))
        kobo = opened.enter_context(KoboProcess(place / "kobo"))
        opened.callback(children.stop)
        yield Stage(place, port, postgres, valkey, kobo, children)


def play(played: Stage, console: Console, *, once: bool) -> int:
    began = time.monotonic()
    console.print("[bold]Services and database[/]")
    passwords = build(played, console)
    passphrases = {name: secrets.token_urlsafe(18) for name in ACCOUNTS}
    fieldwork = Fieldwork(played)
    with ExitStack() as opened:
        opened.callback(fieldwork.close)
        fieldwork.hire()
        watch = Watch(played, console)
        opened.callback(watch.close)
        story = Story(played, console, watch, fieldwork, passwords, passphrases)
        console.print("[bold]Office[/]")
        story.prepare()
        console.print("[bold]Tablets[/]")
        story.send()
        console.print("[bold]Workers[/]")
        story.receive()
        if once:
            console.print("[bold]Review[/]")
            story.decide()
            story.open_one()
            story.count_up()
            story.ledger.show(console)
            console.print(f"{time.monotonic() - began:.0f} seconds.")
            return 0 if story.ledger.adds_up else 1
        tell(played, console, passwords, passphrases)
        while True:
            played.children.check()
            time.sleep(1)


def build(played: Stage, console: Console) -> dict[str, str]:
    """Make keys, roles, tables and accounts, and start the processes; return the passwords."""
    played.make_keys()
    secrets_of_roles = played.key_folder("migrate")
    played.manage("migrate", "make_roles", "--passwords", secrets_of_roles, superuser=True)
    played.manage("migrate", "migrate", "--verbosity", "0")
    played.manage("migrate", "grant_roles")
    played.manage("migrate", "collectstatic", "--noinput", "--verbosity", "0")
    accounts = [f"{name}:{role}" for name, roles in ACCOUNTS.items() for role in roles]
    printed = played.manage("web", "bootstrap", *accounts)
    played.start_processes()
    await_health(played)
    console.print(f"  PostgreSQL with roles {', '.join(ROLES)}; Valkey; a stand-in KoBo server")
    apart = user_for("web") is not None
    whose = (
        "each as a user of its own"
        if apart
        else "all as one user: only their roles and keys are apart"
    )
    console.print(f"  web, worker, beat and vault, {whose}")
    return dict(line.split(" ", 1) for line in printed.splitlines())


def await_health(played: Stage) -> None:
    """Wait until web and vault answer. Raises ServiceFailed."""
    give_up = time.monotonic() + 60
    for address in (f"{played.web_url}/healthz", f"{played.vault_url}/vault/healthz"):
        while not answers(address):
            played.children.check()
            if time.monotonic() > give_up:
                raise ServiceFailed(f"{address} did not answer within a minute.")
            time.sleep(0.1)


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def tell(
    played: Stage, console: Console, passwords: dict[str, str], passphrases: dict[str, str]
) -> None:
    """Say where to look and how to sign in."""
    console.print("\n[bold]Where to look[/]")
    console.print(f"  office   {played.web_url}/admin/")
    console.print(f"  vault    {played.vault_url}/vault/")
    console.print(f"  KoBo     {played.kobo.url} (a stand-in: it has no pages)")
    for name, roles in ACCOUNTS.items():
        role = ", ".join(roles).replace("_", " ")
        console.print(f"  {name:12} {passwords[name]:24} {role}", highlight=False)
    for name in ("focal", "deputy"):
        console.print(f"  passphrase of {name}: {passphrases[name]}", highlight=False)
    console.print("Ctrl-C ends it and leaves nothing behind.")


if __name__ == "__main__":
    sys.exit(main())
