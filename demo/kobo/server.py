"""The stand-in under gunicorn: one worker process, several threads, connections kept alive."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # it has none

from demo.kobo.application import Application
from demo.kobo.deliveries import start_delivering
from demo.kobo.store import Store
from demo.kobo.world import Settings, World

SECRET_VARIABLE = "STAND_IN_SECRET"


@dataclass(frozen=True, slots=True)
class Options:
    host: str
    port: int  # 0: any free one
    store: Path
    port_file: Path | None
    page_delay: float


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    def __init__(self, options: Options) -> None:
        self._stand_in = options
        self._secret = os.environ.get(SECRET_VARIABLE) or secrets.token_urlsafe(32)
        super().__init__()

    def load_config(self) -> None:
        chosen: dict[str, Any] = {
            "bind": f"{self._stand_in.host}:{self._stand_in.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": 8,
            "keepalive": 75,
            "timeout": 0,
            "graceful_timeout": 2,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": self._tell,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        """Runs in the worker process: the store and the threads belong there."""
        world = World(self._secret, Settings(page_delay=self._stand_in.page_delay))
        store = Store(self._stand_in.store)
        start_delivering(store, world)
        return Application(store, world)

    def _tell(self, arbiter: Any) -> None:
        host, port = arbiter.LISTENERS[0].sock.getsockname()[:2]
        print(f"stand-in KoBo server at http://{host}:{port}", flush=True)
        if SECRET_VARIABLE not in os.environ:
            print(f"its secret for /_stand_in/: {self._secret}", flush=True)
        if self._stand_in.port_file is not None:
            written = self._stand_in.port_file.with_suffix(".part")
            written.write_text(f"{port}\n")
            written.replace(self._stand_in.port_file)
