"""HTTP Digest, which tablets answer with when `/formList` or `/submission` challenges them."""

import hashlib
import secrets
import time

from werkzeug.wrappers import Request

from demo.kobo.answers import unauthenticated
from demo.kobo.store import Store

REALM = "DJANGO"


def challenge() -> str:
    nonce = f"{time.time()}:{secrets.token_hex(2).upper()}:{secrets.token_hex(16)}"
    return (
        f'Digest realm="{REALM}", qop="auth", nonce="{nonce}", '
        f'opaque="{secrets.token_hex(16).upper()}", algorithm="MD5", stale="false"'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def digest_user(store: Store, request: Request) -> str:
    """Who answered the challenge. Nonces are not remembered: any is taken.

    Raises Refusal 401 when the answer is wrong.
    """
    given = request.authorization
    parameters = given.parameters if given is not None else {}
    username = str(parameters.get("username"))
    password: str | None = store.value("SELECT password FROM users WHERE username = ?", username)
    if password is not None:
        identity = _md5(f"{username}:{REALM}:{password}")
        act = _md5(f"{request.method}:{parameters.get('uri')}")
        rest = ":".join(str(parameters.get(name)) for name in ("nonce", "nc", "cnonce", "qop"))
        if secrets.compare_digest(
            _md5(f"{identity}:{rest}:{act}"), str(parameters.get("response"))
        ):
            return username
    raise unauthenticated("Invalid username/password.")
