"""Three ways to put an invoice on A4 paper, each in any of the languages, drawn with ReportLab.

``LETTER`` follows the usual business letter (address field at the left, facts at the right, bank details in the
footer) and carries the sum forward over pages; ``RULED`` draws boxes and a grid; ``BAND`` is the coloured template of
an online shop. Lengths are points, y counts upwards from the lower edge of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from reportlab.lib.colors import Color, HexColor, black, white
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from samples.languages import Language
from samples.model import Invoice, Party
from training.generator.bill import Line

WIDTH, HEIGHT = A4
LEFT, RIGHT = 56.0, WIDTH - 50.0


@dataclass(frozen=True)
class Fonts:
    regular: str
    bold: str


@dataclass(frozen=True)
class Column:
    """``x`` is the left edge of text, or the right edge of numbers."""

    title: str
    x: float
    value: Callable[[Invoice, Line], str]
    numeric: bool = True


class Sheet:
    """A canvas that knows its fonts and the invoice's language."""

    def __init__(self, canvas: Canvas, fonts: Fonts, language: Language) -> None:
        self.canvas, self.fonts, self.language = canvas, fonts, language

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        right: bool = False,
        color: Color = black,
    ) -> None:
        self.canvas.setFont(self.fonts.bold if bold else self.fonts.regular, size)
        self.canvas.setFillColor(color)
        (self.canvas.drawRightString if right else self.canvas.drawString)(x, y, text)

    def stack(self, x: float, y: float, lines: list[str], *, size: float = 9, leading: float = 12.5) -> float:
        """Lines below each other; the y below the last one."""
        for line in lines:
            self.text(x, y, line, size=size)
            y -= leading
        return y

    def pairs(self, x: float, right: float, y: float, rows: list[tuple[str, str]], leading: float = 14) -> float:
        for label, value in rows:
            self.text(x, y, label)
            self.text(right, y, value, right=True)
            y -= leading
        return y

    def box(self, x: float, y: float, width: float, height: float, color: Color) -> None:
        self.canvas.setFillColor(color)
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)

    def rule(self, y: float, left: float = LEFT, right: float = RIGHT, width: float = 0.6) -> None:
        self.canvas.setLineWidth(width)
        self.canvas.line(left, y, right, y)


Layout = Callable[[Sheet, Invoice], None]


def draw(invoice: Invoice, layout: Layout, language: Language, fonts: Fonts) -> bytes:
    """The invoice as a PDF; the same bytes every time."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, lang=language.code)
    canvas.setTitle(f"{language.invoice} {invoice.number}")
    canvas.setAuthor(invoice.seller.name)
    layout(Sheet(canvas, fonts, language), invoice)
    canvas.save()
    return buffer.getvalue()


def _address(party: Party) -> list[str]:
    return [party.name, party.street, party.place]


def _totals(sheet: Sheet, invoice: Invoice) -> list[tuple[str, str]]:
    words = sheet.language
    taxes = [(words.tax_at(group.rate), words.money(group.tax, invoice.currency)) for group in invoice.tax_groups]
    return [(words.subtotal, words.money(invoice.subtotal, invoice.currency)), *taxes]


# --- Letter ----------------------------------------------------------------------------------------------------------


def letter(sheet: Sheet, invoice: Invoice) -> None:
    words, seller = sheet.language, invoice.seller
    sheet.text(RIGHT, HEIGHT - 62, seller.name, size=15, bold=True, right=True)
    sheet.text(LEFT, HEIGHT - 128, " · ".join(_address(seller)), size=6.5)
    sheet.stack(LEFT, HEIGHT - 146, _address(invoice.buyer), size=10)
    facts = [
        (words.number, invoice.number),
        (words.date, words.day(invoice.issued)),
        (words.due, words.day(invoice.due)),
        (words.order, invoice.purchase_order),
        (words.customer_vat_id, invoice.buyer.vat_id),
    ]
    sheet.pairs(350, RIGHT, HEIGHT - 146, [(label, value) for label, value in facts if value])
    sheet.text(LEFT, HEIGHT - 258, f"{words.invoice} {invoice.number}", size=13, bold=True)
    sheet.text(LEFT, HEIGHT - 278, words.greeting)
    columns = _letter_columns(words)
    y = _letter_table_head(sheet, columns, HEIGHT - 304)
    carried = Decimal()
    for position, line in enumerate(invoice.lines, start=1):
        if y < 150:
            y = _letter_new_page(sheet, invoice, columns, carried, y)
        sheet.text(LEFT, y, str(position))
        _cells(sheet, invoice, line, columns, y)
        carried += line.amount
        y -= 16
    sheet.rule(y + 8)
    y = sheet.pairs(330, RIGHT, y - 8, _totals(sheet, invoice))
    sheet.rule(y + 9, left=330)
    sheet.text(330, y - 4, words.total, bold=True, size=10)
    sheet.text(RIGHT, y - 4, words.money(invoice.total, invoice.currency), bold=True, size=10, right=True)
    sheet.text(LEFT, y - 32, words.terms(invoice.due))
    _letter_foot(sheet, seller)


def _letter_columns(words: Language) -> list[Column]:
    return [
        Column(words.code_title, LEFT + 24, lambda _, line: line.code, numeric=False),
        Column(words.description, LEFT + 68, lambda _, line: line.description, numeric=False),
        Column(words.quantity, 352, lambda _, line: words.quantity_of(line.quantity)),
        Column(words.unit, 360, lambda _, line: line.unit, numeric=False),
        Column(words.unit_price, 455, lambda _, line: words.number_of(line.unit_price)),
        Column(words.tax_column, 490, lambda _, line: f"{line.tax_rate:f} %"),
        Column(words.amount, RIGHT, lambda _, line: words.number_of(line.amount)),
    ]


def _cells(sheet: Sheet, invoice: Invoice, line: Line, columns: list[Column], y: float) -> None:
    for column in columns:
        sheet.text(column.x, y, column.value(invoice, line), right=column.numeric)


def _titles(sheet: Sheet, columns: list[Column], y: float, color: Color = black) -> None:
    for column in columns:
        sheet.text(column.x, y, column.title, bold=True, size=8, right=column.numeric, color=color)


def _letter_table_head(sheet: Sheet, columns: list[Column], y: float) -> float:
    sheet.text(LEFT, y, sheet.language.position, bold=True, size=8)
    _titles(sheet, columns, y)
    sheet.rule(y - 5)
    return y - 19


def _letter_new_page(sheet: Sheet, invoice: Invoice, columns: list[Column], carried: Decimal, y: float) -> float:
    """Close the page with the sum so far, and open the next one with it."""
    words, amount = sheet.language, sheet.language.money(carried, invoice.currency)
    sheet.rule(y + 8)
    sheet.text(LEFT + 68, y - 6, words.carried_forward, bold=True)
    sheet.text(RIGHT, y - 6, amount, bold=True, right=True)
    _letter_foot(sheet, invoice.seller)
    sheet.canvas.showPage()
    sheet.text(LEFT, HEIGHT - 62, f"{words.invoice} {invoice.number}")
    sheet.text(RIGHT, HEIGHT - 62, f"{words.page} {sheet.canvas.getPageNumber()}", right=True)
    y = _letter_table_head(sheet, columns, HEIGHT - 92)
    sheet.text(LEFT + 68, y, words.brought_forward, bold=True)
    sheet.text(RIGHT, y, amount, bold=True, right=True)
    return y - 20


def _letter_foot(sheet: Sheet, seller: Party) -> None:
    words = sheet.language
    sheet.rule(84, width=0.3)
    for x, lines in (
        (LEFT, _address(seller)),
        (LEFT + 165, [f"{words.phone} {seller.phone}", seller.email, f"{words.vat_id} {seller.vat_id}"]),
        (LEFT + 325, [f"IBAN {grouped(seller.iban)}", f"BIC {seller.bic}"]),
    ):
        sheet.stack(x, 70, lines, size=7.5, leading=10)


# --- Ruled -----------------------------------------------------------------------------------------------------------


def ruled(sheet: Sheet, invoice: Invoice) -> None:
    words, seller, canvas = sheet.language, invoice.seller, sheet.canvas
    sheet.box(LEFT, HEIGHT - 92, 34, 34, HexColor("#7a4b2a"))
    sheet.box(LEFT + 9, HEIGHT - 83, 16, 16, white)
    sheet.text(LEFT + 44, HEIGHT - 72, seller.name, size=13, bold=True)
    sheet.text(LEFT + 44, HEIGHT - 87, seller.address, size=8)
    sheet.text(RIGHT, HEIGHT - 80, words.invoice.upper(), size=22, bold=True, right=True)
    canvas.rect(LEFT, HEIGHT - 206, 230, 84)
    sheet.text(LEFT + 8, HEIGHT - 137, words.bill_to, size=8, bold=True)
    sheet.stack(LEFT + 8, HEIGHT - 153, [*_address(invoice.buyer), *_vat_line(words, invoice.buyer)])
    facts = [
        (words.number, invoice.number),
        (words.date, words.day(invoice.issued)),
        (words.due, words.day(invoice.due)),
        (words.order, invoice.purchase_order),
    ]
    sheet.pairs(330, RIGHT, HEIGHT - 137, facts, leading=18)
    y = _grid(sheet, invoice, HEIGHT - 240)
    y = sheet.pairs(338, RIGHT - 6, y - 22, _totals(sheet, invoice), leading=18) - 6
    sheet.box(330, y - 7, RIGHT - 330, 21, HexColor("#eadfd3"))
    sheet.text(338, y, words.total, size=11, bold=True)
    sheet.text(RIGHT - 6, y, words.money(invoice.total, invoice.currency), size=11, bold=True, right=True)
    bank = [f"{words.bank}: IBAN {grouped(seller.iban)}, BIC {seller.bic}"]
    contact = [f"{words.vat_id} {seller.vat_id}", f"{words.phone} {seller.phone}, {seller.email}"]
    sheet.stack(LEFT, y - 60, [words.terms(invoice.due), *bank, *contact])


def _vat_line(words: Language, party: Party) -> list[str]:
    return [f"{words.vat_id} {party.vat_id}"] if party.vat_id else []


def _grid(sheet: Sheet, invoice: Invoice, top: float) -> float:
    """The table of lines with a rule around each cell; the y of its lower edge."""
    words, canvas, height = sheet.language, sheet.canvas, 20.0
    columns = [
        Column(words.code_title, LEFT + 6, lambda _, line: line.code, numeric=False),
        Column(words.description, LEFT + 66, lambda _, line: line.description, numeric=False),
        Column(words.quantity, 336, lambda _, line: words.quantity_of(line.quantity)),
        Column(words.unit, 348, lambda _, line: line.unit, numeric=False),
        Column(words.unit_price, 466, lambda _, line: words.number_of(line.unit_price)),
        Column(words.amount, RIGHT - 6, lambda _, line: words.number_of(line.amount)),
    ]
    bottom = top - height * (len(invoice.lines) + 1)
    sheet.box(LEFT, top - height, RIGHT - LEFT, height, HexColor("#eadfd3"))
    _titles(sheet, columns, top - 14)
    for row, line in enumerate(invoice.lines, start=1):
        _cells(sheet, invoice, line, columns, top - 14 - row * height)
    canvas.setLineWidth(0.5)
    edges = [LEFT, LEFT + 60, 296, 342, 394, 472, RIGHT]
    canvas.grid(edges, [top - height * row for row in range(len(invoice.lines) + 2)])
    return bottom


# --- Band ------------------------------------------------------------------------------------------------------------


def band(sheet: Sheet, invoice: Invoice) -> None:
    words, seller, teal = sheet.language, invoice.seller, HexColor("#1f6f6b")
    sheet.box(0, HEIGHT - 96, WIDTH, 96, teal)
    sheet.text(LEFT, HEIGHT - 52, seller.name, size=20, bold=True, color=white)
    sheet.text(LEFT, HEIGHT - 72, seller.address, color=white)
    sheet.text(RIGHT, HEIGHT - 52, words.invoice, size=20, right=True, color=white)
    facts = [
        (words.number, invoice.number),
        (words.date, words.day(invoice.issued)),
        (words.due, words.day(invoice.due)),
        (words.amount_due, words.money(invoice.total, invoice.currency)),
    ]
    for index, (label, value) in enumerate(facts):  # labels above their values
        x = LEFT + index * 125
        sheet.text(x, HEIGHT - 128, label, size=8, color=teal)
        sheet.text(x, HEIGHT - 143, value, size=10.5, bold=True)
    sheet.text(LEFT, HEIGHT - 182, words.bill_to, size=8, color=teal)
    sheet.stack(LEFT, HEIGHT - 197, [*_address(invoice.buyer), *_vat_line(words, invoice.buyer)], size=10)
    y = _striped(sheet, invoice, HEIGHT - 278, teal)
    y = sheet.pairs(330, RIGHT, y - 14, _totals(sheet, invoice), leading=16) - 6
    sheet.box(320, y - 12, RIGHT - 310, 24, teal)
    sheet.text(330, y - 4, words.total, size=11, bold=True, color=white)
    sheet.text(RIGHT, y - 4, words.money(invoice.total, invoice.currency), size=11, bold=True, right=True, color=white)
    sheet.text(LEFT, 120, words.terms(invoice.due))
    details = [
        f"{words.bank}: IBAN {grouped(seller.iban)} - BIC {seller.bic}",
        f"{words.vat_id} {seller.vat_id} - {words.phone} {seller.phone} - {seller.email}",
    ]
    sheet.stack(LEFT, 96, details, size=8)


def _striped(sheet: Sheet, invoice: Invoice, top: float, color: Color) -> float:
    """The table of lines, every second one on a tint; the y below the last one."""
    words = sheet.language
    columns = [
        Column(words.description, LEFT, lambda _, line: line.description, numeric=False),
        Column(words.quantity, 340, lambda _, line: words.quantity_of(line.quantity)),
        Column(words.unit_price, 440, lambda inv, line: words.money(line.unit_price, inv.currency)),
        Column(words.amount, RIGHT, lambda inv, line: words.money(line.amount, inv.currency)),
    ]
    _titles(sheet, columns, top, color)
    y = top - 22
    for row, line in enumerate(invoice.lines):
        if row % 2 == 0:
            sheet.box(LEFT - 6, y - 7, RIGHT - LEFT + 12, 20, HexColor("#e8f2f1"))
        _cells(sheet, invoice, line, columns, y)
        y -= 20
    return y


def grouped(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
