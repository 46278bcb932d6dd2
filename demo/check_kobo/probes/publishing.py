"""From a workbook to a form on tablets, with its media (item 13). In a project of its own."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import fromstring

from demo.check_kobo.findings import Finding, Item, Unexpected
from demo.check_kobo.form import MORE, NOT_A_WORKBOOK, workbook
from demo.check_kobo.project import Project
from demo.check_kobo.scene import Scene
from demo.check_kobo.wire import Part, Reply

SEE = Item(13)
DEPLOYMENT = "deployment/"
PLACES = "places.csv"


def publishing(scene: Scene) -> Iterator[Finding]:
    project = scene.projects.make()
    yield from _first_deployment(project)
    yield from _imports(scene, project)
    yield from _redeployment(project)
    yield from _media(project)
    yield from _archive(project)


def _first_deployment(project: Project) -> Iterator[Finding]:
    for what, status, method, below in (
        ("rows before a deployment", 400, "GET", "data/"),
        ("a deployment before there is one", 404, "GET", DEPLOYMENT),
        ("a redeployment before the first", 405, "PATCH", DEPLOYMENT),
        ("the first deployment", 200, "POST", DEPLOYMENT),
        ("a first deployment again", 405, "POST", DEPLOYMENT),
    ):
        body = None if method == "GET" else {"active": True}
        yield from SEE.same(what, status, project.ask(method, below, body=body).status)
    project.form_uuid = project.ask("GET").text("deployment__uuid")


def _imports(scene: Scene, project: Project) -> Iterator[Finding]:
    # With a destination, so that a server which takes rubbish makes nothing new of it.
    rubbish = scene.projects.imported(NOT_A_WORKBOOK, name=project.name, replace=project)
    yield from SEE.same("an import of rubbish ends", "error", rubbish.object["status"])
    good = scene.projects.imported(workbook(MORE), name=project.name, replace=project)
    yield from SEE.same("an import of a good form ends", "complete", good.object["status"])
    messages = good.object.get("messages")
    told = isinstance(messages, dict) and bool(messages.get("updated"))
    yield from SEE.holds("it names the form that it replaced", told)


def _redeployment(project: Project) -> Iterator[Finding]:
    asset = project.ask("GET")
    new, old = asset.text("version_id"), asset.text("deployed_version_id")
    yield from SEE.holds("an import alone deploys nothing", new != old)
    for what, status, version, deployed in (
        ("without a version", 200, None, old),
        ("of an older version", 500, old, old),
        ("of the newest version", 200, new, new),
        ("of the same version again", 200, new, new),
    ):
        body = {"active": True} | ({"version_id": version} if version else {})
        reply = project.ask("PATCH", DEPLOYMENT, body=body)
        yield from SEE.same(f"a redeployment {what}", status, reply.status)
        found = project.ask("GET").text("deployed_version_id")
        is_newest = (deployed == new, found == new)
        yield from SEE.same(f"newest version on tablets after one {what}", *is_newest)


def _media(project: Project) -> Iterator[Finding]:
    first = _uploaded(project, b"name,label\na,A\n")
    yield from SEE.same("a file of the form", 201, first.status)
    second = _uploaded(project, b"name,label\nb,B\n").status
    yield from SEE.same("a file of a name that is there", 400, second)
    yield from SEE.same("on tablets before a redeployment", None, _published(project))
    _redeploy(project)
    shown = project.settled(lambda: _published(project), lambda found: found is not None)
    yield from SEE.holds("on tablets after a redeployment", shown is not None)
    removed = project.ask("DELETE", f"files/{first.text('uid')}/")
    yield from SEE.same("a file removed", 204, removed.status)
    _uploaded(project, b"name,label\nb,B\n")
    still = _published(project)
    yield from SEE.same("a replaced file, before a redeployment", shown, still)
    _redeploy(project)
    anew = project.settled(lambda: _published(project), lambda found: found not in {None, shown})
    is_new = anew not in {None, shown}
    yield from SEE.holds("a replaced file is a new one after a redeployment", is_new)


def _uploaded(project: Project, content: bytes) -> Reply:
    fields = {
        "file_type": "form_media",
        "description": PLACES,
        "metadata": f'{{"filename": "{PLACES}"}}',
    }
    files: list[Part] = [("content", (PLACES, content, "text/csv"))]
    return project.ask("POST", "files/", fields=fields, files=files)


def _redeploy(project: Project) -> None:
    version = project.ask("GET").text("version_id")
    project.ask("PATCH", DEPLOYMENT, body={"active": True, "version_id": version})


def _published(project: Project) -> str | None:
    """The hash of the file as tablets are told it; None if they are told of none."""
    manifest = _listed(project, "manifestUrl")
    if manifest is None:
        return None
    target = project.account.wire.followed(manifest, seen_from="/formList")
    for entry in _root(project.account.ask("GET", target)).iterfind("{*}mediaFile"):
        if entry.findtext("{*}filename") == PLACES:
            return entry.findtext("{*}hash")
    return None


def _listed(project: Project, name: str) -> str | None:
    """What the list of forms says of the project; None if it is not there, or says nothing."""
    for form in _root(project.account.ask("GET", "/formList")).iterfind("{*}xform"):
        if form.findtext("{*}formID") == project.uid:
            return form.findtext(f"{{*}}{name}") or None
    return None


def _root(reply: Reply) -> Element:
    try:
        root: Element = fromstring(reply.body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        raise Unexpected(reply.asked, "XML", f"{reply.status}, no XML") from None
    return root


def _archive(project: Project) -> Iterator[Finding]:
    archived = project.ask("PATCH", DEPLOYMENT, body={"active": False})
    yield from SEE.same("archiving", 200, archived.status)
    refused = project.post(project.written({"place": "archived"}).xml)
    yield from SEE.same("a submission to an archived form", 405, refused.status)
    yield from SEE.same("rows of an archived form", 200, project.ask("GET", "data/").status)
    offered = _listed(project, "formID") is not None
    yield from SEE.fails("an archived form is offered to tablets", offered)
