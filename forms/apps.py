from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FormsConfig(AppConfig):
    name = "forms"
    label = "xlsforms"  # "forms" would clash with django.forms
    verbose_name = _("Forms and KoBo")
