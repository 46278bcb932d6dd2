"""Whole workbooks, from the bytes of a file to a form or its refusal."""

from io import BytesIO
from zipfile import ZIP_STORED

import pytest
from openpyxl import Workbook

from forms.core.problems import FormRefused
from forms.core.workbook import cell_text
from forms.core.xlsform import read_workbook, to_xform
from tests.core.forms.drawing import (
    CHOICES,
    codes,
    packed,
    parts_of,
    read,
    read_whole,
    refusal_of_workbook,
    sheets,
    with_consent,
    workbook,
)

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PLAIN = with_consent("| text | resp_name | Name | direct |")
NAMED_AFTER_A_PERSON = with_consent(
    "| text | resp_name | Name | direct |",
    rest=CHOICES.replace("form_title", "instance_name").replace("A drawn form", "${resp_name}"),
)


def test_a_workbook_is_read_as_it_was_drawn():
    form = read_whole(PLAIN)

    assert form == read(PLAIN)
    assert form.title == "A drawn form"
    assert [(question.path, question.row) for question in form.questions] == [
        ("consent", 2),
        ("resp_name", 3),
    ]


@pytest.mark.parametrize(
    ("drawing", "code", "place"),
    [
        pytest.param(
            PLAIN.replace("| direct", "| -"),
            "unclassified",
            "sheet survey, row 3, column bind::mtm:privacy",
            id="1 without a class",
        ),
        pytest.param(
            PLAIN.replace("| direct", "| direkt"),
            "class_unknown_near",
            "sheet survey, row 3, column bind::mtm:privacy",
            id="2 unknown class",
        ),
        pytest.param(
            PLAIN.replace("namespaces", "style"),
            "namespace_missing",
            "sheet settings, column namespaces",
            id="3 no namespace",
        ),
        pytest.param(
            PLAIN.replace("bind::mtm:privacy", "bind::mtm:privcy"),
            "column_misspelt",
            "sheet survey, row 1, column bind::mtm:privcy",
            id="4 misspelt column",
        ),
        pytest.param(
            PLAIN.replace("bind::mtm:treatment", "mtm_privacy").replace(
                "| direct |", "| direct | ki |"
            ),
            "classes_disagree",
            "sheet survey, row 3, column mtm_privacy",
            id="5 two columns",
        ),
        pytest.param(
            with_consent(
                "| begin_group | g | G | direct |\n| text | q | Q | quasi |\n| end_group |"
            ),
            "laxer_than_group",
            "sheet survey, row 4, column bind::mtm:privacy",
            id="6 child laxer than its group",
        ),
        pytest.param(
            NAMED_AFTER_A_PERSON,
            "instance_name_hidden",
            "sheet settings, row 2, column instance_name",
            id="8 named after a person",
        ),
        pytest.param(
            with_consent("| phonenumber | number |"),
            "metadata_refused",
            "sheet survey, row 3, column type",
            id="9 refused metadata",
        ),
    ],
)
def test_a_check_of_the_privacy_note_refuses_the_whole_workbook(drawing, code, place):
    refused = refusal_of_workbook(drawing)

    assert (code, place) in [(problem.code, problem.place) for problem in refused.problems]


def test_7_a_calculation_in_a_workbook_takes_the_class_of_its_sources():
    form = read_whole(
        with_consent(
            """
            | text      | resp_name | Name | direct |
            | calculate | shown | - | harmless | - | ${resp_name} |
            """
        )
    )

    assert form.by_path()["shown"].privacy == "direct"
    assert [(each.code, each.row) for each in form.warnings] == [("calculation_stricter", 4)]


def test_all_problems_are_said_at_once():
    refused = refusal_of_workbook(
        with_consent(
            """
            | text       | age  | Age    | quazi |
            | select_one | sex  | Sex    | quasi |
            | text       | sex  | Sex    | quasi | blur |
            | integer    | kids | Kids   | quasi | - | - | ${children} > 0 |
            | end_group  |
            """
        )
    )

    assert set(codes(refused)) >= {
        "class_unknown_near",
        "choice_list_missing",
        "name_twice",
        "treatment_unknown",
        "reference_unknown",
        "group_unmatched",
    }
    assert str(refused).count("\n") == len(refused.problems) - 1


@pytest.mark.parametrize(
    ("rows", "row", "column", "words"),
    [
        pytest.param("| calculate | c | - | harmless |", 3, "", "Missing calculation.", id="row"),
        pytest.param(
            "| text | q | ${nobody} | direct |",
            3,
            "label",
            "Could not find the name 'nobody'.",
            id="row and column",
        ),
        pytest.param(
            "| text | q | Q | direct | - | - | - | nonsense=1 |",
            3,
            "parameters",
            "nonsense",
            id="key",
        ),
        pytest.param(
            "| geopoint | q | Q | loc_precise | - | ${consent} + | - | allow-mock-accuracy=2 |",
            3,
            "parameters",
            "must be either 'true' or 'false'",
            id="parameter",
        ),
    ],
)
def test_what_the_converter_finds_is_placed_in_the_sheet(rows, row, column, words):
    refused = refusal_of_workbook(with_consent(rows))

    [problem] = refused.problems
    assert (problem.code, problem.sheet, problem.row, problem.column) == (
        "converter",
        "survey",
        row,
        column,
    )
    assert words in problem.english
    assert "[row" not in problem.english


def test_what_the_converter_finds_without_a_row_is_placed_by_the_name_it_quotes():
    choices = CHOICES.replace(
        "| yn        | no   | No    |", "| yn | no | No |\n| | many | a b | A |"
    )

    refused = refusal_of_workbook(
        with_consent("| select_multiple many | consent_why | Why | quasi |", rest=choices)
    )

    [problem] = refused.problems
    assert "Choice names with spaces" in problem.english


def test_a_form_at_which_the_converter_breaks_is_refused():
    choices = CHOICES.replace("| name | label |", "| name | label | a::b::c |").replace(
        "| Yes   |", "| Yes | odd |"
    )

    [problem] = refusal_of_workbook(
        with_consent("| text | q | Q | direct |", rest=choices)
    ).problems

    assert (problem.code, problem.params["message"]) == ("converter", "AttributeError")


def test_the_converter_does_not_repeat_what_was_said_of_a_row():
    refused = refusal_of_workbook(with_consent("| select_one nowhere | sex | Sex | quasi |"))

    assert codes(refused) == ["choice_list_missing"]


def test_the_converter_is_heard_of_another_row():
    refused = refusal_of_workbook(
        with_consent("| text | q | Q |\n| calculate | c | - | harmless |")
    )

    assert [(problem.code, problem.row) for problem in refused.problems] == [
        ("unclassified", 3),
        ("converter", 4),
    ]


def test_the_converters_form_carries_the_classes_to_the_tablet():
    xform = to_xform(workbook(PLAIN))

    assert 'mtm:privacy="direct"' in xform


def test_what_cannot_be_converted_has_no_xform():
    with pytest.raises(FormRefused, match="Missing calculation"):
        to_xform(workbook(with_consent("| calculate | c | - | harmless |")))


def test_an_exception_permits_a_type_of_metadata():
    data = workbook(with_consent("| phonenumber | number | - | direct |"))

    form = read_workbook(data, filename="form.xlsx", allowed={"phonenumber"})

    assert form.by_path()["number"].privacy == "direct"


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        pytest.param({"questions": [["type", "name"]]}, "survey_missing", id="no survey sheet"),
        pytest.param({"survey": [["type", "name"]]}, "survey_empty", id="no row"),
        pytest.param({"survey": [[]]}, "survey_empty", id="nothing at all"),
        pytest.param({"survey": [["name"], ["age"]]}, "column_missing", id="no types"),
        pytest.param(
            {"survey": [["type", "name", "relevant", "relevance"], ["text", "q"]]},
            "column_twice",
            id="two names of one column",
        ),
        pytest.param(
            {"survey": [["type", "name", "label::English (en)", "label::en (en)"], ["text", "q"]]},
            "column_twice",
            id="one language twice",
        ),
        pytest.param(
            {"survey": [[f"column {n}" for n in range(201)]]}, "sheet_too_wide", id="201 columns"
        ),
    ],
)
def test_a_workbook_of_the_wrong_shape_is_refused(drawn, code):
    assert code in codes(refusal_of_workbook(drawn))


@pytest.mark.slow
def test_a_sheet_of_100000_rows_is_refused():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100_001))
    parts = parts_of(workbook(PLAIN))
    name = "xl/worksheets/sheet1.xml"
    head, tail = parts[name].split(b"<sheetData>")[0], b"</worksheet>"
    parts[name] = head + b"<sheetData>" + rows.encode() + b"</sheetData>" + tail

    with pytest.raises(FormRefused) as refused:
        read_workbook(packed(parts, ZIP_STORED), filename="long.xlsx")

    problem = refused.value.problems[0]
    assert (problem.code, problem.sheet) == ("sheet_too_long", "survey")


SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def test_a_long_text_that_stands_in_very_many_cells_is_refused():
    parts = parts_of(workbook({"survey": [["type", "name"]]}))
    sheet, types = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
    cells = b'<row><c t="s"><v>0</v></c></row>' * 400
    text = b"<sst xmlns='%s'><si><t>%s</t></si></sst>" % (MAIN, b"x" * 32_000)
    parts[sheet] = parts[sheet].replace(b"</sheetData>", cells + b"</sheetData>")
    parts[types] = parts[types].replace(b"</Types>", SHARED)
    parts["xl/sharedStrings.xml"] = text

    with pytest.raises(FormRefused) as refused:
        read_workbook(packed(parts), filename="wordy.xlsx")

    assert codes(refused.value)[0] == "sheet_too_wordy"


def test_rows_after_a_long_gap_are_as_absent_for_us_as_for_the_converter():
    drawn = sheets(PLAIN)
    drawn["survey"] += [[]] * 61 + [["text", "late", "Late"]]

    form = read_whole(drawn)

    assert "late" not in form.by_path()


def test_rows_after_a_short_gap_keep_their_number():
    drawn = sheets(PLAIN)
    drawn["survey"] += [[]] * 60 + [["text", "late", "Late", "direct"]]

    form = read_whole(drawn)

    assert form.by_path()["late"].row == 64


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (7.0, "7"), (4.17022e13, "41702200000000"), (0.5, "0.5"), (True, "TRUE")],
)
def test_a_cell_reads_as_the_converter_reads_it(value, text):
    assert cell_text(value) == text


def test_a_column_whose_header_was_emptied_is_no_column():
    drawn = sheets(PLAIN)
    data = parts_of(workbook(drawn))
    name = "xl/worksheets/sheet1.xml"
    data[name] = data[name].replace(b"</row>", b'<c r="N1" s="0"/></row>', 1)

    form = read_workbook(packed(data), filename="form.xlsx")

    assert form == read(PLAIN)


def test_cells_are_read_as_text_whatever_they_are():
    book = Workbook()
    survey = book.active
    survey.title = "Survey"
    survey.append(["type", "name", "label", "mtm_privacy", "required", None, "hint"])
    survey.append(["select_one yn", "consent", "Agreed?", "consent", True, "x"])
    survey.append(
        ["text", "q", 7.0, "direct ", False, None, "\N{NO-BREAK SPACE}a\N{NO-BREAK SPACE}b"]
    )
    choices = book.create_sheet("choices")
    choices.append(["list name", "value", "label"])
    choices.append(["yn", "yes", 1.5])
    choices.append(["yn", 41702000000000, 41702000000000.0])
    file = BytesIO()
    book.save(file)

    form = read_workbook(file.getvalue(), filename="FORM.XLSX")

    consent, question = form.questions
    assert [choice.name for choice in consent.choices] == ["yes", "41702000000000"]
    assert [choice.labels[""] for choice in consent.choices] == ["1.5", "41702000000000"]
    assert (consent.required, question.required) == (True, False)
    assert (question.labels, question.hints) == ({"": "7"}, {"": "a b"})
