"""The two pages that are about the server itself."""

from werkzeug.wrappers import Response

from demo.kobo.answers import json_answer
from demo.kobo.call import Call

_ROOMS = (
    "assets",
    "asset_snapshots",
    "asset_subscriptions",
    "asset_usage",
    "imports",
    "organizations",
    "permissions",
    "project-views",
    "service_usage",
    "users",
    "user-reports",
    "tags",
    "terms-of-service",
    "project-ownership/invites",
    "languages",
    "transcription-services",
    "translation-services",
    "audit-logs",
    "access-logs",
    "access-logs/me",
    "project-history-logs",
    "access-logs/export",
    "access-logs/me/export",
    "authorized_application/users",
)
_SERVICES = (
    "Mongo",
    "Postgres kpi",
    "Postgres kobocat",
    "Cache",
    "Broker",
    "Session",
    "Enketo",
    "Enketo Redis (main)",
)


def api_root(call: Call) -> Response:
    return json_answer({room: call.link(*room.split("/")) for room in _ROOMS})


def service_health(call: Call) -> Response:
    _ = call
    lines = "\r\n".join(f"{service}: OK in 0.001 seconds" for service in _SERVICES)
    return Response(f"OK KPI\r\n\r\n{lines}", content_type="text/plain")
