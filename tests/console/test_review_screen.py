"""Reviewing a document in a real browser, hands on the keyboard."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from extraction.models import ExtractionResult, RuleSetting
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import (
    SAMPLES,
    expected,
    opened,
    ready,
    row,
    screen_of,
    stored,
    type_value,
    value,
)
from tests.factories import PASSWORD, scenes
from tests.unit.console.test_reach import TEMPLATES, addresses
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]

QUEUE = reverse("admin:review_reviewtask_changelist")


def tab_to(page: Page, wanted: Locator) -> None:
    """With the keyboard alone, however many stops there are on the way."""
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached with Tab")


# --- The whole way ----------------------------------------------------------------------------------------------------
def test_the_whole_way_with_the_keyboard(console: Console, people, typed, shoot):
    """No pointer is used, not even for the word of the page."""
    first = typed(DOUBTFUL + "\nWeight 67.20 kg\n")
    second, third, fourth = (typed(DOUBTFUL.replace("MP-10077", f"MP-1008{n}")) for n in range(3))
    page = console.page
    console.open("/admin/login/")
    tab_to(page, page.get_by_label("Email"))
    page.keyboard.type(people.owner.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    tab_to(page, page.locator(f"a[href='{QUEUE}']").first)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{QUEUE}")
    tab_to(page, page.get_by_role("button", name="Next document"))
    page.keyboard.press("Enter")
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(first.document.original_filename)
    expect(row(page, "total_amount")).to_be_focused()
    expect(row(page, "total_amount")).to_contain_text("do not add up")
    expect(page.locator(".review-because")).to_contain_text("Here because:")
    expect(page.locator(".review-box.review-lit")).to_have_count(1)
    shoot("review", full=False)
    page.keyboard.press("w")
    expect(page.locator("#live")).to_have_text("word: 69.20")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#live")).to_have_text("word: 67.20")
    page.keyboard.press("Enter")
    expect(value(page, "total_amount")).to_have_value("67.20")
    expect(row(page, "total_amount")).to_be_focused()
    expect(row(page, "total_amount")).not_to_contain_text("do not add up")
    expect(row(page, "total_amount").locator(".review-level")).to_have_text("checked")
    expect(page.locator("#live")).to_contain_text("Saved.")
    assert stored(first) == 67.2
    described = ExtractionResult.objects.get(document=first.document_id).fields["total_amount"]
    assert (described["source"], described["page"], len(described["box"])) == ("person", 1, 4)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{screen_of(second)}*")
    ready(page)
    assert ReviewTask.objects.get(pk=first.pk).state == "approved"
    type_value(page, "67.20")
    expect(row(page, "total_amount")).not_to_contain_text("do not add up")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{screen_of(third)}*")
    ready(page)
    page.keyboard.press("l")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # tomorrow
    page.wait_for_url(f"**{screen_of(fourth)}*")
    ready(page)
    page.keyboard.press("x")
    page.keyboard.type("A duplicate")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done*")
    expect(page.get_by_role("heading", name="All done", level=2)).to_be_visible()
    expect(page.locator("#numbers > div")).to_have_text(
        ["Approved2", "Rejected1", "Put off1", "Changes2", re.compile("median")]
    )
    shoot("review-done", full=False)
    states = [ReviewTask.objects.get(pk=task.pk).state for task in (second, third, fourth)]
    assert states == ["approved", "postponed", "rejected"]
    assert ReviewTask.objects.get(pk=fourth.pk).reject_reason == "A duplicate"


def test_fields_are_gone_through_undone_and_chosen(console: Console, people, typed, shoot):
    task = typed()
    page = opened(console, task, by=people.owner)
    page.keyboard.press("1")  # the first candidate
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("Control+z")
    expect(value(page, "total_amount")).to_have_value("69.20")
    page.keyboard.press("Control+Shift+Z")
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("e")
    page.keyboard.type("lots")
    page.keyboard.press("Enter")
    expect(row(page, "total_amount").get_by_role("alert")).to_contain_text("A number is needed")
    expect(value(page, "total_amount")).to_have_value("lots")
    page.keyboard.press("Control+Enter")
    expect(value(page, "total_amount")).to_be_focused()  # what is not understood cannot be approved
    page.keyboard.press("Escape")
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Approve, and the next document")
    shoot("review-keys", full=False)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("n")
    expect(row(page, "currency")).to_be_focused()
    page.keyboard.press("p")
    expect(row(page, "total_amount")).to_be_focused()
    assert stored(task) == 56
    expected(console, "422")


def test_fields_are_grouped_and_say_why_they_were_chosen(console: Console, people, typed):
    page = opened(console, typed(), by=people.owner)
    groups = {
        "Document": "invoice_number",
        "Amounts": "total_amount",
        "Vendor": "vendor_name",
        "Customer": "customer_name",
    }
    for title, name in groups.items():
        expect(page.locator(f"[data-group='{title}'] [data-field={name}]")).to_be_visible()
    expect(row(page, "total_amount")).to_have_attribute("data-doubtful", "true")
    expect(row(page, "invoice_number")).to_have_attribute("data-doubtful", "false")
    expect(row(page, "invoice_number").locator(".review-level")).to_have_attribute("data-level", "high")
    row(page, "total_amount").get_by_text("Why this value").click()
    expect(row(page, "total_amount").locator(".review-why li").first).to_be_visible()


def test_every_other_key_does_what_the_help_says(console: Console, people, typed):
    task = typed()
    page = opened(console, task, by=people.owner)
    page.keyboard.press("F2")
    expect(value(page, "total_amount")).to_be_focused()
    page.keyboard.press("Alt+Digit1")  # a candidate, while one types
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("Control+z")
    expect(value(page, "total_amount")).to_have_value("69.20")
    page.keyboard.press("Control+y")
    expect(value(page, "total_amount")).to_have_value("56.00")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator(".review-scroll")).to_be_focused()
    page.keyboard.press("d")
    expect(row(page, "total_amount")).to_be_focused()
    page.keyboard.press("a")
    page.keyboard.press("Enter")  # right as it stands: certain, and on to the next
    expect(row(page, "total_amount").locator(".review-level")).to_have_text("checked")
    expect(row(page, "currency")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(row(page, "total_amount")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#all")).not_to_be_checked()
    page.keyboard.press("l")
    expect(page.get_by_role("dialog", name="Show it again")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.wait_for_url(f"**{QUEUE}")
    assert stored(task) == 56


def test_it_is_put_off_until_a_time_of_ones_own(console: Console, people, typed, shoot):
    task = typed()
    page = opened(console, task, by=people.owner)
    page.keyboard.press("l")
    page.get_by_role("button", name="At another time…").click()
    asked = page.get_by_role("dialog", name="Show it again")
    moment = asked.get_by_label("Date and time")
    expect(moment).to_be_focused()
    for given, said in (
        ("", "Enter a date and a time."),
        ("2020-01-01T08:00", "choose one in the future"),
        ("9999-01-01T08:00", "Choose a time before"),
    ):
        moment.fill(given)
        asked.get_by_role("button", name="Put off").click()
        expect(asked.get_by_role("alert")).to_contain_text(said)
        expect(moment).to_be_focused()
    shoot("review-put-off", full=False)
    assert ReviewTask.objects.get().state == "in_review"
    wanted = (timezone.now() + timedelta(days=40)).replace(second=0, microsecond=0)
    hours = "moment => new Date(moment).toLocaleString('sv').replace(' ', 'T').slice(0, 16)"
    moment.fill(page.evaluate(hours, wanted.isoformat()))  # in the time of the browser
    moment.press("Enter")
    page.wait_for_url("**/done*")
    task.refresh_from_db()
    assert (task.state, task.postponed_until) == ("postponed", wanted)


def test_a_table_is_picked_from(console: Console, people, shoot):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    document = scenes.uploaded(people.workspace, people.owner, SAMPLES / "table-german.csv")
    page = opened(console, ReviewTask.objects.get(document=document), by=people.owner)
    shoot("review-table", full=False)
    value(page, "customer_name").click()
    page.get_by_role("cell", name="Geranien im Topf, rot").first.click()
    expect(value(page, "customer_name")).to_have_value("Geranien im Topf, rot")
    expect(row(page, "customer_name").locator(".review-level")).to_have_text("checked")


def test_approving_what_is_open_asks_once_more(console: Console, people, typed, shoot):
    RuleSetting.objects.create(workspace=people.workspace, code="total_mismatch", setting="error")
    typed()
    page = opened(console, ReviewTask.objects.get(), by=people.owner)
    page.keyboard.press("a")
    page.keyboard.press("n")  # elsewhere
    page.keyboard.press("Control+Enter")
    asked = page.get_by_role("dialog", name="One thing is still open")
    expect(asked).to_contain_text("Total amount: 69.20")
    expect(asked).to_contain_text("do not add up")
    shoot("review-open", full=False)
    page.keyboard.press("Enter")  # look at it
    expect(row(page, "total_amount")).to_be_focused()
    assert ReviewTask.objects.get().state == "in_review"
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/done*")
    assert ReviewTask.objects.get().state == "approved"


def test_what_was_accepted_is_not_asked_about(console: Console, people, typed):
    typed()
    page = opened(console, ReviewTask.objects.get(), by=people.owner)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/done*")


def test_what_was_accepted_is_taken_back_by_undo(console: Console, people, typed, shoot):
    """Also where nothing warns and the machine was only not sure enough."""
    task = typed()
    ReviewPolicy.objects.create(workspace=people.workspace, field_thresholds={"currency": 0.999})
    read = ExtractionResult.objects.get(document=task.document_id).fields["currency"]["confidence"]
    page = opened(console, task, by=people.owner)
    progress, checked = page.locator("#progress"), page.get_by_text("checked", exact=True)
    expect(progress).to_have_text("2 to look at")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(progress).to_have_text("Nothing doubtful left")
    expect(checked).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(page.locator("#live")).to_have_text("Undone: Currency accepted")
    expect(row(page, "currency")).to_have_attribute("data-doubtful", "true")
    assert ExtractionResult.objects.get(document=task.document_id).fields["currency"]["confidence"] == read
    page.keyboard.press("Control+z")
    expect(progress).to_have_text("2 to look at")
    expect(checked).to_have_count(0)
    assert ReviewTask.objects.get().accepted == {}
    page.keyboard.press("Control+Shift+Z")
    expect(progress).to_have_text("1 to look at")
    assert ReviewTask.objects.get().accepted == {"total_amount": ["total_mismatch"]}
    page.keyboard.press("h")
    expect(page.locator("#panels-body li").first).to_contain_text(
        "Accepted · Total amount: 69.20 (Total does not add up)"
    )
    shoot("review-accepted-history", full=False)


# --- Those who may not ------------------------------------------------------------------------------------------------
def test_lookers_on_change_nothing(console: Console, people, typed, shoot):
    task = typed()
    opened(console, task, by=people.viewer)
    expect(console.page.get_by_text("Only looking")).to_be_visible()
    assert value(console.page, "total_amount").get_attribute("readonly") is not None
    expect(console.page.locator("[data-act=approve]")).to_be_hidden()
    assert ReviewTask.objects.get().state == "to_review"


def test_strangers_find_nothing(console: Console, people, typed):
    """Whatever address they try; see tests/unit/console/test_reach.py for all that is not read with GET."""
    task = typed()
    ids = {
        "task": task.pk,
        "document": task.document_id,
        "policy": ReviewPolicy.objects.create(workspace=people.workspace).pk,
    }
    console.enter(people.stranger)
    console.open(screen_of(task))
    expect(console.page.get_by_text(task.document.original_filename)).to_have_count(0)
    expected(console, "404")
    paths = [
        path
        for template in TEMPLATES
        if "<" in template and "figures" not in template
        for path in addresses(template, ids)
    ]
    answers = {path: console.page.request.get(console.url + path, max_redirects=0).status for path in paths}
    assert set(answers.values()) <= {302, 401, 403, 404, 405}, answers
    seen = {answers[reverse(f"admin:review_task_{name}", args=[task.pk, 1])] for name in ("picture", "words")}
    assert seen == {404}
