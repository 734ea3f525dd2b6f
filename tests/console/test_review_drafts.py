"""What is typed and not saved: a reload loses none of it, wherever it was typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from extraction import corrections
from extraction.models import ExtractionResult
from review.models import Correction, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import expected, opened, ready, screen_of, stored, value, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


def cell(page: Page, row: int, column: str) -> Locator:
    return page.locator(f'.lines-box:first-child input[data-row="{row}"][data-column="{column}"]')


def lines(task: ReviewTask, column: str) -> list:
    return [line[column] for line in stored(task, "line_items")]


def again(page: Page) -> None:
    page.reload()
    ready(page)
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_cell_that_is_half_typed(console: Console, people, typed, shoot):
    task = typed()
    page = opened(console, task, people.owner)
    cell(page, 1, "amount").click()
    page.keyboard.type("15,0")
    again(page)
    expect(cell(page, 1, "amount")).to_have_value("15,0")
    expect(page.locator(".lines-sums").first).to_contain_text("Sum 57.00")
    assert lines(task, "amount") == [42, 14]
    cell(page, 1, "amount").scroll_into_view_if_needed()
    shoot("review-cell-draft", full=False)
    page.keyboard.press("Control+Enter")  # approving saves it first
    page.get_by_role("button", name="Approve anyway").click()
    page.wait_for_url("**/done*")
    assert lines(task, "amount") == [42, 15]


def test_a_cell_that_was_refused(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    cell(page, 0, "quantity").click()
    page.keyboard.type("many")
    page.keyboard.press("Tab")
    page.keyboard.type("4.30")  # of the same row, and this is saved
    page.keyboard.press("Tab")
    wait_for(page, lambda: lines(task, "unit_price") == [4.3, 3.5])
    again(page)
    expect(cell(page, 0, "quantity")).to_have_value("many")
    expect(cell(page, 0, "quantity")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".lines-problems").first).to_contain_text("Row 1, Quantity: A number is needed")
    assert lines(task, "quantity") == [10, 4]
    page.keyboard.press("Control+Enter")  # what is not understood cannot be approved
    expect(cell(page, 0, "quantity")).to_be_focused()
    assert ReviewTask.objects.get().state == "in_review"
    page.keyboard.type("11")
    page.keyboard.press("Tab")
    wait_for(page, lambda: lines(task, "quantity") == [11, 4])
    again(page)
    expect(page.locator(".lines-problems").first).to_be_empty()
    expected(console, "422")


def test_a_new_row_that_is_half_typed(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    cell(page, 0, "description").focus()
    page.keyboard.press("Control+Insert")
    page.keyboard.type("Stapl")
    again(page)
    expect(cell(page, 1, "description")).to_have_value("Stapl")
    cell(page, 1, "description").click()
    page.keyboard.press("End")
    page.keyboard.type("er")
    page.keyboard.press("Enter")
    wait_for(page, lambda: lines(task, "description") == ["Copy paper A4", "Stapler", "Envelopes C5"])


def test_what_waits_for_a_connection(console: Console, context: BrowserContext, people, typed):
    """Also where the server refuses it only after the reload."""
    task = typed()
    page = opened(console, task, people.owner)
    page.route("**/fields", lambda route: route.abort())
    value(page, "total_amount").fill("67.20")
    cell(page, 0, "quantity").click()
    page.keyboard.type("many")
    page.keyboard.press("Tab")
    page.keyboard.type("4.30")
    page.keyboard.press("Tab")
    expect(page.locator("#banner")).to_contain_text("No connection")
    assert not Correction.objects.exists()
    page.unroute("**/fields")
    again(page)
    wait_for(page, lambda: (stored(task), lines(task, "unit_price")) == (67.2, [4.3, 3.5]))
    expect(cell(page, 0, "quantity")).to_have_value("many")
    expect(cell(page, 0, "quantity")).to_have_attribute("aria-invalid", "true")
    assert lines(task, "quantity") == [10, 4]
    expected(console, "ERR_FAILED")
    expected(console, "422")


def test_what_arrived_though_the_page_did_not_hear_of_it(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    page.evaluate(
        """() => {
            const real = window.fetch;
            const unheard = async (url, how) => { await real(url, how); return new Promise(() => {}); };
            window.fetch = (url, how) => (url.endsWith("/fields") ? unheard(url, how) : real(url, how));
        }"""
    )
    value(page, "total_amount").fill("£67.20")
    page.keyboard.press("Enter")
    wait_for(page, lambda: stored(task) == 67.2)
    again(page)  # and nobody is told that it was changed meanwhile
    expect(value(page, "total_amount")).to_have_value("67.20")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('review:'))") == []


def test_what_was_typed_stays_out_of_other_rows(console: Console, people, typed):
    """Somebody deleted the row meanwhile."""
    task = typed()
    page = opened(console, task, people.owner)
    cell(page, 0, "amount").click()
    page.keyboard.type("43")
    page.goto("about:blank")
    result = ExtractionResult.objects.get(document=task.document_id)
    left = {"line_items": [{"description": {"text": "Envelopes C5"}, "amount": {"text": "14.00"}}]}
    corrections.correct(document=task.document, entries=left, version=result.version, by=people.mate)
    console.open(screen_of(task))
    asked = page.get_by_role("dialog", name="Changed meanwhile")
    expect(asked).to_contain_text("Yours: 43Now: not there any more")
    asked.get_by_role("button", name="Keep mine").click()
    ready(page)
    expect(cell(page, 0, "amount")).to_have_value("14.00")
    expect(page.locator(".lines-count").first).to_have_text("1")
