"""The focal point's pages: requests to unseal, one opening, the access log."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class VaultSite(admin.AdminSite):
    site_title = site_header = _("Vault")
    index_title = _("Requests to unseal")
    site_url = None
    enable_nav_sidebar = False


vault_site = VaultSite(name="vault")
