"""The hash of a form's policy, and what an approval of a question covers: checks 11 and 12."""

import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.core.privacy import Privacy, is_laxer
from forms.core.questions import Form, policy_hash, question_key
from forms.core.reading import read_tables
from tests.core.forms.drawing import read, sheets, tables, with_consent

DRAWN = with_consent(
    """
    | select_one yn  | sex | Sex | quasi |
    | integer        | age | Age | quasi | bands:18,30 |
    | select_one_from_file places.csv | place | Place | loc_coarse |
    | text           | phone | Phone | contact | recontact | - | ${sex} = 'yes' |
    | calculate      | code | - | link | - | once(uuid()) |
    | begin_group    | more | More | - | - | - | ${age} > 18 |
    | text           | why | Why | free |
    | end_group      |
    """
)


def changed(old: str, new: str, drawing: str = DRAWN) -> Form:
    assert old in drawing
    return read(drawing.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("| Age |", "| How old are you? |", id="label"),
        pytest.param("A drawn form", "Another name", id="name of the form"),
        pytest.param("| yn        | yes  | Yes   |", "| yn | yes | Ja |", id="label of a choice"),
        pytest.param(
            "| yn        | no   | No    |\n", "| yn | no | No |\n| | yn | yes | Yes |\n", id="order"
        ),
        pytest.param("${sex} = 'yes'", "${sex}   =  'yes' ", id="spaces in a condition"),
        pytest.param("${sex} = 'yes'", "${sex} = ‘yes’", id="smart quotes"),
        pytest.param("select_one yn  | sex", "select one from yn | sex", id="spelling of a type"),
        pytest.param("bands:18,30", "bands: 18, 30;", id="spaces in a treatment"),
    ],
)
def test_11_what_concerns_nobodys_privacy_keeps_the_hash(old, new):
    assert policy_hash(changed(old, new)) == policy_hash(read(DRAWN))


@pytest.mark.parametrize(
    ("old", "new", "affected"),
    [
        pytest.param("| sex |", "| gender |", {"gender"}, id="name"),
        pytest.param("integer        | age", "decimal | age", {"age"}, id="type"),
        pytest.param("| Age | quasi", "| Age | sensitive", {"age"}, id="class"),
        pytest.param("bands:18,30", "bands:18,40", {"age"}, id="bands"),
        pytest.param("| recontact", "| -", {"phone"}, id="recontact"),
        pytest.param("| recontact", "| drop", {"phone"}, id="treatment"),
        pytest.param("once(uuid())", "once(random())", {"code"}, id="calculation"),
        pytest.param("${sex} = 'yes'", "${sex} = 'no'", {"phone"}, id="condition"),
        pytest.param("${age} > 18", "${age} > 17", {"more/why"}, id="condition of the group"),
        pytest.param("places.csv", "villages.csv", {"place"}, id="file of choices"),
        pytest.param("| no   |", "| never |", {"consent", "sex"}, id="choice"),
        pytest.param("begin_group ", "begin_repeat ", {"more/why"}, id="repeat for group"),
    ],
)
def test_12_only_what_changed_loses_its_approval(old, new, affected):
    new = new.replace("${sex}", "${gender}" if "gender" in affected else "${sex}")
    drawing = DRAWN.replace("end_group", "end_repeat") if "repeat" in new else DRAWN
    if "gender" in affected:
        drawing = drawing.replace("${sex}", "${gender}")
    before = {question_key(question) for question in read(DRAWN).questions}

    form = changed(old, new, drawing)

    lost = {q.path for q in form.questions if question_key(q) not in before}
    assert policy_hash(form) != policy_hash(read(DRAWN))
    assert affected <= lost
    assert lost <= affected | {"phone"}


def test_12_a_question_keeps_its_approval_beside_a_new_one():
    before = {question_key(question) for question in read(DRAWN).questions}

    form = read(DRAWN.replace("| end_group", "| text | how | How | free |\n|  | end_group"))

    assert {q.path for q in form.questions if question_key(q) not in before} == {"more/how"}


def test_a_changed_source_changes_the_class_of_a_calculation_and_so_the_hash():
    drawing = with_consent(
        """
        | text | place | Place | loc_coarse |
        | calculate | label | - | loc_coarse | - | concat('x', ${place}) |
        """
    )
    before = {question_key(question) for question in read(drawing).questions}

    form = changed("| Place | loc_coarse", "| Place | ki", drawing)

    lost = {q.path for q in form.questions if question_key(q) not in before}
    assert lost == {"place", "label"}


def test_a_key_can_be_stored_as_json_and_compared():
    for question in read(DRAWN).questions:
        assert json.loads(json.dumps(question_key(question)))[0] == question.path


@pytest.mark.slow
@settings(max_examples=40)
@given(st.randoms(use_true_random=False))
def test_11_the_order_of_questions_and_choices_and_every_word_keep_the_hash(random):
    drawn = sheets(DRAWN)
    head, consent, *rows = drawn["survey"]
    loose, group = rows[:5], rows[5:]
    random.shuffle(loose)
    choices = drawn["choices"][1:]
    random.shuffle(choices)
    for row in (*loose, *choices):
        row[2] = f"{row[2]} {random.random()}"

    form = read(
        {
            "survey": [head, *loose, consent, *group],
            "choices": [drawn["choices"][0], *choices],
            "settings": drawn["settings"],
        }
    )

    assert policy_hash(form) == policy_hash(read(DRAWN))


classes = st.sampled_from(["-", *Privacy])
kinds = st.sampled_from(["text", "geopoint", "image", "start", "calculate"])


@st.composite
def any_survey(draw: st.DrawFn) -> str:
    """Groups within groups, and calculations over whatever stands anywhere."""
    n = draw(st.integers(1, 7))
    rows, depth = [], 0
    for number in range(n):
        step = draw(st.sampled_from(["begin", "end", "stay", "stay"]))
        if step == "begin":
            rows.append(f"| begin_group | g{number} | G | {draw(classes)} |")
            depth += 1
        elif step == "end" and depth:
            rows.append("| end_group |")
            depth -= 1
        used = " + ".join(f"${{q{draw(st.integers(0, n - 1))}}}" for _ in range(2))
        kind = draw(kinds)
        calculation = used if kind == "calculate" else "-"
        rows.append(f"| {kind} | q{number} | Q | {draw(classes)} | - | {calculation} |")
    rows += ["| end_group |"] * depth
    return with_consent("\n".join(rows))


@pytest.mark.slow
@settings(max_examples=40)
@given(any_survey())
def test_no_question_is_laxer_than_its_group_its_sources_or_what_it_declares(drawing):
    form, _ = read_tables(tables(drawing))

    held = form.by_path()
    for question in form.questions:
        for group in form.groups:
            if question.path.startswith(f"{group.path}/"):
                assert not is_laxer(question.privacy, group.privacy)
        if question.declared_privacy:
            assert not is_laxer(question.privacy, question.declared_privacy)
        for other in held.values():
            if f"${{{other.name}}}" in question.calculation:
                assert not is_laxer(question.privacy, other.privacy)


def test_a_form_is_a_value():
    form = read(DRAWN)

    assert form == read(DRAWN)
    with pytest.raises(dataclasses.FrozenInstanceError):
        form.title = "another"


def test_a_form_without_consent_says_so():
    form, _ = read_tables(tables(DRAWN.replace("| consent         |", "| quasi |")))

    with pytest.raises(LookupError, match="consent"):
        _ = form.consent
