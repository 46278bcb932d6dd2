"""Throw-away projects: made, filled in, and removed whatever happens.

A project is known by its name from before it is asked for until it is gone, so that one whose
import was interrupted half-way is looked for by that name, which no other project can have.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from demo.check_kobo.findings import Unexpected
from demo.check_kobo.form import SURVEY, Answers, Sheet, filled, workbook
from demo.check_kobo.wire import Account, Part, Reply, Unanswered

T = TypeVar("T")

ASSETS = "/api/v2/assets/"
IMPORTS = "/api/v2/imports/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POLLS_S = (0.5, 1.0, 1.0, 2.0, 3.0, *(5.0,) * 10)
SETTLING_S = (0.2, 0.5, 1.0, 2.0, 3.0, 5.0)
SEARCHES = 4


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission that was sent: its uuid (without `uuid:`) and its bytes."""

    uuid: str
    xml: bytes


@dataclass(slots=True)
class Project:
    """A project of the probe's own. `form_uuid` is empty until it is deployed."""

    account: Account
    uid: str
    name: str
    form_uuid: str = ""

    @property
    def path(self) -> str:
        return f"{ASSETS}{self.uid}/"

    def ask(self, method: str, below: str = "", **more: Any) -> Reply:
        """Ask below the project's own address, as its owner unless `who` says otherwise."""
        who: Account = more.pop("who", self.account)
        return who.ask(method, self.path + below, **more)

    def deploy(self) -> None:
        """Raises Unexpected."""
        reply = self.ask("POST", "deployment/", body={"active": True})
        if reply.status != 200:
            raise Unexpected("first deployment", 200, reply.status)
        self.form_uuid = self.ask("GET").text("deployment__uuid")

    def written(self, answers: Answers, *, uuid: str = "", replaces: str = "") -> Sent:
        """Return a submission that is not sent yet; an edit of `replaces` if that is given."""
        uuid = uuid or str(uuid4())
        meta = {"instanceID": f"uuid:{uuid}"}
        if replaces:
            meta["deprecatedID"] = f"uuid:{replaces}"
        return Sent(uuid, filled(self.uid, answers, form_uuid=self.form_uuid, meta=meta))

    def post(
        self, xml: bytes, *, who: Account | None = None, files: Mapping[str, bytes] | None = None
    ) -> Reply:
        parts: list[Part] = [("xml_submission_file", ("submission.xml", xml, "text/xml"))]
        for name, content in (files or {}).items():
            parts.append((name, (name, content, "image/jpeg")))
        return (who or self.account).ask("POST", "/submission", files=parts)

    def send(self, answers: Answers, *, replaces: str = "") -> Sent:
        """Send what must be taken. Raises Unexpected if it is not."""
        sent = self.written(answers, replaces=replaces)
        reply = self.post(sent.xml)
        if reply.status != 201:
            raise Unexpected("a submission sent", 201, reply.status)
        return sent

    def row(self, identifier: object) -> dict[str, Any]:
        """Raises Unexpected unless there is such a row."""
        reply = self.ask("GET", f"data/{identifier}/")
        if reply.status != 200:
            raise Unexpected("a row just sent", 200, reply.status)
        return reply.object

    def rows(self, **params: str) -> list[dict[str, Any]]:
        return self.ask("GET", "data/", params={"limit": "1000", **params}).results

    def history(self, q: str) -> list[dict[str, Any]]:
        """Return the entries that a search finds, in the order they came."""
        return self.ask("GET", "history/", params={"q": q, "limit": "100"}).results

    def status_of(self, identifier: object) -> Any:
        """Return the uid of the validation status; None if none is set."""
        return self.ask("GET", f"data/{identifier}/validation_status/").object.get("uid")

    def set_status(self, identifier: object, uid: str, **more: Any) -> Reply:
        body = {"validation_status.uid": uid}
        return self.ask("PATCH", f"data/{identifier}/validation_status/", body=body, **more)

    def settled(self, look: Callable[[], T], done: Callable[[T], bool]) -> T:
        """Return what `look` sees once it is `done`, or at last: what follows an act may lag."""
        for wait in SETTLING_S:
            if done(seen := look()):
                return seen
            self.account.wire.sleep(wait)
        return look()


@dataclass(slots=True)
class Projects:
    """All throw-away projects of one run."""

    account: Account
    suffix: str = field(default_factory=lambda: secrets.token_hex(5))
    _names: list[str] = field(default_factory=list)
    _uids: dict[str, str] = field(default_factory=dict)  # by name

    def make(self, survey: Sheet = SURVEY) -> Project:
        """Import a project that is not deployed yet. Raises Unexpected, Unanswered."""
        name = f"MTM probe {self.suffix}-{len(self._names) + 1}, may be deleted"
        self._names.append(name)
        ended = self.imported(workbook(survey), name=name)
        uid = _uid(ended, "created")
        self._uids[name] = uid
        self.account.wire.ours.add(uid)
        return Project(self.account, uid, name)

    def imported(self, content: bytes, *, name: str, replace: Project | None = None) -> Reply:
        """Upload a workbook; return the last answer of the polling."""
        wire = self.account.wire
        fields = {"name": name, "library": "false"}
        if replace is not None:
            fields["destination"] = str(wire.rest.url(replace.path))
        files = [("file", ("form.xlsx", content, XLSX))]
        started = self.account.ask("POST", IMPORTS, fields=fields, files=files)
        if started.status != 201:
            raise Unexpected("an import begun", 201, started.status)
        target = wire.followed(started.text("url"), seen_from=IMPORTS)
        for wait in POLLS_S:
            polled = self.account.ask("GET", target)
            if polled.object.get("status") in {"complete", "error"}:
                return polled
            wire.sleep(wait)
        raise Unexpected("an import ended", "complete or error", "still processing")

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._names)

    def remove(self) -> tuple[str, ...]:
        """Remove them all; return the names of those that may still be there."""
        self.account.wire.tidying = True
        return tuple(name for name in self._names if not self._is_removed(name))

    def _is_removed(self, name: str) -> bool:
        try:
            uid = self._uids.get(name) or self._found(name)
            if uid is None:
                return False
            self.account.wire.ours.add(uid)
            return self.account.ask("DELETE", f"{ASSETS}{uid}/").status in {204, 404}
        except (Unanswered, Unexpected):
            return False

    def _found(self, name: str) -> str | None:
        """Return the uid of a project whose import was interrupted; None if it is not seen.

        The name holds a random suffix of this run, so that it cannot be anyone else's.
        """
        for _ in range(SEARCHES):
            params = {"q": "asset_type:survey", "limit": "1000"}
            for asset in self.account.ask("GET", ASSETS, params=params).results:
                if asset.get("name") == name and isinstance(asset.get("uid"), str):
                    return str(asset["uid"])
            self.account.wire.sleep(1.0)
        return None


def _uid(ended: Reply, kind: str) -> str:
    """Return the uid of the form that an import made. Raises Unexpected."""
    messages = ended.object.get("messages")
    named = messages.get(kind) if isinstance(messages, dict) else None
    first = named[0] if isinstance(named, list) and named else {}
    uid = first.get("uid") if isinstance(first, dict) else None
    if not isinstance(uid, str) or not uid.isalnum():
        raise Unexpected("an import of a good form", f"complete, {kind}", ended.object["status"])
    return uid
