"""A data manager's morning, in a real browser: read, decide, go on."""

import pytest

from surveys.models import Decision, Submission
from tests.browser import stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAID = "ul.messagelist li.success"


@pytest.fixture
def manager(played):
    return stage.staff("manager.example")


def open_queue(visit) -> None:
    visit.page.click(".today li:first-child a")
    visit.page.wait_for_selector("#result_list")


def open_first(visit) -> None:
    visit.page.click("#result_list tr:first-child .field-number a")
    visit.page.wait_for_selector(".reading")


def heading(visit) -> str:
    return visit.page.inner_text("h1")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["en", "ru", "ky"])
def test_a_morning_of_review(visit, manager, language, width):
    window = visit(width)
    page = window.page
    window.sign_in("manager.example", language)
    window.look()
    assert page.get_attribute("html", "lang") == language

    open_queue(window)
    window.look()
    open_first(window)
    window.look()
    first = heading(window)
    page.click("button[name=status][value=approved]")
    page.wait_for_selector(SAID)
    window.look()
    assert heading(window) != first

    page.click(".verdict summary")
    page.select_option("select[name=reason_code]", "ask_enumerator")
    page.fill("textarea[name=reason]", "Who answered for the household?")
    window.look()
    page.click("button[name=status][value=on_hold]")
    page.wait_for_selector(SAID)
    window.look()

    decided = Decision.objects.filter(decided_by=manager).values_list("status", flat=True)
    assert sorted(decided) == ["approved", "on_hold"]


@pytest.mark.parametrize("width", [1280, 360])
def test_many_are_decided_after_a_look_at_what_they_are(visit, manager, width):
    window = visit(width)
    page = window.page
    window.sign_in("manager.example", "en")
    open_queue(window)
    boxes = page.locator("input[name=seen]")
    n = boxes.count()

    page.check("input[name=every]")
    assert all(boxes.nth(i).is_checked() for i in range(n))
    if width == 360:
        page.click("label.opener")
    page.select_option(".bar select[name=status]", "approved")
    page.click("button[formaction]")
    page.wait_for_selector("button[name=confirmed]")
    window.look()
    assert page.locator("tbody tr").count() == n
    page.click("button[name=confirmed]")
    page.wait_for_selector(SAID)

    window.look()
    assert page.inner_text(SAID) == f"{n} submissions were decided."
    assert Decision.objects.filter(decided_by=manager, status="approved").count() == n


def test_keys_lead_to_the_next_and_back(visit, manager):
    window = visit()
    page = window.page
    window.sign_in("manager.example", "en")
    open_queue(window)
    open_first(window)
    first = heading(window)

    with page.expect_navigation():
        page.keyboard.press("j")
    second = heading(window)
    with page.expect_navigation():
        page.keyboard.press("k")

    assert second != first
    assert heading(window) == first


def test_everything_works_without_a_script(visit, manager):
    window = visit(360, script=False)
    page = window.page
    window.sign_in("manager.example", "ky")
    open_queue(window)

    page.click("label[for=show-filters]")
    page.select_option("select[name=enumerator]", label="E02")
    page.click(".filters button")
    page.wait_for_selector("#result_list")
    assert set(page.locator(".field-enumerator").all_inner_texts()) == {"E02"}
    open_first(window)
    page.click("button[name=status][value=approved]")
    page.wait_for_selector(SAID)

    assert Submission.objects.get(reviewed_by=manager).validation_status == "approved"
    assert window.complaints == []


def test_the_second_of_two_reviewers_is_told_who_decided(visit, manager):
    stage.staff("second.example")
    windows = visit(), visit()
    for window, name in zip(windows, ("manager.example", "second.example"), strict=True):
        window.sign_in(name, "en")
        open_queue(window)
        open_first(window)

    for window in windows:
        window.page.click("button[name=status][value=approved]")
        window.page.wait_for_load_state()

    assert "manager.example decided meanwhile: approved" in windows[1].page.inner_text(".errornote")
    assert Decision.objects.exclude(decided_by__username="reviewer.example").count() == 1
