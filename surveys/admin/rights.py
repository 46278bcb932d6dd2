"""What an admin of this app leaves out: written once, assigned as methods where it holds.

Superusers have every permission there is, so what nobody may do has to be said here.
"""

from collections.abc import Callable
from typing import Any

from django.forms import Media
from django.http import HttpRequest

no_scripts = property(lambda admin: Media())  # a list needs none, and the line is poor


def never(admin: Any, request: HttpRequest, obj: Any = None) -> bool:
    return False


def no_other_field(admin: Any, request: HttpRequest, to_field: str) -> bool:
    """Refuse `_to_field`: rows are found by their primary key alone."""
    return False


def only(*lookups: str) -> Callable[..., bool]:
    """Allow these lookups of a list's address; any other would let hidden fields be guessed."""

    def lookup_allowed(admin: Any, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in lookups

    return lookup_allowed
