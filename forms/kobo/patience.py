"""How long to wait before asking again.

Full jitter: any time from nothing to a bound that doubles, so that workers which failed together
do not come back together.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from forms.kobo.errors import KoboUnavailable

FIRST_S = 1.0
LONGEST_S = 60.0
RETRY_AFTER_MAX_S = 120.0


def pause(attempt: int, failure: KoboUnavailable, random: Random) -> float:
    """Return the seconds to wait after the attempt of this number (the first is 1)."""
    jitter = random.uniform(0, min(LONGEST_S, FIRST_S * 2 ** (attempt - 1)))
    return max(jitter, failure.retry_after or 0)


def retry_after(value: str | None, *, date: str | None) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, at most 120; None if unreadable.

    A moment is compared with the server's own `Date`, so that clocks need not agree.
    """
    if not value:
        return None
    if value.isascii() and value.isdecimal():
        return min(float(value), RETRY_AFTER_MAX_S)
    moment = _moment(value)
    if moment is None:
        return None
    now = _moment(date or "") or datetime.now(UTC)
    return min(max((moment - now).total_seconds(), 0.0), RETRY_AFTER_MAX_S)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
