"""The two questionnaires of this repository keep to every rule of their own README."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from forms.core.content import read_content
from forms.core.privacy import Privacy, Treatment
from forms.core.questions import Form, policy_hash
from forms.core.xlsform import read_workbook, to_xform
from tests.core.forms.drawing import Sheets, content

pytestmark = pytest.mark.slow  # each reads both workbooks

INSTRUMENTS = Path(__file__).parents[3] / "instruments"
LANGUAGES = ("en", "ru", "ky")
META = ("start", "end", "today", "deviceid", "enumerator", "place", "mode", "consent")
names = pytest.mark.parametrize("name", ["bma", "returned_migrants"])


def data_of(name: str) -> bytes:
    return (INSTRUMENTS / f"{name}.xlsx").read_bytes()


@cache
def form_of(name: str) -> Form:
    return read_workbook(data_of(name), filename=f"{name}.xlsx")


@cache
def sheets_of(name: str) -> Sheets:
    book = load_workbook(BytesIO(data_of(name)))
    return {
        sheet.title: [[str(value or "") for value in row] for row in sheet.values] for sheet in book
    }


@names
def test_an_instrument_is_read_without_a_remark_and_converted(name):
    form = form_of(name)

    assert form.warnings == ()
    assert form.languages == LANGUAGES
    assert form.version
    assert 'mtm:privacy="consent"' in to_xform(data_of(name))


@names
def test_every_question_and_group_says_its_class(name):
    form = form_of(name)

    assert all(question.declared_privacy is question.privacy for question in form.questions)
    assert all(group.declared_privacy for group in form.groups)


@names
def test_every_word_stands_in_all_three_languages(name):
    for rows in list(sheets_of(name).values())[:2]:
        header, *rest = rows
        for word in ("label", "hint", "constraint_message"):
            columns = [at for at, text in enumerate(header) if text.startswith(f"{word}::")]
            for row in rest:
                filled = [bool(row[at]) for at in columns]
                assert all(filled) or not any(filled), row[1]


@names
def test_whatever_is_shown_has_a_label(name):
    form = form_of(name)

    for shown in (*form.questions, *form.groups):
        if getattr(shown, "type", "") not in ("start", "end", "today", "deviceid", "calculate"):
            assert set(shown.labels) == set(LANGUAGES), shown.path
    for question in form.questions:
        assert all(set(choice.labels) == set(LANGUAGES) for choice in question.choices)


@names
def test_nothing_is_asked_before_consent_but_where_and_by_whom(name):
    form = form_of(name)

    for question in form.questions:
        if question.path not in META:
            assert question.asked_when[0] == "${consent} = 'yes'", question.path
    assert form.consent.path == "consent"
    assert form.consent.given == ("yes",)


@names
def test_the_names_with_a_meaning_are_there(name):
    questions = form_of(name).by_path()

    assert questions["enumerator"].privacy is Privacy.DEVICE
    assert questions["place"].privacy is Privacy.LOC_COARSE
    assert questions["answers/receipt"].calculation == "once(substr(uuid(), 24))"
    assert questions["answers/receipt"].has_token


@names
def test_places_are_named_by_their_soate_code(name):
    codes = [choice.name for choice in form_of(name).by_path()["place"].choices]

    assert len(set(codes)) == 12
    assert all(re.fullmatch(r"417\d{11}", code) for code in codes)
    assert (len({code[:5] for code in codes}), len({code[:8] for code in codes})) == (3, 4)


@names
def test_an_answer_other_is_always_specified(name):
    form = form_of(name)
    conditions = {condition for q in form.questions for condition in q.asked_when}

    for question in form.questions:
        reasons = question.name.endswith(("reason", "reason_return"))
        if reasons and "other" in {choice.name for choice in question.choices}:
            assert f"${{{question.name}}} = 'other'" in conditions


def test_between_them_the_instruments_exercise_every_way_of_treating_an_answer():
    treatments = {
        q.treatment for name in ("bma", "returned_migrants") for q in form_of(name).questions
    }

    assert treatments == set(Treatment) - {Treatment.DROP}


def test_the_survey_asks_nobodys_name_and_keeps_a_telephone_for_the_next_round_only():
    form = form_of("returned_migrants")

    phone = form.by_path()["answers/contact/recontact_phone"]
    assert phone.recontact
    assert phone.asked_when[-1] == "${recontact} = 'yes'"
    assert not [question for question in form.questions if question.privacy is Privacy.DIRECT]


@names
def test_10_an_instrument_has_the_same_policy_when_it_comes_back_from_kobo(name):
    drawn = sheets_of(name)

    assert policy_hash(read_content(content(drawn))) == policy_hash(form_of(name))
