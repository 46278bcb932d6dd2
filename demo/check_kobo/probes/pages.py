"""Windows on `/data/` (item 2).

That the cap is 1000 and the default 100 is read off `previous`, in which the server repeats the
limit that it goes by: a thousand rows of our own would be too much to ask of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from demo.check_kobo.findings import Finding, Item
from demo.check_kobo.scene import Scene
from demo.check_kobo.wire import Reply

SEE = Item(2)
REFUSED = {
    "limit=0": {"limit": "0"},
    "limit=-1": {"limit": "-1"},
    "limit=x": {"limit": "x"},
    "start=x": {"start": "x"},
    "count=1": {"count": "1"},
}
NO_WINDOW = {
    "offset": {"offset": "2"},
    "page and page_size": {"page": "2", "page_size": "2"},
}


def pages(scene: Scene) -> Iterator[Finding]:
    ids = [row.get("_id") for row in scene.project.rows(sort='{"_id":1}')]
    first, last = _page(scene, limit="2"), _page(scene, start=str(len(ids) - 2), limit="2")
    yield from SEE.same("first page", ids[:2], _ids(first))
    yield from SEE.same("count", len(ids), first.count)
    yield from SEE.same("previous of the first page", None, first.object.get("previous"))
    yield from SEE.same("next", _link(scene, "2", "2"), _told(first, "next"))
    yield from SEE.same("last page", ids[-2:], _ids(last))
    yield from SEE.same("next of the last page", None, last.object.get("next"))
    before = _link(scene, "2", str(len(ids) - 4))
    yield from SEE.same("previous", before, _told(last, "previous"))
    beyond = _page(scene, start=str(len(ids) + 10))
    yield from SEE.same("start beyond the end", (200, []), (beyond.status, _ids(beyond)))
    for asked, limit in (({"limit": "5000"}, "1000"), ({}, "100")):
        told = _told(_page(scene, start="1", **asked), "previous")
        what = f"limit in use when {asked.get('limit', 'none')} is asked for"
        yield from SEE.same(what, limit, told.get("limit"))
    yield from SEE.untried("a page of more than 1000 rows", "needs a thousand submissions")
    for what, params in REFUSED.items():
        yield from SEE.same(what, 400, _page(scene, **params).status)
    for what, params in NO_WINDOW.items():
        found = _ids(_page(scene, **params))[:2]
        yield from SEE.same(f"{what} does not move the window", ids[:2], found)


def _page(scene: Scene, **params: str) -> Reply:
    return scene.project.ask("GET", "data/", params={"sort": '{"_id":1}', **params})


def _ids(page: Reply) -> list[Any]:
    return [row.get("_id") for row in page.results]


def _link(scene: Scene, limit: str, start: str) -> Mapping[str, str]:
    told = {"url": str(scene.owner.wire.rest.url(f"{scene.project.path}data/")), "limit": limit}
    return told | ({"start": start} if int(start) > 0 else {})


def _told(page: Reply, name: str) -> dict[str, str]:
    """What a link says: where it leads, and its window; no more of it if it is no URL."""
    link = str(page.object.get(name))
    try:
        url = httpx.URL(link)
    except httpx.InvalidURL:
        return {"url": link}
    window = {key: url.params[key] for key in ("limit", "start") if key in url.params}
    return {"url": str(url.copy_with(query=None)), **window}
