"""Small documents to feed, each with a number of its own that must come back."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

LINES = """Invoice
Vendor: Northwind Supplies
Customer: Acme GmbH
Invoice Number: INV-{number}
Invoice Date: 2026-04-15
Due Date: 2026-05-15
Tax: 19.00
Total: EUR 119.00
"""
TABLE = """description,quantity,unit_price,amount,vendor,customer,invoice_number,invoice_date,currency,tax
Paper,2,5.00,10.00,Northwind Supplies,Acme GmbH,INV-{number},2026-04-15,EUR,1.90
"""


def write(folder: Path, numbers: range) -> Path:
    """Text, CSV and PDF in turn."""
    folder.mkdir()
    for number in numbers:
        (write_text, write_table, write_pdf)[number % 3](folder / f"paper-{number}", number)
    return folder


def write_text(path: Path, number: int) -> None:
    path.with_suffix(".txt").write_text(LINES.format(number=number))


def write_table(path: Path, number: int) -> None:
    path.with_suffix(".csv").write_text(TABLE.format(number=number))


def write_pdf(path: Path, number: int) -> None:
    canvas = Canvas(str(path.with_suffix(".pdf")))
    for row, line in enumerate(LINES.format(number=number).splitlines()):
        canvas.drawString(72, 760 - 20 * row, line)
    canvas.save()


def write_scan(folder: Path, pages: int) -> Path:
    """A PDF of pictures of text, which has to be recognised."""
    folder.mkdir()
    pictures = [picture(page) for page in range(pages)]
    pictures[0].save(folder / "scan.pdf", save_all=True, append_images=pictures[1:], resolution=100)
    return folder


def picture(number: int) -> Image.Image:
    image = Image.new("RGB", (827, 1169), "white")
    font = ImageFont.load_default(size=24)
    ImageDraw.Draw(image).multiline_text((80, 80), LINES.format(number=number), "black", font, spacing=16)
    return image
