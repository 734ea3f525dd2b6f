"""The word cursor: words of the page are chosen with keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from extraction.models import ExtractionResult
from review.models import ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import SAMPLES, middle_of, opened, printed, row, stored, value, wait_for
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]

WEIGHED = DOUBTFUL + "\nWeight 67.20 kg\n"


def cursor(page: Page) -> Locator:
    return page.locator(".review-cursor")


def said(page: Page, text: str) -> None:
    """To those who listen, of a cursor that everybody sees."""
    expect(page.locator("#live")).to_have_text(text)
    expect(cursor(page)).to_be_focused()
    expect(cursor(page)).to_be_in_viewport(ratio=1)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def covers(page: Page, *words: str) -> None:
    """The cursor stands over these words, as they are seen."""
    box = cursor(page).bounding_box()
    assert box is not None
    for word in words:
        x, y = middle_of(printed(page, word))
        assert box["x"] <= x <= box["x"] + box["width"]
        assert box["y"] <= y <= box["y"] + box["height"]


# --- One word ---------------------------------------------------------------------------------------------------------
def test_arrows_lead_from_word_to_word(console: Console, people, typed, shoot):
    page = opened(console, typed(WEIGHED), by=people.owner)
    press(page, "w")
    said(page, "word: 69.20")
    covers(page, "69.20")
    for key, word in (
        ("ArrowUp", "11.20"),
        ("ArrowUp", "56.00"),
        ("Home", "Subtotal"),
        ("ArrowUp", "Envelopes"),
        ("ArrowRight", "C5"),
        ("End", "14.00"),
        ("ArrowRight", "Subtotal"),
        ("ArrowLeft", "14.00"),
        ("ArrowDown", "56.00"),
    ):
        press(page, key)
        said(page, f"word: {word}")
        covers(page, word)
    shoot("words", full=False)
    page.evaluate("document.documentElement.classList.add('dark')")
    shoot("words-dark", full=False)


def test_the_word_goes_into_the_field_as_with_a_click(console: Console, people, typed):
    task = typed(WEIGHED.replace("18 March 2026", "18 March 2026 / 01.04.2026"))
    page = opened(console, task, by=people.owner)
    value(page, "due_date").click()
    press(page, "Escape", "w", "ArrowUp", "End")
    said(page, "word: 01.04.2026")
    press(page, "Enter")
    expect(value(page, "due_date")).to_have_value("2026-04-01")  # as dates are written here, however they are printed
    expect(row(page, "due_date")).to_be_focused()
    expect(cursor(page)).to_have_count(0)
    described = ExtractionResult.objects.get(document=task.document_id).fields["due_date"]
    assert (described["source"], described["raw"], described["page"]) == ("person", "01.04.2026", 1)
    assert len(described["box"]) == 4
    press(page, "Control+z")
    expect(value(page, "due_date")).to_have_value("2026-04-17")
    page.wait_for_function("getSelection().isCollapsed")


def test_a_range_is_what_a_frame_would_take(console: Console, people, typed, shoot):
    page = opened(console, typed(WEIGHED), by=people.owner)
    value(page, "vendor_address").click()
    press(page, "Escape", "w")
    said(page, "word: 9")
    press(page, "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight")
    said(page, "words: Quay Street, Bristol")
    covers(page, "Quay", "Bristol")
    press(page, "Shift+ArrowLeft")
    said(page, "words: Quay Street,")
    press(page, "Shift+End", "Shift+ArrowDown")  # the nearest one below the end of the line
    said(page, "words: Quay Street, Bristol No: GB 901 4277 11")
    shoot("words-range", full=False)
    press(page, "Shift+ArrowUp", "Shift+End", "Enter")
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol BS1 4QA")
    press(page, "w", "ArrowUp", "Home", "Shift+Enter")  # behind what is there
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol BS1 4QA Marlow")


# --- Where one comes from ---------------------------------------------------------------------------------------------
def test_escape_gives_back_what_was_being_typed(console: Console, people, typed):
    task = typed(WEIGHED)
    page = opened(console, task, by=people.owner)
    saved: list[str] = []
    page.on("request", lambda request: saved.append(request.url) if request.url.endswith("/fields") else None)
    press(page, "e")
    page.keyboard.type("12")
    press(page, "Alt+w")
    said(page, "word: 69.20")
    press(page, "ArrowUp", "Escape")
    expect(value(page, "total_amount")).to_be_focused()
    page.keyboard.type("3")
    expect(value(page, "total_amount")).to_have_value("123")
    assert saved == []  # the field was not left
    press(page, "Alt+w", "ArrowUp", "ArrowUp", "Enter")
    expect(value(page, "total_amount")).to_have_value("56.00")
    expect(page.locator("#live")).to_contain_text("Saved.")
    assert stored(task) == 56
    page.keyboard.type("7")
    press(page, "Alt+w")
    said(page, "word: 56.00")
    press(page, "n")  # elsewhere: now it is left
    wait_for(page, lambda: stored(task) != 56)


def test_a_cell_of_the_lines_takes_words(console: Console, people, typed):
    task = typed(WEIGHED)
    page = opened(console, task, by=people.owner)
    cell = page.locator(".lines-box:first-child input[data-row='0'][data-column='description']")
    press(page, "i")
    expect(cell).to_be_focused()
    press(page, "Control+a")
    page.keyboard.type("half a wo")
    press(page, "Alt+w")
    said(page, "word: Copy")
    press(page, "Escape")
    expect(cell).to_be_focused()
    expect(cell).to_have_value("half a wo")
    press(page, "Alt+w", "ArrowDown", "Shift+ArrowRight", "Enter")
    expect(cell).to_have_value("Envelopes C5")
    expect(cell).to_be_focused()
    wait_for(page, lambda: stored(task, "line_items")[0]["description"] == "Envelopes C5")
    assert stored(task) == 69.2


def test_the_mouse_takes_over(console: Console, people, typed):
    page = opened(console, typed(WEIGHED), by=people.owner)
    press(page, "w")
    said(page, "word: 69.20")
    page.mouse.click(*middle_of(printed(page, "67.20")))
    expect(value(page, "total_amount")).to_have_value("67.20")
    expect(cursor(page)).to_have_count(0)
    expect(row(page, "total_amount")).to_be_focused()


def test_questions_come_between_and_the_word_is_still_there(console: Console, people, typed):
    page = opened(console, typed(WEIGHED), by=people.owner)
    press(page, "w", "?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Choose words with arrows")
    press(page, "Escape")
    expect(cursor(page)).to_be_focused()
    press(page, "w")  # once more: away
    expect(row(page, "total_amount")).to_be_focused()
    expect(cursor(page)).to_have_count(0)


# --- Care -------------------------------------------------------------------------------------------------------------
def test_a_held_key_moves_and_takes_nothing(console: Console, people, typed):
    ReviewPolicy.objects.create(workspace=people.workspace, field_thresholds={"currency": 1.1})
    task = typed(WEIGHED)
    page = opened(console, task, by=people.owner)
    press(page, "w")
    said(page, "word: 69.20")
    for _ in range(6):
        page.keyboard.down("ArrowUp")
    said(page, "word: Ltd")
    page.keyboard.up("ArrowUp")
    press(page, "Escape", "w")
    said(page, "word: 69.20")
    page.keyboard.press("ArrowUp")
    for _ in range(6):
        page.keyboard.down("Enter")  # takes the word, and accepts nothing after it
        page.wait_for_timeout(30)
    expect(value(page, "total_amount")).to_have_value("11.20")
    expect(row(page, "total_amount")).to_be_focused()
    page.keyboard.up("Enter")
    wait_for(page, lambda: stored(task) == 11.2)
    assert ReviewTask.objects.get().accepted == {}


def test_what_is_pressed_before_the_words_are_there_is_for_no_field(console: Console, people, typed):
    asked: list[Route] = []
    console.page.route("**/pages/1.json", lambda route: asked.append(route))
    page = opened(console, typed(WEIGHED), by=people.owner)
    press(page, "w", "Enter", "ArrowUp")
    expect(cursor(page)).to_be_focused()
    wait_for(page, lambda: asked)
    for route in asked:
        route.continue_()
    said(page, "word: 69.20")
    assert ReviewTask.objects.get().accepted == {}


def test_words_that_cannot_be_had(console: Console, people, typed):
    console.page.route("**/pages/1.json", lambda route: route.abort())
    page = opened(console, typed(WEIGHED), by=people.owner)
    press(page, "w")
    expect(page.locator("#live")).to_have_text("The words of this page could not be read.")
    expect(row(page, "total_amount")).to_be_focused()
    console.complaints.clear()


def test_lookers_on_and_no_field_at_hand(console: Console, people, typed):
    task = typed(WEIGHED)
    page = opened(console, task, by=people.viewer)
    press(page, "w")
    expect(page.locator("#live")).to_have_text("Nothing can be changed here.")
    page = opened(console, task, by=people.owner)
    press(page, "Escape", "w")
    expect(page.locator("#live")).to_have_text("Choose a field first.")
    expect(cursor(page)).to_have_count(0)


# --- Pages, turned and zoomed -----------------------------------------------------------------------------------------
def test_it_goes_from_page_to_page(console: Console, people, uploaded, shoot):
    page = opened(console, uploaded(SAMPLES / "invoice-german-two-pages.pdf"), by=people.owner)
    page.locator(".review-paper img").first.wait_for()
    number = page.get_by_label("Page of 2")
    press(page, "w")
    expect(cursor(page)).to_be_focused()
    press(page, "PageDown")
    expect(page.locator("#live")).to_contain_text("page 2, word: ")
    expect(number).to_have_value("2")
    press(page, "PageDown")
    expect(page.locator("#live")).to_have_text("There is no other page.")
    press(page, "ArrowLeft")  # before the first word of a page stands the last one of the page before
    expect(page.locator("#live")).to_contain_text("page 1, word: ")
    expect(number).to_have_value("1")
    press(page, "ArrowRight")
    expect(page.locator("#live")).to_contain_text("page 2, word: ")
    press(page, "[")
    expect(page.locator("#live")).to_contain_text("page 1, word: ")
    press(page, "]", "ArrowRight", "Enter")
    expect(cursor(page)).to_have_count(0)
    expect(page.locator("[data-page='2'] .review-lit")).to_have_count(1)


def test_directions_are_those_that_are_seen(console: Console, people, uploaded, shoot):
    page = opened(console, uploaded(SAMPLES / "invoice-english.pdf"), by=people.owner)
    page.locator(".review-paper img").first.wait_for()
    value(page, "total_amount").click()
    press(page, "Escape", "w")
    said(page, "word: £4,803.60")
    press(page, "r", "+", "+")
    said(page, "word: £4,803.60")
    covers(page, "£4,803.60")
    shoot("words-turned", full=False)

    def middle() -> tuple[float, float]:
        box = cursor(page).bounding_box()
        assert box is not None
        scrolled = page.locator(".review-scroll").evaluate("area => [area.scrollLeft, area.scrollTop]")
        return box["x"] + scrolled[0], box["y"] + scrolled[1]

    before = middle()
    press(page, "ArrowDown")
    after = middle()
    assert after[1] > before[1]
    press(page, "ArrowUp", "ArrowUp")
    assert middle()[1] < after[1]
    press(page, "r", "r", "r", "0")
    expect(cursor(page)).to_be_in_viewport(ratio=1)


# --- Files without pages ----------------------------------------------------------------------------------------------
def test_values_of_xml_and_cells_of_a_table(console: Console, people, uploaded, shoot):
    xml = Path(__file__).resolve().parents[1] / "engine" / "invoices_as_data" / "peppol-invoice.xml"
    task = uploaded(xml)
    number = ExtractionResult.objects.get(document=task.document_id).fields["invoice_number"]["raw"]
    page = opened(console, task, by=people.owner)
    page.locator(".source-value").first.wait_for()
    value(page, "invoice_number").click()
    press(page, "Escape", "w")
    said(page, f"word: {number}")
    shoot("words-xml", full=False)
    page.evaluate("document.documentElement.classList.add('dark')")
    shoot("words-xml-dark", full=False)
    press(page, "ArrowDown", "Enter")
    expect(value(page, "invoice_number")).not_to_have_value(number)
    expect(row(page, "invoice_number")).to_be_focused()
    wait_for(page, lambda: stored(task, "invoice_number") != number)
    page = opened(console, uploaded(SAMPLES / "table-german.csv"))
    value(page, "customer_name").click()
    press(page, "Escape", "w")
    said(page, "word: Hotel Seeblick")
    press(page, "ArrowDown", "ArrowDown")
    said(page, "word: Hotel Seeblick")
    press(page, "ArrowRight")
    said(page, "word: 4711-26")
    shoot("words-table", full=False)
    press(page, "Enter")
    expect(value(page, "customer_name")).to_have_value("4711-26")
    expect(page.locator("tr:nth-child(4) .source-lit")).to_have_text("4711-26")
