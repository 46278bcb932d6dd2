"""Accounts of the stand-in: who is calling, and what the API says about people.

An unknown scheme counts as nobody, not as an error: a client that sends `Bearer` is answered
200 and an empty list.
"""

import hashlib
from typing import Any

from werkzeug.wrappers import Request, Response

from demo.kobo.answers import json_answer, not_found, unauthenticated
from demo.kobo.call import ANONYMOUS, Call
from demo.kobo.digest import digest_user
from demo.kobo.store import Row, Store
from demo.kobo.uids import new_uid, now, second_stamp


def add_user(store: Store, username: str, password: str, token: str, *, superuser: bool) -> None:
    """Create the account, or give a known one this password and token."""
    store.execute(
        "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (username) DO UPDATE SET "
        "password = excluded.password, token = excluded.token, superuser = excluded.superuser",
        username,
        password,
        token,
        new_uid("u"),
        second_stamp(now()),
        superuser,
    )


def user(store: Store, username: str) -> Row | None:
    return store.one("SELECT * FROM users WHERE username = ?", username)


def user_uid(store: Store, username: str) -> str | None:
    uid: str | None = store.value("SELECT uid FROM users WHERE username = ?", username)
    return uid


def caller(store: Store, request: Request) -> str:
    """The name of whoever is calling, `AnonymousUser` for nobody.

    Raises Refusal 401 for credentials of a known scheme that are not right.
    """
    header = request.headers.get("Authorization", "")
    scheme, _, credentials = header.partition(" ")
    match scheme.lower():
        case "token":
            return _by_token(store, credentials.strip())
        case "basic":
            return _by_password(store, request)
        case "digest":
            return digest_user(store, request)
        case _:
            return ANONYMOUS


def _by_token(store: Store, token: str) -> str:
    if not token:
        raise unauthenticated("Invalid token header. No credentials provided.")
    if " " in token:
        raise unauthenticated("Invalid token header. Token string should not contain spaces.")
    username: str | None = store.value("SELECT username FROM users WHERE token = ?", token)
    if username is None:
        raise unauthenticated("Invalid token.")
    return username


def _by_password(store: Store, request: Request) -> str:
    given = request.authorization
    if given is None or given.username is None:
        raise unauthenticated("Invalid basic header. Credentials not correctly base64 encoded.")
    known = user(store, given.username)
    if known is None or known["password"] != given.password:
        raise unauthenticated("Invalid username/password.")
    return given.username


def me(call: Call) -> Response:
    username = call.require_user()
    known = user(call.store, username)
    if known is None:
        raise unauthenticated()
    email = f"{username}@example.org"
    gravatar = hashlib.md5(email.encode(), usedforsecurity=False).hexdigest()
    organization = "org" + known["uid"][1:]
    return json_answer(
        {
            "username": username,
            "first_name": "",
            "last_name": "",
            "email": email,
            "is_superuser": bool(known["superuser"]),
            "server_time": second_stamp(now()),
            "date_joined": known["joined"],
            "projects_url": f"{call.base}/{username}",
            "gravatar": f"https://gravatar.example.org/avatar/{gravatar}?s=40",
            "last_login": None,
            "extra_details": {"name": "", "organization": "", "require_auth": True},
            "git_rev": False,
            "social_accounts": [],
            "validated_password": True,
            "accepted_tos": False,
            "organization": {
                "url": call.link("organizations", organization),
                "name": f"{username}'s organization",
                "uid": organization,
            },
            "extra_details__uid": known["uid"],
        }
    )


def token(call: Call) -> Response:
    known = user(call.store, call.require_user())
    if known is None:
        raise unauthenticated()
    return json_answer({"token": known["token"]})


def user_detail(call: Call, username: str) -> Response:
    call.require_user()
    known = user(call.store, username)
    if known is None:
        raise not_found("No User matches the given query.")
    body: dict[str, Any] = {
        "url": call.user_link(username),
        "username": username,
        "date_joined": known["joined"],
        "public_collection_subscribers_count": 0,
        "public_collections_count": 0,
    }
    return json_answer(body)
