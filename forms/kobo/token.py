"""Where the token of a server comes from, and how a client says who it is.

A token lives in a file named for the server's slug. It is in no setting, row, task argument, log
or message: what is passed about is the slug.
"""

import base64
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from forms.kobo.errors import TokenMissing

TOKEN = re.compile(r"[A-Za-z0-9]{20,256}")
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
MAX_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Credential:
    """The Authorization header of one account; not shown when printed."""

    header: str = field(repr=False)

    @classmethod
    def from_token(cls, token: str) -> "Credential":
        if not TOKEN.fullmatch(token):
            raise TokenMissing("What was given as a token is not one.")
        return cls(f"Token {token}")

    @classmethod
    def from_password(cls, username: str, password: str) -> "Credential":
        return cls("Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii"))


def read_token(folder: Path, slug: str) -> str:
    """Return the token in `<slug>.token`. Raises TokenMissing, saying what is wrong with the file.

    The file must be readable by its owner alone. A symbolic link may point to a file in the same
    folder (as mounted secrets do), not out of it.
    """
    if not SLUG.fullmatch(slug):
        raise TokenMissing("The name of the server cannot be the name of a token file.")
    token = _read(_inside(folder, f"{slug}.token"), slug)
    if not TOKEN.fullmatch(token):
        raise TokenMissing(f"The token file of {slug} does not hold a token.")
    return token


def _inside(folder: Path, name: str) -> Path:
    try:
        file = (folder / name).resolve(strict=True)
        home = folder.resolve(strict=True)
    except (OSError, RuntimeError):
        raise TokenMissing(f"There is no file {name} in the folder of tokens.") from None
    if not file.is_relative_to(home):
        raise TokenMissing(f"{name} points out of the folder of tokens.")
    return file


def _read(file: Path, slug: str) -> str:
    # Mode and content of one open file: nobody can swap it in between.
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as opened:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise TokenMissing(f"The token of {slug} is not in a plain file.")
            if state.st_mode & 0o077:
                raise TokenMissing(f"The token file of {slug} is open to others: set mode 0600.")
            content = opened.read(MAX_BYTES)
    except OSError:
        raise TokenMissing(f"The token file of {slug} cannot be read.") from None
    return content.decode("ascii", "replace").strip()
