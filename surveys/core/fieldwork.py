"""Times and positions of an interview, read from what tablets write.

A tablet's clock may stand in 1970 or 2099, and that is a finding, not an error; only a
text that is no moment at all is read as none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_008.8  # mean radius of the Earth (IUGG)


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees; `accuracy_m` is None where the tablet did not say."""

    latitude: float
    longitude: float
    accuracy_m: float | None = None


def read_moment(text: str | None) -> datetime | None:
    """Return a moment in UTC; None for an absent or unreadable one, or one without zone."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def read_point(text: str | None) -> Point | None:
    """Read "latitude longitude altitude accuracy"; None for an absent or impossible one."""
    try:
        numbers = [float(part) for part in (text or "").split()]
    except ValueError:
        return None
    if len(numbers) < 2 or not (abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):
        return None
    accuracy = numbers[3] if len(numbers) > 3 and 0 < numbers[3] < 1e6 else None
    return Point(numbers[0], numbers[1], accuracy)


def distance_m(one: Point, other: Point) -> float:
    """Return the metres between two points on the sphere (haversine formula)."""
    north = radians(other.latitude - one.latitude)
    east = radians(other.longitude - one.longitude)
    half = (
        sin(north / 2) ** 2
        + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east / 2) ** 2
    )
    return 2 * EARTH_M * asin(sqrt(min(1.0, half)))


def rounded(point: Point) -> str:
    """Return the point to four decimals (about ten metres), for a keyed hash of it."""
    return f"{point.latitude:.4f} {point.longitude:.4f}"
