"""Files drawn for the tests of parsers, and how they are read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

from extraction.engine import pipeline
from extraction.engine.values import Options, Page, ParsedDocument, Source

OPTIONS = Options(today=date(2026, 6, 1))
LETTER = ("Harbour Joinery", "Invoice number: HJ-1001", "Invoice date: 2026-03-14", "Total: 1,190.00 EUR")


def source(path: Path, *, filename: str = "", media_type: str = "") -> Source:
    return Source(path=str(path), media_type=media_type, filename=filename or path.name)


def parse(path: Path, options: Options = OPTIONS) -> ParsedDocument:
    return pipeline.parse(source(path), options)


def read(path: Path, options: Options = OPTIONS) -> ParsedDocument:
    """Parsed, and recognised where that is needed."""
    parsed = parse(path, options)
    return pipeline.recognise(source(path), parsed, options) if parsed.needs_ocr else parsed


def texts(page: Page) -> list[str]:
    return [word.text for word in page.words]


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def drawn_pdf(path: Path, draw: Callable[[Canvas], object], *, size: tuple[float, float] = (400, 300)) -> Path:
    canvas = Canvas(str(path), pagesize=size)
    canvas.setFont("Helvetica", 12)
    draw(canvas)
    canvas.save()
    return path


def letter(canvas: Canvas, *, left: float = 120, top: float = 200) -> None:
    for row, line in enumerate(LETTER):
        canvas.drawString(left, top - 18 * row, line)


def edited(path: Path, edit: Callable[[pikepdf.Pdf], object], **save: object) -> Path:
    """``path`` itself, after ``edit`` has changed its objects."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        edit(pdf)
        pdf.save(path, **save)
    return path


def picture(lines: Iterable[str] = LETTER, *, size: tuple[int, int] = (900, 420), height: int = 40) -> Image.Image:
    """Black text on white."""
    image = Image.new("RGB", size, "white")
    font = ImageFont.load_default(height)
    for row, line in enumerate(lines):
        ImageDraw.Draw(image).text((60, 60 + 2 * height * row), line, fill="black", font=font)
    return image
