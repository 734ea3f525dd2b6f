"""Pages of which nothing could be read are told; blank ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.utils import ImageReader

from extraction.engine import output, pipeline
from extraction.engine.values import Extraction, Page, ParsedDocument
from tests.engine.drawn import page
from tests.engine.paper import OPTIONS, drawn_pdf, picture, read


def scribble() -> Image.Image:
    """Ink, but no letters."""
    shown = Image.new("RGB", (800, 600), "white")
    draw = ImageDraw.Draw(shown)
    for step in range(0, 700, 60):
        draw.arc((step, 80, step + 90, 500), 20, 300, fill="black", width=9)
    return shown


def blank() -> Image.Image:
    """An empty sheet with the shadow of the scanner's edge."""
    shown = Image.new("RGB", (800, 600), (246, 245, 240))
    ImageDraw.Draw(shown).rectangle((0, 0, 8, 600), fill=(60, 60, 60))
    return shown


@pytest.mark.parametrize(("shown", "pages"), [(scribble(), (1,)), (blank(), ()), (picture(), ())])
def test_an_image(tmp_path: Path, shown: Image.Image, pages: tuple[int, ...]) -> None:
    shown.save(tmp_path / "a.png")
    found = pipeline.extract(read(tmp_path / "a.png"), OPTIONS)
    assert found.unreadable_pages == pages


def test_pages_of_a_scan(tmp_path: Path) -> None:
    def draw(canvas) -> None:
        for shown in (picture(), blank(), scribble()):
            canvas.drawImage(ImageReader(shown), 0, 0, 400, 300)
            canvas.showPage()

    parsed = read(drawn_pdf(tmp_path / "a.pdf", draw))
    found = pipeline.validate(pipeline.extract(parsed, OPTIONS), OPTIONS)
    issue = next(issue for issue in found.issues if issue.code == "unreadable_pages")
    assert (issue.severity, issue.message) == ("warning", "What page 3 shows could not be read.")
    assert found.parts == ()


def test_a_picture_that_nobody_tried_to_read_is_told() -> None:
    unread = Page(number=2, width=400, height=300, unit="pt", needs_ocr=True)
    found = pipeline.extract(ParsedDocument(media_type="application/pdf", pages=(page("Invoice"), unread)), OPTIONS)
    assert found.unreadable_pages == (2,)


def test_a_warning_does_not_make_a_document_invalid() -> None:
    found = Extraction(document_type="contract", document_type_confidence=0.9, unreadable_pages=(1, 4))
    codes = {issue.code: issue for issue in pipeline.validate(found, OPTIONS).issues}
    assert codes["unreadable_pages"].params == {"where": "pages 1, 4"}
    other = Extraction(document_type="statement", document_type_confidence=0.9, unreadable_pages=(1,))
    assert output.is_valid(pipeline.validate(other, OPTIONS))
