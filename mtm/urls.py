"""The addresses of the web process."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from mtm.health import healthz
from surveys.hooks import ring

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", healthz),
    path("language/", include("django.conf.urls.i18n")),
    path("hooks/kobo/<int:deployment_id>/", ring, name="kobo_hook"),
    path("admin/", admin.site.urls),
]
