"""The roles that people have, as groups with a closed list of permissions each.

No role has another's; who is both holds two groups. The focal point and the deputy open
sealed answers that somebody else asked for, and decide on nothing that they could open.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib.auth.models import Group, Permission
from django.db import transaction

_SEE_PLACES = ("locations.view_location",)
_SEE_FORMS = (
    "xlsforms.view_xlsform",
    "xlsforms.view_version",
    "xlsforms.view_question",
    "xlsforms.view_deployment",
    "xlsforms.view_koboserver",
)
_SEE_WORK = (
    "surveys.view_round",
    "surveys.view_enumerator",
    "surveys.view_submission",
    "surveys.view_decision",
    "surveys.view_quarantined",
    "surveys.view_tombstone",
    "surveys.view_syncrun",
)

ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "field_coordinator": (*_SEE_PLACES, *_SEE_WORK),
        "data_manager": (
            *_SEE_PLACES,
            *_SEE_FORMS,
            *_SEE_WORK,
            "surveys.review_submission",
            "surveys.retry_quarantined",
            "xlsforms.add_version",
            "xlsforms.add_xlsform",
            "xlsforms.deploy_version",
            "vault.request_unsealing",
        ),
        "focal_point": (
            *_SEE_FORMS,
            *_SEE_WORK,
            "xlsforms.approve_version",
            "vault.open_sealed",
            "vault.view_unsealrequest",
            "vault.view_accesslog",
        ),
        "it_officer": (
            *_SEE_PLACES,
            *_SEE_FORMS,
            "locations.add_location",
            "locations.change_location",
            "xlsforms.add_koboserver",
            "xlsforms.change_koboserver",
            "surveys.view_round",
            "surveys.add_round",
            "surveys.change_round",
            "surveys.view_enumerator",
            "surveys.add_enumerator",
            "surveys.change_enumerator",
            "surveys.view_syncrun",
            "surveys.view_quarantined",
            "auth.view_user",
            "auth.add_user",
            "auth.change_user",
            "auth.view_group",
        ),
    }
)


class UnknownPermission(Exception):
    """The list names a permission that no model has; the message is its name."""


def make_groups() -> None:
    """Make each role's group, and give it exactly the permissions of the list.

    Raises UnknownPermission.
    """
    with transaction.atomic():
        for name, wanted in ROLES.items():
            group, _ = Group.objects.get_or_create(name=name)
            group.permissions.set([_permission(label) for label in wanted])


def _permission(label: str) -> Permission:
    app_label, codename = label.split(".")
    found = Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    permission = found.first()
    if permission is None:
        raise UnknownPermission(label)
    return permission
