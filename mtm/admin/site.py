"""The admin site of the web process."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class MtmAdminSite(admin.AdminSite):
    site_title = _("Mobility Tracking Matrix")
    site_header = _("Mobility Tracking Matrix")
    index_title = _("Today")
    site_url = None
    enable_nav_sidebar = False
