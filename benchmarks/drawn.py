"""Invoices drawn for measuring speed: with as much on a page as usual, and their fonts embedded as usual."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

GOODS = (
    "Oak shelf, oiled",
    "Wall bracket 240 mm",
    "Fitting and delivery",
    "Cable tray, grey",
    "LED strip 5 m",
    "Paint",
)
RATE = Decimal("0.19")
COLUMNS = (56, 330, 400, 480)


def draw_invoices(path: Path, numbers: Iterable[int]) -> None:
    """One PDF with a page for each of these invoice numbers."""
    for name, file in (("Sans", "Vera.ttf"), ("SansBold", "VeraBd.ttf")):  # both come with reportlab
        pdfmetrics.registerFont(TTFont(name, file))
    canvas = Canvas(str(path), pagesize=A4)
    for number in numbers:
        draw_page(canvas, number)
        canvas.showPage()
    canvas.save()


def draw_page(canvas: Canvas, number: int) -> None:
    rows = [
        (GOODS[(number + row) % len(GOODS)], 1 + (number * row) % 7, Decimal(995 + 37 * row) / 100) for row in range(14)
    ]
    net = sum((quantity * price for _, quantity, price in rows), Decimal(0))
    tax = (net * RATE).quantize(Decimal("0.01"))
    canvas.setFont("SansBold", 16)
    canvas.drawString(56, 780, f"Harbour Joinery {number % 97} Ltd")
    canvas.setFont("Sans", 9)
    for row, line in enumerate(("12 Quay Street", "8011 Port Amber", "VAT ID DE136695976", "hello@joinery.example")):
        canvas.drawString(56, 764 - 11 * row, line)
    for row, line in enumerate(("Bill to:", f"Customer {number} GmbH", "Am Markt 4", "50667 Colbridge")):
        canvas.drawString(56, 700 - 11 * row, line)
    head = (("Invoice number:", f"HJ-{number:06d}"), ("Invoice date:", "2026-03-14"), ("Due date:", "2026-04-13"))
    for row, (label, value) in enumerate(head):
        canvas.drawString(360, 700 - 11 * row, label)
        canvas.drawString(460, 700 - 11 * row, value)
    _row(canvas, 630, ("Description", "Quantity", "Unit price", "Amount"))
    for row, (goods, quantity, price) in enumerate(rows, start=1):
        _row(canvas, 630 - 16 * row, (goods, str(quantity), f"{price:.2f}", f"{quantity * price:,.2f}"))
    totals = (("Subtotal", net), ("VAT 19 %", tax), ("Total EUR", net + tax))
    for row, (label, amount) in enumerate(totals):
        _row(canvas, 370 - 14 * row, ("", "", label, f"{amount:,.2f}"))
    canvas.drawString(
        56, 90, "Please pay within 30 days to IBAN DE89 3704 0044 0532 0130 00, quoting the invoice number."
    )
    canvas.drawString(
        56, 76, "Goods remain our property until they are paid for. Complaints within eight days of delivery."
    )


def _row(canvas: Canvas, y: float, cells: tuple[str, str, str, str]) -> None:
    canvas.drawString(COLUMNS[0], y, cells[0])
    for x, cell in zip(COLUMNS[1:], cells[1:], strict=True):
        canvas.drawRightString(x + 50, y, cell)
