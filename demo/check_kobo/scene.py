"""What every probe is given: who may ask, and a project with some rows in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from demo.check_kobo.findings import Finding, Unexpected
from demo.check_kobo.project import Project, Projects, Sent
from demo.check_kobo.receiver import Receiver
from demo.check_kobo.wire import Account
from forms.kobo import Server

NEEDS_OTHER = "needs a second account (--other-username, --other-token-file)"
NEEDS_RECEIVER = "needs a receiver that KoBo can reach (--receiver-url)"
ASSIGNMENTS = "permission-assignments/"

SEEDS = (
    {"place": "north", "age": "44", "trades": "sew build", "member": ({"m_name": "Example"},)},
    {"place": "south", "age": "9", "trades": "sew"},
    {"place": "east", "age": "18"},
    {"place": "west", "trades": "build"},
)


@dataclass(frozen=True, slots=True)
class Scene:
    """`project` is deployed and holds `seeds`, in the order of SEEDS; `anyone` is signed out."""

    server: Server
    owner: Account
    anyone: Account
    other: Account | None
    receiver: Receiver | None
    projects: Projects
    project: Project
    seeds: tuple[Sent, ...]

    def assignment(self, account: Account, permission: str) -> dict[str, str]:
        """Return an assignment as KoBo wants it: both parts are URLs."""
        base = self.owner.wire.rest.url("/api/v2/")
        return {
            "user": f"{base}users/{account.username}/",
            "permission": f"{base}permissions/{permission}/",
        }

    @contextmanager
    def given(self, account: Account, permission: str) -> Iterator[None]:
        """Let another account have a permission in the project, for the length of the block."""
        body = self.assignment(account, permission)
        reply = self.project.ask("POST", ASSIGNMENTS, body=body)
        if reply.status != 201:
            raise Unexpected(f"giving {permission}", 201, reply.status)
        try:
            yield
        finally:
            self._take_all(account)

    def held_by(self, account: Account) -> set[str]:
        """Return the codenames of what an account may do in the project."""
        return {permission for permission, _ in self._assignments(account)}

    def _take_all(self, account: Account) -> None:
        wire = self.owner.wire
        for _, url in self._assignments(account):
            self.project.account.ask("DELETE", wire.followed(url, seen_from=self.project.path))

    def _assignments(self, account: Account) -> Iterator[tuple[str, str]]:
        found = self.project.ask("GET", ASSIGNMENTS).json
        if not isinstance(found, list):
            raise Unexpected("permission assignments", "a list", type(found).__name__)
        for entry in found:
            if isinstance(entry, dict) and _last(entry, "user") == account.username:
                yield _last(entry, "permission"), str(entry.get("url"))


Probe = Callable[[Scene], Iterator[Finding]]


def _last(entry: dict[str, object], name: str) -> str:
    return str(entry.get(name)).rstrip("/").rpartition("/")[2]


def set_scene(
    projects: Projects,
    server: Server,
    *,
    anyone: Account,
    other: Account | None,
    receiver: Receiver | None,
) -> Scene:
    """Make the project and send its first rows. Raises Unexpected, Unanswered."""
    project = projects.make()
    project.deploy()
    return Scene(
        server=server,
        owner=projects.account,
        anyone=anyone,
        other=other,
        receiver=receiver,
        projects=projects,
        project=project,
        seeds=tuple(project.send(answers) for answers in SEEDS),
    )
