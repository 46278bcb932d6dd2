"""Paths of the REST interface; each ends with a slash, or KoBo redirects and drops the body."""

import re

from forms.kobo.errors import NotReachable

UID = re.compile(r"[A-Za-z0-9]{1,64}")

ME = "/me/"
ASSETS = "/api/v2/assets/"
IMPORTS = "/api/v2/imports/"


def asset_path(asset_uid: str, *parts: str | int) -> str:
    """Return the path of an asset or of what lies below it.

    Raises NotReachable for an asset uid that KoBo cannot have given out, before anything is sent.
    """
    return "/".join([ASSETS + checked_uid(asset_uid), *map(str, parts), ""])


def checked_uid(uid: str) -> str:
    if not UID.fullmatch(uid):
        raise NotReachable("This is not a uid that KoBo gives to its forms or versions.")
    return uid
