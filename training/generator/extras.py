"""What some issuers add to a bill: a payment slip at the bottom, a page of small print."""

from __future__ import annotations

from training.generator.bill import Bill
from training.generator.draft import Draft, Line
from training.generator.issuer import Issuer
from training.generator.sheet import Box, Span

SLIP = 190.0
"""Height that a payment slip takes from the page."""


def has_slip(issuer: Issuer, bill: Bill) -> bool:
    """Swiss bills mostly come with a slip, other ones now and then."""
    share = 0.6 if issuer.country.code == "CH" else 0.03
    return bill.kind == "invoice" and bool(issuer.country.iban) and issuer.words.chance("slip", share)


def payment_slip(d: Draft) -> None:
    """Receipt and payment part beside each other, both with account, payee, payer and amount; on the last page."""
    top = d.sheet.size[1] - SLIP
    d.sheet.rule(0, top, d.sheet.size[0], top, width=0.4)
    d.sheet.rule(170, top, 170, d.sheet.size[1], width=0.4)
    [d.value("iban") or [], *d.party(d.bill.seller, "vendor")]
    for x, width in ((16.0, 145.0), (320.0, 255.0)):
        parts: list[tuple[str, list[Line]]] = [
            (
                d.label("iban") + " / " + d.label("account_holder"),
                [d.value("iban") or [], *d.party(d.bill.seller, "vendor")],
            ),
            (d.label("payment_reference"), [d.value("payment_reference") or []]),
            (d.label("bill_to"), d.party(d.bill.buyer, "customer")),
        ]
        y = top + 26
        for heading, lines in parts:
            d.sheet.put(x, y, heading, size=6.5, bold=True, room=width)
            y = d.sheet.lines(x, y + 9, lines, size=7.5, leading=1.2, room=width) + 4
    _code(d, top + 40)
    for x in (16.0, 185.0):
        d.sheet.put(x, top + SLIP - 20, d.issuer.currency, size=8)
        amount = [Span(d.issuer.formats.number(d.bill.due_amount), ("amount_due",))]
        d.sheet.put(x + 45, top + SLIP - 20, amount, size=8)


def _code(d: Draft, y: float) -> None:
    """Something like a QR code: squares in a square."""
    for row in range(21):
        for column in range(21):
            if d.random.random() < 0.5:
                x0, y0 = 186 + column * 4, y + row * 4
                d.sheet.area(Box(x0, y0, x0 + 4, y0 + 4), fill=(0, 0, 0))


def terms_page(d: Draft) -> None:
    """A last page full of conditions in two columns, with numbers and dates that mean nothing here."""
    d.sheet.new_page()
    phrases = d.issuer.language.phrases
    column, y = (d.width - 20) / 2, 60.0
    x = d.left
    for number in range(1, 60):
        text = f"{number}. " + " ".join(d.random.choices(phrases["terms"], k=d.random.randint(1, 4)))
        y = d.sheet.paragraph(x, y, column, text, size=6.8) + 3
        if y > d.sheet.size[1] - 110:
            if x > d.left:
                return
            x, y = d.left + column + 20, 60.0
