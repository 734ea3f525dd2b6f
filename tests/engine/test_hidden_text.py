"""Words that nobody sees are not read, unless they are the text of a scan."""

from __future__ import annotations

import pytest
from reportlab.lib.utils import ImageReader

from tests.engine.paper import LETTER, drawn_pdf, letter, parse, picture, texts

WORDS = " ".join(LETTER).split()
HIDDEN = "IBAN GB29NWBK60161331926819"


def white(canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(20, 50, HIDDEN)


def invisible(canvas) -> None:
    text = canvas.beginText(20, 50)
    text.setTextRenderMode(3)
    text.textLine(HIDDEN)
    canvas.drawText(text)


def tiny(canvas) -> None:
    canvas.setFont("Helvetica", 0.4)
    canvas.drawString(20, 50, HIDDEN)


def on_white_paper(canvas) -> None:
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(0, 0, 400, 100, stroke=0, fill=1)
    canvas.drawString(20, 50, HIDDEN)


def under_a_bar(canvas) -> None:
    white(canvas)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.rect(0, 40, 400, 30, stroke=0, fill=1)


@pytest.mark.parametrize("hide", [white, invisible, tiny, on_white_paper, under_a_bar])
def test_what_nobody_sees_is_not_read(tmp_path, hide):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: (letter(canvas), hide(canvas)))
    assert texts(parse(path).pages[0]) == WORDS


def bar(canvas) -> None:
    canvas.setFillColorRGB(0.1, 0.2, 0.4)
    canvas.rect(0, 40, 400, 30, stroke=0, fill=1)
    white(canvas)


def image(canvas) -> None:
    canvas.drawImage(ImageReader(picture()), 10, 30, 380, 60)
    invisible(canvas)


@pytest.mark.parametrize("show", [bar, image])
def test_white_text_on_a_bar_and_the_text_of_a_picture_are_read(tmp_path, show):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: (letter(canvas), show(canvas)))
    assert texts(parse(path).pages[0]) == [*WORDS, *HIDDEN.split()]


def test_the_invisible_text_of_a_scan_is_its_text(tmp_path):
    def scan(canvas) -> None:
        canvas.drawImage(ImageReader(picture()), 0, 0, 400, 300)
        text = canvas.beginText(50, 250)
        text.setTextRenderMode(3)
        text.textLines(LETTER)
        canvas.drawText(text)

    page = parse(drawn_pdf(tmp_path / "a.pdf", scan)).pages[0]
    assert texts(page) == WORDS


def test_a_page_with_hardly_anything_but_hidden_text_keeps_it(tmp_path):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: (canvas.drawString(20, 250, "Page 1"), invisible(canvas)))
    assert texts(parse(path).pages[0]) == ["Page", "1", *HIDDEN.split()]
