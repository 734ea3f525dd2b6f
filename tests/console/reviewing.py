"""What tests of the reviewer's screen do and look at."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.urls import reverse
from playwright.sync_api import Locator, Page

from extraction.models import ExtractionResult
from review.models import ReviewTask
from tests.console.conftest import Console

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def screen_of(task: ReviewTask) -> str:
    return reverse("admin:review_task_screen", args=[task.pk])


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def opened(console: Console, task: ReviewTask, by: Any = None) -> Page:
    """The screen of a task, once its scripts are ready; ``by`` signs in first."""
    if by is not None:
        console.enter(by)
    console.open(screen_of(task))
    ready(console.page)
    return console.page


def row(page: Page, name: str) -> Locator:
    return page.locator(f"[data-field={name}]")


def value(page: Page, name: str) -> Locator:
    return row(page, name).locator("input")


def type_value(page: Page, text: str) -> None:
    """Into the field at hand, with the keyboard."""
    page.keyboard.press("e")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def middle_of(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def printed(page: Page, text: str) -> Locator:
    """A word on the page of the document."""
    return page.locator(".review-words text", has_text=re.compile(f"^{re.escape(text)}$")).first


def click_word(page: Page, text: str) -> None:
    word = printed(page, text)
    word.wait_for(state="attached")
    page.mouse.click(*middle_of(word))


def stored(task: ReviewTask, name: str = "total_amount") -> Any:
    return ExtractionResult.objects.get(document=task.document_id).extracted_data.get(name)


def expected(console: Console, refusal: str) -> None:
    """The browser logs each answer that is an error; this one belongs to the scene."""
    console.complaints[:] = [said for said in console.complaints if refusal not in said]


def wait_for(page: Page, condition: Callable[[], object], seconds: float = 10) -> None:
    """Until the server has what the browser sent."""
    for _ in range(int(seconds * 20)):
        if condition():
            return
        page.wait_for_timeout(50)
    assert condition()
