"""Several people, several windows, a bad connection: nobody's edit is lost, and nobody is left without a choice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from extraction import corrections
from extraction.models import ExtractionResult, JobPriority
from extraction.reprocessing import reprocess
from review import actions
from review.models import Correction, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import (
    expected,
    opened,
    ready,
    row,
    screen_of,
    stored,
    type_value,
    value,
    wait_for,
)
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]

QUEUE = reverse("admin:review_reviewtask_changelist")


def state_of(task: ReviewTask) -> str:
    return ReviewTask.objects.get(pk=task.pk).state


def take_next(console: Console) -> None:
    console.open(QUEUE)
    console.page.get_by_role("button", name="Next document").click()


def choice(page: Page, title: str):
    """The question in the middle of the screen."""
    return page.get_by_role("dialog", name=title)


def change(task: ReviewTask, by, **texts: str) -> None:
    """As somebody else's page, or a program, would."""
    version = ExtractionResult.objects.get(document=task.document_id).version
    entries = {"fields": {name: {"text": text} for name, text in texts.items()}}
    corrections.correct(document=task.document, entries=entries, version=version, by=by)


# --- Two people -------------------------------------------------------------------------------------------------------
def test_next_never_gives_the_same_document_to_two(console: Console, another, people, typed):
    tasks = {str(typed(DOUBTFUL.replace("MP-10077", f"MP-1008{n}")).pk) for n in range(2)}
    theirs = another(people.mate)
    console.enter(people.owner)
    for reviewer in (console, theirs):
        take_next(reviewer)
        ready(reviewer.page)
    assert {opened.page.url.split("/")[-2] for opened in (console, theirs)} == tasks
    assert ReviewTask.objects.filter(state="in_review").values("reviewer").distinct().count() == 2
    theirs.open("/admin/")
    wait_for(console.page, lambda: ReviewTask.objects.filter(state="in_review").count() == 1)
    third = another(people.mate)
    take_next(third)
    ready(third.page)
    console.page.keyboard.press("Enter")
    console.page.keyboard.press("Control+Enter")  # nothing is left: what is free is held by the other
    console.page.wait_for_url("**/done*")


def test_two_reviewers_never_lose_an_edit(console: Console, another, people, typed, shoot):
    task = typed()
    page = opened(console, task, by=people.owner)
    theirs = another(people.mate)
    theirs.open(screen_of(task))
    expect(theirs.page.get_by_role("dialog")).to_contain_text(str(people.owner))
    expect(theirs.page.get_by_role("dialog").get_by_role("button")).to_have_text(
        ["Only look", "Take it over", "Back to the queue"]
    )
    shoot("review-held", full=False)
    theirs.page.get_by_role("button", name="Take it over").click()
    ready(theirs.page)
    type_value(theirs.page, "67.20")
    wait_for(page, lambda: stored(task) == 67.2)
    type_value(page, "70.00")
    expect(page.get_by_role("dialog")).to_contain_text(str(people.mate))
    page.get_by_role("button", name="Take it over").click()
    expect(choice(page, "Changed meanwhile")).to_contain_text("67.20")
    shoot("review-conflict", full=False)
    page.keyboard.press("Enter")  # neither is harmless, so it chooses neither
    page.keyboard.press("Escape")
    expect(choice(page, "Changed meanwhile")).to_be_visible()
    assert stored(task) == 67.2
    page.get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(task) == 70)
    change(task, people.mate, total_amount="71")
    page.keyboard.press("Escape")
    value(page, "total_amount").fill("72")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take theirs").click()
    expect(value(page, "total_amount")).to_have_value("71")
    page.wait_for_timeout(300)
    assert stored(task) == 71
    expected(console, "409")
    expected(theirs, "409")


def test_one_may_only_look_at_what_somebody_else_has(console: Console, another, people, typed):
    task = typed()
    opened(console, task, by=people.owner)
    theirs = another(people.mate)
    theirs.open(screen_of(task))
    choice(theirs.page, "Somebody else has this document now").get_by_role("button", name="Only look").click()
    ready(theirs.page)
    expect(theirs.page.locator("#state-of-task")).to_have_text("Only looking")
    expect(value(theirs.page, "total_amount")).to_have_attribute("readonly", "")
    expect(theirs.page.locator("[data-act=approve]")).to_be_hidden()
    assert ReviewTask.objects.get().reviewer == people.owner
    expected(theirs, "409")


def test_what_somebody_else_decided_meanwhile_is_told(console: Console, people, typed):
    task = typed()
    page = opened(console, task, by=people.owner)
    actions.assign(task=task, reviewer=None, by=people.mate, take_over=True)
    actions.approve(task=task, by=people.mate)
    type_value(page, "67.20")
    asked = choice(page, "Decided already")
    expect(asked).to_contain_text("approved")
    asked.get_by_role("button", name="Decide again").click()
    wait_for(page, lambda: stored(task) == 67.2)
    assert state_of(task) == "in_review"
    expected(console, "409")


# --- A lease that runs out --------------------------------------------------------------------------------------------
@pytest.fixture
def run_out(console: Console, another, people, typed, monkeypatch):
    """Two seconds of a frozen browser: the first reviewer's time is over, "next" gave the document to the other."""

    def run_out() -> tuple[ReviewTask, Console]:
        monkeypatch.setattr(actions, "LEASE", timedelta(seconds=2))
        task = typed()
        theirs = another(people.mate)
        console.enter(people.owner)
        take_next(console)
        ready(console.page)
        console.page.context.set_offline(True)
        type_value(console.page, "67.20")
        expect(console.page.locator("#banner")).to_contain_text("No connection")
        wait_for(console.page, lambda: not actions.is_held(ReviewTask.objects.get(pk=task.pk)))
        monkeypatch.undo()
        take_next(theirs)
        ready(theirs.page)
        assert screen_of(task) in theirs.page.url
        return task, theirs

    return run_out


def test_a_lease_that_ran_out_loses_no_edit(console: Console, people, run_out, shoot):
    task, theirs = run_out()
    theirs.page.keyboard.press("a")
    value(theirs.page, "customer_name").fill("Copperfield Ltd")
    theirs.page.keyboard.press("Enter")
    wait_for(theirs.page, lambda: stored(task, "customer_name") == "Copperfield Ltd")
    page = console.page
    page.context.set_offline(False)
    asked = choice(page, "Somebody else has this document now")
    expect(asked).to_contain_text(str(people.mate))
    expect(asked).to_contain_text("What you changed last is kept here until you decide.")
    shoot("review-lease-lost", full=False)
    assert stored(task) == 69.2
    asked.get_by_role("button", name="Take it over").click()
    changed = choice(page, "Changed meanwhile")
    expect(changed).to_contain_text("67.20")
    changed.get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(task) == 67.2)
    expect(value(page, "customer_name")).to_have_value("Copperfield Ltd")  # theirs is kept as well
    assert stored(task, "customer_name") == "Copperfield Ltd"
    assert set(Correction.objects.values_list("by", "field")) >= {
        (people.owner.pk, "total_amount"),
        (people.mate.pk, "customer_name"),
    }
    for each in (console, theirs):
        expected(each, "409")
        expected(each, "ERR_INTERNET_DISCONNECTED")


def test_who_only_looks_after_that_has_the_edit_still(console: Console, people, run_out):
    task, theirs = run_out()
    page = console.page
    page.context.set_offline(False)
    choice(page, "Somebody else has this document now").get_by_role("button", name="Only look").click()
    expect(value(page, "total_amount")).to_have_value("69.20")  # as it is saved
    expect(page.locator("#unsaved")).to_contain_text("67.20")
    theirs.open("/admin/")  # given back
    wait_for(page, lambda: state_of(task) == "to_review")
    page.reload()
    wait_for(page, lambda: stored(task) == 67.2)
    for refusal in ("409", "ERR_INTERNET_DISCONNECTED"):
        expected(console, refusal)


def test_an_expired_lease_is_taken_again_when_nobody_has_it(console: Console, people, typed):
    task = typed()
    page = opened(console, task, by=people.owner)
    actions.assign(task=task, reviewer=None, by=people.mate, take_over=True)  # an admin took it away; nobody holds it
    type_value(page, "67.20")
    wait_for(page, lambda: stored(task) == 67.2)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expected(console, "409")


def test_a_closed_page_gives_the_document_back(console: Console, people, typed):
    task = typed()
    opened(console, task, by=people.owner)
    assert state_of(task) == "in_review"
    console.open("/admin/")
    wait_for(console.page, lambda: state_of(task) == "to_review")
    tab = Console(console.page.context.new_page(), console.url)
    opened(tab, task)
    assert state_of(task) == "in_review"
    tab.page.close()
    wait_for(console.page, lambda: state_of(task) == "to_review")
    assert tab.complaints == []


# --- One person, two windows ------------------------------------------------------------------------------------------
def test_a_second_tab_asks_and_the_first_one_keeps_its_edit(console: Console, people, typed, live_server, shoot):
    task = typed()
    page = opened(console, task, by=people.owner)
    second = Console(page.context.new_page(), live_server.url)
    second.open(screen_of(task))
    mine = choice(second.page, "You have this document open in another window")
    shoot("review-mine", full=False)
    mine.get_by_role("button", name="Go on here").click()
    ready(second.page)
    type_value(second.page, "67.20")
    wait_for(page, lambda: stored(task) == 67.2)
    page.bring_to_front()
    type_value(page, "68.00")
    page.get_by_role("button", name="Go on here").click()
    changed = choice(page, "Changed meanwhile")
    expect(changed).to_contain_text("68.00")
    expect(changed).to_contain_text("67.20")
    changed.get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(task) == 68)
    second.page.close()
    assert second.foreign == []
    expected(second, "409")
    expected(console, "409")
    assert second.complaints == []


# --- A bad connection -------------------------------------------------------------------------------------------------
def test_without_a_connection_nothing_is_lost(console: Console, context, people, typed, shoot):
    task = typed()
    page = opened(console, task, by=people.owner)
    context.set_offline(True)
    type_value(page, "67.20")
    expect(page.locator("#banner")).to_contain_text("No connection")
    page.keyboard.press("Control+Enter")  # nothing is decided before everything is saved
    expect(page.locator("#banner")).to_contain_text("Approving has to wait until it is back")
    expect(page.locator("#live")).to_contain_text("Approving has to wait until it is back")
    shoot("review-offline", full=False)
    assert stored(task) == 69.2
    context.set_offline(False)
    wait_for(page, lambda: stored(task) == 67.2)
    expect(page.locator("#banner")).to_be_hidden()
    expected(console, "ERR_INTERNET_DISCONNECTED")


def test_what_was_not_sent_survives_a_reload(console: Console, context, people, typed):
    task = typed()
    page = opened(console, task, by=people.owner)
    context.route("**/screen/fields", lambda route: route.abort())
    type_value(page, "67.20")
    expect(page.locator("#banner")).to_contain_text("No connection")
    page.reload()
    ready(page)
    expect(value(page, "total_amount")).to_have_value("67.20")
    assert stored(task) == 69.2
    context.unroute("**/screen/fields")
    wait_for(page, lambda: stored(task) == 67.2)
    expect(row(page, "total_amount")).not_to_contain_text("do not add up")
    expected(console, "ERR_FAILED")
    expected(console, "409")


def test_what_is_typed_survives_a_reload(console: Console, people, typed):
    task = typed()
    page = opened(console, task, by=people.owner)
    page.keyboard.press("e")
    page.keyboard.type("67.2")
    page.reload()
    ready(page)
    expect(value(page, "total_amount")).to_have_value("67.2")
    assert stored(task) == 69.2
    page.keyboard.press("Enter")
    wait_for(page, lambda: stored(task) == 67.2)
    expected(console, "409")


# --- Read again -------------------------------------------------------------------------------------------------------
def test_a_document_that_is_read_again_keeps_what_was_typed(console: Console, people, typed):
    task = typed()
    page = opened(console, task, by=people.owner)
    list(reprocess([task.document], by=people.owner, priority=JobPriority.NORMAL))
    type_value(page, "67.20")
    expect(choice(page, "Read again meanwhile")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{screen_of(ReviewTask.objects.get())}*")
    page.get_by_role("button", name="Keep mine").click()
    wait_for(page, lambda: stored(task) == 67.2)
    expected(console, "404")


def test_what_was_saved_before_it_was_read_again_is_offered(console: Console, people, typed, shoot):
    task = typed()
    change(task, people.mate, total_amount="67.20", purchase_order="PO-1")
    list(reprocess([task.document], by=people.owner, priority=JobPriority.NORMAL))
    page = opened(console, ReviewTask.objects.get(), by=people.owner)

    offered = page.get_by_role("region", name="Corrected before")
    items = offered.get_by_role("listitem")
    expect(items).to_contain_text(["Total amount67.20now 69.20", "Purchase orderPO-1now empty"])
    shoot("review-read-again", full=False)
    offered.get_by_role("button", name="Take Purchase order again").click()
    wait_for(page, lambda: stored(task, "purchase_order") == "PO-1")
    expect(items).to_have_count(1)
    offered.get_by_role("button", name="Keep what is read now").click()
    expect(offered).to_be_hidden()
    page.reload()
    ready(page)
    expect(offered).to_be_hidden()
    assert stored(task) == 69.2
