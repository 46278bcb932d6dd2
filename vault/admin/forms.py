"""What is typed in the vault: a password to come in, a passphrase to open."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 1000  # signs of a passphrase


class VaultLogin(AdminAuthenticationForm):
    """Lets in who may open sealed answers, and nobody else."""

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if not user.has_perm("vault.open_sealed"):
            raise ValidationError(
                _(
                    "This account may not open sealed answers. The vault is for the focal point"
                    " and the deputy; all other work is done in the main pages."
                ),
                code="not_for_the_vault",
            )


class PassphraseForm(forms.Form):
    passphrase = forms.CharField(
        label=_("Your passphrase for this round"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 40}),
        error_messages={"required": _("Type the passphrase that you chose at the key ceremony.")},
    )
