"""Words on pages of Django's admin that its Kyrgyz catalogue lacks or has wrong.

Nothing calls them here: the translators' tool finds them, and our catalogues are asked
before Django's own.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

WORDS = (
    _("Home"),
    _("Breadcrumbs"),
    _("Skip to main content"),
    _("Error:"),
    _("None"),
    _("Go"),
    _("Model name"),
    _("Add link"),
    _("Change or view list link"),
    _(" By %(filter_title)s "),
    _("Hide counts"),
    _("Show counts"),
    _("Any date"),
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
    _("View selected %(model)s"),
    _("Items must be selected in order to perform actions on them. No items have been changed."),
    _("You don’t have permission to view or edit anything."),
    _("Save and add another"),
    _("Save and continue editing"),
    _("Added:"),
    _("Changed:"),
    _("Deleted:"),
    _("This field is required."),
    _("Enter a valid date."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
)

SIGNING_IN = (
    _(
        "Please enter the correct %(username)s and password for a staff account. Note that both"
        " fields may be case-sensitive."
    ),
    _("Change password"),
    _("Password change"),
    _("Change my password"),
    _(
        "Please enter your old password, for security’s sake, and then enter your new password"
        " twice so we can verify you typed it in correctly."
    ),
    _("Forgotten your login credentials?"),
    _("In case you’ve forgotten, you are:"),
    _("Set password"),
    _("Set password: %s"),
    _("Reset password"),
    _("Password-based authentication"),
    _("Password-based authentication was disabled."),
    _("Enabled"),
    _("Disabled"),
    _("Enable password-based authentication"),
    _("Disable password-based authentication"),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Enable password-based authentication for this user by setting a password."),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they"
        " may still be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("Conflicting form data submitted. Please try again."),
    _(
        "Enter a valid username. This value may contain only unaccented lowercase a-z and"
        " uppercase A-Z letters, numbers, and @/./+/-/_ characters."
    ),
)

NUMBERS = (
    ngettext_lazy("entry", "entries"),
    ngettext_lazy(
        "%(count)s %(name)s was changed successfully.",
        "%(count)s %(name)s were changed successfully.",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)

MONTHS = (
    pgettext_lazy("alt. month", "January"),
    pgettext_lazy("alt. month", "February"),
    pgettext_lazy("alt. month", "March"),
    pgettext_lazy("alt. month", "April"),
    pgettext_lazy("alt. month", "May"),
    pgettext_lazy("alt. month", "June"),
    pgettext_lazy("alt. month", "July"),
    pgettext_lazy("alt. month", "August"),
    pgettext_lazy("alt. month", "September"),
    pgettext_lazy("alt. month", "October"),
    pgettext_lazy("alt. month", "November"),
    pgettext_lazy("alt. month", "December"),
)
