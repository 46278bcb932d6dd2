"""Who interviews: a code, not a login and not only a KoBo account, since tablets are shared."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Enumerator(models.Model):
    code = models.CharField(_("code"), max_length=20, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("enumerator")
        verbose_name_plural = _("enumerators")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code
