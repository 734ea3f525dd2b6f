"""Statements of a bank account: bookings between an opening and a closing balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from training.generator import truth
from training.generator.bill import ZERO, Bill
from training.generator.blocks import footer, letterhead, recipient
from training.generator.content import draw_bill, draw_price
from training.generator.draft import Draft
from training.generator.identities import draw_iban
from training.generator.issuer import Issuer
from training.generator.layouts import A4
from training.generator.sheet import Place, Sheet, Span


@dataclass(frozen=True, kw_only=True)
class Booking:
    day: date
    text: str
    amount: Decimal  # negative where money leaves


@dataclass(frozen=True, kw_only=True)
class Statement:
    """``frame`` gives the bank (its seller), the holder of the account (its buyer), dates and currency."""

    frame: Bill
    iban: str
    start: date
    end: date
    opening: Decimal
    bookings: tuple[Booking, ...]

    @property
    def closing(self) -> Decimal:
        return self.opening + sum((booking.amount for booking in self.bookings), ZERO)

    def truth(self, places: dict[str, list[Place]]) -> dict[str, Any]:
        frame = self.frame
        answers = {
            "vendor_name": frame.seller.name,
            "vendor_address": frame.seller.address,
            "customer_name": frame.buyer.name,
            "customer_address": frame.buyer.address,
            "currency": frame.currency,
            "iban": self.iban,
            "service_start": self.start.isoformat(),
            "service_end": self.end.isoformat(),
            "opening_balance": str(self.opening),
            "closing_balance": str(self.closing),
        }
        known = {name: found for name, found in places.items() if name in answers}
        unsure = {"invoice_date", "invoice_number", "total_amount", "vendor_vat_id", "vendor_tax_number", "bic"}
        unsure |= {name for name in truth.MORE if name.startswith("vendor_")}
        return {
            **truth.visible("statement", answers, known, unsure=unsure),
            "places": truth.places_as_json(known),
        }


def draw_statement(random: Random, issuer: Issuer) -> Statement:
    frame = draw_bill(random, issuer, "statement")
    end = frame.issued - timedelta(days=random.randint(0, 3))
    start = end.replace(day=1)
    count = random.randint(3, 45)
    days = sorted(start + timedelta(days=random.randrange((end - start).days + 1)) for _ in range(count))
    return Statement(
        frame=frame,
        iban=draw_iban(random, issuer.country) or str(random.randint(10**9, 10**11)),
        start=start,
        end=end,
        opening=draw_price(random, issuer, Decimal(-300), Decimal(6000)),
        bookings=tuple(_booking(random, issuer, day) for day in days),
    )


def _booking(random: Random, issuer: Issuer, day: date) -> Booking:
    name = f"{random.choice(issuer.language.names['surnames'])} {random.choice(list(issuer.language.trades.values()))}"
    amount = draw_price(random, issuer, Decimal(2), Decimal(900))
    text = random.choice(issuer.language.phrases["bookings"]).format(name=name)
    return Booking(day=day, text=text, amount=amount if random.random() < 0.25 else -amount)


def draw(issuer: Issuer, statement: Statement, random: Random) -> Sheet:
    """The pages of a statement, with one column of amounts or two, and perhaps a running balance."""
    d = Draft(Sheet(A4, issuer.typeface), issuer, statement.frame, random, bottom=A4[1] - 96)
    y = max(letterhead(d, d.left, 34, d.width), 100.0)
    recipient(d, d.left, y, d.width * 0.5)
    y = _facts(d, statement, d.left + d.width * 0.55, y)
    d.sheet.put(d.left, y + 50, d.label("statement"), size=d.size * 1.5, bold=True)
    y = _bookings(d, statement, y + 80)
    d.sheet.put(d.left, y + 4, d.tag("closing_balance"), size=d.size, bold=True)
    d.sheet.put(
        d.right, y + 4, d.money(statement.closing, "closing_balance", "total"), size=d.size, bold=True, align="right"
    )
    footer(d)
    return d.sheet


def _facts(d: Draft, statement: Statement, x: float, y: float) -> float:
    grouped = " ".join(statement.iban[i : i + 4] for i in range(0, len(statement.iban), 4))
    number = grouped if d.issuer.style.iban_grouped else statement.iban
    account = "iban" if statement.iban[:2].isalpha() else "account_number"
    rows = [
        [Span(d.tag(account) + " "), Span(number, ("iban",) if account == "iban" else ())],
        [Span(d.tag("service_period") + " "), Span(d.day(statement.start), ("service_start",)), Span(" - "),
         Span(d.day(statement.end), ("service_end",))],
        [Span(d.tag("plain_date") + " "), Span(d.day(statement.frame.issued))],
        [Span(d.issuer.country.currency, ("currency",))],
    ]  # fmt: skip
    return d.sheet.lines(x, y + d.size, rows, size=d.size, leading=1.4, room=d.right - x)


def _bookings(d: Draft, statement: Statement, y: float) -> float:
    split, running = d.chance("two columns", 0.5), d.chance("running balance", 0.4)
    columns = (
        [d.right - (170 if running else 90), d.right - (85 if running else 0)]
        if split
        else [d.right - (85 if running else 0)]
    )
    y = _heads(d, columns, y, split=split, running=running)
    d.sheet.put(d.left, y, d.tag("opening_balance"), size=d.size)
    d.sheet.put(d.right, y, d.money(statement.opening, "opening_balance", "sum"), size=d.size, align="right")
    balance = statement.opening
    for booking in statement.bookings:
        y += d.leading * 1.15
        if y > d.bottom - 20:
            d.sheet.new_page()
            y = _heads(d, columns, 60.0, split=split, running=running)
        balance += booking.amount
        number = d.issuer.formats.number
        d.sheet.put(d.left, y, d.day(booking.day), size=d.size, room=74)
        d.sheet.put(d.left + 80, y, booking.text, size=d.size, room=columns[0] - d.left - 150)
        amount = number(abs(booking.amount)) if split else number(booking.amount)
        d.sheet.put(columns[-1] if booking.amount > 0 else columns[0], y, amount, size=d.size, align="right")
        if running:
            d.sheet.put(d.right, y, number(balance), size=d.size, align="right")
    return y + d.leading * 1.5


def _heads(d: Draft, columns: list[float], y: float, *, split: bool, running: bool) -> float:
    d.sheet.put(d.left, y, d.label("plain_date"), size=d.size, bold=True, room=74)
    d.sheet.put(d.left + 80, y, d.label("description"), size=d.size, bold=True, room=120)
    titles = [d.label("debit"), d.label("credit")] if split else [d.label("amount")]
    for x, title in zip([*columns, *([d.right] if running else [])], [*titles, d.label("balance")], strict=False):
        d.sheet.put(x, y, title, size=d.size, bold=True, align="right", room=80)
    d.sheet.rule(d.left, y + 4, d.right, y + 4)
    return y + d.leading * 1.3
