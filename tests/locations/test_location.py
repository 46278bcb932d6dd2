"""Places are dated rows; the database refuses what cannot be."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.utils import translation

from locations.models import Level, Location
from tests.factories import OblastFactory, RayonFactory, SettlementFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        pytest.param({"name_en": ""}, "locations_a_place_has_a_name", id="no name"),
        pytest.param(
            {"parent": None}, "locations_only_an_oblast_has_no_parent", id="a rayon alone"
        ),
        pytest.param({"latitude": 40.0}, "locations_a_point_has_both_coordinates", id="half"),
        pytest.param(
            {"latitude": 91.0, "longitude": 0.0},
            "locations_a_point_has_both_coordinates",
            id="beyond the pole",
        ),
        pytest.param(
            {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 1, 1)},
            "locations_a_place_ends_after_it_begins",
            id="no day long",
        ),
    ],
)
def test_the_database_refuses_a_place_that_cannot_be(change, constraint):
    rayon = RayonFactory()

    with pytest.raises(IntegrityError, match=constraint):
        Location.objects.filter(pk=rayon.pk).update(**change)


def test_a_soate_code_is_one_open_units_but_may_be_a_closed_ones_too():
    old = SettlementFactory(soate="41706255805010", valid_to=date(2024, 1, 1))
    SettlementFactory(soate="41706255805010", valid_from=date(2024, 1, 1), parent=old.parent)

    with pytest.raises(IntegrityError, match="locations_one_open_unit_a_soate_code"):
        SettlementFactory(soate="41706255805010", parent=old.parent)


def test_the_registry_as_of_a_day_has_what_was_valid_then():
    reform = date(2024, 1, 1)
    old = SettlementFactory(valid_to=reform)
    new = SettlementFactory(valid_from=reform, parent=old.parent)
    settlements = Location.objects.filter(level=Level.SETTLEMENT)

    assert list(settlements.as_of(date(2023, 12, 31))) == [old]
    assert list(settlements.as_of(reform)) == [new]


@pytest.mark.parametrize(
    ("language", "names", "shown"),
    [
        ("ky", {"name_ky": "Өзгөн", "name_ru": "Узген", "name_en": "Uzgen"}, "Өзгөн"),
        ("en", {"name_ky": "Өзгөн", "name_ru": "Узген", "name_en": ""}, "Узген"),
        ("ru", {"name_ky": "Өзгөн", "name_ru": "", "name_en": ""}, "Өзгөн"),
    ],
)
def test_a_place_is_shown_in_the_readers_language_or_in_one_that_there_is(language, names, shown):
    with translation.override(language):
        assert str(OblastFactory(**names)) == shown


def test_a_place_knows_what_it_is_part_of():
    village = SettlementFactory()

    assert village.path() == (village.parent.parent, village.parent, village)
    assert village.at_level(Level.RAYON) == village.parent
    assert village.at_level(Level.AYIL_AIMAK) is None
