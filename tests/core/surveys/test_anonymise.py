"""Nothing dropped or sealed appears in what is kept, whatever the shape of a submission."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.core.kobo_fields import KOBO_FIELDS
from surveys.core.anonymise import (
    Fact,
    MalformedAnswer,
    NoConsentAnswer,
    UnclassifiedQuestion,
    anonymise,
    encode,
    has_consent,
)
from tests.core.surveys.plans import CLASSES, INSIDE, KEY, ROWS, plan

HIDDEN = {
    path
    for path, privacy in (CLASSES | INSIDE).items()
    if privacy not in {"consent", "loc_coarse", "quasi", "sensitive", "harmless"}
}


def marked(row, path=""):
    """The same row with an answer that occurs nowhere else in place of each."""
    if isinstance(row, dict):
        return {key: marked(value, f"{path}/{key}") for key, value in row.items()}
    if isinstance(row, list):
        return [marked(value, f"{path}[{number}]") for number, value in enumerate(row)]
    return f"<{path}>"


def hidden_answers(row):
    for key, value in row.items():
        if isinstance(value, list):
            for entry in value:
                yield from hidden_answers(entry)
        elif key in HIDDEN:
            yield value


@given(ROWS)
def test_nothing_hidden_appears_in_what_is_kept(row):
    row = marked(row)

    kept = json.dumps(anonymise(row, plan(), key=KEY).answers)

    for answer in hidden_answers(row):
        assert answer not in kept


@given(ROWS)
def test_every_filled_answer_of_a_sealed_class_is_sealed_once(row):
    sealed = anonymise(marked(row), plan(), key=KEY).sealed

    expected = [
        answer
        for answer in hidden_answers(marked(row))
        if not any(f"/{path}>" in answer for path in ("start", "end", "deviceid", "enumerator"))
        and not answer.endswith("/who/coupon>")
    ]
    assert sorted(sealed.values()) == sorted(expected)


@given(ROWS, st.sampled_from(sorted(KOBO_FIELDS)))
def test_kobos_own_fields_are_left_out(row, name):
    own = row | ({name: "<kobo>"} if name not in CLASSES else {})

    parted = anonymise(own, plan(), key=KEY)

    assert "<kobo>" not in json.dumps([parted.answers, parted.sealed, parted.tokens])


@given(ROWS, st.text(min_size=1).filter(lambda path: path not in CLASSES | KOBO_FIELDS.copy()))
def test_a_question_that_the_version_has_not_is_an_error_that_names_it(row, path):
    if path == "house":
        return

    with pytest.raises(UnclassifiedQuestion) as refused:
        anonymise({path: "<answer>"} | row, plan(), key=KEY)

    assert str(refused.value) == path


@pytest.mark.parametrize("path", ["who/age", "who/name", "start", "house"])
@pytest.mark.parametrize("answer", [7, 1.5, None, True, {}, ["x"], {"a": "b"}])
def test_an_answer_of_another_shape_is_an_error_that_names_its_question(path, answer):
    with pytest.raises(MalformedAnswer) as refused:
        anonymise({path: answer}, plan(), key=KEY)

    assert str(refused.value) == path


def test_kobos_own_names_are_no_excuse_inside_a_repeat():
    with pytest.raises(UnclassifiedQuestion):
        anonymise({"house": [{"_id": "1"}]}, plan(), key=KEY)


def test_sealed_answers_of_a_repeat_are_known_by_their_entries():
    row = {"house": [{}, {"house/child": [{"house/child/nick": "Example"}]}]}

    parted = anonymise(row, plan(), key=KEY)

    assert parted.sealed == {"house/child/nick[2][1]": "Example"}
    assert parted.answers == {"house": [{}, {"house/child": [{}]}]}


def test_what_is_dropped_is_nowhere():
    parted = anonymise({"total": "7"}, plan(dropped="total"), key=KEY)

    assert (parted.answers, parted.sealed, parted.tokens, parted.facts) == ({}, {}, [], {})


def test_an_empty_answer_is_neither_sealed_nor_a_token():
    parted = anonymise({"who/phone": "", "who/name": ""}, plan(), key=KEY)

    assert (parted.sealed, parted.tokens) == ({}, [])


def test_facts_are_noted_and_not_kept():
    row = {"start": "a", "end": "b", "deviceid": "c", "enumerator": "E01", "home/gps": "1 2"}

    parted = anonymise(row, plan(), key=KEY)

    assert parted.facts == {
        Fact.STARTED: "a",
        Fact.ENDED: "b",
        Fact.DEVICE: "c",
        Fact.ENUMERATOR: "E01",
        Fact.POINT: "1 2",
    }
    assert parted.answers == {}
    assert parted.sealed == {"home/gps": "1 2"}


def test_an_anonymised_submission_shows_no_answer_in_a_traceback():
    parted = anonymise({"who/name": "Aisuluu Example", "who/age": "42"}, plan(), key=KEY)

    assert repr(parted) == "Anonymised(1 answers, 1 sealed)"


@pytest.mark.parametrize(("answer", "consents"), [("yes", True), ("no", False), ("perhaps", False)])
def test_only_the_answers_that_the_form_names_mean_consent(answer, consents):
    assert has_consent({"consent": answer}, plan()) is consents


@pytest.mark.parametrize("row", [{}, {"consent": ""}, {"consent": None}, {"consent": 1}])
def test_no_answer_is_neither_consent_nor_refusal(row):
    with pytest.raises(NoConsentAnswer):
        has_consent(row, plan())


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
@pytest.mark.parametrize(
    ("answers", "path"),
    [
        (lambda bad: {"a": "x", "b": bad}, "b"),
        (lambda bad: {"house": [{"x": "fine"}, {"house/x": bad}]}, "house"),
        (lambda bad: {"house": [{bad: "x"}]}, "house"),
        (lambda bad: {"house": [{"x": "fine"}], "b": bad}, "b"),
    ],
)
def test_what_the_database_cannot_store_is_named(bad, answers, path):
    with pytest.raises(MalformedAnswer) as refused:
        encode(answers(bad))

    assert str(refused.value) == path


def test_a_backslash_before_u0000_is_only_text():
    assert json.loads(encode({"a": r"\u0000"})) == {"a": r"\u0000"}
