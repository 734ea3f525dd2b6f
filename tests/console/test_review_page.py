"""The page of the document on the screen of a review: picked from with mouse and finger, turned, zoomed, many pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import reportlab
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas

from extraction import corrections
from tests.console.conftest import PATIENCE, Console, leave
from tests.console.reviewing import SAMPLES, click_word, middle_of, opened, printed, row, stored, value, wait_for
from tests.unit.review.conftest import DOUBTFUL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("given_back")]

UPRIGHT = {"width": 820, "height": 1180}
SANS = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
PAPER = (900, 1300)
LINES = (
    "Marlow Paper Supplies Ltd", "9 Quay Street, Bristol BS1 4QA", "INVOICE", "Invoice number: MP-10077",
    "Invoice date: 18 March 2026", "Copy paper A4    42.00", "Envelopes C5    14.00", "Subtotal    56.00",
    "VAT 20 %    11.20", "Total    67.20 GBP",
)  # fmt: skip


def corners(place: Locator) -> tuple[float, float, float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def around(first: Locator, last: Locator) -> tuple[float, float, float, float]:
    """A frame from before the first to behind the last, with a little room."""
    left, top, _, _ = corners(first)
    _, _, right, bottom = corners(last)
    return left - 3, top - 2, right + 3, bottom + 1


def drag(page: Page, first: Locator, last: Locator, reach: float = 0) -> None:
    """Draw a frame around two words, and ``reach`` pixels further to the right."""
    left, top, right, bottom = around(first, last)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right - 20, bottom - 5, steps=4)
    expect(page.locator(".review-region")).to_be_visible()
    page.mouse.move(right + reach, bottom)
    page.mouse.up()
    expect(page.locator(".review-region")).to_have_count(0)


# --- Picking ----------------------------------------------------------------------------------------------------------
def test_a_region_and_a_box(console: Console, people, typed):
    page = opened(console, typed(), by=people.owner)
    value(page, "vendor_address").click()
    printed(page, "Quay").wait_for(state="attached")
    drag(page, printed(page, "Quay"), printed(page, "Bristol"))
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol")
    value(page, "due_date").click()
    drag(page, printed(page, "18"), printed(page, "March"), reach=40)
    expect(value(page, "due_date")).to_have_value("2026-03-18")  # as dates are written here, however they are printed
    expect(row(page, "due_date").locator(".review-level")).to_have_text("checked")
    value(page, "vendor_address").click()
    page.keyboard.down("Control")
    click_word(page, "MP-10077")  # not into the field, but to the one whose box it is
    page.keyboard.up("Control")
    expect(value(page, "invoice_number")).to_be_focused()
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")  # no field is at hand: a click chooses one
    click_word(page, "MP-10077")
    expect(value(page, "invoice_number")).to_be_focused()


@pytest.fixture
def tablet(browser, live_server, given_back, people):
    """A tablet, held upright, in the hands of the owner."""
    context = browser.new_context(viewport=UPRIGHT, has_touch=True, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    made = Console(context.new_page(), live_server.url)
    made.enter(people.owner)
    yield made
    leave(made.page)
    context.close()
    assert made.complaints == []


def swipe(page: Page, start: tuple[float, float], end: tuple[float, float], *, hold: int = 0) -> None:
    """One finger; ``hold``: milliseconds that it rests before it moves."""
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", start)
    page.wait_for_timeout(hold)
    for step in range(1, 9):
        touch("touchMove", (start[0] + (end[0] - start[0]) * step / 8, start[1] + (end[1] - start[1]) * step / 8))
        page.wait_for_timeout(16)
    touch("touchEnd")
    finger.detach()


def test_a_drag_is_given_up(console: Console, people, typed):
    """By Escape, and by turning the page, after which what was drawn means nothing."""
    page = opened(console, typed(), by=people.owner)
    before = value(page, "vendor_name").input_value()
    row(page, "vendor_name").evaluate("field => field.focus()")
    printed(page, "Quay").wait_for(state="attached")
    for key in ("Escape", "r"):
        page.mouse.move(*middle_of(printed(page, "Quay")))
        page.mouse.down()
        page.mouse.move(*middle_of(printed(page, "Bristol")), steps=4)
        expect(page.locator(".review-region")).to_have_count(1)
        page.keyboard.press(key)
        expect(page.locator(".review-region")).to_have_count(0)
        page.mouse.up()
    page.wait_for_timeout(200)
    assert value(page, "vendor_name").input_value() == before


def test_a_finger_picks_words_and_regions_and_scrolls(tablet: Console, typed):
    task = typed(DOUBTFUL + "\nWeight 67.20 kg\n" + "\n" * 60 + "The end\n")
    page = opened(tablet, task)
    word = printed(page, "67.20")
    word.wait_for(state="attached")
    page.touchscreen.tap(*middle_of(word))
    expect(value(page, "total_amount")).to_have_value("67.20")
    wait_for(page, lambda: stored(task) == 67.2)
    page.locator("label", has_text="All fields").tap()
    value(page, "vendor_address").tap()
    left, top, right, bottom = around(printed(page, "Quay"), printed(page, "Bristol"))
    swipe(page, (left, top), (right, bottom), hold=700)
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol")
    before = page.locator(".review-scroll").evaluate("area => area.scrollTop")
    x, y = middle_of(page.locator(".review-scroll"))
    swipe(page, (x, y), (x, y - 150))  # at once: the page moves, nothing is picked
    wait_for(page, lambda: page.locator(".review-scroll").evaluate("area => area.scrollTop") > before + 50)
    expect(value(page, "vendor_address")).to_have_value("Quay Street, Bristol")


# --- Photographs ------------------------------------------------------------------------------------------------------
def photograph(path: Path, turned: int) -> dict[str, tuple[float, float]]:
    """Draw one, lying on its side where ``turned`` says so; where its words stand when it is held upright."""
    font = ImageFont.truetype(str(SANS), 34)
    picture = Image.new("L", PAPER, 235)
    pen = ImageDraw.Draw(picture)
    places = {}
    for number, line in enumerate(LINES):
        y = 80 + 90 * number
        pen.text((70, y), line, font=font, fill=20)
        for word in re.finditer(r"\S+", line):
            left = 70 + pen.textlength(line[: word.start()], font=font)
            places[word[0]] = (left + pen.textlength(word[0], font=font) / 2, y + 22)
    picture.rotate(turned, expand=True).save(path)
    return places


def seen_at(page: Page, place: tuple[float, float], quarters: int = 0) -> tuple[float, float]:
    """Where a place of the photograph is on the screen, by the picture itself, after quarter turns of the view."""
    left, top, right, bottom = corners(page.locator(".review-paper img").first)
    across, down = place[0] / PAPER[0], place[1] / PAPER[1]
    for _ in range(quarters):
        across, down = 1 - down, across
    return left + across * (right - left), top + down * (bottom - top)


@pytest.mark.parametrize("turned", [0, 90])
def test_a_click_on_a_photograph_takes_the_word_that_is_seen_there(console, people, uploaded, tmp_path, turned):
    places = photograph(tmp_path / "photo.png", turned)
    page = opened(console, uploaded(tmp_path / "photo.png"), by=people.owner)
    page.locator(".review-paper img").first.wait_for()
    printed(page, "MP-10077").wait_for(state="attached")
    page.keyboard.press("a")
    value(page, "customer_name").click()
    page.keyboard.press("Escape")  # the field stays at hand, its keys are those of the screen

    def click(word: str, quarters: int) -> None:
        printed(page, word).evaluate("word => word.scrollIntoView({block: 'center', inline: 'center'})")
        x, y = seen_at(page, places[word], quarters)
        page.mouse.click(x, y)
        expect(value(page, "customer_name")).to_have_value(word)

    for word in ("MP-10077", "Bristol", "42.00"):
        click(word, 0)
    page.keyboard.press("r")
    click("Marlow", 1)
    page.keyboard.press("+")
    click("Quay", 1)
    for _ in range(3):
        page.keyboard.press("r")
    click("INVOICE", 0)


# --- Many pages -------------------------------------------------------------------------------------------------------
def bundle(path: Path, pages: int) -> None:
    canvas = Canvas(str(path), pagesize=(595, 842))
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 12)
        if number == 1:
            for place, line in enumerate(LINES):
                canvas.drawString(60, 780 - 20 * place, line)
        canvas.drawString(60, 500, f"Sheet {number} of the bundle")
        canvas.drawString(60, 120, f"Reference R-{number}")
        canvas.showPage()
    canvas.save()


def test_two_hundred_pages(console: Console, people, uploaded, tmp_path, shoot):
    bundle(tmp_path / "bundle.pdf", 200)
    task = uploaded(tmp_path / "bundle.pdf")
    entry = {"text": "R-150", "page": 150, "box": [122, 710, 160, 725]}
    corrections.correct(
        document=task.document, entries={"fields": {"customer_name": entry}}, version=None, by=people.owner
    )
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))
    page = opened(console, task, by=people.owner)
    page.locator(".review-paper img").first.wait_for()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".review-thumbnails button")).to_have_count(200)
    small = [url for url in asked if "width=200" in url]
    large = [url for url in asked if ".png" in url and url not in small]
    assert 0 < len(small) < 40
    assert 0 < len(large) < 6
    assert sum(url.endswith(".json") for url in asked) < 6
    # to page 150 by keyboard
    page.keyboard.press("Escape")
    page.keyboard.press("]")
    expect(page.get_by_label("Page of 200")).to_have_value("2")
    page.keyboard.press("[")
    expect(page.get_by_label("Page of 200")).to_have_value("1")
    go_to_page(page, 150)
    expect(page.get_by_label("Page of 200")).to_have_value("150")
    expect(page.locator("[data-page='150'] img")).to_have_attribute("src", re.compile("/150.png"))
    expect(page.get_by_role("button", name="Page 150", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("button", name="Page 150", exact=True)).to_be_in_viewport()
    shoot("review-many-pages", full=False)
    # far pages are given up again, and a field shows its own
    go_to_page(page, 1)
    expect(page.locator("[data-page='1'] img")).to_be_visible()
    expect(page.locator("[data-page='150'] img")).to_have_count(0)
    value(page, "customer_name").focus()
    expect(page.locator("[data-page='150'] .review-lit")).to_be_in_viewport()
    assert page.locator(".review-paper img").count() < 8
    # its text is selected with the mouse, and copied
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    sheet = page.locator("[data-page='150']")
    first, last = (sheet.locator(".review-words text", has_text=word) for word in ("Reference", "R-150"))
    left, top, right, bottom = around(first, last)
    page.mouse.move(left + 4, (top + bottom) / 2)
    page.mouse.down()
    page.mouse.move(right, (top + bottom) / 2, steps=5)
    page.mouse.up()
    assert page.evaluate(COPIED) == "Reference R-150"


COPIED = """() => {
    const event = new ClipboardEvent("copy", {clipboardData: new DataTransfer(), bubbles: true, cancelable: true});
    document.querySelector("[data-page='150'] .review-words").dispatchEvent(event);
    return event.clipboardData.getData("text/plain");
}"""


def go_to_page(page: Page, number: int) -> None:
    page.keyboard.press("g")
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")


# --- How it is seen ---------------------------------------------------------------------------------------------------
def test_zoom_fit_and_turn_with_keys(console: Console, people, uploaded, shoot):
    page = opened(console, uploaded(SAMPLES / "invoice-german-two-pages.pdf"), by=people.owner)
    sheet, area = page.locator("[data-page='1']"), page.locator(".review-scroll")
    percent = page.locator(".review-counter").nth(1)
    picture = sheet.locator("img")
    picture.wait_for()
    page.keyboard.press("Escape")

    def size(place: Locator) -> tuple[float, float]:
        left, top, right, bottom = corners(place)
        return right - left, bottom - top

    room, tall = size(area)
    width, height = size(sheet)
    assert room - 60 < width < room  # at first, the width fits
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert size(sheet)[0] == pytest.approx(width * 1.25**2, rel=0.01)
    expect(picture).to_have_attribute("src", re.compile("width=1200"))  # sharp, however large
    page.keyboard.press("-")
    assert size(sheet)[0] == pytest.approx(width * 1.25, rel=0.01)
    page.keyboard.press("9")
    assert size(sheet)[1] <= tall
    assert size(sheet)[1] > tall - 60
    shown = percent.inner_text()
    page.keyboard.press("0")
    assert size(sheet) == pytest.approx((width, height), abs=2)
    assert percent.inner_text() != shown
    page.keyboard.press("r")
    turned = size(sheet)
    assert turned[0] > turned[1]
    assert turned[0] == pytest.approx(width, abs=2)  # the width fits still
    shoot("review-turned", full=False)
    expect(row(page, "total_amount")).to_be_attached()
    for _ in range(3):
        page.keyboard.press("r")
    assert size(sheet) == pytest.approx((width, height), abs=2)
