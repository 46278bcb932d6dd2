"""The admin site of the web process."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mtm.admin import today


class MtmAdminSite(admin.AdminSite):
    site_title = _("Mobility Tracking Matrix")
    site_header = _("Mobility Tracking Matrix")
    index_title = _("Today")
    index_template = "admin/today.html"
    site_url = None
    enable_nav_sidebar = False

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {
            "waiting": list(today.waiting(request.user)),
            "pulls": today.pulls(request.user, now=timezone.now()),
        }
        return super().index(request, {**context, **(extra_context or {})})
