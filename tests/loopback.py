"""Run a command where the only network is 127.0.0.1: `python tests/loopback.py command …`.

pytest-socket guards the tests' own process and no other; here the kernel guards all of
them. The user stays the same, so that a server may refuse root or be given another
user as it would outside. Where the machine does not allow it, a line says so and the
command runs all the same.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1


def isolate() -> None:
    """Leave the machine's network for one with a loopback alone. Raises OSError."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        _unshare(_CLONE_NEWNET)
    else:
        _unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def can_isolate() -> bool:
    """Try it in a child, for there is no way back."""
    child = os.fork()
    if child == 0:
        try:
            isolate()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main(command: list[str]) -> None:
    if can_isolate():
        isolate()
    else:
        sys.stderr.write(
            "The tests can reach the network: this machine does not let us take one of our own.\n"
        )
        sys.stderr.flush()
    os.execvp(command[0], command)  # noqa: S606 - the command of the Makefile


if __name__ == "__main__":
    main(sys.argv[1:])
