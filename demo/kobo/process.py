"""The stand-in as a child process: for tests, for the demonstration, for measurements."""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 30.0


class StandInFailed(Exception):
    """The child process did not start, or refused what it was told."""


class KoboProcess:
    """A stand-in server that keeps its store and its log in one folder.

    It has a process group of its own and ends with this process, however that ends; on Linux
    already with the thread that started it, so start it from one that lasts. Started again in
    the same folder it knows all that it knew.
    """

    def __init__(self, folder: Path, *, port: int = 0, page_delay: float = 0.0) -> None:
        self._folder = folder
        self._wanted_port = port
        self._page_delay = page_delay
        self._secret = secrets.token_urlsafe(32)
        self._child: subprocess.Popen[bytes] | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Raises StandInFailed when it does not answer within half a minute."""
        self._folder.mkdir(parents=True, exist_ok=True)
        port_file = self._folder / "port"
        port_file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "demo.kobo", "--parent", str(os.getpid())]
        command += ["--port", str(self._wanted_port), "--port-file", str(port_file)]
        command += ["--store", str(self._folder / "kobo.sqlite3")]
        command += ["--page-delay", str(self._page_delay)]
        with (self._folder / "log.txt").open("ab") as log:
            self._child = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
                command,
                cwd=_ROOT,
                env=os.environ | {"STAND_IN_SECRET": self._secret},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )
        self._await(port_file)
        return self

    def stop(self) -> None:
        """End it and wait until it is gone; harmless when it is not running."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait(10)
        self._child = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def add_user(
        self, username: str, *, password: str, token: str, superuser: bool = False
    ) -> None:
        """An account with this password and this 40-hex token; a known one is changed."""
        account = {"username": username, "password": password, "token": token}
        self.control("users", account | {"superuser": superuser})

    def control(self, act: str, body: Any = None, *, raw: bytes | None = None) -> Any:
        """Tell the stand-in something under `/_stand_in/`; returns its answer.

        `raw` is sent as it is (rows, one JSON object a line). Raises StandInFailed.
        """
        content = json.dumps(body or {}).encode() if raw is None else raw
        request = Request(  # noqa: S310 - always http to our own child
            f"{self.url}/_stand_in/{act}",
            content,
            {"Content-Type": "application/json", "X-Stand-In-Secret": self._secret},
        )
        try:
            with urlopen(request, timeout=600) as answer:  # noqa: S310 - as above
                return json.load(answer)
        except HTTPError as error:
            with error:
                raise StandInFailed(f"{act}: {error.code} {error.read().decode()}") from error

    def _await(self, port_file: Path) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if self._child is None or self._child.poll() is not None:
                break
            if port_file.exists():
                self.port = int(port_file.read_text())
                if self._is_healthy(deadline - time.monotonic()):
                    return
                break
            time.sleep(0.02)
        log = (self._folder / "log.txt").read_text()[-2000:]
        self.stop()
        raise StandInFailed(f"it did not start: {log}")

    def _is_healthy(self, patience: float) -> bool:
        try:
            with urlopen(f"{self.url}/_stand_in/health", timeout=patience) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False
