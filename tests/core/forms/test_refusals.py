"""The acceptance checks 1 to 9 of the privacy note; `test_workbooks.py` has them on files."""

import pytest

from forms.core.privacy import Privacy, Treatment
from forms.core.problems import Severity
from tests.core.forms.drawing import CHOICES, codes, read, refusal_of, with_consent


def test_1_every_question_without_a_class_is_named_with_its_row():
    refused = refusal_of(
        with_consent(
            """
            | integer     | age    | Age    |
            | text        | name   | Name   | direct |
            | begin_group | work   | Work   |
            | note        | thanks | Thanks |
            | text        | sector | Sector |
            | end_group   |
            | start       | start  |
            """
        )
    )

    assert [(p.code, p.sheet, p.row, p.params["name"]) for p in refused.problems] == [
        ("unclassified", "survey", 3, "age"),
        ("unclassified", "survey", 7, "sector"),
    ]
    assert "row 3" in str(refused)
    assert "Question age has no privacy class." in str(refused)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param("direkt", "Did you mean direct?", id="near one"),
        pytest.param("Direct", "Did you mean direct?", id="capital letter"),
        pytest.param("free sealed", "Did you mean free_sealed?", id="space"),
        pytest.param("xxxx", "Write one of: consent, direct,", id="near none"),
    ],
)
def test_2_an_unknown_class_is_refused_with_the_nearest_one(written, words):
    refused = refusal_of(with_consent(f"| text | resp_name | Name | {written} |"))

    [problem] = refused.problems
    assert (problem.row, problem.column) == (3, "bind::mtm:privacy")
    assert words in problem.english


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("| settings | form_title |\n| | A form |", id="none"),
        pytest.param("", id="no settings sheet"),
        pytest.param(
            '| settings | namespaces |\n| | mtm="https://example.org/other" |', id="other"
        ),
        pytest.param(
            '| settings | namespaces |\n| | esri="https://example.org/mtm" |', id="prefix"
        ),
    ],
)
def test_3_without_the_namespace_the_setting_to_paste_is_given(settings):
    choices = CHOICES.partition("| settings")[0]

    refused = refusal_of(with_consent("| text | q | Q | direct |", rest=choices + settings))

    [problem] = refused.problems
    assert (problem.sheet, problem.column) == ("settings", "namespaces")
    assert 'mtm="https://example.org/mtm"' in problem.english


@pytest.mark.parametrize(
    "header",
    [
        "bind::mtm:privcy",
        "bind:mtm:privacy",
        "mtm::privacy",
        "bind::privacy",
        "Privacy",
        "mtm_class",
    ],
)
def test_4_a_misspelt_privacy_column_is_refused(header):
    drawing = with_consent("| text | resp_name | Name | direct |")

    refused = refusal_of(drawing.replace("bind::mtm:privacy", header))

    assert "column_misspelt" in codes(refused)
    problem = refused.problems[codes(refused).index("column_misspelt")]
    assert (problem.row, problem.column) == (1, header)
    assert "exactly so: bind::mtm:privacy" in problem.english
    assert "unclassified" not in codes(refused)


def test_4_a_misspelt_treatment_column_is_refused_beside_a_right_privacy_column():
    drawing = with_consent("| text | resp_name | Name | direct |")

    refused = refusal_of(drawing.replace("bind::mtm:treatment", "bind::mtm:treatmnt"))

    [problem] = refused.problems
    assert "exactly so: bind::mtm:treatment" in problem.english


def test_5_two_columns_that_disagree_are_refused():
    drawing = with_consent("| integer | age | Age | quasi | harmless |")

    refused = refusal_of(drawing.replace("bind::mtm:treatment", "mtm_privacy"))

    [problem] = refused.problems
    assert problem.row == 3
    assert "quasi in column bind::mtm:privacy and harmless in column mtm_privacy" in problem.english


def test_5_two_columns_that_agree_and_the_plain_column_alone_are_read():
    drawing = with_consent(
        """
        | integer | age | Age | quasi | quasi     |
        | integer | months | Months | - | sensitive |
        """
    ).replace("bind::mtm:treatment", "mtm_privacy")

    form = read(drawing)

    assert [question.privacy for question in form.questions[1:]] == ["quasi", "sensitive"]


@pytest.mark.parametrize(
    "child", ["| integer | age | Age | quasi |", "| begin_group | inner | Inner | harmless |"]
)
def test_6_a_child_laxer_than_its_group_is_refused(child):
    end = "| end_group |" if "begin" in child else ""
    refused = refusal_of(
        with_consent(
            f"""
            | begin_group | money | Money | sensitive |
            | begin_group | deep  | Deep  |
            {child}
            {end}
            | end_group |
            | end_group |
            """
        )
    )

    [problem] = refused.problems
    assert (problem.code, problem.row, problem.params["floor"]) == (
        "laxer_than_group",
        5,
        "sensitive",
    )


def test_6_a_child_may_be_stricter_than_its_group():
    form = read(
        with_consent(
            """
            | begin_group | person | Person | quasi |
            | text | resp_name | Name | direct |
            | end_group |
            """
        )
    )

    assert form.by_path()["person/resp_name"].privacy is Privacy.DIRECT
    assert form.groups[0].privacy is Privacy.QUASI


@pytest.mark.parametrize(
    "calculation",
    [
        "${resp_name}",
        "concat('RM-', ${resp_name})",
        "once(${resp_name})",
        "substr(${resp_name}, 0, 3)",
        "if(string-length(${resp_name}) > 3, 1, 0)",
        "../resp_name",
        "/data/resp_name",
        "${middle}",
        "${last-saved#resp_name}",
    ],
)
def test_7_a_calculation_over_a_direct_answer_is_direct_whatever_it_declares(calculation):
    form = read(
        with_consent(
            f"""
            | text      | resp_name | Name | direct |
            | calculate | shown     | -    | harmless | - | {calculation} |
            | calculate | middle    | -    | harmless | - | ${{resp_name}} |
            """
        )
    )

    shown = form.by_path()["shown"]
    assert shown.privacy is Privacy.DIRECT
    assert shown.treatment is Treatment.SEAL
    assert shown.declared_privacy is Privacy.HARMLESS
    assert ("shown", Severity.WARNING) in [(w.params["name"], w.severity) for w in form.warnings]


def test_7_a_calculation_reaches_into_a_repeat_by_indexed_repeat():
    form = read(
        with_consent(
            """
            | begin_repeat | member | Member |
            | text         | m_name | Name | direct |
            | integer      | m_age  | Age  | quasi  |
            | end_repeat   |
            | calculate | first_name | - | harmless | - | indexed-repeat(${m_name}, ${member}, 1) |
            | calculate | first_age  | - | quasi    | - | indexed-repeat(${m_age}, ${member}, 1)  |
            | calculate | members    | - | harmless | - | count(${member})  |
            | calculate | everything | - | harmless | - | string(${member})  |
            """
        )
    )

    held = {path: question.privacy for path, question in form.by_path().items()}
    assert held["first_name"] is Privacy.DIRECT
    assert held["first_age"] is Privacy.QUASI
    assert held["members"] is Privacy.HARMLESS
    assert held["everything"] is Privacy.DIRECT


def test_7_a_default_and_a_choice_taken_from_answers_count_as_calculations():
    form = read(
        with_consent(
            """
            | begin_repeat | member | Member |
            | text         | m_name | Name | direct |
            | end_repeat   |
            | text | again | Again | harmless | - | - | - | - | ${once_more} |
            | text | once_more | Name | ki |
            | select_one ${m_name} | head | Head | harmless |
            """
        )
    )

    assert form.by_path()["again"].privacy is Privacy.KI
    assert form.by_path()["head"].privacy is Privacy.DIRECT


def test_7_a_treatment_written_for_the_laxer_class_does_not_hold_for_the_stricter_one():
    form = read(
        with_consent(
            """
            | text      | resp_name | Name | direct |
            | calculate | shown     | -    | harmless | keep | ${resp_name} |
            """
        )
    )

    assert form.by_path()["shown"].treatment is Treatment.SEAL


@pytest.mark.parametrize("name", ["resp_name", "copied"])
def test_8_a_submission_is_not_named_after_a_sealed_answer(name):
    settings = CHOICES.replace("form_title", "instance_name").replace(
        "A drawn form", f"concat('RM-', ${{{name}}}, ${{place}})"
    )
    refused = refusal_of(
        with_consent(
            """
            | text      | resp_name | Name | direct |
            | text      | place  | Place | loc_coarse |
            | calculate | copied | - | harmless | - | ${resp_name} |
            """,
            rest=settings,
        )
    )

    problem = refused.problems[codes(refused).index("instance_name_hidden")]
    assert (problem.sheet, problem.row, problem.column) == ("settings", 2, "instance_name")
    assert (problem.params["name"], problem.params["privacy"]) == (name, "direct")


@pytest.mark.parametrize(
    "kind", ["phonenumber", "simserial", "subscriberid", "email", "background-audio"]
)
def test_9_metadata_that_nobody_gave_is_refused(kind):
    refused = refusal_of(with_consent(f"| {kind} | taken | - | device |"))

    assert "metadata_refused" in codes(refused)
    assert refused.problems[codes(refused).index("metadata_refused")].row == 3


@pytest.mark.parametrize(
    "parameters",
    [
        "track-changes=true",
        "identify-user=true",
        "track-changes-reasons=on-form-edit",
        "location-priority=balanced location-min-interval=60 location-max-age=120",
    ],
)
def test_9_an_audit_that_tracks_is_refused(parameters):
    refused = refusal_of(with_consent(f"| audit | audit | - | - | - | - | - | {parameters} |"))

    [problem] = refused.problems
    assert (problem.code, problem.row, problem.column) == ("audit_tracks", 3, "parameters")
    assert parameters in problem.english


def test_9_a_plain_audit_and_the_device_are_reduced_to_fieldwork():
    form = read(
        with_consent(
            """
            | audit    | audit | - | - | - | - | - | track-changes=false |
            | deviceid | deviceid |
            | username | username |
            | today    | today |
            """
        )
    )

    assert {(q.path, q.privacy, q.treatment) for q in form.questions[1:]} == {
        (path, Privacy.DEVICE, Treatment.FIELDWORK)
        for path in ("meta/audit", "deviceid", "username", "today")
    }


def test_9_a_question_that_the_tablet_fills_in_by_itself_is_refused():
    drawing = with_consent("| text | number | Number | harmless | - | - | - | - | property |")

    refused = refusal_of(drawing.replace("| default |", "| bind::jr:preload |"))

    assert codes(refused) == ["preload_refused"]


@pytest.mark.parametrize("kind", ["start-geopoint", "background-geopoint"])
@pytest.mark.parametrize(
    ("privacy", "code"), [("-", "silent_location"), ("quasi", "laxer_location")]
)
def test_9_a_position_taken_silently_must_be_declared_precise(kind, privacy, code):
    trigger = "${consent}" if kind == "background-geopoint" else "-"
    drawing = with_consent(f"| {kind} | taken | - | {privacy} | - | - | - | - | {trigger} |")

    refused = refusal_of(drawing.replace("default", "trigger"))

    [problem] = refused.problems
    assert (problem.code, problem.row) == (code, 3)


def test_9_a_silent_position_that_is_declared_precise_is_read():
    form = read(with_consent("| start-geopoint | taken | - | loc_precise |"))

    assert form.by_path()["taken"].treatment is Treatment.SEAL_LOCATION


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("| deviceid | deviceid | - | harmless |", "laxer_metadata"),
        ("| geopoint | gps | Position | loc_coarse |", "laxer_location"),
        ("| image | photo | Photo | quasi |", "laxer_media"),
    ],
)
def test_no_class_is_laxer_than_the_type_of_the_question(row, code):
    refused = refusal_of(with_consent(row))

    assert codes(refused) == [code]
