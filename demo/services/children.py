"""Run our own processes side by side: start them, watch them, leave none behind."""

import signal
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from demo.services.failure import ServiceFailed
from demo.services.process import Command, Program, end, spawn, status_of

_PATIENCE_S = 10
_LAST_LINES = 15
_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    program: Program
    log: Path


class Children:
    """Named processes, stopped in reverse order of their start.

    As a context manager it also turns SIGTERM and SIGHUP into SystemExit, so that they
    leave as cleanly as Ctrl-C does. Enter it in the main thread, and outside of it the
    servers that the processes need: they are then stopped last.
    """

    def __init__(self, *, patience_s: float = _PATIENCE_S) -> None:
        self._children: list[Child] = []
        self._patience_s = patience_s
        self._on_leaving = ExitStack()

    def __enter__(self) -> Self:
        for ending in _ENDINGS:
            if signal.getsignal(ending) is signal.SIG_IGN:  # as under nohup
                continue
            self._on_leaving.callback(signal.signal, ending, signal.signal(ending, _leave))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._on_leaving:
            self.stop()

    def start(
        self,
        name: str,
        argv: Sequence[str | Path],
        env: Mapping[str, str],
        *,
        user: int | None,
        log: Path,
    ) -> int:
        """Start a process and return its pid; what it prints is added to its log, for us alone.

        Raises ServiceFailed if it cannot be executed.
        """
        log.touch(0o600)
        with log.open("ab") as output:
            program = spawn(Command(argv, env, user), output=output)
        self._children.append(Child(name, program, log))
        return program.pid

    def check(self) -> None:
        """Raise ServiceFailed if a process has ended, with the last lines that it logged."""
        for child in self._children:
            status = status_of(child.program)
            if status is not None:
                raise ServiceFailed(f"{child.name} {_how(status)}.\n{_last_lines(child.log)}")

    def kill(self, name: str) -> None:
        """Let one process die as in a crash, and forget it: it can be started again."""
        child = next(child for child in self._children if child.name == name)
        self._children.remove(child)
        end(child.program, signal.SIGKILL, patience_s=self._patience_s)

    def stop(self) -> None:
        """Ask each to end, kill it if it does not; return when no process is left.

        Interrupted by a second Ctrl-C, it asks no more and kills.
        """
        with ExitStack() as killing:
            for child in self._children:
                killing.callback(end, child.program, signal.SIGKILL, patience_s=self._patience_s)
            for child in reversed(self._children):
                end(child.program, signal.SIGTERM, patience_s=self._patience_s)
        self._children.clear()


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _how(status: int) -> str:
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended by itself with status {status}"


def _last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-_LAST_LINES:]
    return "\n".join(lines) if lines else f"({log.name} is empty)"
