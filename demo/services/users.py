"""Which numeric user each process gets when we are root, and what that user can reach.

As an ordinary user nothing here changes anything: all processes share that user, and
whoever starts them says so.
"""

import os
import pwd
import stat
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from demo.services.failure import ServiceFailed

PROJECT = Path(__file__).resolve().parents[2]

# Numbers without an account, below those that systemd hands out by itself (61184-65519).
UIDS = {
    "web": 61001,
    "worker": 61002,
    "beat": 61003,
    "vault": 61004,
    "kobo": 61005,
}
_NOBODY = 65534


def is_root() -> bool:
    return os.geteuid() == 0


@cache
def user_for(name: str) -> int | None:
    """Return the uid that a process of ours runs under; None to stay who we are.

    None for an ordinary user, and for root if other users cannot read the project
    or its Python (a clone under root's home, say): then all processes share a user.
    """
    needed = (PROJECT, PROJECT / "pyproject.toml", Path(sys.executable), Path(os.__file__))
    uid = UIDS[name]
    return uid if is_root() and _is_free(uid) and can_run(uid, needed) else None


def can_run(uid: int, needed: Iterable[Path]) -> bool:
    """Tell whether a user can read all these, behind links too."""
    return all(can_read(path, uid) and can_read(path.resolve(), uid) for path in needed)


def user_for_server(name: str) -> int | None:
    """Return the uid of a server that should not run as root; None if we are not root.

    It is `nobody`, because initdb wants a user with an account. Raises ServiceFailed
    if this machine maps no user but root.
    """
    if not is_root():
        return None
    if not _mapped(_NOBODY):
        raise ServiceFailed(
            f"{name} must not run as root, and there is no other user here: "
            "run this as an ordinary user."
        )
    return _NOBODY


def can_read(path: Path, uid: int) -> bool:
    """Tell whether a user without groups may read a file, or list and enter a folder."""
    try:
        wanted = 0o5 if path.is_dir() else 0o4
        return can_enter(path.parent, uid) and _allows(path, uid, wanted)
    except OSError:
        return False


def can_enter(folder: Path, uid: int) -> bool:
    """Tell whether a user without groups may pass through a folder."""
    try:
        spellings = {folder.absolute(), folder.resolve()}  # a link's own folders count too
        passed = {step for spelling in spellings for step in (spelling, *spelling.parents)}
        return all(_allows(step, uid, 0o1) for step in passed)
    except OSError:
        return False


def make_private(path: Path, user: int | None) -> None:
    """Leave a file or folder to one user alone: 0400 or 0700. None: to its present owner."""
    if user is not None:
        os.chown(path, user, user)
    path.chmod(0o700 if path.is_dir() else 0o400)


def give(path: Path, user: int | None, mode: int) -> None:
    if user is not None:
        os.chown(path, user, user)
    path.chmod(mode)


def _allows(path: Path, uid: int, wanted: int) -> bool:
    status = path.stat()
    mode = stat.S_IMODE(status.st_mode)
    granted = mode >> 6 if status.st_uid == uid else mode
    return granted & wanted == wanted


def _is_free(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return _mapped(uid)
    return False


def _mapped(uid: int) -> bool:
    """Tell whether this user namespace knows a uid; a container may map only a few."""
    spans = (line.split() for line in Path("/proc/self/uid_map").read_text().splitlines())
    return any(int(first) <= uid < int(first) + int(count) for first, _, count in spans)
