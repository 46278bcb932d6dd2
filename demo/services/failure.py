"""What is told to a person when a service cannot run: one sentence, and nothing they typed."""

import re
from pathlib import Path

_CAUSES = (
    (r"No space left on device|Disk quota exceeded|Check free disk space", "the disk is full"),
    (r"lock file .* already exists", "another PostgreSQL already runs on this folder"),
    (r"Address already in use", "the port is taken"),
    (r"Cannot allocate memory|could not create shared memory", "there is not enough memory"),
    (r"could not look up effective user ID", "its user has no account on this machine"),
    (r"Read-only file system", "the file system is read-only"),
    (r"Permission denied|Operation not permitted", "its user lacks a permission"),
)


class ServiceFailed(Exception):
    """A service did not start, or died; the message is one sentence for a person."""


def cause_in(output: str) -> str:
    """Name the cause that a program's output gives away, or else its complaint or last line."""
    for pattern, cause in _CAUSES:
        if re.search(pattern, output):
            return cause
    if complaint := re.search(r"FATAL: .*|error: .*", output):
        return complaint[0]
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def read_from(log: Path, offset: int) -> str:
    """Return what was written to a log after its first `offset` bytes."""
    with log.open("rb") as file:
        file.seek(offset)
        return file.read().decode(errors="replace")
