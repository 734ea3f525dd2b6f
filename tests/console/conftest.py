"""A real Chromium against a real server. Where there is none the tests say so and are skipped."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from time import sleep

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from accounts.models import User
from review.models import ReviewPolicy, ReviewTask
from tests.factories import PASSWORD, Cast, cast, scenes
from tests.unit.review.conftest import DOUBTFUL

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

PATIENCE = 20_000
"""Milliseconds: on a busy machine, what takes a moment takes seconds."""
expect.set_options(timeout=PATIENCE)

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
        """At the form, to the start page."""
        self.open("/admin/login/")
        self.page.fill("#id_username", user.email)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("form button[type=submit]")
        self.page.wait_for_url("**/admin/")

    def enter(self, user: User) -> None:
        """Signed in already, before any page is opened."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url}])

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
def answered(transactional_db) -> Iterator[None]:
    """The tables are emptied next: until then, what pages asked for as they were closed is done."""
    lock, open_requests = Lock(), [0]

    def count(step: int) -> Callable[..., None]:
        def counted(**_: object) -> None:
            with lock:
                open_requests[0] += step

        return counted

    began, ended = count(1), count(-1)
    request_started.connect(began)
    request_finished.connect(ended)
    yield
    for _ in range(100):
        sleep(0.05)
        if open_requests[0] <= 0:
            break
    request_started.disconnect(began)
    request_finished.disconnect(ended)


# Without motion, a place on the page is where it was when it is clicked.
@pytest.fixture
def context(browser: Browser, answered: None) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=DESKTOP, accept_downloads=True, reduced_motion="reduce")
    made.set_default_timeout(PATIENCE)
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
def shoot(console: Console):
    """Keeps a picture of the page in the folder SCREENSHOTS; without one, none is taken, as that takes its time."""
    folder = os.environ.get("SCREENSHOTS")

    def take(name: str, *, full: bool = True) -> None:
        if folder:
            console.page.screenshot(path=Path(folder) / f"{name}.png", full_page=full)

    return take


# --- Reviewing --------------------------------------------------------------------------------------------------------
@pytest.fixture
def people(settings) -> Cast:
    """All of them staff; what they upload is read at once, by the real engine."""
    settings.PROCESSING_MODE = "inline"
    made = cast()
    for person in (made.owner, made.mate, made.viewer, made.stranger):
        person.is_staff = True
        person.save()
    return made


@pytest.fixture
def typed(people, tmp_path) -> Callable[..., ReviewTask]:
    """Take in a page of plain text and have it read; its task."""
    count = iter(range(100))

    def typed(text: str = DOUBTFUL, name: str = "") -> ReviewTask:
        path = tmp_path / (name or f"page{next(count)}.txt")
        path.write_text(text, encoding="utf-8")
        document = scenes.uploaded(people.workspace, people.owner, path)
        return ReviewTask.objects.get(document=document)

    return typed


@pytest.fixture
def uploaded(people) -> Callable[[Path], ReviewTask]:
    """A file that a person has to see, whatever is read of it; its task."""
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")

    def uploaded(path: Path) -> ReviewTask:
        document = scenes.uploaded(people.workspace, people.owner, path)
        return ReviewTask.objects.get(document=document)

    return uploaded


def leave(page: Page) -> None:
    """A page of a review saves, and gives its document back; wait for that, as the tables are emptied next."""
    shown = re.search(r"/reviewtask/([-0-9a-f]{36})/screen", page.url)
    for _ in range(40 if shown else 0):
        if not page.get_by_text("Saving …", exact=True).count():
            break
        page.wait_for_timeout(50)
    page.goto("about:blank")
    for _ in range(100 if shown else 0):
        page.wait_for_timeout(50)
        if not ReviewTask.objects.filter(pk=shown[1], state="in_review").exists():  # type: ignore[index]
            break


@pytest.fixture
def given_back(console: Console) -> Iterator[None]:
    yield
    leave(console.page)


@pytest.fixture
def another(browser: Browser, live_server, given_back) -> Iterator[Callable[[User], Console]]:
    """Another person's browser."""
    opened: list[Console] = []

    def another(user: User) -> Console:
        context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        opened.append(Console(context.new_page(), live_server.url))
        opened[-1].enter(user)
        return opened[-1]

    yield another
    for console in opened:
        console.page.goto("about:blank")
        console.page.wait_for_timeout(300)  # it may not be the one that holds a document
        console.page.context.close()
        assert console.complaints == []
        assert console.foreign == []
