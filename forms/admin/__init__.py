"""Forms and KoBo servers in the admin."""

from forms.admin.server import DeploymentAdmin, KoboServerAdmin
from forms.admin.version import VersionAdmin
from forms.admin.xlsform import XLSFormAdmin

__all__ = ["DeploymentAdmin", "KoboServerAdmin", "VersionAdmin", "XLSFormAdmin"]
