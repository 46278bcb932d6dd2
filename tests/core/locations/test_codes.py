"""Codes are read from what spreadsheets hold, or refused; never guessed."""

import pytest

from locations.core.codes import BadCode, paired, read_pcode, read_soate


@pytest.mark.parametrize(
    "text", ["41706255000000", " 41706255000000 ", "'41706255000000", "4170 6255 000000"]
)
def test_a_soate_code_is_read(text):
    assert read_soate(text) == "41706255000000"


@pytest.mark.parametrize(
    "text", ["", "4.1706255E+13", "41706255000000.0", "4170625500000", "99906255000000", "٤١٧" * 5]
)
def test_what_has_lost_digits_is_refused(text):
    with pytest.raises(BadCode, match="fourteen digits"):
        read_soate(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("KG06255000000", "KG06255000000"), (" kg06255000000", "KG06255000000"), ("", "")],
)
def test_a_pcode_is_read(text, code):
    assert read_pcode(text) == code


def test_another_countrys_pcode_is_refused():
    with pytest.raises(BadCode, match="KG and eleven digits"):
        read_pcode("KZ06255000000")


@pytest.mark.parametrize(
    ("soate", "pcode", "fit"),
    [
        ("41706255000000", "KG06255000000", True),
        ("41706255000000", "KG06242000000", False),
        ("41706255000000", "", True),
        ("", "KG06255000000", True),
    ],
)
def test_the_two_codes_of_a_unit_belong_together(soate, pcode, fit):
    assert paired(soate, pcode) is fit
