"""Start a program that cannot outlive us, and end it with all that it started.

Each program leads a session of its own: Ctrl-C in the terminal reaches only us, and
we choose the order of stopping. Should we be killed, Linux signals it; as it watches
the *thread* that started it, start programs from the main thread.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from demo.services.failure import ServiceFailed

Program = subprocess.Popen[bytes]

_PR_SET_PDEATHSIG = 1
_POLL_S = 0.02
_libc = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, with this environment and no other, as a uid (used as gid too) or as us."""

    argv: Sequence[str | Path]
    env: Mapping[str, str]
    user: int | None = None
    on_our_death: signal.Signals = signal.SIGTERM


def spawn(command: Command, *, output: IO[bytes], given: IO[bytes] | None = None) -> Program:
    """Start a program; what is `given` is its standard input.

    Raises ServiceFailed if it cannot be executed.
    """
    user = command.user
    try:
        # The argv is ours, and the tie to our life can only be made between fork and exec.
        return subprocess.Popen(  # noqa: S603
            [str(word) for word in command.argv],
            env=dict(command.env),
            stdin=given or subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            preexec_fn=_tie_to(os.getpid(), int(command.on_our_death)),  # noqa: PLW1509
        )
    except (OSError, subprocess.SubprocessError) as error:
        who = "" if user is None else f" as user {user}"
        reason = getattr(error, "strerror", None) or str(error)
        raise ServiceFailed(f"Cannot execute {command.argv[0]}{who}: {reason}.") from error


def status_of(program: Program) -> int | None:
    """Return how a program ended (below 0: by which signal), or None while it runs.

    It is not reaped: its number stays taken until end(), so that family() means it.
    """
    if program.returncode is not None:
        return program.returncode
    ended = os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
    if ended is None:
        return None
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status


def end(program: Program, order: signal.Signals, *, patience_s: float) -> None:
    """Ask a program to end, kill it if it does not, and leave nobody whom it started.

    Killing asks the program first, so that it cannot answer the death of the others.
    """
    if program.returncode is not None:
        return
    everyone = family(program.pid)
    try:
        os.kill(program.pid, order)
        wait_until(lambda: status_of(program) is not None, within_s=patience_s)
    finally:  # when we are interrupted meanwhile, too
        kill(everyone | family(program.pid))
        program.wait()


def wait_until(ready: Callable[[], bool], *, within_s: float) -> bool:
    """Ask again and again until it is so; False if the time is up."""
    deadline = time.monotonic() + within_s
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


@dataclass(frozen=True, slots=True)
class Running:
    """A process, told by its start from a later one that got the same number."""

    pid: int
    parent: int
    session: int
    started: int  # clock ticks since boot


def family(leader: int) -> frozenset[Running]:
    """Return a leader, its descendants, and who is left in its session without a parent."""
    everyone = frozenset(_running())
    members = {each for each in everyone if leader in (each.pid, each.session)}
    pids = {leader}
    while more := {each for each in everyone if each.parent in pids} - members:
        members |= more
        pids |= {each.pid for each in members}
    return frozenset(members)


def kill(doomed: frozenset[Running]) -> None:
    """Kill those that still run, and return when none does."""
    identities = {(each.pid, each.started) for each in doomed}

    def left() -> list[int]:
        return [each.pid for each in _running() if (each.pid, each.started) in identities]

    for pid in left():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not left(), within_s=5)


def _running() -> Iterator[Running]:
    """Yield every process that is not a zombie."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            # The name in brackets may hold spaces and brackets: read from behind it.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if fields[0] not in "ZX":
                yield Running(int(folder.name), int(fields[1]), int(fields[3]), int(fields[19]))


def _tie_to(parent: int, signal_number: int) -> Callable[[], None]:
    def tie() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it died before we were tied
            os._exit(1)

    return tie
