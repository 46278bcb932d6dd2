"""Findings, and what is said of them."""

import json
from io import StringIO

import pytest
from rich.console import Console

from demo.check_kobo.findings import ALL, Difference, Finding, Item, Untried, shown
from demo.check_kobo.form import filled
from demo.check_kobo.receiver import Receiver
from demo.check_kobo.report import Outcome, Report

DIFFERS = Difference(1, "age", "'44'", "44")
NO_SECOND = Untried(1, "a right", "needs a second account")
BROKEN = Untried(1, "the rest of it", "the connection failed", broken=True)
NOTHING = Untried(1, ALL, "needs a receiver")


def report(*findings: Finding, left: tuple[str, ...] = (), kept: bool = False) -> Report:
    return Report("https://kobo.example.org", [Outcome(1, "rows", findings)], left, 9, kept=kept)


def table(of: Report) -> str:
    page = StringIO()
    Console(width=150, file=page).print(of.as_table())
    return page.getvalue()


@pytest.mark.parametrize(
    ("expected", "found"), [("44", 44), (1, True), (200, 404), ([], None), ({}, {"uid": ""})]
)
def test_values_of_another_kind_differ(expected: object, found: object) -> None:
    assert len(list(Item(1).same("x", expected, found))) == 1


def test_equal_values_are_no_finding() -> None:
    found = [*Item(1).same("x", (200, "a"), (200, "a")), *Item(1).holds("x", [1])]

    assert found == [*Item(1).fails("x", [])] == []


def test_what_should_not_be_so_is_a_finding() -> None:
    assert [*Item(7).fails("x", [1])] == [Difference(7, "x", "not so", "so")]
    assert [*Item(7).holds("x", [])] == [Difference(7, "x", "so", "not so")]


def test_a_long_value_is_shown_short_and_on_one_line() -> None:
    assert shown("a\nb" * 100).startswith("a ba b")
    assert len(shown("a\nb" * 100)) == 120


@pytest.mark.parametrize(
    ("of", "status"),
    [
        (report(), 0),
        (report(NO_SECOND), 0),
        (report(DIFFERS), 1),
        (report(BROKEN), 2),
        (report(DIFFERS, BROKEN), 1),
        (report(left=("a project",)), 2),
        (report(left=("a project",), kept=True), 0),
    ],
    ids=["same", "untried", "differs", "broken off", "both", "left behind", "kept"],
)
def test_the_exit_status_says_what_came_of_it(of: Report, status: int) -> None:
    assert of.exit_status == status


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (report(), "as expected"),
        (report(NO_SECOND), "as expected, as far as tried"),
        (report(DIFFERS), "differs: age: '44' expected, 44 found"),
        (report(NOTHING), "could not be tried: all of it: needs a receiver"),
    ],
    ids=["same", "in part", "differs", "not at all"],
)
def test_the_table_says_it_in_words(of: Report, said: str) -> None:
    assert said in table(of)


def test_what_was_not_tried_at_all_is_not_called_as_expected() -> None:
    assert "as expected" not in table(report(NOTHING))
    assert "as expected" not in table(report(DIFFERS))


def test_words_of_a_server_are_no_markup() -> None:
    odd = Difference(1, "[red]x", "[/]", "[bold]")

    assert "differs: [red]x: [/] expected, [bold] found" in table(report(odd))


def test_what_is_left_is_named() -> None:
    assert "please delete it: a project" in report(left=("a project",)).as_sentences()[-1]
    assert "removed" in report().as_sentences()[-1]


def test_json_holds_what_the_table_does() -> None:
    told = json.loads(json.dumps(report(DIFFERS, NO_SECOND).as_json()))

    (item,) = told["items"]
    assert [found["what"] for found in item["differences"]] == ["age"]
    assert [found["why"] for found in item["untried"]] == ["needs a second account"]


def test_a_receiver_takes_nothing_without_its_secret() -> None:
    receiver = Receiver("https://receiver.example.org/")

    taken = [receiver.take(path, {}, b"") for path in ("/200", "/wrong/200", "/x/../200")]
    named = receiver.take(f"/{receiver.secret}/503", {}, b"{}")

    assert (taken, named) == ([404, 404, 404], 503)
    assert [delivery.body for delivery in receiver.deliveries] == [b"{}"]


def test_a_form_filled_in_twice_with_the_same_words_is_the_same() -> None:
    answers = {"who/alias": "Example", "member": ({"m_name": "A"}, {"m_name": "B"})}

    first, second = (
        filled("aForm", answers, form_uuid="f", meta={"instanceID": "uuid:1"}) for _ in range(2)
    )

    assert first == second
    assert first.count(b"<member>") == 2
    assert b"<who><alias>Example</alias></who>" in first
