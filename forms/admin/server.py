"""KoBo servers and what is deployed on them. Tokens are files, so none is shown or typed here."""

from django.contrib import admin
from django.http import HttpRequest

from forms.models import Deployment, KoboServer


@admin.register(KoboServer)
class KoboServerAdmin(admin.ModelAdmin[KoboServer]):
    list_display = ["slug", "url", "openrosa_url"]
    ordering = ["slug"]


@admin.register(Deployment)
class DeploymentAdmin(admin.ModelAdmin[Deployment]):
    list_display = ["form", "round", "mode", "server", "is_active"]
    list_filter = ["mode", "is_active"]
    list_select_related = ["form", "round", "server"]
    ordering = ["-pk"]
    readonly_fields = ["form", "round", "server", "asset_uid", "mode"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a worker makes it, when a version is brought to the tablets

    def has_delete_permission(self, request: HttpRequest, obj: Deployment | None = None) -> bool:
        return False
