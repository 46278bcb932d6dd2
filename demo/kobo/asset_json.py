"""An asset as the API shows it: short in lists, long by itself and inside a deployment."""

from typing import Any

import msgspec

from demo.kobo.assets import may_count_rows, n_rows, status_of
from demo.kobo.assignments import assignments_shown
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.files import files_of
from demo.kobo.rights import LABELS, assignable, granted
from demo.kobo.store import Row
from demo.kobo.summaries import report_styles, summary
from demo.kobo.versions import version_json

Shown = dict[str, Any]
# A public key alone encrypts what tablets send, and yet the asset says it is not encrypted.
_ENCRYPTING = {"public_key", "submission_url"}
_ENKETO = "https://enketo.example.org"


def listed_asset(call: Call, asset: Row) -> Shown:
    content = msgspec.json.decode(asset["content"])
    return (
        _dates(call, asset)
        | {"summary": summary(content), "parent": None, "uid": asset["uid"], "tag_string": ""}
        | {"settings": msgspec.json.decode(asset["settings"]), "kind": "asset"}
        | {"name": asset["name"], "asset_type": asset["asset_type"]}
        | {"version_id": asset["version"]}
        | _deployment(call, asset)
        | {"permissions": assignments_shown(call, asset), "export_settings": []}
        | {"downloads": _downloads(call, asset), "data": call.asset_link(asset["uid"], "data")}
        | _sharing(call, asset)
    )


def whole_asset(call: Call, asset: Row) -> Shown:
    uid, content = asset["uid"], msgspec.json.decode(asset["content"])
    newest = call.store.one("SELECT * FROM versions WHERE uid = ?", asset["version"])
    links = {name: call.asset_link(uid, name) for name in ("xform", "hooks", "xls")}
    return (
        _dates(call, asset)
        | {"parent": None, "settings": msgspec.json.decode(asset["settings"])}
        | {"asset_type": asset["asset_type"], "files": files_of(call, uid)}
        | {"summary": summary(content), "version_id": asset["version"]}
        | {"version__content_hash": newest["content_hash"] if newest else None}
        | {"version_count": _count_versions(call, uid)}
        | _deployment(call, asset)
        | {"deployed_versions": _deployed_versions(call, uid)}
        | _deployment_links(call, asset)
        | {"report_styles": report_styles(content), "report_custom": {}}
        | {"advanced_features": {"_version": "20250820"}, "map_styles": {}, "map_custom": {}}
        | {"content": content, "downloads": _downloads(call, asset)}
        | {
            "embeds": [
                {"format": "xls", "url": links["xls"]},
                {"format": "xform", "url": links["xform"]},
            ]
        }
        | {"analysis_form_json": {"additional_fields": []}}
        | {"xform_link": links["xform"], "hooks_link": links["hooks"], "xls_link": links["xls"]}
        | {"tag_string": "", "uid": uid, "kind": "asset", "name": asset["name"]}
        | {"assignable_permissions": _assignable(call, asset)}
        | {"permissions": assignments_shown(call, asset)}
        | {"effective_permissions": _effective(call, asset)}
        | {"exports": call.asset_link(uid, "exports"), "export_settings": []}
        | {"data": call.asset_link(uid, "data")}
        | {"paired_data": call.asset_link(uid, "paired-data"), "project_ownership": None}
        | _sharing(call, asset)
    )


def _dates(call: Call, asset: Row) -> Shown:
    return {
        "url": call.asset_link(asset["uid"]),
        "date_created": asset["created"],
        "date_modified": asset["modified"],
        "date_deployed": asset["deployed_at"],
        "owner": call.user_link(asset["owner"]),
        "owner__username": asset["owner"],
    }


def _deployment(call: Call, asset: Row) -> Shown:
    return {
        "has_deployment": asset["active"] is not None,
        "deployed_version_id": asset["deployed_version"],
        "deployment__active": bool(asset["active"]),
        "deployment__submission_count": _counted(call, asset),
        "deployment__last_submission_time": asset["last_row"],
        "deployment__encrypted": _deployed_settings(call, asset).keys() >= _ENCRYPTING,
        "deployment__uuid": asset["form_uuid"],
        "deployment_status": status_of(asset),
    }


def _counted(call: Call, asset: Row) -> int | None:
    return n_rows(call.store, asset["uid"]) if may_count_rows(call, asset) else None


def _deployed_settings(call: Call, asset: Row) -> Shown:
    content = call.store.value(
        "SELECT content FROM versions WHERE uid = ?", asset["deployed_version"]
    )
    settings: Shown = {} if content is None else msgspec.json.decode(content)["settings"]
    return settings


def _count_versions(call: Call, uid: str) -> int:
    count: int = call.store.value("SELECT count(*) FROM versions WHERE asset = ?", uid)
    return count


def _deployed_versions(call: Call, uid: str) -> Shown:
    versions = call.store.all(
        "SELECT * FROM versions WHERE asset = ? AND deployed IS NOT NULL ORDER BY place DESC", uid
    )
    shown = [version_json(call, version) for version in versions[:100]]
    return {"count": len(versions), "next": None, "previous": None, "results": shown}


def _deployment_links(call: Call, asset: Row) -> Shown:
    if asset["active"] is None:
        return {"deployment__links": {}, "deployment__data_download_links": {}}
    uid = asset["uid"]
    enketo = {
        "offline_url": f"{_ENKETO}/x/{uid}",
        "url": f"{_ENKETO}/{uid}",
        "single_url": f"{_ENKETO}/single/{uid}",
        "single_once_url": f"{_ENKETO}/single/once/{uid}",
        "iframe_url": f"{_ENKETO}/i/{uid}",
        "single_iframe_url": f"{_ENKETO}/single/i/{uid}",
        "single_once_iframe_url": f"{_ENKETO}/single/i/once/{uid}",
        "preview_url": f"{_ENKETO}/preview/{uid}",
    }
    home = f"{call.base}/{asset['owner']}"
    downloads = {
        **{f"{kind}_legacy": f"{home}/exports/{uid}/{kind}/" for kind in ("xls", "csv", "zip")},
        "xls": f"{home}/reports/{uid}/export.xlsx",
        "csv": f"{home}/reports/{uid}/export.csv",
    }
    return {
        "deployment__links": enketo if asset["active"] else {},
        "deployment__data_download_links": downloads,
    }


def _downloads(call: Call, asset: Row) -> list[Shown]:
    address = call.asset_link(asset["uid"]).removesuffix("/")
    return [{"format": kind, "url": f"{address}.{kind}"} for kind in ("xls", "xml")]


def _assignable(call: Call, asset: Row) -> list[Shown]:
    return [
        {"url": call.link("permissions", name), "label": LABELS[name]}
        for name in assignable(asset["asset_type"])
    ]


def _effective(call: Call, asset: Row) -> list[Shown]:
    return [{"codename": name} for name in granted(call.store, asset, call.username)]


def _sharing(call: Call, asset: Row) -> Shown:
    public = call.store.value(
        "SELECT 1 FROM rights WHERE asset = ? AND username = ?", asset["uid"], ANONYMOUS
    )
    others = call.store.value(
        "SELECT 1 FROM rights WHERE asset = ? AND username != ?", asset["uid"], asset["owner"]
    )
    return {
        "subscribers_count": 0,
        "status": "public" if public else "shared" if others else "private",
        "access_types": None,
        "children": {"count": 0},
        "data_sharing": {},
        "owner_label": asset["owner"],
        "last_modified_by": asset["modified_by"],
        "created_by": asset["created_by"],
    }
