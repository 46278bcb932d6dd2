"""What tablets write of times and places, nonsense included."""

from datetime import UTC, datetime

import pytest

from surveys.core.fieldwork import Point, distance_m, read_moment, read_point, rounded


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-01T15:24:00.000+06:00", datetime(2026, 9, 1, 9, 24, tzinfo=UTC)),
        ("1970-01-01T00:00:00.000+06:00", datetime(1969, 12, 31, 18, tzinfo=UTC)),
        ("2099-09-01T00:00:00Z", datetime(2099, 9, 1, tzinfo=UTC)),
        ("2026-09-01T15:24:00", None),
        ("0001-01-01T00:00:00+06:00", None),
        ("10000-01-01T00:00:00Z", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_moments(text, moment):
    assert read_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("40.5 72.8 900 12.5", Point(40.5, 72.8, 12.5)),
        ("40.5 72.8 0 0", Point(40.5, 72.8)),
        ("40.5 72.8", Point(40.5, 72.8)),
        ("40.5 72.8 900 inf", Point(40.5, 72.8)),
        ("91 72.8", None),
        ("40.5 181", None),
        ("nan nan", None),
        ("40.5", None),
        ("here", None),
        ("", None),
        (None, None),
    ],
)
def test_points(text, point):
    assert read_point(text) == point


def test_bishkek_lies_three_hundred_kilometres_from_osh():
    bishkek, osh = Point(42.8746, 74.5698), Point(40.5140, 72.8161)

    assert distance_m(bishkek, osh) == pytest.approx(300_000, rel=0.02)
    assert distance_m(osh, bishkek) == pytest.approx(distance_m(bishkek, osh))
    assert distance_m(osh, osh) == 0
    assert distance_m(Point(0, 0), Point(0, 180)) == pytest.approx(20_015_000, rel=0.001)


def test_a_point_is_rounded_to_ten_metres():
    assert rounded(Point(40.123456, 72.987654)) == "40.1235 72.9877"
