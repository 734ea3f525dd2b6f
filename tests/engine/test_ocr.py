"""Recognition with the real engine and models: words, their places, skew and orientation."""

from __future__ import annotations

import statistics
import sys

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader

from extraction.engine import pipeline
from extraction.engine.parsers.ocr_reader import _spaces
from tests.engine.paper import LETTER, OPTIONS, drawn_pdf, letter, parse, picture, read, source, texts

WORDS = " ".join(LETTER).split()
LONG_ENOUGH = [
    "Harbour Joinery Ltd", "12 Quay Street, Port Amber", "Invoice number: HJ-1001", "Invoice date: 2026-03-14",
    "Oak shelf, oiled 2 x 145.00", "Fitting and delivery 60.00", "Subtotal 350.00", "Total to pay 416.50 EUR",
]  # fmt: skip


def sheet() -> Image.Image:
    return picture(LONG_ENOUGH, size=(1000, 1000), height=44)


def joined(page) -> str:
    return "".join(texts(page))


def test_words_of_a_picture(tmp_path):
    picture().save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    assert texts(page) == WORDS
    assert not page.needs_ocr
    assert {word.origin for word in page.words} == {"ocr"}
    assert all(0.5 < word.confidence <= 1 for word in page.words)


def test_each_box_holds_the_ink_of_its_word(tmp_path):
    shown = picture()
    shown.save(tmp_path / "a.png")
    ink = shown.convert("L").point(lambda value: 255 if value < 128 else 0)
    for word in read(tmp_path / "a.png").pages[0].words:
        box = (word.box.x0 - 8, word.box.y0 - 4, word.box.x1 + 8, word.box.y1 + 4)
        within = ink.crop(box).getbbox()
        assert within is not None, word.text
        inked = ink.crop((0, box[1], shown.width, box[3]))  # the whole line
        assert inked.getpixel((round(word.box.x0 + word.box.x1) // 2, 0)) == 0  # nothing of the line above
        left, _, right, _ = within
        assert right - left > 0.7 * (word.box.x1 - word.box.x0)


def test_a_scanned_page_keeps_points_and_the_others_their_words(tmp_path):
    def draw(canvas) -> None:
        letter(canvas)
        canvas.showPage()
        canvas.drawImage(ImageReader(picture()), 20, 50, 360, 168)

    parsed = parse(drawn_pdf(tmp_path / "a.pdf", draw))
    told: list[tuple[int, int]] = []
    recognised = pipeline.recognise(source(tmp_path / "a.pdf"), parsed, OPTIONS, lambda *step: told.append(step))
    assert told == [(1, 1)]
    assert recognised.pages[0] == parsed.pages[0]
    page = recognised.pages[1]
    assert texts(page) == WORDS
    assert (page.width, page.height, page.unit) == (400, 300, "pt")
    first = page.words[0].box
    assert first.x0 == pytest.approx(
        20 + 60 * 0.4, abs=4
    )  # drawn 60 pixels from the picture's left, at 0.4 points each
    assert first.y0 == pytest.approx(300 - 218 + 60 * 0.4, abs=8)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_picture_lying_on_its_side_is_turned(tmp_path, turned):
    sheet().rotate(turned, expand=True).save(tmp_path / "a.png")  # counter-clockwise
    page = read(tmp_path / "a.png").pages[0]
    assert page.turn == turned
    assert joined(page) == "".join("".join(LONG_ENOUGH).split())
    tops = [word.box.y0 for word in page.words]
    assert tops == sorted(tops, key=lambda top: round(top / 44))


@pytest.mark.parametrize("degrees", [-4, 3])
def test_lines_of_a_crooked_scan_are_made_level(tmp_path, degrees):
    sheet().rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC).save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    assert page.skew == pytest.approx(-degrees, abs=0.7)
    assert joined(page) == "".join("".join(LONG_ENOUGH).split())
    rest = iter(page.words)
    for line in LONG_ENOUGH:
        middles, read_so_far = [], ""
        while len(read_so_far) < len("".join(line.split())):
            word = next(rest)
            read_so_far += word.text
            middles.append((word.box.y0 + word.box.y1) / 2)
        assert max(middles) - min(middles) < 8, line


def test_a_long_narrow_receipt_is_read_to_its_end(tmp_path):
    lines = [f"Article {number:03d}  {number}.50" for number in range(1, 121)]
    picture(lines, size=(420, 120 * 60 + 120), height=30).save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    numbers = [word.text for word in page.words if len(word.text) == 3 and word.text.isdigit()]
    assert numbers == [f"{number:03d}" for number in range(1, 121)]


def test_a_blank_page_has_no_words(tmp_path):
    Image.new("RGB", (600, 800), "white").save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    assert page.words == ()
    assert not page.needs_ocr


def test_nothing_calls_out(tmp_path):
    """No download and no telemetry: while a page is recognised nobody opens a connection."""
    calls: list[str] = []
    watching = True
    sys.addaudithook(lambda event, _: calls.append(event) if watching and event.startswith("socket.") else None)
    picture().save(tmp_path / "a.png")
    read(tmp_path / "a.png")
    watching = False
    assert calls == []


@pytest.mark.parametrize(("text", "spaces"), [("Total: 5", {6}), (" a  b c ", {1, 2}), ("one", set()), ("", set())])
def test_spaces_are_counted_in_characters_that_are_none(text, spaces):
    assert _spaces(text) == spaces


def test_confidence_tells_noise_from_print(tmp_path):
    clear, poor = picture(), picture().resize((180, 84)).resize((900, 420))
    means = []
    for number, shown in enumerate((clear, poor)):
        shown.save(tmp_path / f"{number}.png")
        means.append(statistics.fmean(word.confidence for word in read(tmp_path / f"{number}.png").pages[0].words))
    assert means[0] > means[1]


@pytest.mark.parametrize("size", [(60_000, 1), (1, 60_000), (60_000, 40), (7, 7)])
def test_a_picture_too_thin_for_letters_holds_none(tmp_path, size):
    Image.new("L", size, 255).save(tmp_path / "a.png")
    assert read(tmp_path / "a.png").pages[0].words == ()


def test_a_narrow_roll_is_read_in_slices_that_need_no_scaling(tmp_path):
    roll = Image.new("RGB", (420, 3000), "white")
    for top in (0, 1300, 2700):
        roll.paste(picture(["Tea  2.00"], size=(420, 120), height=36), (0, top))
    roll.save(tmp_path / "a.png")
    assert "".join(texts(read(tmp_path / "a.png").pages[0])).count("Tea") == 3
