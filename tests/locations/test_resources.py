"""The registry comes in from a spreadsheet whole, or not at all."""

import csv

import pytest
import tablib

from demo.country import REGISTRY
from locations.models import Level, Location
from locations.resources import LocationResource

pytestmark = pytest.mark.django_db
HEAD = ["soate", "pcode", "level", "parent_code", "name_en", "lat", "lon"]
OSH = ["41706000000000", "KG06000000000", "oblast", "", "Osh", "40.1", "73.3"]


def load(*rows):
    table = tablib.Dataset(*rows, headers=HEAD)
    return LocationResource().import_data(table, rollback_on_validation_errors=True)


def test_the_demos_registry_comes_in_and_again_changes_nothing():
    with REGISTRY.open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    table = tablib.Dataset(*rows, headers=head)

    first = LocationResource().import_data(table, raise_errors=True)
    again = LocationResource().import_data(table, raise_errors=True)

    assert first.totals["new"] == len(rows)
    assert again.totals["skip"] == len(rows)
    uzgen = Location.objects.get(soate="41706255000000")
    assert (uzgen.level, uzgen.parent.name_en, uzgen.pcode) == (Level.RAYON, "Osh", "KG06255000000")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["4.1706255E+13", "", "rayon", "41706000000000", "Uzgen", "", ""], "fourteen digits"),
        (["41706255000000", "KG0625", "rayon", "41706000000000", "Uzgen", "", ""], "eleven digits"),
        (
            ["41706255000000", "KG06242000000", "rayon", "41706000000000", "Uzgen", "", ""],
            "not that of this SOATE",
        ),
        (["41706255000000", "", "county", "41706000000000", "Uzgen", "", ""], "county"),
    ],
)
def test_one_bad_row_keeps_the_whole_file_out_and_says_why(row, words):
    result = load(OSH, row)

    said = [str(each.error) for each in result.invalid_rows]
    assert len(said) == 1
    assert words in said[0]
    assert result.invalid_rows[0].number == 2
    assert not Location.objects.exists()
