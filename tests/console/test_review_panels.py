"""What stands beside the reviewer's fields, in a real browser."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from extraction import corrections, learning
from extraction.models import ExtractionResult, Vendor
from review import actions
from review.models import Automation, ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import SAMPLES
from tests.factories import cast, scenes
from tests.unit.review.conftest import DOUBTFUL

pytestmark = pytest.mark.django_db(transaction=True)
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def people(settings):
    settings.PROCESSING_MODE = "inline"
    made = cast()
    made.owner.is_staff = True
    made.owner.save()
    ReviewPolicy.objects.create(workspace=made.workspace, automation=Automation.NEVER)
    return made


@pytest.fixture
def task_of(people, tmp_path):
    """Take in a page of text or a sample; its task."""
    count = iter(range(100))

    def task_of(text: str = "", sample: str = "", name: str = "") -> ReviewTask:
        path = SAMPLES / sample if sample else tmp_path / (name or f"page{next(count)}.txt")
        if not sample:
            path.write_text(text or DOUBTFUL, encoding="utf-8")
        return ReviewTask.objects.get(document=scenes.uploaded(people.workspace, people.owner, path))

    return task_of


@pytest.fixture
def opened(console: Console, people):
    def opened(task: ReviewTask, tab: str) -> None:
        if console.page.url == "about:blank":
            console.enter(people.owner)
        console.open(reverse("admin:review_task_screen", args=[task.pk]))
        console.page.wait_for_selector("html[data-ready]")
        console.page.click(f"#panels-{tab}")
        expect(console.page.locator(f"#panels-body[data-tab={tab}]")).not_to_have_attribute("aria-busy", "true")

    yield opened
    console.page.goto("about:blank")  # the screen gives its task back while there is a server
    console.page.wait_for_timeout(300)


def body(console: Console):
    return console.page.locator("#panels-body")


def test_the_differences_of_an_e_invoice_are_marked_and_one_side_is_taken(console, task_of, opened, shoot):
    task = task_of(sample="invoice-factur-x.pdf")
    result = ExtractionResult.objects.get(document=task.document_id)
    place = {"page": 1, "box": [100.0, 100.0, 200.0, 120.0]}
    considered = [
        {"raw": HOSTILE, "value": HOSTILE, "share": 1.0, "rule": "cii", "page": None, "box": None},
        {"raw": "R-2", "value": "R-2", "share": 0.99, "rule": "page:label", **place},
    ]
    for holder in (
        result.fields["invoice_number"],
        *(f for f in result.extraction["fields"] if f["name"] == "invoice_number"),
    ):
        holder["why"] = {"reasons": ["the page says something else"], "considered": considered}
    result.save()
    opened(task, "xml")
    rows = body(console).locator("tbody tr")
    expect(rows.first).to_contain_text("Invoice number")
    expect(rows.first).to_contain_text(HOSTILE)
    assert body(console).locator("img").count() == 0
    shoot("panel-xml", full=False)
    rows.first.get_by_role("button", name="Take Invoice number of the page").click()
    expect(rows.first).to_contain_text("chosen")
    assert ExtractionResult.objects.get(document=task.document_id).extracted_data["invoice_number"] == "R-2"


def test_duplicates_side_by_side(console, task_of, opened, shoot):
    task_of(sample="invoice-english.pdf")
    task = task_of(sample="invoice-english.pdf")
    changes = {"fields": {"customer_name": {"text": "Somebody Else"}}}
    corrections.correct(document=task.document, entries=changes, version=None, by=task.document.owner)
    opened(task, "duplicates")
    rows = body(console).locator("tbody tr:visible")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Somebody Else")
    body(console).get_by_label("Show all").check()
    assert rows.count() > 5
    body(console).locator("img").first.scroll_into_view_if_needed()
    console.page.wait_for_function(
        "[...document.querySelectorAll('.panels-sides img')].every((image) => image.naturalWidth > 0)"
    )
    shoot("panel-duplicates", full=False)
    console.page.evaluate("document.documentElement.classList.add('dark')")
    shoot("panel-duplicates-dark", full=False)


def test_the_vendor_and_what_it_taught_which_is_forgotten(console, task_of, opened, people, shoot):
    first = task_of()
    changes = {"fields": {"total_amount": {"text": "67.20"}, "iban": {"text": "DE89370400440532013000"}}}
    corrections.correct(document=first.document, entries=changes, version=None, by=people.owner, seconds=9)
    actions.approve(task=first, by=people.owner)
    learning.replay(Vendor.objects.get())
    opened(task_of(DOUBTFUL.replace("MP-10077", "MP-10078")), "vendor")
    expect(body(console)).to_contain_text("Learned from 2 corrections on 1 document")
    expect(body(console)).to_contain_text("in use")
    expect(body(console).locator("tbody tr")).to_contain_text("67.20 GBP")
    shoot("panel-vendor", full=False)
    body(console).get_by_role("button", name="Forget what was learned").click()
    console.page.get_by_role("button", name="Forget", exact=True).click()
    expect(body(console)).to_contain_text("Nothing was learned about this vendor")
    assert not Vendor.objects.exists()


def test_the_history_tells_each_change_and_shows_its_place(console, task_of, opened, people, shoot):
    task = task_of(name="a<b>.txt")
    changes = {"fields": {"vendor_name": {"text": HOSTILE, "page": 1, "box": [0, 0, 10, 1]}}}
    corrections.correct(document=task.document, entries=changes, version=None, by=people.owner, seconds=9)
    opened(task, "history")
    items = body(console).locator("li")
    expect(items.first).to_contain_text(f"Vendor name Marlow Paper Supplies Ltd → {HOSTILE}")
    expect(items.first).to_contain_text("9 s")
    items.first.get_by_role("button", name="page 1").click()
    expect(items.last).to_contain_text("Arrived")
    assert body(console).locator("img, b").count() == 0
    shoot("panel-history", full=False)


def test_tabs_are_moved_through_with_arrows_and_follow_the_document(console, task_of, opened):
    opened(task_of(), "vendor")
    page = console.page
    page.focus("#panels-vendor")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panels-history")).to_be_focused()
    expect(page.locator("#panels-history")).to_have_attribute("aria-selected", "true")
    expect(body(console)).to_contain_text("Arrived")
    page.fill("#field-total_amount", "67.20")
    page.keyboard.press("Tab")
    expect(body(console)).to_contain_text("Total amount 69.20 → 67.20")
