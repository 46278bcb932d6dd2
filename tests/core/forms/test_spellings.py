"""The many spellings of types, headers and expressions, and what each comes to."""

import pytest

from forms.core import columns
from forms.core.expressions import normalise, references
from forms.core.question_types import QuestionType, TypeUnknown, parse_type


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("text", "text"),
        ("string", "text"),
        ("add text prompt", "text"),
        ("int", "integer"),
        ("q int", "integer"),
        ("dateTime", "datetime"),
        ("date time", "datetime"),
        ("gps", "geopoint"),
        ("photo", "image"),
        ("add image prompt", "image"),
        ("get device id", "deviceid"),
        ("imei", "deviceid"),
        ("uri:deviceid", "deviceid"),
        ("phone number", "phonenumber"),
        ("get sim id", "simserial"),
        ("subscriber id", "subscriberid"),
        ("get start time", "start"),
        ("begin group", "begin_group"),
        ("begin  repeat", "begin_repeat"),
        ("end lgroup", "end_repeat"),
        ("start-geopoint", "start-geopoint"),
    ],
)
def test_a_type_has_one_spelling(text, kind):
    assert parse_type(text) == QuestionType(kind)


@pytest.mark.parametrize(
    ("text", "kind", "list_name", "or_other"),
    [
        ("select_one yes_no", "select_one", "yes_no", False),
        ("select one from yes_no", "select_one", "yes_no", False),
        ("select1 yes_no", "select_one", "yes_no", False),
        ("add select one prompt using yes_no", "select_one", "yes_no", False),
        ("select all that apply from Reason", "select_multiple", "Reason", False),
        ("select_multiple reason or_other", "select_multiple", "reason", True),
        ("select_one reason or specify other", "select_one", "reason", True),
        ("select_one_from_file places.csv", "select_one_from_file", "places.csv", False),
        ("select multiple from file a b.csv", "select_multiple_from_file", "a b.csv", False),
        ("rank reason", "rank", "reason", False),
        ("select_one", "select_one", "", False),
    ],
)
def test_a_select_names_its_list(text, kind, list_name, or_other):
    assert parse_type(text) == QuestionType(kind, list_name, or_other)


@pytest.mark.parametrize(
    ("text", "near"), [("txet", "text"), ("text box", "text"), ("begin_kobomatrix", ""), ("", "")]
)
def test_a_type_that_does_not_exist_is_refused_with_the_nearest(text, near):
    with pytest.raises(TypeUnknown) as unknown:
        parse_type(text)

    assert str(unknown.value) == near


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("", set()),
        ("1 + 1", set()),
        ("once(substr(uuid(), 24))", set()),
        ("${a} + ${b}", {"a", "b"}),
        ("concat('${a}', ${ b.c })", {"a", "b.c"}),
        ("count(${member})", set()),
        ("count( ${member} ) + sum(${m_age})", {"m_age"}),
        ("position(${member})", set()),
        ("string(${member})", {"member"}),
        ("indexed-repeat(${m_name}, ${member}, 1)", {"m_name"}),
        ("../resp_name", {"resp_name"}),
        ("/data/respondent/resp_name", {"resp_name"}),
        ("'/data/respondent/resp_name'", set()),
        ("instance('places')/root/item[name = ${place}]/soate", {"place"}),
        ("instance('places')/root/item[name = /data/place]/soate", {"place"}),
        ("/data/member[position() = 1]/m_name", {"m_name"}),
        ("/a[/b[/c[/d[/e]]]]", {"a", "b", "c", "d", "e"}),
        ('selected(${reasons}, "it\'s")', {"reasons"}),
        ("${last-saved#place}", {"place"}),
    ],
)
def test_the_names_that_an_expression_uses(expression, names):
    assert references(expression) == names


def test_expressions_are_compared_without_layout():
    assert normalise(" ${a}  =\n ‘yes’ and “b” ") == "${a} = 'yes' and \"b\""


@pytest.mark.parametrize(
    ("header", "key", "language"),
    [
        ("type", "type", ""),
        ("Type", "type", ""),
        ("list name", "list_name", ""),
        ("relevance", "relevant", ""),
        ("bind::relevant", "relevant", ""),
        ("bind:calculate", "calculation", ""),
        ("calculate", "calculation", ""),
        ("jr:count", "repeat_count", ""),
        ("label", "label", ""),
        ("caption", "label", ""),
        ("label::English (en)", "label", "en"),
        ("label:Кыргызча (ky)", "label", "ky"),
        ("hint::default", "hint", ""),
        ("label::Uzbek", "label", "Uzbek"),
        ("bind::mtm:privacy", "bind::mtm:privacy", ""),
        ("media::image", "media::image", ""),
    ],
)
def test_a_header_names_a_column_and_a_language(header, key, language):
    assert columns.column_of(header) == columns.Column(key, language)


@pytest.mark.parametrize(
    "header",
    ["bind::mtm:privcy", "bind::mtm:class", "mtm-privacy", "privacy", "bind::odk:privacy", "MTM"],
)
def test_a_header_that_looks_like_ours_is_a_slip(header):
    assert columns.misspelt([header]) == (header,)


@pytest.mark.parametrize("header", [*columns.OURS, "private", "label", "hint::English (en)", ""])
def test_other_headers_are_left_alone(header):
    assert columns.misspelt([header]) == ()


@pytest.mark.parametrize(
    ("namespaces", "declared"),
    [
        ('mtm="https://example.org/mtm"', True),
        ("mtm='https://example.org/mtm'", True),
        ('esri="https://example.org/esri" mtm="https://example.org/mtm"', True),
        ('mtm="https://example.org/mtm/2"', False),
        ('xmtm="https://example.org/mtm"', False),
        ("", False),
    ],
)
def test_the_namespace_is_declared_exactly(namespaces, declared):
    assert columns.declares_namespace(namespaces) is declared
