"""A form of a test's own on the live server, and how to fill it in."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.contract.lab import Lab
from tests.contract.workbooks import question, workbook

SMALL = workbook(
    survey=[
        question("text", "place"),
        question("integer", "age"),
        question("image", "photo"),
        question("begin repeat", "member"),
        question("text", "m_name"),
        {"type": "end repeat"},
    ]
)


@dataclass(frozen=True)
class Form:
    lab: Lab
    uid: str

    @property
    def path(self) -> str:
        return f"/api/v2/assets/{self.uid}/"

    def ask(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        """A request below the form's own address; by mtm unless `who` says otherwise."""
        return self.lab.ask(method, self.path + path, **more)

    def rows(self, **parameters: Any) -> list[dict[str, Any]]:
        return self.ask("GET", "data/", params=parameters).json()["results"]

    def row(self, identifier: object) -> dict[str, Any]:
        return self.ask("GET", f"data/{identifier}/").json()

    def xml(self, uuid: str, *, replaces: str = "", **answers: str) -> str:
        fields = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
        old = f"<deprecatedID>uuid:{replaces}</deprecatedID>" if replaces else ""
        meta = f"<meta><instanceID>uuid:{uuid}</instanceID>{old}</meta>"
        return f'<{self.uid} id="{self.uid}" version="1">{fields}{meta}</{self.uid}>'

    def post(self, xml: str, *, who: str = "enum1", **files: bytes) -> httpx.Response:
        parts = [("xml_submission_file", ("submission.xml", xml.encode(), "text/xml"))]
        parts += [(name, (name, content, "image/jpeg")) for name, content in files.items()]
        return self.lab.ask("POST", "/submission", who=who, files=parts)

    def send(self, *, who: str = "enum1", uuid: str = "", **answers: str) -> str:
        """Send a new submission that must be taken; returns its uuid."""
        uuid = uuid or str(uuid4())
        answer = self.post(self.xml(uuid, **answers), who=who)
        assert answer.status_code == 201, answer.text
        return uuid

    def edit(self, replaces: str, *, who: str = "mtm", **answers: str) -> str:
        """Replace a submission by an edit that must be taken; returns the new uuid."""
        uuid = str(uuid4())
        answer = self.post(self.xml(uuid, replaces=replaces, **answers), who=who)
        assert answer.status_code == 201, answer.text
        return uuid

    def give(self, username: str, permission: str, **more: Any) -> httpx.Response:
        base = self.lab.kobo.url
        body = {
            "user": f"{base}/api/v2/users/{username}/",
            "permission": f"{base}/api/v2/permissions/{permission}/",
        }
        return self.ask("POST", "permission-assignments/", body=body | more)

    def history(self, q: str = "") -> list[dict[str, Any]]:
        return self.ask("GET", "history/", params={"limit": "1000", "q": q}).json()["results"]


def import_form(lab: Lab, content: bytes, *, name: str = "A form", **fields: str) -> dict[str, Any]:
    """Upload a workbook and poll once; returns what the import came to."""
    files = {"file": ("form.xlsx", content)}
    data = {"name": name, "library": "false"} | fields
    started = lab.ask("POST", "/api/v2/imports/", files=files, data=data).json()
    return lab.ask("GET", f"/api/v2/imports/{started['uid']}/").json()


def deploy_form(
    lab: Lab, content: bytes = SMALL, *, name: str = "A form", shared: bool = True
) -> Form:
    """Import and deploy; if shared, enum1 may add submissions."""
    ended = import_form(lab, content, name=name)
    form = Form(lab, ended["messages"]["created"][0]["uid"])
    deployed = form.ask("POST", "deployment/", body={"active": True})
    assert deployed.status_code == 200, deployed.text
    if shared:
        form.give("enum1", "add_submissions")
    return form
