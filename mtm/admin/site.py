"""The admin site of the web process."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mtm.admin import sync, today


class MtmAdminSite(admin.AdminSite):
    site_title = _("Mobility Tracking Matrix")
    site_header = _("Mobility Tracking Matrix")
    index_title = _("Today")
    index_template = "admin/today.html"
    site_url = None
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        view = self.admin_view
        return [
            path("sync/", view(self.sync), name="sync"),
            path("sync/<int:pk>/start/", view(sync.start), name="sync_start"),
            path("sync/<int:pk>/stop/", view(sync.stop), name="sync_stop"),
            *super().get_urls(),
        ]

    def sync(self, request: HttpRequest) -> HttpResponse:
        return sync.page(self, request)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        context = {
            "waiting": list(today.waiting(request.user)),
            "may_watch": request.user.has_perm(sync.WATCH),
            "pulls": today.pulls(request.user, now=timezone.now()),
        }
        return super().index(request, {**context, **(extra_context or {})})
