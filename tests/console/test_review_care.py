"""Nothing is accepted, decided or taken over by accident."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from extraction.models import ExtractionResult
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import SAMPLES, expected, opened, ready, row, type_value, value
from tests.factories import scenes
from tests.unit.review.conftest import CLEAN, DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


def hold(page: Page, key: str, times: int = 15) -> None:
    """Still down afterwards."""
    for _ in range(times):
        page.keyboard.down(key)
        page.wait_for_timeout(30)


# --- Held keys --------------------------------------------------------------------------------------------------------
def test_a_held_enter_accepts_one_field_and_decides_nothing(console: Console, people, typed):
    task, later = typed(), typed(DOUBTFUL.replace("MP-10077", "MP-10078"))
    ReviewPolicy.objects.create(workspace=people.workspace, field_thresholds={"currency": 1.1, "iban": 1.1})
    page = opened(console, task, by=people.owner)
    expect(page.locator("#progress")).to_have_text("2 to look at")
    hold(page, "Enter")
    expect(page.locator("#progress")).to_have_text("1 to look at")
    page.keyboard.up("Enter")
    page.keyboard.press("Escape")
    hold(page, "x")  # asks why, and is not the answer
    expect(page.get_by_label("Why is it not to be used?")).to_have_value("")
    assert set(ReviewTask.objects.values_list("pk", "state")) == {(task.pk, "in_review"), (later.pk, "to_review")}


def test_a_key_that_is_down_does_nothing_in_the_next_document(console: Console, people, typed):
    first, second = typed(), typed(DOUBTFUL.replace("MP-10077", "MP-10078"))
    page = opened(console, first, by=people.owner)
    page.keyboard.down("Enter")
    expect(row(page, "total_amount").locator(".review-level")).to_have_text("checked")
    opened(console, second)
    hold(page, "Enter")
    expect(page.locator("#progress")).to_have_text("1 to look at")
    expect(row(page, "total_amount").locator(".review-level")).not_to_have_text("checked")
    page.keyboard.up("Enter")
    page.keyboard.press("Enter")
    expect(row(page, "total_amount").locator(".review-level")).to_have_text("checked")


def test_keys_wait_for_the_document_to_be_shown(console: Console, people, typed):
    """The claim takes as long as it takes; what is pressed meanwhile was meant for something else."""
    task = typed()
    console.enter(people.owner)
    page = console.page
    page.route(
        "**/screen/claim", lambda route: (page.wait_for_timeout(0), page.keyboard.press("Enter"), route.continue_())
    )
    opened(console, task)
    expect(page.locator("#progress")).to_have_text("1 to look at")
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_have_text("Nothing doubtful left")


# --- Accepted ---------------------------------------------------------------------------------------------------------
def test_what_was_accepted_is_settled_for_everybody(console: Console, another, people, typed, shoot):
    task = typed()
    page = opened(console, task, by=people.owner)
    page.keyboard.press("Enter")
    total = row(page, "total_amount")
    expect(total).to_have_attribute("data-accepted", "true")
    expect(total.get_by_text("do not add up")).to_be_visible()
    shoot("review-accepted", full=False)
    page.reload()
    ready(page)
    expect(page.locator("#progress")).to_have_text("Nothing doubtful left")
    console.open("/admin/")
    theirs = another(people.mate)
    opened(theirs, task)
    expect(theirs.page.locator("#progress")).to_have_text("Nothing doubtful left")
    row(theirs.page, "total_amount").focus()
    type_value(theirs.page, "70.00")
    expect(theirs.page.locator("#progress")).to_have_text("1 to look at")


def test_nothing_is_checked_that_nobody_looked_at(console: Console, people):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    document = scenes.uploaded(people.workspace, people.owner, SAMPLES / "invoice-factur-x.pdf")
    page = opened(console, ReviewTask.objects.get(document=document), by=people.owner)
    level = row(page, "total_amount").locator(".review-level")
    expect(page.locator(".review-level", has_text="checked")).to_have_count(0)
    expect(level).to_have_text("XML")
    row(page, "total_amount").focus()
    page.keyboard.press("Enter")
    expect(level).to_have_text("checked")
    assert ExtractionResult.objects.get().fields["total_amount"]["source"] == "xml"
    value(page, "total_amount").fill("lots")
    page.keyboard.press("Enter")
    expect(row(page, "total_amount").get_by_role("alert")).to_be_visible()
    expect(level).to_have_text("")
    expected(console, "422")


# --- Sums -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("subtotal", "tax", "total", "said"),
    [
        ("56.00", "11.20", "67.20", "Adds up to 67.20"),
        ("56.00", "11.20", "56.00", "11.20 more than the total"),  # the tax is not in it
        ("56.00", "11.20", "67.24", "Adds up to 67.24"),  # rounded to five hundredths
        ("56.00", "11.20", "69.20", "2.00 less than the total"),
    ],
)
def test_what_adds_up_is_what_the_rule_says(console: Console, people, typed, subtotal, tax, total, said):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    text = (
        CLEAN.replace("£  56.00", f"£  {subtotal}").replace("£  11.20", f"£  {tax}").replace("£  67.20", f"£  {total}")
    )
    page = opened(console, typed(text), by=people.owner)
    sums = page.locator(".review-sums")
    warned = row(page, "total_amount").get_by_text("do not add up").count() == 1
    expect(sums).to_have_attribute("data-right", "false" if warned else "true")
    expect(sums).to_contain_text(said)
