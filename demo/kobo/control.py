"""`/_stand_in/…`: how tests and the demonstration set the stage. Nothing here is KoBo's.

Every request but `health` must carry the secret of this process in `X-Stand-In-Secret`.
"""

import secrets
from collections.abc import Callable
from typing import Any

import msgspec
from werkzeug.wrappers import Response

from demo.kobo import staging
from demo.kobo.accounts import add_user
from demo.kobo.answers import Refusal, json_answer, not_found
from demo.kobo.call import Call
from demo.kobo.seeding import seed_rows
from demo.kobo.world import Settings

PREFIX = "/_stand_in/"
SECRET_HEADER = "X-Stand-In-Secret"


def answer(call: Call) -> Response:
    name = call.request.path.removeprefix(PREFIX).rstrip("/")
    try:
        if name == "health":
            return json_answer({"status": "ready"})
        _check_secret(call)
        if call.request.method != "POST" or name not in _ACTS:
            raise not_found()
        return json_answer(_ACTS[name](call))
    except Refusal as refusal:
        return json_answer(refusal.body, refusal.status)
    except KeyError as missing:
        return json_answer({"detail": f"missing: {missing}"}, 400)


def _check_secret(call: Call) -> None:
    given = call.request.headers.get(SECRET_HEADER, "")
    if not secrets.compare_digest(given.encode(), call.world.secret.encode()):
        raise Refusal(403, {"detail": "The secret of this process is needed."})


def _users(call: Call) -> Any:
    account = call.data()
    add_user(
        call.store,
        account["username"],
        account["password"],
        account["token"],
        superuser=bool(account.get("superuser")),
    )
    return {"username": account["username"]}


def _settings(call: Call) -> Any:
    """Change some settings; answers with all of them."""
    settings = call.world.settings
    for name, value in call.data().items():
        if name not in Settings.__dataclass_fields__:
            raise Refusal(400, {"detail": f"no such setting: {name}"})
        setattr(settings, name, type(getattr(settings, name))(value))
    return msgspec.to_builtins(settings)


def _rows(call: Call) -> Any:
    return seed_rows(call, call.request.args.get("asset", ""))


_ACTS: dict[str, Callable[[Call], Any]] = {
    "users": _users,
    "settings": _settings,
    "rows": _rows,
    "faults": staging.arm,
    "reserve": staging.reserve,
    "reveal": staging.reveal,
    "hide": staging.hide,
    "twin": staging.twin,
    "attach": staging.attach,
    "edit": staging.edit,
    "delete": staging.delete,
    "take_away": staging.take_away,
    "give_back": staging.give_back,
}
