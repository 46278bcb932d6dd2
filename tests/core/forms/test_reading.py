"""How rows become questions: groups, conditions, consent, and the slips in a sheet."""

import string

import pytest

from forms.core.answers import answer_label
from forms.core.problems import Problem, problem
from forms.core.questions import Question
from forms.core.wording import TEMPLATES
from tests.core.forms.drawing import CHOICES, codes, read, refusal_of, with_consent


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param("| - | q | Q | direct |", ["type_missing"], id="no type"),
        pytest.param("| text | - | Q | direct |", ["name_missing"], id="no name"),
        pytest.param("| nosuch | q | Q | direct |", ["type_unknown"], id="unknown type"),
        pytest.param("| txt | q | Q | direct |", ["type_unknown_near"], id="misspelt type"),
        pytest.param("| text | 1q | Q | direct |", ["name_invalid"], id="digit first"),
        pytest.param("| text | имя | Q | direct |", ["name_invalid"], id="Cyrillic name"),
        pytest.param("| text | _id | Q | direct |", ["name_reserved"], id="KoBo's name"),
        pytest.param("| begin_group | meta | Q |\n| end_group |", ["name_reserved"], id="meta"),
        pytest.param("| end_repeat |", ["group_unmatched"], id="end without begin"),
        pytest.param(
            "| begin_group | g | G |\n| end_repeat |", ["group_unmatched", "group_open"], id="mixed"
        ),
        pytest.param("| begin_repeat | r | R |", ["group_open"], id="never closed"),
        pytest.param("| select_one yn or_other | q | Q | quasi |", ["or_other"], id="or other"),
        pytest.param("| select_one | q | Q | quasi |", ["choice_list_missing"], id="no list"),
        pytest.param("| select_one z | q | Q | quasi |", ["choice_list_missing"], id="other list"),
        pytest.param("| text | q | Q | quasi | blur |", ["treatment_unknown"], id="treatment"),
        pytest.param("| text | q | Q | direct | keep |", ["treatment_unfit"], id="laxer"),
        pytest.param(
            "| begin_group | g | G | - | drop |\n| end_group |", ["treatment_on_group"], id="group"
        ),
        pytest.param(
            "| text | q | Q | quasi | - | - | ${x} = 1 |", ["reference_unknown"], id="reference"
        ),
        pytest.param(
            "| begin_repeat | r | R | - | - | - | - | - | ${x} + 1 |\n| end_repeat |",
            ["reference_unknown"],
            id="reference of a count",
        ),
        pytest.param(
            "| calculate | a | - | quasi | - | ${b} |\n| calculate | b | - | quasi | - | ${a} |",
            ["calculation_circular"] * 2,
            id="circle of two",
        ),
        pytest.param(
            "| calculate | a | - | quasi | - | ${a} + 1 |", ["calculation_circular"], id="itself"
        ),
    ],
)
def test_a_slip_in_the_sheet_is_named(rows, expected):
    drawing = with_consent(rows)
    if "begin_repeat" in rows:
        drawing = drawing.replace("| default |", "| repeat_count |")

    refused = refusal_of(drawing)

    assert codes(refused) == expected
    assert {problem.sheet for problem in refused.problems} == {"survey"}


def test_only_the_calculations_of_a_circle_are_named():
    refused = refusal_of(
        with_consent(
            """
            | calculate | before | - | quasi | - | ${a} |
            | calculate | a | - | quasi | - | ${b} + ${after} |
            | calculate | b | - | quasi | - | ${a} |
            | calculate | after | - | quasi | - | 1 |
            """
        )
    )

    assert [problem.params["name"] for problem in refused.problems] == ["a", "b"]


def test_groups_nested_beyond_reason_are_refused():
    opened = "\n".join(f"| begin_group | g{n} | G |" for n in range(30))

    refused = refusal_of(with_consent(opened))

    assert "nested_too_deep" in codes(refused)


def test_an_encrypted_form_is_refused():
    settings = CHOICES.replace("form_title", "public_key").replace("A drawn form", "MIIB")

    assert codes(refusal_of(with_consent("| text | q | Q | quasi |", rest=settings))) == [
        "form_encrypted"
    ]


@pytest.mark.parametrize(
    "consent",
    [
        pytest.param("| select_one yn    | consent | Do you agree? | quasi |", id="no such class"),
        pytest.param(
            "| begin_repeat | r | R |\n| | select_one yn | agreed | ? | consent |"
            "\n| | end_repeat |",
            id="asked in a repeat only",
        ),
        pytest.param(
            "| calculate | consent | ? | consent | - | 'yes' |", id="calculated, asked of nobody"
        ),
    ],
)
def test_a_form_that_asks_nobody_for_consent_is_refused(consent):
    drawing = with_consent("").replace(
        "| select_one yn    | consent | Do you agree? | consent         |", consent
    )

    assert "consent_missing" in codes(refusal_of(drawing.replace("|         |", "| |")))


def test_consent_that_can_never_be_given_is_refused():
    drawing = with_consent("").replace("| consent         |", "| consent | given:agreed |")

    [found] = refusal_of(drawing).problems

    assert found.code == "consent_never_given"
    assert "given:agreed" in found.english


def test_consent_may_be_given_by_more_than_one_answer():
    drawing = with_consent("").replace("| consent         |", "| consent | given:yes,aloud |")

    assert read(drawing).consent.given == ("yes", "aloud")


def test_consent_may_be_an_acknowledgement():
    drawing = with_consent("").replace(
        "| select_one yn    | consent | Do you agree? | consent         |",
        "| acknowledge | consent | I agree | consent | given:OK |",
    )

    assert read(drawing).consent.given == ("OK",)


def test_groups_and_repeats_make_paths_and_conditions():
    form = read(
        with_consent(
            """
            | begin_group  | work   | Work   | quasi | - | - | ${consent} = 'yes' |
            | begin_repeat | job    | Job    | -     |
            | begin_group  | detail | Detail | -     |
            | text         | task   | Task   | quasi | - | - | ${consent} != 'no' |
            | end_group    |
            | end_repeat   |
            | end_group    |
            """
        )
    )

    task = form.by_path()["work/job/detail/task"]
    assert (task.name, task.repeat, task.position, task.row) == ("task", "work/job", 4, 6)
    assert task.asked_when == ("${consent} = 'yes'", "${consent} != 'no'")
    assert task.relevant == "${consent} != 'no'"
    assert [(g.path, g.is_repeat, g.privacy, g.declared_privacy) for g in form.groups] == [
        ("work", False, "quasi", "quasi"),
        ("work/job", True, "quasi", None),
        ("work/job/detail", False, "quasi", None),
    ]


def test_the_number_of_entries_that_the_converter_stores_is_a_question():
    form = read(
        with_consent(
            """
            | integer | n | How many? | quasi |
            | begin_group | g | G |
            | begin_repeat | one | One | - | - | - | - | - | - |
            | end_repeat |
            | begin_repeat | two | Two | - | - | - | - | - | - |
            | end_repeat |
            | end_group |
            """
        )
        .replace("| default |", "| repeat_count |")
        .replace("| One | - | - | - | - | - | - |", "| One | - | - | - | - | - | ${n} |")
        .replace("| Two | - | - | - | - | - | - |", "| Two | - | - | - | - | - | ${n} + 1 |")
    )

    assert [(q.path, q.type, q.privacy) for q in form.questions[2:]] == [
        ("g/two_count", "calculate", "quasi")
    ]


def test_rows_that_ask_nothing_make_no_question():
    drawing = with_consent(
        """
        | note | thanks | Thank you |
        | note | - | Thank you |
        | csv-external | places | - |
        | - | - | - | - | - | - | - | - |
        | text | off | Off | - | - | - | - | - | - |
        """
    ).replace("| default |", "| disabled |")

    form = read(
        drawing.replace("| Off | - | - | - | - | - | - |", "| Off | - | - | - | - | - | yes |")
    )

    assert [question.path for question in form.questions] == ["consent"]


def test_a_reading_device_leaves_a_token_for_contacts_only():
    form = read(
        with_consent(
            """
            | text | phone | Phone | contact |
            | text | dropped | Phone | contact | drop |
            | text | coupon | Coupon | link |
            | text | hidden | Coupon | link | seal |
            | text | name | Name | direct |
            """
        )
    )

    assert [q.name for q in form.questions if q.has_token] == ["phone", "coupon"]


REASONS = """
| choices | list_name | name | label::English (en) | label::Кыргызча (ky) |
|         | yn     | yes    | Yes | Ооба |
|         | reason | family | Family | Үй-бүлө |
|         | reason | ban    | Re-entry ban | - |
|         | reason | bare   | - | - |
|         | reason | - | Without a name | - |
| settings | namespaces |
|         | mtm="https://example.org/mtm" |
"""


@pytest.mark.parametrize(
    ("path", "answer", "language", "label"),
    [
        ("one", "family", "ky", "Үй-бүлө"),
        ("one", "family", "en", "Family"),
        ("one", "ban", "ky", "Re-entry ban"),
        ("one", "bare", "en", "bare"),
        ("one", "older_choice", "en", "older_choice"),
        ("several", "ban family", "en", "Re-entry ban; Family"),
        ("several", "ban older_choice", "ky", "Re-entry ban; older_choice"),
        ("several", "", "en", ""),
        ("words", "ban family", "en", "ban family"),
    ],
)
def test_an_answer_is_worded_in_the_readers_language(path, answer, language, label):
    form = read(
        with_consent(
            """
            | select_one reason      | one     | One     | quasi |
            | select_multiple reason | several | Several | quasi |
            | text                   | words   | Words   | quasi |
            """,
            rest=REASONS,
        )
    )

    question: Question = form.by_path()[path]
    assert answer_label(question, answer, language) == label


def test_every_sentence_can_be_filled_in_and_says_what_to_do():
    for code, template in TEMPLATES.items():
        fields = [name for _, name, *_ in string.Formatter().parse(template) if name]
        values = dict.fromkeys(_names_in(template), "x")

        sentence = problem(code, **values).english

        assert "%(" not in sentence
        assert sentence.endswith((".", "?", "x"))
        assert all(field.isidentifier() for field in fields) or "${" in template


def _names_in(template: str) -> list[str]:
    return [part.partition(")")[0] for part in template.split("%(")[1:]]


def test_a_problem_without_a_place_is_its_sentence():
    found: Problem = problem("survey_missing")

    assert str(found) == found.english
    assert found.place == ""


def test_a_very_long_cell_is_quoted_in_part():
    refused = refusal_of(with_consent(f"| {'x' * 5000} | q | Q | direct |"))

    assert len(str(refused)) < 700
