"""KoBo's content of a form: the same questions as the workbook's, check 10."""

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.core.content import read_content
from forms.core.problems import FormRefused
from forms.core.questions import policy_hash
from tests.core.forms.drawing import (
    NAMESPACE,
    codes,
    content,
    read_whole,
    refusal_of_content,
    with_consent,
)

DRAWN = """
| survey | type | name | label::English (en) | label::Русский (ru) \
| required | relevant | calculation | repeat_count \
| bind::mtm:privacy | bind::mtm:treatment | default |
|  | start | start |
|  | deviceid | deviceid |
|  | select_one yes_no | consent | Do you agree? | Вы согласны? \
| yes | - | - | - | consent | given:yes |
|  | begin group | respondent | Respondent | Респондент | - | ${consent} = 'yes' | - | - | quasi |
|  | string | resp_name | Name | Имя | - | - | - | - | direct |
|  | int | age | Age | Возраст | - | - | - | - | quasi | bands:18,30,40 |
|  | select_multiple reason | reasons | Reasons | Причины \
| - |  ${age}   > 17 | - | - | sensitive |
|  | end group |
|  | select_one_from_file places.csv | place | Place | Место | - | - | - | - | loc_coarse |
|  | begin repeat | member | Member | Член семьи | - | - | - | 2 + 1 | quasi |
|  | select one from yes_no | m_away | Away? | В отъезде? | - | - | - | - | quasi |
|  | end repeat |
|  | calculate | n_members | - | - | - | - | count(${member}) | - | harmless |
|  | calculate | copy | - | - | - | - | concat('a',  ${resp_name}) | - | harmless |
|  | text | again | Again | Снова | - | - | - | - | direct | - | ${resp_name} |
|  | note | thanks | Thank you | Спасибо |
| choices | list_name | name | label::English (en) | label::Русский (ru) |
|  | yes_no | yes | Yes | Да |
|  | yes_no | no | No | Нет |
|  | reason | family | Family | Семья |
|  | reason | 7 | Seven | Семь |
| settings | form_title | version | default_language | namespaces |
|  | A form | 3 | Русский (ru) | mtm="https://example.org/mtm" |
"""

BY_HAND: dict[str, Any] = {
    "schema": "1",
    "survey": [
        {"name": "start", "type": "start", "$kuid": "k1", "$xpath": "start", "$autoname": "start"},
        {"name": "deviceid", "type": "deviceid", "$kuid": "k2", "$xpath": "deviceid"},
        {
            "name": "consent",
            "type": "select_one",
            "$kuid": "k3",
            "label": ["Do you agree?", "Вы согласны?"],
            "$xpath": "consent",
            "required": True,
            "$autoname": "consent",
            "bind::mtm:privacy": "consent",
            "bind::mtm:treatment": "given:yes",
            "select_from_list_name": "yes_no",
        },
        {
            "name": "respondent",
            "type": "begin_group",
            "$kuid": "k4",
            "label": ["Respondent", "Респондент"],
            "$xpath": "respondent",
            "relevant": "${consent} = 'yes'",
            "bind::mtm:privacy": "quasi",
        },
        {
            "name": "resp_name",
            "type": "text",
            "label": ["Name", "Имя"],
            "$xpath": "respondent/resp_name",
            "bind::mtm:privacy": "direct",
        },
        {
            "name": "age",
            "type": "integer",
            "label": ["Age", None],
            "$xpath": "respondent/age",
            "bind::mtm:privacy": "quasi",
            "bind::mtm:treatment": "bands:18,30,40",
        },
        {
            "name": "reasons",
            "type": "select_multiple",
            "label": ["Reasons", "Причины"],
            "$xpath": "respondent/reasons",
            "relevant": "${age} > 17",
            "bind::mtm:privacy": "sensitive",
            "select_from_list_name": "reason",
        },
        {"type": "end_group", "$kuid": "k5"},
        {
            "file": "places.csv",
            "name": "place",
            "type": "select_one_from_file",
            "$xpath": "place",
            "bind::mtm:privacy": "loc_coarse",
        },
        {
            "name": "member",
            "type": "begin_repeat",
            "$xpath": "member",
            "repeat_count": "2 + 1",
            "bind::mtm:privacy": "quasi",
        },
        {
            "name": "m_away",
            "type": "select_one",
            "$xpath": "member/m_away",
            "bind::mtm:privacy": "quasi",
            "select_from_list_name": "yes_no",
        },
        {"type": "end_repeat"},
        {
            "name": "n_members",
            "type": "calculate",
            "$xpath": "n_members",
            "calculation": "count(${member})",
            "bind::mtm:privacy": "harmless",
        },
        {
            "name": "copy",
            "type": "calculate",
            "$xpath": "copy",
            "calculation": "concat('a', ${resp_name})",
            "bind::mtm:privacy": "harmless",
        },
        {
            "name": "again",
            "type": "text",
            "$xpath": "again",
            "default": "${resp_name}",
            "bind::mtm:privacy": "direct",
        },
        {"name": "thanks", "type": "note", "$xpath": "thanks", "label": ["Thank you", "Спасибо"]},
    ],
    "choices": [
        {"name": "no", "label": ["No", "Нет"], "list_name": "yes_no", "$autovalue": "no"},
        {"name": "yes", "label": ["Yes", "Да"], "list_name": "yes_no", "$autovalue": "yes"},
        {"name": "family", "label": ["Family", "Семья"], "list_name": "reason"},
        {"label": ["Seven", "Семь"], "list_name": "reason", "$autovalue": "7"},
    ],
    "settings": {
        "id_string": "A_form",
        "namespaces": NAMESPACE,
        "default_language": "English (en)",
    },
    "translated": ["label"],
    "translations": ["English (en)", "Русский (ru)"],
}


def flattened(given: dict[str, Any]) -> dict[str, Any]:
    """The shape of `/content/`: a column for each language, the list within the type."""
    flat = copy.deepcopy(given)
    for row in flat["survey"] + flat["choices"]:
        for language, label in zip(given["translations"], row.pop("label", []), strict=False):
            row[f"label::{language}"] = label
        named = row.pop("select_from_list_name", "") or row.pop("file", "")
        row["type"] = f"{row.get('type', '')} {named}".strip()
        row["required"] = "true" if row.get("required") else ""
    return {**flat, "settings": [flat["settings"]]}


def test_10_content_yields_the_policy_of_the_workbook_it_came_from():
    from_workbook, from_kobo = read_whole(DRAWN), read_content(BY_HAND)

    assert policy_hash(from_kobo) == policy_hash(from_workbook)
    assert [(q.path, q.type, q.privacy, q.treatment) for q in from_kobo.questions] == [
        (q.path, q.type, q.privacy, q.treatment) for q in from_workbook.questions
    ]
    assert {q.row for q in from_kobo.questions} == {0}


def test_10_the_flattened_content_yields_it_too():
    form = read_content(flattened(BY_HAND))

    assert policy_hash(form) == policy_hash(read_content(BY_HAND))
    assert form.languages == ("en", "ru")
    assert form.by_path()["respondent/age"].labels == {"en": "Age"}


def test_10_content_made_from_the_drawing_yields_it_too():
    assert policy_hash(read_content(content(DRAWN))) == policy_hash(read_content(BY_HAND))


def test_the_workbook_and_the_content_are_read_alike_in_full():
    form = read_content(BY_HAND)

    question = form.by_path()["respondent/reasons"]
    assert question.labels == {"en": "Reasons", "ru": "Причины"}
    assert [(choice.name, choice.labels["ru"]) for choice in question.choices] == [
        ("family", "Семья"),
        ("7", "Семь"),
    ]
    assert question.asked_when == ("${consent} = 'yes'", "${age} > 17")
    assert form.by_path()["member/m_away"].repeat == "member"
    assert form.by_path()["member_count"].privacy == "harmless"
    assert form.by_path()["place"].choices_from_file == "places.csv"
    assert form.by_path()["copy"].privacy == "direct"
    assert (form.form_id, form.default_language) == ("A_form", "en")


def test_a_form_recorded_without_privacy_columns_is_refused_with_the_full_list(recorded):
    refused = refusal_of_content(recorded)

    unclassified = [p.params["name"] for p in refused.problems if p.code == "unclassified"]
    assert unclassified == [
        "consent",
        "resp_name",
        "resp_phone",
        "age",
        "sex",
        "place",
        "gps",
        "return_date",
        "reasons",
        "reason_other",
        "income",
        "m_name",
        "m_age",
        "m_skills",
        "photo",
        "n_members",
        "remark",
    ]
    assert refused.problems[0].row == 0


def test_a_recorded_form_whose_column_has_another_name_is_refused():
    extra = {
        "schema": "1",
        "survey": [
            {
                "name": "a",
                "type": "text",
                "$kuid": "SMh7jGE11",
                "label": ["A"],
                "$xpath": "a",
                "privacy": "direct_identifier",
                "$autoname": "a",
                "dictionary": "resp_name",
            },
            {"name": "b", "type": "text", "label": ["B"], "$xpath": "b", "body::kb:x": "1"},
        ],
        "settings": {"id_string": "Extra_columns"},
        "translated": ["label"],
        "translations": [None],
    }

    refused = refusal_of_content(extra)

    assert codes(refused) == ["column_misspelt", "consent_missing"]
    assert refused.problems[0].params["name"] == "privacy"


@pytest.fixture
def recorded() -> dict[str, Any]:
    """The content of a version as KoBo returned it, cut to the keys that are read."""
    rows = """
        start start; end end; today today; deviceid deviceid; username username;
        select_one consent yes_no; begin_group respondent; text respondent/resp_name;
        text respondent/resp_phone; integer respondent/age; select_one respondent/sex sex;
        end_group; select_one_from_file place places.csv; geopoint gps; date return_date;
        select_multiple reasons reason; text reason_other; decimal income; begin_repeat member;
        text member/m_name; begin_group member/m_work; integer member/m_work/m_age;
        select_multiple member/m_work/m_skills skill; end_group; end_repeat; image photo;
        calculate n_members; text remark
    """
    survey: list[dict[str, Any]] = []
    for row in rows.split(";"):
        kind, path, named = (*row.split(), "", "")[:3]
        survey.append({"type": kind, "$kuid": "kExample0"})
        if path:
            name = path.rpartition("/")[2]
            survey[-1] |= {"name": name, "$xpath": path, "$autoname": name, "label": ["?", "?"]}
        if named:
            survey[-1]["file" if "." in named else "select_from_list_name"] = named
        if kind == "calculate":
            survey[-1]["calculation"] = "count(${member})"
    lists = ("yes_no", "sex", "reason", "skill")
    return {
        "survey": survey,
        "choices": [{"name": "a", "list_name": each, "label": ["A", "А"]} for each in lists],
        "settings": {"instance_name": "concat('RM-', ${place}, '-', ${today})"},
        "translations": ["English (en)", "Русский (ru)"],
    }


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"type": {"select_one": "yes_no"}, "name": "old"}, id="content of old assets"),
        pytest.param({"type": "select_one yes_no", "name": "old"}, id="list within the type"),
        pytest.param({"type": "select_one yes_no", "$autoname": "old"}, id="name made by KoBo"),
        pytest.param(
            {"type": "select_one", "select_from_list_name": "yes_no", "name": "x", "$xpath": "old"},
            id="path given",
        ),
    ],
)
def test_older_shapes_of_a_row_are_read(row):
    given = copy.deepcopy(BY_HAND)
    given["survey"].append(row | {"bind::mtm:privacy": "quasi"})

    question = read_content(given).by_path()["old"]

    assert (question.type, question.choice_list) == ("select_one", "yes_no")


@pytest.mark.parametrize("flag", [True, "true"])
def test_or_other_is_refused_in_either_spelling(flag):
    given = copy.deepcopy(BY_HAND)
    given["survey"][2]["_or_other"] = flag

    assert "or_other" in codes(refusal_of_content(given))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"survey": None},
        {"survey": {"name": "a"}},
        {"survey": ["a", 1]},
        {"survey": [], "choices": "none"},
        {"survey": [{}]},
        {"survey": [{"": "", "type": None}]},
        {"survey": [{"type": ["text"], "name": "a"}]},
        {"survey": [{"type": "text", "name": {"a": 1}}]},
        {"survey": [{"type": "calculate", "name": "a", "calculation": ["1", "${b}"]}]},
        {"survey": [{"type": "text", "name": "a", "bind::mtm:privacy": ["direct"]}]},
        {"survey": [{"type": "text", "name": 7.0, "default": 1.5}], "settings": None},
        {"survey": [], "settings": "none"},
        {"survey": [], "settings": []},
        {"survey": [{"type": "text", "name": "a", "label": ["A"]}], "translations": "en"},
    ],
    ids=lambda given: json.dumps(given)[:40],
)
def test_content_of_another_shape_is_refused_in_words(given):
    refused = refusal_of_content(given)

    assert all(problem.english for problem in refused.problems)


words = st.text("ab_:$ {}/", max_size=8)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["type", "name", "label", "calculation", "$xpath", "bind::mtm:privacy", "relevant", "file", ""]
)
values = anything | st.sampled_from(
    ["text", "select_one", "begin_group", "end_group", "calculate", "direct", "${a}", "a"]
)
content_like = st.fixed_dictionaries(
    {},
    optional={
        "survey": anything | st.lists(st.dictionaries(keys, values, max_size=6), max_size=6),
        "choices": anything | st.lists(st.dictionaries(keys, values), max_size=2),
        "settings": anything,
        "translations": anything,
    },
)


@pytest.mark.slow
@settings(max_examples=40)
@given(content_like)
def test_whatever_the_content_is_it_is_read_or_refused(given_content):
    with suppress(FormRefused):
        assert read_content(given_content).consent


def test_a_misplaced_double_colon_that_kobo_took_for_a_translation_is_refused():
    given = content(with_consent("| text | q | Q | direct |"))
    given["translations"].append("privacy")
    given["survey"][1]["mtm"] = [None, "direct"]

    refused = refusal_of_content(given)

    assert "mtm::privacy" in [problem.params["name"] for problem in refused.problems]
