"""The addresses of the vault process, all under /vault/ behind the same proxy."""

from django.urls import include, path

from mtm.health import healthz
from vault.admin import vault_site

urlpatterns = [
    path("vault/healthz", healthz),
    path("vault/language/", include("django.conf.urls.i18n")),
    path("vault/", vault_site.urls),
]
