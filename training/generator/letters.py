"""What lies among the invoices and is none: reminders, letters, reports, payslips."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from training.generator.blocks import footer, letterhead, recipient
from training.generator.content import document_number, draw_bill, draw_price
from training.generator.draft import Draft
from training.generator.issuer import Issuer
from training.generator.layouts import A4, LETTER
from training.generator.sheet import Sheet, Span


def draw(issuer: Issuer, random: Random) -> Sheet:
    """One of the kinds, on one page."""
    size = LETTER if issuer.country.letter else A4
    d = Draft(Sheet(size, issuer.typeface), issuer, draw_bill(random, issuer, "other"), random, bottom=size[1] - 96)
    random.choice([_reminder, _letter, _report, _payslip])(d)
    footer(d)
    return d.sheet


def _opened(d: Draft, title: str) -> float:
    """Letterhead, recipient, date and title; the y below."""
    y = max(letterhead(d, d.left, 34, d.width), 110.0)
    recipient(d, d.left, y + 8, d.width * 0.5)
    d.sheet.put(d.right, y + 30, d.value("invoice_date") or "", size=d.size, align="right")
    d.sheet.put(d.left, y + 130, title, size=d.size * 1.3, bold=True, room=d.width)
    return y + 130 + 2 * d.leading


def _reminder(d: Draft) -> None:
    """Invoices that are still open, with what they add up to."""
    y = _opened(d, d.label("reminder"))
    y = d.sheet.lines(
        d.left, y, [d.random.choice(d.issuer.language.phrases["dear"]), d.phrase("reminder")], size=d.size
    )
    columns = (d.left, d.left + d.width * 0.3, d.left + d.width * 0.55, d.right)
    heads = [d.label(name) for name in ("invoice_number", "invoice_date", "due_date", "amount")]
    y = _row(d, y + 10, columns, heads, bold=True)
    total = Decimal()
    for _ in range(d.random.randint(1, 5)):
        issued = d.bill.issued - timedelta(days=d.random.randint(40, 200))
        amount = draw_price(d.random, d.issuer, Decimal(50), Decimal(2000))
        total += amount
        number = document_number(d.random, d.issuer.style.number, issued, d.issuer)
        cells = [number, d.day(issued), d.day(issued + timedelta(days=30)), d.issuer.formats.number(amount)]
        y = _row(d, y, columns, cells)
    d.sheet.put(d.left, y + 6, d.label("total"), size=d.size, bold=True)
    d.sheet.put(d.right, y + 6, d.money(total, "", "total"), size=d.size, bold=True, align="right")
    d.sheet.lines(
        d.left, y + 40, [d.random.choice(d.issuer.language.phrases["regards"]), d.bill.seller.person], size=d.size
    )


def _row(d: Draft, y: float, columns: tuple[float, ...], cells: list[str], *, bold: bool = False) -> float:
    for x, end, cell in zip(columns[:-1], columns[1:], cells[:-1], strict=True):
        d.sheet.put(x, y, cell, size=d.size, bold=bold, room=(end - x) * (0.65 if end == columns[-1] else 0.95))
    d.sheet.put(
        columns[-1], y, cells[-1], size=d.size, bold=bold, align="right", room=(columns[-1] - columns[-2]) * 0.34
    )
    return y + d.leading


def _letter(d: Draft) -> None:
    phrases = d.issuer.language.phrases
    y = _opened(d, d.bill.facts["project"])
    y = d.sheet.paragraph(d.left, y, d.width, d.random.choice(phrases["dear"]), size=d.size) + 6
    for _ in range(d.random.randint(1, 4)):
        y = d.sheet.paragraph(d.left, y, d.width, _sentence(d), size=d.size) + 6
    d.sheet.lines(d.left, y + 20, [d.random.choice(phrases["regards"]), "", d.bill.seller.person], size=d.size)


def _sentence(d: Draft) -> str:
    text = d.random.choice(d.issuer.language.phrases["letter"])
    days = {name: d.day(d.bill.issued + timedelta(days=d.random.randint(5, 60))) for name in ("order_date", "due_date")}
    return text.format(**days)


def _report(d: Draft) -> None:
    """Headings, prose and a table of figures without any sum to pay."""
    y = _opened(d, d.label("report"))
    for number in range(1, d.random.randint(2, 5)):
        d.sheet.put(
            d.left, y, f"{number}. {d.random.choice(d.issuer.language.names['nouns'])}", size=d.size * 1.1, bold=True
        )
        y += d.leading
        for _ in range(2):
            y = d.sheet.paragraph(d.left, y, d.width, _sentence(d), size=d.size) + 4
        for _ in range(d.random.randint(0, 4)):
            figure = d.issuer.formats.number(Decimal(d.random.randint(100, 99999)), 0)
            y = _row(
                d,
                y,
                (d.left, d.left + d.width * 0.6),
                [d.random.choice(list(d.issuer.language.trades.values())), figure],
            )
        y += d.leading


def _payslip(d: Draft) -> None:
    y = _opened(d, f"{d.label('payslip')} {d.bill.issued:%m/%Y}")
    words = list(d.issuer.language.phrases["pay"])
    amounts = [draw_price(d.random, d.issuer, Decimal(100), Decimal(3000)) for _ in words[:-1]]
    for word, amount in zip(words[:-1], amounts, strict=True):
        y = _row(d, y, (d.left, d.left + d.width * 0.7), [word, d.issuer.formats.number(amount)])
    net = sum(amounts[:3], Decimal()) - sum(amounts[3:], Decimal()) / 10
    y = _row(d, y + 4, (d.left, d.left + d.width * 0.7), [words[-1], d.issuer.formats.number(net)], bold=True)
    d.sheet.put(d.left, y + 10, [Span(d.tag("iban") + " "), Span(d.bill.seller.iban)], size=d.size)
