"""The frame of the admin: its title, and who may sign in."""

from django.contrib.admin.apps import AdminConfig


class MtmAdminConfig(AdminConfig):
    default_site = "mtm.admin.site.MtmAdminSite"
