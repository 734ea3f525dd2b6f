"""A page of a review that is left: how long was it looked at, and what is there when it is opened again?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from review.models import ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import opened, ready, screen_of, stored, value, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


def seconds_of(task: ReviewTask) -> float:
    return ReviewTask.objects.get(pk=task.pk).seconds_spent


def hide(page: Page, hidden: bool) -> None:
    """As when another tab is chosen, and this one again."""
    page.evaluate(
        """(hidden) => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


# --- How long it took -------------------------------------------------------------------------------------------------
def test_only_time_in_which_somebody_looks_is_counted(console: Console, people, typed):
    task, later = typed(), typed("Later\n")
    page = console.page
    page.clock.install()
    opened(console, task, people.owner)
    page.clock.run_for(20_000)
    page.keyboard.press("n")
    page.clock.fast_forward(600_000)  # away: the first minute counts
    page.keyboard.press("n")
    hide(page, True)
    page.clock.fast_forward(45_000)
    hide(page, False)
    page.clock.run_for(10_000)
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")  # with all that is doubtful
    page.wait_for_url(f"**{screen_of(later)}*")
    assert 90 <= seconds_of(task) < 100
    assert ReviewTask.objects.get(pk=task.pk).state == "approved"


def test_what_was_only_looked_at_is_counted_too(console: Console, people, typed):
    task = typed()
    page = console.page
    page.clock.install()
    opened(console, task, people.owner)
    page.clock.run_for(30_000)
    page.locator("[data-queue]").click()
    wait_for(page, lambda: ReviewTask.objects.get().state == "to_review")
    assert 30 <= seconds_of(task) < 40


# --- Opened again -----------------------------------------------------------------------------------------------------
def test_who_comes_back_at_once_goes_on(console: Console, people, typed):
    """Nothing is asked and nothing complained about, whether the task was given back by then or not."""
    task = typed()
    page = opened(console, task, people.owner)
    for again in (page.reload, page.reload, lambda: (console.open("/admin/"), page.go_back())):
        again()
        ready(page)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("#state-of-task")).to_have_text("In review")
    page.keyboard.press("e")
    page.keyboard.type("67.20")
    page.keyboard.press("Enter")
    wait_for(page, lambda: stored(task) == 67.2)
    assert ReviewTask.objects.get().state == "in_review"


def test_the_task_is_still_being_given_back(console: Console, people, typed):
    """What the page that was left has to say is on its way for longer than the next page needs."""
    task = typed()
    page = opened(console, task, people.owner)
    page.evaluate(
        """() => {
            const real = window.fetch;
            window.fetch = (url, how) => (url.endsWith("/release") ? new Promise(() => {}) : real(url, how));
        }"""
    )
    page.goto("about:blank")
    left = ReviewTask.objects.get()
    assert left.state == "in_review"
    other = page.context.new_page()
    watched = Console(other, console.url)
    opened(watched, task)
    expect(other.locator("#state-of-task")).to_have_text("In review")
    expect(other.get_by_role("dialog")).to_have_count(0)
    assert ReviewTask.objects.get().holder != left.holder
    other.goto("about:blank")
    assert watched.complaints == []


def test_two_windows_of_one_person_are_told_apart(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    other = page.context.new_page()
    other.goto(console.url + screen_of(task))
    expect(other.get_by_role("dialog")).to_contain_text("You have this document open")
    other.get_by_role("button", name="Go on here").click()
    ready(other)
    other.goto("about:blank")


def test_a_page_out_of_the_browsers_memory_claims_again(console: Console, people, typed):
    task = typed()
    page = opened(console, task, people.owner)
    value(page, "total_amount").fill("67.2")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    wait_for(page, lambda: ReviewTask.objects.get().state == "to_review")
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    ready(page)
    assert ReviewTask.objects.get().state == "in_review"
    expect(value(page, "total_amount")).to_have_value("67.2")
