"""Every address of the stand-in that is KoBo's, and what answers there by which method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Response

from demo.kobo import (
    accounts,
    asset_views,
    assignments,
    attachments,
    bulk,
    data,
    deployments,
    exports,
    files,
    history,
    hooks,
    imports,
    openrosa,
    plain_pages,
    submission_door,
    validation,
    versions,
)

Handler = Callable[..., Response]


class Door(StrEnum):
    """In which dress a refusal goes out."""

    REST = "rest"
    XFORMS = "xforms"  # XML, in an <xforms> element
    SUBMISSION = "root"  # XML, in a <root> element
    OPEN = "open"  # asks for no credentials


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    path: str
    methods: Mapping[str, Handler]
    allow: str
    door: Door = Door.REST

    def handler(self, method: str) -> Handler | None:
        return self.methods.get("GET" if method == "HEAD" else method, self.methods.get(method))


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def _rest(path: str, also: str = "", **methods: Handler) -> Route:
    """`also` are methods that the real server names in `Allow` and that are not needed here."""
    told = {*methods, *also.split()}
    order = [name for name in _METHODS if name in told]
    head = ["HEAD"] if "GET" in methods else []
    return Route(f"/api/v2/{path}", methods, ", ".join([*order, *head, "OPTIONS"]))


def _tablet(path: str, door: Door, **methods: Handler) -> Route:
    allow = "POST, HEAD, OPTIONS" if "POST" in methods else "GET, HEAD, OPTIONS"
    return Route(path, methods, allow, door)


_ASSET = "assets/<uid>/"
_ROW = _ASSET + "data/<identifier>/"
_HOOK = _ASSET + "hooks/<hook_uid>/"

ROUTES = (
    _rest("", GET=plain_pages.api_root),
    _rest("assets/", GET=asset_views.asset_list, POST=asset_views.asset_create),
    _rest("assets/hash/", GET=asset_views.asset_hash),
    _rest("assets/<uid>.xls", "PUT PATCH DELETE", GET=asset_views.asset_xls),
    _rest("assets/<uid>.xml", "PUT PATCH DELETE", GET=asset_views.asset_xml),
    _rest(
        _ASSET,
        GET=asset_views.asset_detail,
        PUT=asset_views.asset_change,
        PATCH=asset_views.asset_change,
        DELETE=asset_views.asset_delete,
    ),
    _rest(_ASSET + "content/", GET=asset_views.asset_content),
    _rest(_ASSET + "valid_content/", GET=asset_views.asset_valid_content),
    _rest(_ASSET + "counts/", GET=asset_views.asset_counts),
    _rest(_ASSET + "xform/", GET=asset_views.asset_xform_page),
    _rest(_ASSET + "xls/", GET=asset_views.asset_xls),
    _rest(_ASSET + "versions/", "POST", GET=versions.version_list),
    _rest(_ASSET + "versions/<version_uid>/", "PUT PATCH DELETE", GET=versions.version_detail),
    _rest(
        _ASSET + "deployment/",
        GET=deployments.deployment_detail,
        POST=deployments.deployment_create,
        PATCH=deployments.deployment_change,
    ),
    _rest(_ASSET + "files/", GET=files.file_list, POST=files.file_create),
    _rest(
        _ASSET + "files/<file_uid>/",
        GET=files.file_detail,
        PUT=files.file_put,
        PATCH=files.file_patch,
        DELETE=files.file_delete,
    ),
    _rest(_ASSET + "files/<file_uid>/content/", GET=files.file_content),
    _rest(_ASSET + "history/", GET=history.history_list),
    _rest(_ASSET + "history/actions/", GET=history.history_actions),
    _rest(_ASSET + "history/export/", POST=history.history_export),
    _rest(
        _ASSET + "permission-assignments/",
        GET=assignments.assignment_list,
        POST=assignments.assignment_create,
    ),
    _rest(_ASSET + "permission-assignments/bulk/", "DELETE", POST=assignments.assignment_bulk),
    _rest(
        _ASSET + "permission-assignments/<assignment>/",
        GET=assignments.assignment_detail,
        DELETE=assignments.assignment_delete,
    ),
    _rest(_ASSET + "data/", GET=data.data_list),
    _rest(_ASSET + "data.json", GET=data.data_list),
    _rest(
        _ASSET + "data/validation_statuses/",
        PATCH=validation.bulk_change,
        DELETE=validation.bulk_delete,
    ),
    _rest(_ASSET + "data/bulk/", PATCH=bulk.bulk_change, DELETE=bulk.bulk_delete),
    _rest(_ROW, GET=data.data_detail, DELETE=data.data_delete),
    _rest(
        _ROW + "validation_status/",
        GET=validation.status_detail,
        PATCH=validation.status_change,
        DELETE=validation.status_delete,
    ),
    _rest(_ROW + "enketo/<any(edit, view):act>/", GET=data.enketo_link),
    _rest(_ROW + "duplicate/", POST=bulk.duplicate),
    _rest(_ROW + "attachments/", GET=attachments.attachment_by_question),
    _rest(_ROW + "attachments/<attachment>/", GET=attachments.attachment_detail),
    _rest(
        _ROW + "attachments/<attachment>/<any(small, medium, large):size>/",
        GET=attachments.attachment_thumbnail,
    ),
    Route(
        f"/api/v2/{_ASSET}attachments/<attachment>/",
        {"DELETE": attachments.attachment_delete},
        "DELETE",
    ),
    _rest(_ASSET + "exports/", GET=exports.export_list, POST=exports.export_create),
    _rest(_ASSET + "exports/<export>/", "PUT PATCH DELETE", GET=exports.export_detail),
    Route("/private-media/<username>/exports/<uid>/<filename>", {"GET": exports.export_file}, ""),
    _rest(_ASSET + "hooks/", GET=hooks.hook_list, POST=hooks.hook_create),
    _rest(
        _HOOK,
        GET=hooks.hook_detail,
        PUT=hooks.hook_change,
        PATCH=hooks.hook_change,
        DELETE=hooks.hook_delete,
    ),
    _rest(_HOOK + "retry/", PATCH=hooks.hook_retry),
    _rest(_HOOK + "logs/", GET=hooks.log_list),
    _rest(_HOOK + "logs/<log_uid>/", GET=hooks.log_detail),
    _rest(_HOOK + "logs/<log_uid>/retry/", PATCH=hooks.log_retry),
    _rest("imports/", GET=imports.import_list, POST=imports.import_create),
    _rest("imports/<uid>/", GET=imports.import_detail),
    _rest("permissions/", GET=assignments.permission_catalogue),
    _rest("users/<username>/", GET=accounts.user_detail),
    _rest("audit-logs/", GET=history.audit_logs),
    Route("/me/", {"GET": accounts.me}, "GET, PATCH, DELETE, HEAD, OPTIONS"),
    Route("/token/", {"GET": accounts.token}, "GET, POST, DELETE, HEAD, OPTIONS"),
    Route("/service_health/", {"GET": plain_pages.service_health}, "", Door.OPEN),
    _tablet("/formList", Door.XFORMS, GET=openrosa.form_list),
    _tablet("/<username>/formList", Door.XFORMS, GET=openrosa.form_list_of_owner),
    _tablet("/forms/<int:number>/form.xml", Door.XFORMS, GET=openrosa.form_xml),
    _tablet("/xformsManifest/<int:number>", Door.XFORMS, GET=openrosa.manifest),
    _tablet("/xformsMedia/<int:number>/<int:media>.<suffix>", Door.XFORMS, GET=openrosa.media_file),
    _tablet("/view/submissionList", Door.XFORMS, GET=openrosa.submission_list),
    _tablet(
        "/submission",
        Door.SUBMISSION,
        POST=submission_door.submission_post,
        HEAD=submission_door.submission_head,
    ),
    _tablet(
        "/<username>/submission",
        Door.SUBMISSION,
        POST=submission_door.owner_submission_post,
        HEAD=submission_door.owner_submission_head,
    ),
)


def address_map() -> Map:
    rules = [Rule(route.path, endpoint=route) for route in ROUTES]
    return Map(rules, merge_slashes=False)
