"""The tables of the reviewer's screen in a real browser: as in a spreadsheet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from extraction.models import ExtractionResult
from review.models import Correction, ReviewPolicy, ReviewTask
from tests.console.conftest import Console
from tests.console.reviewing import expected
from tests.console.reviewing import opened as screen_opened
from tests.factories import scenes
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]


@pytest.fixture
def opened(console: Console, people, tmp_path):
    """The screen of a page of text, once its scripts are ready."""

    def opened(text: str = DOUBTFUL, by=None) -> ReviewTask:
        path = tmp_path / "page.txt"
        path.write_text(text, encoding="utf-8")
        document = scenes.uploaded(people.workspace, people.owner, path)
        task = ReviewTask.objects.get(document=document)
        screen_opened(console, task, by or people.owner)
        console.page.wait_for_selector(".lines-grid")
        return task

    return opened


def cell(page: Page, row: int, column: str):
    return page.locator(f'.lines-box:first-child input[data-row="{row}"][data-column="{column}"]')


def texts(page: Page, column: str) -> list[str]:
    cells = page.locator(f'.lines-box:first-child input[data-column="{column}"]')
    return [each.input_value() for each in cells.all()]


def saved(page: Page, said: str = "Saved") -> None:
    expect(page.locator("#saved")).to_have_text(said)
    page.wait_for_timeout(50)


def stored(task: ReviewTask) -> list[dict]:
    return ExtractionResult.objects.get(document=task.document_id).extracted_data["line_items"]


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const how = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", how));
        }""",
        text,
    )


def test_a_cell_is_changed_and_the_sums_follow(console, opened):
    task = opened()
    page = console.page
    sums = page.locator(".lines-sums").first
    expect(sums).to_contain_text("Sum 56.00 · as the subtotal says")
    cell(page, 0, "amount").click()
    page.keyboard.type("43,00")
    expect(sums).to_contain_text("Sum 57.00 · +1.00 against the subtotal")
    expect(page.locator(".lines-check").first).to_contain_text("= 42.00")
    page.keyboard.press("Enter")
    saved(page)
    expect(cell(page, 0, "amount")).to_have_value("43.00")
    expect(cell(page, 1, "amount")).to_be_focused()
    assert [line["amount"] for line in stored(task)] == [43.0, 14.0]
    made = Correction.objects.get()
    assert (made.field, made.row, made.before, made.after) == ("amount", 0, "42.00", "43.00")


def test_moving_with_keys_alone(console, opened):
    opened()
    page = console.page
    cell(page, 0, "description").focus()
    for key, row, column in (
        ("Tab", 0, "quantity"),
        ("ArrowDown", 1, "quantity"),
        ("ArrowLeft", 1, "description"),
        ("ArrowUp", 0, "description"),
        ("Shift+Tab", None, None),
    ):
        page.keyboard.press(key)
        if column:
            expect(cell(page, row, column)).to_be_focused()
    assert page.evaluate("document.activeElement.closest('.lines-table') === null"), "the grid is left at its start"


def test_the_place_of_a_cell_is_shown_and_a_clicked_word_fills_it(console, opened):
    task = opened()
    page = console.page
    cell(page, 1, "quantity").click()
    page.locator(".review-words text", has_text="3.50").click(force=True)
    saved(page)
    expect(cell(page, 1, "quantity")).to_have_value("3.50")
    row = ExtractionResult.objects.get(document=task.document_id).line_item_fields[1]
    assert row["quantity"]["page"] == 1
    assert row["quantity"]["box"] == row["unit_price"]["box"]


def test_rows_are_added_deleted_and_pasted(console, opened):
    task = opened()
    page = console.page
    cell(page, 1, "description").focus()
    page.keyboard.press("Control+Insert")
    expect(cell(page, 2, "description")).to_be_focused()
    paste(page, "Stapler\t2\t1.234,50\t2.469,00\r\nTape\t1\t3,00\t3,00\r\n")
    saved(page)
    assert texts(page, "amount") == ["42.00", "14.00", "2469.00", "3.00"]
    assert texts(page, "unit_price")[2] == "1234.50"
    cell(page, 0, "amount").focus()
    page.keyboard.press("Shift+Space")
    cell(page, 1, "amount").focus()
    page.keyboard.press("Shift+Space")
    page.keyboard.press("Control+Delete")
    saved(page)
    assert [line["description"] for line in stored(task)] == ["Stapler", "Tape"]


def test_rows_are_merged_and_split(console, opened):
    task = opened()
    page = console.page
    cell(page, 0, "amount").focus()
    page.keyboard.press("Alt+m")
    saved(page)
    assert texts(page, "description") == ["Copy paper A4 Envelopes C5"]
    assert texts(page, "amount") == ["56.00"]
    cell(page, 0, "description").focus()
    page.evaluate("document.activeElement.setSelectionRange(13, 13)")
    page.keyboard.press("Alt+s")
    expect(page.locator(".lines-count").first).to_have_text("2")
    assert texts(page, "description") == ["Copy paper A4", "Envelopes C5"]
    cell(page, 0, "amount").focus()
    page.keyboard.press("Alt+h")
    expect(page.locator(".lines-count").first).to_have_text("3")
    saved(page)
    assert texts(page, "amount") == ["28.00", "28.00", ""]
    page.locator("[data-act=undo]").click()
    expect(page.locator(".lines-count").first).to_have_text("2")
    assert len(stored(task)) == 2


def test_halves_that_are_merged_are_the_row_again(console, opened):
    task = opened()
    page = console.page
    before = stored(task)[0]
    cell(page, 0, "amount").focus()
    page.keyboard.press("Alt+h")
    expect(page.locator(".lines-count").first).to_have_text("3")
    cell(page, 0, "amount").focus()
    page.keyboard.press("Alt+m")
    expect(page.locator(".lines-count").first).to_have_text("2")
    saved(page)
    assert stored(task)[0] == before


def test_what_was_typed_stands_nowhere_on_the_page(console, opened):
    opened()
    page = console.page
    lit = page.locator(".review-box.review-lit")
    cell(page, 0, "amount").click()
    expect(lit).to_have_count(1)
    page.keyboard.type("43.00")
    page.keyboard.press("Tab")
    saved(page)
    cell(page, 1, "amount").focus()
    expect(lit).to_have_count(1)
    cell(page, 0, "amount").focus()
    expect(lit).to_have_count(0)


def test_what_is_no_number_is_told_at_its_cell_and_the_rest_is_saved(console, opened):
    task = opened()
    page = console.page
    cell(page, 0, "quantity").click()
    page.keyboard.type("many")
    page.keyboard.press("Tab")
    expect(cell(page, 0, "quantity")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".lines-problems").first).to_contain_text("Row 1, Quantity: A number is needed")
    cell(page, 1, "quantity").click()
    page.keyboard.type("5")
    expect(page.locator("#saved")).to_have_text("Not saved: 2 cells")
    page.keyboard.press("Tab")
    saved(page, "Not saved: 1 cell")
    expect(page.locator("#live")).to_contain_text("Not saved: 1 cell.")
    expect(cell(page, 0, "quantity")).to_have_value("many")
    assert [line["quantity"] for line in stored(task)] == [10.0, 5.0]
    cell(page, 0, "quantity").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("11")
    page.keyboard.press("Tab")
    expect(page.locator(".lines-problems").first).to_be_empty()
    expect(cell(page, 0, "quantity")).not_to_have_attribute("aria-invalid", "true")
    assert [line["quantity"] for line in stored(task)] == [11.0, 5.0]
    expected(console, "422")


def test_pasted_cells_that_do_not_fit_are_told(console, opened, shoot):
    task = opened()
    page = console.page
    problems = page.locator(".lines-problems").first
    cell(page, 0, "unit_price").focus()
    paste(page, "many\t42.00\tlost\tlost\nfew\t14.00\t")
    saved(page, "Not saved: 2 cells")
    expect(problems).to_contain_text("2 columns did not fit; “All columns” shows more.")
    expect(problems).to_contain_text("Row 2, Unit price")
    shoot("lines-refused", full=False)
    cell(page, 0, "unit_price").fill("4.20")
    cell(page, 1, "unit_price").fill("2.80")
    expect(page.locator("#saved")).to_have_text("Not saved: 1 cell")  # the other one was left
    page.keyboard.press("Tab")
    saved(page)
    expect(problems).to_be_empty()
    assert [line["unit_price"] for line in stored(task)] == [4.2, 2.8]
    expected(console, "422")


def test_hostile_texts_are_inert(console, opened):
    task = opened()
    page = console.page
    hostile = "<img src=x onerror=alert(1)>"
    cell(page, 0, "description").focus()
    paste(page, f"{hostile}\t=cmd|' /C calc'!A0\n<script>alert(2)</script>\t1")
    expect(page.locator(".lines-problems").first).to_contain_text("Row 1, Quantity")
    saved(page, "Not saved: 1 cell")
    assert [line["description"] for line in stored(task)] == [hostile, "<script>alert(2)</script>"]
    page.reload()
    page.wait_for_selector(".lines-grid")
    expect(cell(page, 0, "description")).to_have_value(hostile)
    assert page.locator("#lines img, #lines script").count() == 0
    expected(console, "422")  # no number


def test_two_thousand_rows_stay_usable(console, opened):
    task = opened()
    page = console.page
    cell(page, 0, "description").focus()
    paste(page, "\n".join(f"Part {n}\t1\t2.00\t2.00" for n in range(2_000)))
    saved(page)
    assert len(stored(task)) == 2_000
    assert page.locator(".lines-box:first-child tbody tr").count() == 100
    page.keyboard.press("Control+End")
    expect(cell(page, 1_999, "description")).to_be_focused()
    expect(page.locator(".lines-sums").first).to_contain_text("Sum 4000.00")


def test_a_table_that_is_too_long_says_so_and_what_can_be_done(console, people, tmp_path, shoot):
    rows = "\n".join(f"Part {n};1;2,00;2,00" for n in range(2_005))
    path = tmp_path / "long.csv"
    path.write_text(f"Bezeichnung;Menge;Einzelpreis;Betrag\n{rows}\n", encoding="utf-8")
    ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    task = ReviewTask.objects.get(document=scenes.uploaded(people.workspace, people.owner, path))
    page = screen_opened(console, task, people.owner)
    notice = page.locator(".lines-notice").first
    expect(notice).to_contain_text("2,005 rows were read. The first 2,000 are shown")
    expect(notice).to_contain_text("uploaded again")
    expect(page.locator(".lines-count").first).to_have_text("2,005")
    expect(page.locator(".lines-sums").first).to_contain_text("Sum 4000.00 · of the rows shown")
    expect(cell(page, 0, "amount")).to_have_attribute("readonly", "")
    notice.scroll_into_view_if_needed()
    shoot("review-too-long", full=False)
    page.locator("#field-customer_name").fill("Hotel Seeblick")
    page.keyboard.press("Tab")
    saved(page)
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Approve anyway").click()
    page.wait_for_url("**/done*")
    assert len(stored(task)) == 2_005


def test_lookers_on_change_nothing(console, opened, people):
    opened(by=people.viewer)
    page = console.page
    expect(cell(page, 0, "amount")).to_have_attribute("readonly", "")
    expect(page.locator(".lines-tools").first.locator("button:visible")).to_have_count(1)


def test_pictures(console, opened, shoot):
    opened()
    page = console.page
    cell(page, 0, "amount").click()
    page.keyboard.type("43")
    shoot("lines-light", full=False)
    page.evaluate("document.documentElement.classList.add('dark')")
    page.set_viewport_size({"width": 820, "height": 1180})
    page.locator("#lines").scroll_into_view_if_needed()
    shoot("lines-dark-tablet", full=False)
    assert console.overflow() == 0
