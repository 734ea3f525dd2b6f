"""A real Chromium against a real server. Where there is none the tests say so and are skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from accounts.models import User
from tests.factories import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

# Playwright's synchronous interface runs an event loop in this thread; Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        pytest.skip("No Chromium on this machine: install the package chromium, or name one in CHROMIUM.")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable)
        yield launched
        launched.close()


@dataclass
class Console:
    """One browser window on the console, and what it complained about."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("dialog", self._surprised)

    def sign_in(self, user: User) -> None:
        self.open("/admin/login/")
        self.page.fill("#id_username", user.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("form button[type=submit]")
        self.page.wait_for_url("**/admin/")

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.foreign.append(request.url)

    def _surprised(self, dialog: object) -> None:
        self.complaints.append(f"A dialog opened: {dialog}")
        dialog.dismiss()  # type: ignore[attr-defined]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=DESKTOP, accept_downloads=True)
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def console(context: BrowserContext, live_server) -> Iterator[Console]:
    """Fails the test when the browser complained, or asked any other server for anything."""
    opened = Console(context.new_page(), live_server.url)
    yield opened
    assert opened.complaints == []
    assert opened.foreign == []


@pytest.fixture
def shoot(console: Console, request: pytest.FixtureRequest, tmp_path: Path):
    """Keeps a picture of the page: in SCREENSHOTS where that is set, otherwise in the test's own folder."""
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path))

    def take(name: str, *, full: bool = True) -> None:
        console.page.screenshot(path=folder / f"{name}.png", full_page=full)

    return take
