"""The validation status of one row.

Always of one: in bulk, KoBo takes a misspelt status for *clear it* and `confirm` for *all rows*.
"""

import msgspec

from forms.kobo.answer import json_of, no_content
from forms.kobo.errors import RowNotFound
from forms.kobo.paths import asset_path
from forms.kobo.session import Call, Session


class _Status(msgspec.Struct):
    uid: str | None = None


_read_status = json_of(_Status, missing=RowNotFound)
_read_done = no_content(missing=RowNotFound)


def status(session: Session, asset_uid: str, kobo_id: int) -> str | None:
    return session.ask(Call(target=_path(asset_uid, kobo_id)), _read_status).uid


def set_status(session: Session, asset_uid: str, kobo_id: int, uid: str) -> str | None:
    call = Call(
        method="PATCH", target=_path(asset_uid, kobo_id), json={"validation_status.uid": uid}
    )
    return session.ask(call, _read_status).uid


def clear_status(session: Session, asset_uid: str, kobo_id: int) -> None:
    session.ask(Call(method="DELETE", target=_path(asset_uid, kobo_id)), _read_done)


def _path(asset_uid: str, kobo_id: int) -> str:
    return asset_path(asset_uid, "data", int(kobo_id), "validation_status")
