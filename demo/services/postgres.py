"""A PostgreSQL 17 of our own, from the wheel, spoken to over a Unix socket only.

How people log in and what the log leaves out is said in `cluster`.
"""

import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from demo.services.cluster import ENVIRONMENT, FAST, LASTING, access_file, data_folder, tool
from demo.services.failure import ServiceFailed, cause_in
from demo.services.place import Place
from demo.services.process import Command, Program
from demo.services.server import Refused, Server
from demo.services.users import can_enter, give

_LONGEST_SOCKET_PATH = 107  # bytes
_STALE_LOCK_S = 8


class Postgres(Server):
    """The database server of one folder; start() makes the cluster on first use.

    With `fast` it forgets all safety against power cuts: for tests. What was
    committed survives kill() all the same.
    """

    name = "Postgres"
    _stop_order: ClassVar = signal.SIGINT  # ends connections; SIGTERM would wait for them
    _stop_s = 30
    _start_s = 60  # recovery after a crash included

    def __init__(
        self, folder: Path, *, socket_folder: Path | None = None, fast: bool = False
    ) -> None:
        super().__init__(folder)
        self._password_file = self.folder / "superuser.password"
        self._settings = FAST if fast else LASTING
        self._wanted_socket_folder = socket_folder
        self._socket_folder: Path | None = None
        self._borrowed: Path | None = None  # a short folder for the socket

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket, known once started."""
        if self._socket_folder is None:
            raise ServiceFailed("Postgres has no address before it is started.")
        return self._socket_folder

    def url(self, role: str, password: str, dbname: str) -> str:
        """Return what DATABASE_URL holds for a role; known once started."""
        login = f"{quote(role, safe='')}:{quote(password, safe='')}"
        host = quote(str(self.socket_folder))
        return f"postgresql://{login}@/{quote(dbname, safe='')}?host={host}"

    def superuser_url(self, dbname: str) -> str:
        return self.url("postgres", self._password_file.read_text(), dbname)

    def stop(self) -> None:
        super().stop()
        if self._borrowed is not None:
            shutil.rmtree(self._borrowed, ignore_errors=True)
            self._borrowed = None

    def _launch(self, place: Place) -> Program:
        """Start the server; after a crash its old lock may stand for some seconds."""
        data = data_folder(place, self._password_file, self.log)
        self._socket_folder = self._make_socket_folder(place)
        argv: list[str | Path] = [tool(place, "postgres"), "-D", data, "-k", self._socket_folder]
        settings = {**self._settings, "hba_file": access_file(place)}
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        command = Command(argv, ENVIRONMENT, place.user, on_our_death=signal.SIGINT)
        give_up = time.monotonic() + _STALE_LOCK_S
        while True:
            try:
                return self._attempt(command, lambda program: _is_ready(data, program.pid))
            except Refused as refusal:
                said = str(refusal)
                locked = "lock file" in said or "pre-existing shared memory" in said
                if not locked or time.monotonic() > give_up:
                    raise ServiceFailed(
                        f"Postgres in {self.folder} does not start: {cause_in(said)}."
                    ) from refusal
            time.sleep(0.2)

    def _make_socket_folder(self, place: Place) -> Path:
        """Make the folder of the socket, elsewhere if its path is too long or closed to us."""
        folder = (self._wanted_socket_folder or place.home / "socket").absolute()
        if self._borrowed is None and not _can_hold_socket(folder, place.user):
            self._borrowed = Path(tempfile.mkdtemp(prefix="mtm-", dir="/tmp"))
        folder = self._borrowed or folder
        folder.mkdir(parents=True, exist_ok=True)
        give(folder, place.user, 0o711)
        return folder


def _can_hold_socket(folder: Path, user: int | None) -> bool:
    if len(bytes(folder / ".s.PGSQL.5432")) > _LONGEST_SOCKET_PATH:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    return user is None or can_enter(folder.parent, user)


def _is_ready(data: Path, pid: int) -> bool:
    """Tell whether this process has written, at the end of its lock file, that it answers."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
