"""Ways on the screen: from a reason to what it is about, to the lines and the panels, and back; and what is offered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import opened, row, stored, value, wait_for
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


# --- Why it is here ---------------------------------------------------------------------------------------------------
def test_each_reason_leads_to_what_it_is_about(console: Console, people, typed, shoot):
    ReviewPolicy.objects.create(workspace=people.workspace, field_thresholds={"iban": 1.1})
    typed()
    again = typed(DOUBTFUL + "\nPay to IBAN GB29 NWBK 6016 1331 9268 19\n")
    console.page.set_viewport_size({"width": 1280, "height": 800})
    page = opened(console, again, by=people.owner)
    because = page.locator(".review-because")
    row(page, "iban").focus()
    row(page, "iban").scroll_into_view_if_needed()
    expect(because).to_be_in_viewport(ratio=1)
    shoot("review-because", full=False)
    because.get_by_role("button", name="Total does not add up").click()
    expect(row(page, "total_amount")).to_be_focused()
    expect(row(page, "total_amount")).to_be_in_viewport(ratio=1)
    because.get_by_role("button", name="Uncertain: IBAN").click()
    expect(row(page, "iban")).to_be_focused()
    because.get_by_role("button", name="Same invoice is here already").click()
    expect(page.get_by_role("tab", name="Duplicates")).to_be_focused()
    expect(page.locator("#panels-body")).to_be_in_viewport()
    expect(page.locator("#panels-body")).to_contain_text("page0.txt")
    shoot("review-duplicates-opened", full=False)
    page.keyboard.press("Escape")
    expect(row(page, "iban")).to_be_focused()


def test_keys_lead_to_the_lines_and_the_panels(console: Console, people, typed):
    page = opened(console, typed(), by=people.owner)
    for key, name in (("m", "XML and page"), ("c", "Duplicates"), ("v", "Vendor"), ("h", "History")):
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(row(page, "total_amount")).to_be_focused()
    page.keyboard.press("i")
    expect(page.locator("#lines tbody input").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(row(page, "total_amount")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Back to the fields")


# --- What is offered --------------------------------------------------------------------------------------------------
def test_the_sum_is_offered_where_it_is_printed_too(console: Console, people, typed, shoot):
    task = typed(DOUBTFUL + "\nTo be paid in all: 67.20\n")
    page = opened(console, task, by=people.owner)
    offered = row(page, "total_amount").locator(".review-candidates button")
    expect(offered.first).to_have_text("1 67.20 subtotal + tax")
    expect(offered.filter(has_text="69.20")).to_have_count(0)
    shoot("review-computed", full=False)
    page.keyboard.press("1")
    wait_for(page, lambda: stored(task) == 67.2)
    expect(page.locator(".review-box.review-lit")).to_have_count(1)
    expect(offered.filter(has_text="subtotal + tax")).to_have_count(0)


def test_what_is_printed_nowhere_is_offered_last(console: Console, people, typed):
    page = opened(console, typed(), by=people.owner)
    expect(row(page, "total_amount").locator(".review-candidates button").last).to_have_text("2 67.20 subtotal + tax")
    row(page, "tax_amount").focus()
    expect(row(page, "tax_amount").get_by_text("13.20")).to_be_visible()


def test_an_ordinary_invoice_shows_what_one_has(console: Console, people, typed):
    page = opened(console, typed(), by=people.owner)
    assert page.locator("[data-field]").count() <= 16
    expect(row(page, "iban")).to_be_visible()  # asked about, though not read
    expect(row(page, "bic")).to_have_count(0)
    page.get_by_label("Add a field: Payment").select_option("bic")
    expect(value(page, "bic")).to_be_focused()
    value(page, "bic").fill("NWBKGB2L")
    page.keyboard.press("Enter")
    wait_for(page, lambda: stored(ReviewTask.objects.get(), "bic") == "NWBKGB2L")
    value(page, "bic").fill("")
    page.keyboard.press("Enter")
    wait_for(page, lambda: not stored(ReviewTask.objects.get(), "bic"))
    expect(row(page, "bic")).to_be_visible()  # it does not vanish under the hand


def test_a_number_takes_a_ready_reason(console: Console, people, typed):
    task = typed()
    page = opened(console, task, by=people.owner)
    page.keyboard.press("x")
    page.keyboard.press("2")
    expect(page.get_by_label("Why is it not to be used?")).to_have_value("A duplicate")
    page.keyboard.type(" of 12")
    page.keyboard.press("Enter")
    page.wait_for_url("**/done*")
    assert ReviewTask.objects.get().reject_reason == "A duplicate of 12"
