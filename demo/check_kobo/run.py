"""One run: make the projects, ask what there is to ask, remove the projects whatever happened."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field

from demo.check_kobo.findings import Difference, Finding, Unexpected, Untried
from demo.check_kobo.probes import LINES, Line
from demo.check_kobo.project import Projects
from demo.check_kobo.receiver import CannotListen, Receiver, listening
from demo.check_kobo.report import Outcome, Report
from demo.check_kobo.scene import Scene, set_scene
from demo.check_kobo.wire import Account, Unanswered, Wire
from forms.kobo import Credential, HostRefused, Server, TokenMissing


class CouldNotRun(Exception):
    """Nothing was found out, for a reason that is one sentence."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the receiver of hooks listens, and under which address KoBo reaches it."""

    url: str
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`other` is a second account: its username and its token."""

    server: Server
    token: str = field(repr=False)
    other: tuple[str, str] | None = field(default=None, repr=False)
    listen: Listen | None = None
    keep: bool = False


def check(
    plan: Plan,
    *,
    sleep: Callable[[float], None],
    about: Callable[[Line], None] = lambda line: None,
) -> Report:
    """Return what was found. `about` is told of each line before it is looked at.

    The throw-away projects are gone afterwards, also after an error or an interruption, which is
    passed on with the names of what could not be removed as a note. Raises CouldNotRun.
    """
    try:
        with closing(Wire(plan.server, sleep)) as wire, _receiver(plan.listen) as receiver:
            return _checked(plan, wire, receiver, about)
    except CannotListen as where:
        raise CouldNotRun(f"The receiver of hooks cannot listen at {where}.") from None
    except HostRefused as refused:
        raise CouldNotRun(str(refused)) from None


def _checked(
    plan: Plan, wire: Wire, receiver: Receiver | None, about: Callable[[Line], None]
) -> Report:
    owner = _signed_in(wire, plan.token, "")
    other = _signed_in(wire, plan.other[1], plan.other[0]) if plan.other else None
    if other is not None and other.username == owner.username:
        raise CouldNotRun("The second account is the first one: give another.")
    projects = Projects(owner)
    try:
        scene = _set(plan, projects, other, receiver)
        outcomes = tuple(_looked_at(scene, about))
    except BaseException as failure:
        for name in projects.remove():
            failure.add_note(f"Could not be removed, please delete it: {name}")
        raise
    left = tuple(projects.names) if plan.keep else projects.remove()
    return Report(plan.server.url, outcomes, left, wire.asked, kept=plan.keep)


def _set(plan: Plan, projects: Projects, other: Account | None, receiver: Receiver | None) -> Scene:
    anyone = Account(projects.account.wire, "", None)
    try:
        return set_scene(projects, plan.server, anyone=anyone, other=other, receiver=receiver)
    except Unanswered as failure:
        raise CouldNotRun(f"The throw-away project could not be made: {failure}.") from None
    except Unexpected as failure:
        words = f"{failure.what}: {failure.expected} expected, {failure.found} found"
        raise CouldNotRun(f"The throw-away project could not be made: {words}.") from None


def _receiver(listen: Listen | None) -> AbstractContextManager[Receiver | None]:
    return listening(listen.url, listen.host, listen.port) if listen else nullcontext()


def _signed_in(wire: Wire, token: str, username: str) -> Account:
    """Return the account of a token, which must be the one named if one is. Raises CouldNotRun."""
    whose = "of the second account " if username else ""
    try:
        account = Account(wire, username, Credential.from_token(token).header)
        reply = account.ask("GET", "/me/")
        if reply.status == 401:
            raise CouldNotRun(f"The server does not accept the token {whose}(401, /me/).")
        found = reply.text("username")
    except TokenMissing as missing:
        raise CouldNotRun(str(missing)) from None
    except Unanswered as failure:
        raise CouldNotRun(f"The server cannot be reached: {failure}.") from None
    except Unexpected:
        raise CouldNotRun("This does not answer as a KoBo server does (/me/).") from None
    if username and found != username:
        raise CouldNotRun("The second token belongs to another account than the one named.")
    return Account(wire, found, account.header)


def _looked_at(scene: Scene, about: Callable[[Line], None]) -> Iterator[Outcome]:
    for line in LINES:
        about(line)
        yield Outcome(line.number, line.about, tuple(_findings(line, scene)))


def _findings(line: Line, scene: Scene) -> Iterator[Finding]:
    try:
        yield from line.probe(scene)
    except Unexpected as found:
        yield Difference(line.number, found.what, found.expected, found.found)
    except Unanswered as failure:
        yield Untried(line.number, "the rest of it", str(failure), broken=True)
