"""Find out before anything starts what would stop it, and say so in one sentence.

What must be known before a virtualenv exists (Python's version, its venv module, the
C library) the Makefile asks too; here it is asked of whoever starts the demo otherwise.
"""

import platform
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from demo.services.failure import ServiceFailed, cause_in

_PYTHON = (3, 11)
_GLIBC = (2, 34)  # of PostgreSQL's wheel, the youngest that any of ours needs
_LAST_PORT = 65535


def check(folder: Path, *, ports: Mapping[str, int], need_mb: int) -> None:
    """Raise ServiceFailed if the demo cannot run in a folder.

    `ports` go by the Make variable that sets them; 0 means any and is not checked.
    """
    check_python()
    check_c_library()
    check_folder(folder, need_mb=need_mb)
    for variable, port in ports.items():
        check_port(variable, port)


def check_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    if version < _PYTHON:
        raise ServiceFailed(
            f"Python {_dotted(version)} is too old: {_dotted(_PYTHON)} or newer is needed, "
            "for example make demo PYTHON=python3.11."
        )


def check_c_library(name_and_version: tuple[str, str] | None = None) -> None:
    name, version = name_and_version or platform.libc_ver()
    if name != "glibc":
        raise ServiceFailed(
            "The C library of this machine is not glibc, which PostgreSQL's wheel is built "
            "for: use Debian 12 or Ubuntu 22.04, or newer."
        )
    if tuple(map(int, version.split("."))) < _GLIBC:
        raise ServiceFailed(
            f"The C library, glibc {version}, is too old for PostgreSQL's wheel, which needs "
            f"{_dotted(_GLIBC)}: use Debian 12 or Ubuntu 22.04, or newer."
        )


def check_folder(folder: Path, *, need_mb: int) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            free_mb = shutil.disk_usage(folder).free // 1_000_000
    except OSError as error:
        cause = cause_in(error.strerror or str(error))
        raise ServiceFailed(f"{folder} cannot be written to: {cause}.") from error
    if free_mb < need_mb:
        raise ServiceFailed(
            f"The disk of {folder} has {free_mb} MB free and {need_mb} MB are needed: "
            "remove something, or clone the project to another disk."
        )


def check_port(variable: str, port: int) -> None:
    """Raise ServiceFailed if nobody can listen on 127.0.0.1 at a port now."""
    if not 0 <= port <= _LAST_PORT:
        raise ServiceFailed(f"{variable}={port} is no port: take one from 1024 to {_LAST_PORT}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise ServiceFailed(
                f"Port {port} is kept for root: choose another, "
                f"for example make demo {variable}={port + 8000}."
            ) from error
        except OSError as error:
            raise ServiceFailed(
                f"Port {port} is taken by another program: choose another, "
                f"for example make demo {variable}={_another(port)}."
            ) from error


def _another(port: int) -> int:
    return port + 1 if port < _LAST_PORT else port - 1


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
