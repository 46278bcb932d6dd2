"""What PostgreSQL and Valkey have in common: a folder, a log, one program, four verbs."""

import signal
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, ClassVar, Self

from demo.services.failure import ServiceFailed, cause_in, read_from
from demo.services.place import Place
from demo.services.process import Command, Program, end, spawn, status_of, wait_until
from demo.services.users import user_for_server


class Refused(Exception):
    """A program ended, or kept silent, where it should have answered; the message is its log."""


class Server(ABC):
    """A server of one folder: a context manager, or start() and stop().

    start() raises ServiceFailed. As root it runs under a user that is not root.
    """

    name: ClassVar[str]
    _stop_order: ClassVar[signal.Signals]
    _stop_s: ClassVar[float]
    _start_s: ClassVar[float]

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / f"{self.name.lower()}.log"
        self._program: Program | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        return None if self._program is None else self._program.pid

    def start(self) -> None:
        """Return when it answers; does nothing if it runs already."""
        if self._program is not None:
            return
        with ExitStack() as unless_it_starts:
            unless_it_starts.callback(self.stop)
            try:
                place = self._place()
                self.log.touch(0o600)
                self._program = self._launch(place)
            except OSError as error:
                cause = cause_in(error.strerror or str(error))
                raise ServiceFailed(
                    f"{self.name} cannot be set up in {self.folder}: {cause}."
                ) from error
            unless_it_starts.pop_all()

    def stop(self) -> None:
        """Return when it has ended in good order and no process is left."""
        self._end(self._stop_order)

    def kill(self) -> None:
        """Die as in a crash: it and all it started at once, nothing written any more."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again, after kill() or not; the address stays the same."""
        self._end(self._stop_order)
        self.start()

    def discard(self) -> None:
        """Stop, and remove the folder and whatever of it had to lie elsewhere."""
        self.stop()
        self._place().remove()

    @abstractmethod
    def _launch(self, place: Place) -> Program:
        """Start the program. Raises ServiceFailed and OSError."""

    def _attempt(
        self, command: Command, ready: Callable[[Program], bool], given: IO[bytes] | None = None
    ) -> Program:
        """Start the program once and return it when it is ready. Raises Refused."""
        offset = self.log.stat().st_size
        with self.log.open("ab") as output:
            program = spawn(command, output=output, given=given)
        with ExitStack() as unless_it_answers:  # Ctrl-C meanwhile leaves nothing behind either
            unless_it_answers.callback(end, program, self._stop_order, patience_s=self._stop_s)
            in_time = wait_until(
                lambda: status_of(program) is not None or ready(program), within_s=self._start_s
            )
            if in_time and status_of(program) is None:
                unless_it_answers.pop_all()
                return program
        said = read_from(self.log, offset)
        raise Refused(said if in_time else f"{said}\nit did not answer in time")

    def _end(self, order: signal.Signals) -> None:
        if self._program is not None:
            program, self._program = self._program, None
            end(program, order, patience_s=self._stop_s)

    def _place(self) -> Place:
        return Place(self.folder, user_for_server(self.name))
