"""Every recorded request, sent again to the stand-in, is answered in the recorded shape."""

import pytest

from tests.contract.answers import Answer, names, recorded_answer
from tests.contract.coverage import NOT_COVERED
from tests.contract.shape import differences

PLAYED = [name for name in names() if name not in NOT_COVERED]


@pytest.mark.parametrize("name", PLAYED)
def test_an_answer_has_the_recorded_status_headers_and_keys(
    name: str, stand_in_story: dict[str, Answer]
) -> None:
    live = stand_in_story[name]

    found = differences(recorded_answer(name), live)

    assert found == []


def test_every_recording_is_played_or_excused(stand_in_story: dict[str, Answer]) -> None:
    assert set(stand_in_story) | set(NOT_COVERED) == set(names())


def test_nothing_is_excused_that_is_played(stand_in_story: dict[str, Answer]) -> None:
    assert not set(stand_in_story) & set(NOT_COVERED)
