"""Names and moments as KoBo writes them: uids with a letter of their kind, UTC times."""

import secrets
import string
from datetime import UTC, datetime
from uuid import uuid4

_UNMISTAKABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ALPHANUMERIC = string.ascii_letters + string.digits


def new_uid(kind: str) -> str:
    """A fresh uid: the prefix of its kind (`a` asset, `v` version, `att` …) and 21 characters."""
    return kind + "".join(secrets.choice(_UNMISTAKABLE) for _ in range(21))


def new_kuid() -> str:
    """The nine characters that KoBo gives every row of a form, anew at each import."""
    return "".join(secrets.choice(_ALPHANUMERIC) for _ in range(9))


def new_uuid() -> str:
    return str(uuid4())


def now() -> datetime:
    return datetime.now(UTC)


def fraction_stamp(moment: datetime) -> str:
    """As assets, files and hooks write it: with microseconds and `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def second_stamp(moment: datetime) -> str:
    """As the history writes it: whole seconds and `Z`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def naive_stamp(moment: datetime) -> str:
    """As `_submission_time` is written: whole seconds, no zone."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def offset_stamp(moment: datetime) -> str:
    """As a receipt writes it: microseconds and `+00:00`."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def plain_uuid(instance_id: str) -> str:
    return instance_id.removeprefix("uuid:")
