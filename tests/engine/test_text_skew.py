"""PDF text layers whose lines slope are made level, and their boxes fit the preview made level with them."""

from __future__ import annotations

import pytest
from PIL import ImageChops

from extraction.engine.layout import PageLayout
from extraction.engine.parsers import raster
from extraction.engine.values import Limits
from tests.engine.paper import LETTER, drawn_pdf, letter, parse, source, texts

WORDS = " ".join(LETTER).split()
SIDE = 500


def sloping(canvas, degrees: float) -> None:
    """A sheet turned counter-clockwise: the letter, and far to its right what belongs to its lines."""
    canvas.translate(SIDE / 2, SIDE / 2)
    canvas.rotate(degrees)
    letter(canvas, left=-170, top=40)
    for row, text in enumerate(("first", "second", "third", "fourth")):
        canvas.drawString(120, 40 - 18 * row, text)


@pytest.mark.parametrize("degrees", [-14, -6, -2, 1, 2, 5, 11, 15, 87, 94, 183, 266])
def test_sloping_lines_come_out_level(tmp_path, degrees):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: sloping(canvas, degrees), size=(SIDE, SIDE))
    page = parse(path).pages[0]
    skew = (degrees + 45) % 90 - 45
    assert page.skew == pytest.approx(-skew, abs=0.2)
    assert page.turn == (degrees - skew) % 360
    rows = [row.text.split() for row in PageLayout(page).rows]
    ends = ("first", "second", "third", "fourth")
    assert rows == [[*line.split(), end] for line, end in zip(LETTER, ends, strict=True)]
    shown = raster.preview(source(path), 1, Limits(), width_px=2 * SIDE, view=page.view)
    ink = ImageChops.invert(shown.convert("L")).point(lambda value: 255 * (value > 40)).getbbox()
    boxes = [word.box for word in page.words]
    read = (min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))
    assert read == pytest.approx([edge / 2 for edge in ink], abs=5)  # boxes are as high as the font
    assert all(word.box.y1 - word.box.y0 == pytest.approx(boxes[0].y1 - boxes[0].y0, abs=0.5) for word in page.words)


@pytest.mark.parametrize("degrees", [0, 0.4, 28])
def test_what_is_level_or_no_page_stays_as_it_is(tmp_path, degrees):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: sloping(canvas, degrees), size=(SIDE, SIDE))
    assert parse(path).pages[0].skew == 0


def test_a_sloping_stamp_does_not_turn_a_level_page(tmp_path):
    def draw(canvas) -> None:
        letter(canvas)
        canvas.rotate(10)
        canvas.drawString(200, 20, "PAID IN FULL")

    page = parse(drawn_pdf(tmp_path / "a.pdf", draw)).pages[0]
    assert page.skew == 0
    assert texts(page)[: len(WORDS)] == WORDS
