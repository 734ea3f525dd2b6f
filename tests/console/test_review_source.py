"""Files without pages beside the fields: the XML of e-invoices, and tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from extraction.models import ExtractionResult
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import SAMPLES, opened, row, stored, value, wait_for
from tests.factories import scenes

INVOICES = Path(__file__).resolve().parents[1] / "engine" / "invoices_as_data"
HOSTILE = "<img src=x onerror=alert(1)>"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


@pytest.fixture
def taken(people):
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")

    def taken(path: Path) -> ReviewTask:
        return ReviewTask.objects.get(document=scenes.uploaded(people.workspace, people.owner, path))

    return taken


def cell(page: Page, row: int, column: str) -> Locator:
    return page.locator(f'.lines-box:first-child input[data-row="{row}"][data-column="{column}"]')


def form(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(
    "name", ["peppol-invoice", "zugferd-en16931", "zugferd-1-extended", "peppol-credit-note-in-envelope"]
)
def test_an_e_invoice_is_readable_and_shows_where_values_stand(console: Console, people, taken, shoot, name):
    task = taken(INVOICES / f"{name}.xml")
    page = opened(console, task, people.owner)
    result = ExtractionResult.objects.get(document=task.document_id)
    lit = page.locator(".source-lit")
    for form_of in ("Readable", "XML"):
        form(page, form_of)
        value(page, "invoice_number").click()
        expect(lit).to_have_count(1)
        expect(lit).to_contain_text(result.fields["invoice_number"]["raw"])
        assert lit.evaluate("(element) => getSelection().toString() === '' && element.checkVisibility()")
        shoot(f"review-{name}-{form_of}", full=False)
    cell(page, 0, "amount").click()
    expect(page.locator(".source-row")).to_have_count(1)
    expect(lit).to_contain_text(result.line_item_fields[0]["amount"]["raw"])
    assert console.overflow() == 0


def test_a_value_of_the_xml_is_picked(console: Console, people, taken):
    task = taken(INVOICES / "peppol-invoice.xml")
    page = opened(console, task, people.owner)
    number = ExtractionResult.objects.get(document=task.document_id).fields["invoice_number"]["raw"]
    value(page, "customer_name").click()
    page.locator(".source-value", has_text=number).first.click()
    wait_for(page, lambda: stored(task, "customer_name") == number)
    cell(page, 0, "description").click()
    page.locator(".source-value", has_text=number).first.click()
    wait_for(page, lambda: stored(task, "line_items")[0]["description"] == number)
    page.keyboard.press("Escape")
    page.locator("[data-name=invoice_number]").click(modifiers=["Control"])
    expect(value(page, "invoice_number")).to_be_focused()


def test_what_is_selected_is_not_picked(console: Console, people, taken):
    task = taken(INVOICES / "peppol-invoice.xml")
    page = opened(console, task, people.owner)
    value(page, "customer_name").click()
    number = page.locator("[data-name=invoice_number]")
    number.dblclick()  # selects a word
    selected = page.evaluate("getSelection().toString()")
    assert selected
    assert selected in number.inner_text()


def test_hostile_xml_is_text(console: Console, people, taken, tmp_path, shoot):
    text = (INVOICES / "peppol-invoice.xml").read_text(encoding="utf-8")
    number = text.partition("<cbc:ID>")[2].partition("</cbc:ID>")[0]
    evil = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
    path = tmp_path / "evil.xml"
    html = '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(2)</x:script>'
    text = text.replace(f"<cbc:ID>{number}<", f"<cbc:ID>{evil}<", 1)
    path.write_text(text.replace("<cbc:IssueDate>", f"{html}<cbc:IssueDate>", 1), encoding="utf-8")
    page = opened(console, taken(path), people.owner)
    for form_of in ("Readable", "XML"):
        form(page, form_of)
        expect(page.locator(".source")).to_contain_text(HOSTILE)
        expect(page.locator(".source")).to_contain_text("alert(2)")
        assert page.locator("main script, main img[src=x]").count() == 0
    shoot("review-xml-hostile", full=False)


def test_the_text_is_for_the_workspace_alone(console: Console, people, taken):
    task = taken(INVOICES / "peppol-invoice.xml")
    path = reverse("admin:review_task_source", args=[task.pk])
    console.enter(people.owner)
    answer = console.page.request.get(console.url + path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.headers["content-disposition"] == "attachment"
    console.enter(people.stranger)
    assert console.page.request.get(console.url + path).status == 404


def test_the_row_of_a_line_is_marked_in_a_table(console: Console, people, taken, shoot):
    task = taken(SAMPLES / "table-german.csv")
    page = opened(console, task, people.owner)
    cell(page, 1, "amount").click()
    described = ExtractionResult.objects.get(document=task.document_id).line_item_fields[1]
    marked = page.locator("tr.source-row")
    expect(marked).to_have_count(1)
    expect(marked).to_contain_text(described["description"]["raw"])
    expect(page.locator("td.source-lit")).to_have_text(described["amount"]["raw"])
    shoot("review-table-row", full=False)
    value(page, "customer_name").click()
    page.get_by_role("cell", name="Geranien im Topf, rot").first.click()
    expect(value(page, "customer_name")).to_have_value("Geranien im Topf, rot")
    expect(row(page, "customer_name").locator(".review-level")).to_have_text("checked")
