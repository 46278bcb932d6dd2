"""A real Chromium at a real server, and everything it complains about."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser import stage
from tests.surveys.conftest import keys

__all__ = ["keys"]  # the fixture of the surveys' tests, for these too

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, where Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server(django_db_setup) -> Iterator[str]:
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there
    live = LiveServer("127.0.0.1")
    yield live.url
    live.stop()


@pytest.fixture
def played(transactional_db, keys):
    """A round with interviews to review."""
    return stage.play(keys, at=timezone.now())


class Visit:
    """A page, and what must not happen on it: messages in the console, requests elsewhere."""

    def __init__(self, browser: Browser, server: str, *, width: int, script: bool = True) -> None:
        self.server = server
        self.context = browser.new_context(
            viewport={"width": width, "height": 800},
            timezone_id="Asia/Bishkek",
            reduced_motion="reduce",
            java_script_enabled=script,
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note_foreign)

    def _note_foreign(self, request) -> None:
        if not request.url.startswith(self.server):
            self.complaints.append(request.url)

    def sign_in(self, username: str, language: str) -> None:
        self.page.goto(f"{self.server}/admin/")
        self.page.click(f"button[name=language][value={language}]")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", stage.PASSWORD)
        self.page.click("input[type=submit]")

    def look(self) -> None:
        """Nothing is wider than the screen, and the browser has nothing to complain about."""
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not self.page.evaluate(wide), self.page.url
        assert self.complaints == [], self.page.url


@pytest.fixture
def visit(browser, server) -> Iterator[Callable[..., Visit]]:
    """Open a window of a width, with or without scripts."""
    visits: list[Visit] = []

    def open_window(width: int = 1280, *, script: bool = True) -> Visit:
        visits.append(Visit(browser, server, width=width, script=script))
        return visits[-1]

    yield open_window
    for each in visits:
        each.context.close()
