"""Read what differs between machines from the environment, and fail on a bad value.

Keys never stand in the environment itself: it holds the paths of their files.
"""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} in the environment (see .env.example).")
    return value


def is_set(name: str) -> bool:
    return bool(os.environ.get(name))


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "1" if default else "0").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is a switch: write 1 or 0.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is a whole number, such as {default}.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str) -> Path | None:
    value = os.environ.get(name, "")
    return Path(value) if value else None


def secret(name: str, *, least: int = 32) -> str:
    """Return what the file named by the variable holds, without its last line end."""
    path = Path(text(name))
    try:
        value = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name} names a file that cannot be read as text.") from error
    if len(value) < least:
        raise ImproperlyConfigured(f"The file that {name} names holds fewer than {least} signs.")
    return value


def database(name: str) -> dict[str, Any]:
    """Turn an address that libpq understands into Django's settings.

    Without an address there is no database: beat has none.
    """
    address = os.environ.get(name, "")
    if not address:
        return {"ENGINE": "django.db.backends.dummy"}
    parts = conninfo_to_dict(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c search_path=public,vault -c lock_timeout=10s", **parts},
    }
