"""From a workbook to a form that tablets can fetch.

Three answers of KoBo look like success and are none: an import is 201 even for rubbish and ends
later; without `library=false` it becomes something that cannot be deployed; a redeployment that
does not name the version is 200 and deploys nothing.
"""

from typing import Any

import msgspec

from forms.kobo.answer import Answer, json_of, lenient_json, short_texts
from forms.kobo.assets import asset
from forms.kobo.errors import DeploymentRefused, ImportRefused, KoboError, KoboUnavailable
from forms.kobo.paths import IMPORTS, asset_path
from forms.kobo.session import Call, Session

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
POLLS_S = (0.5, 1, 1, 2, 3, *(5,) * 60)


class _Started(msgspec.Struct):
    url: str


class _Uid(msgspec.Struct):
    uid: str


class _Messages(msgspec.Struct):
    created: list[_Uid] = []
    updated: list[_Uid] = []
    error: Any = None


class _Progress(msgspec.Struct):
    status: str
    messages: _Messages = msgspec.field(default_factory=_Messages)


class _Deployed(msgspec.Struct):
    version_id: str


def import_form(session: Session, workbook: bytes, *, name: str, replace: str | None) -> str:
    started = session.ask(_import(session, workbook, name, replace), json_of(_Started))
    target = session.origin.target(started.url, seen_from=IMPORTS)
    for seconds in POLLS_S:
        progress = session.ask(Call(target=target), json_of(_Progress))
        if progress.status == "complete":
            return _uid(progress.messages)
        if progress.status == "error":
            raise ImportRefused(path=IMPORTS, messages=short_texts(progress.messages.error))
        session.wait(seconds)
    raise KoboUnavailable("KoBo has not finished the import.", code="timeout", path=IMPORTS)


def deploy(session: Session, asset_uid: str) -> str:
    form = asset(session, asset_uid)
    target = asset_path(asset_uid, "deployment")
    if form.asset_type != "survey":
        raise DeploymentRefused("This is an item of KoBo's library, not a form.", path=target)
    deployed = session.ask(
        Call(
            method="PATCH" if form.has_deployment else "POST",
            target=target,
            json={"active": True, "version_id": form.version_id}
            if form.has_deployment
            else {"active": True},
            repeatable=False,
        ),
        _read_deployment,
    )
    if deployed != form.version_id:
        raise DeploymentRefused("KoBo agreed, but did not deploy the newest version.", path=target)
    return deployed


def _import(session: Session, workbook: bytes, name: str, replace: str | None) -> Call:
    fields = {"name": name, "library": "false"}
    if replace is not None:
        fields["destination"] = str(session.origin.url(asset_path(replace)))
    return Call(
        method="POST",
        target=IMPORTS,
        fields=fields,
        files={"file": ("form.xlsx", workbook, XLSX)},
        repeatable=False,
    )


def _uid(messages: _Messages) -> str:
    for form in (*messages.updated, *messages.created):
        return form.uid
    raise KoboError("KoBo finished the import without naming the form.", path=IMPORTS)


def _read_deployment(answer: Answer) -> str:
    if answer.status in {400, 405}:
        raise DeploymentRefused(
            status=answer.status,
            path=answer.path,
            messages=short_texts(lenient_json(answer.body)),
        )
    return json_of(_Deployed)(answer).version_id
