"""The bookings of a statement: dated rows with an amount, between the balance at the beginning and the one at the end.

They are believed only where arithmetic proves them: each balance is the one before and the booking, or all bookings
together lead from the opening to the closing balance. Amounts are signed: what leaves the account is negative.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

import msgspec

from extraction.engine.amounts import Amount
from extraction.engine.layout import PageLayout, Row, Segment, overlap
from extraction.engine.ledger import is_ledger_head, meanings, side_of
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Box

MAX_BOOKINGS = 5_000
SIDES = ("debit", "credit")


class Booking(msgspec.Struct, frozen=True):
    """``text`` are the places of the description, ``amount`` that of the sum, ``value`` is signed."""

    text: tuple[Place, ...]
    amount: Place
    value: Decimal
    balance: tuple[Decimal, Place] | None


class Ledger(msgspec.Struct, frozen=True):
    """``opening`` and ``closing`` with their places; ``proved`` when the bookings lead from one to the other."""

    opening: tuple[Decimal, Place] | None
    closing: tuple[Decimal, Place] | None
    bookings: tuple[Booking, ...]
    proved: bool


def read_ledger(reading: Reading) -> Ledger:
    table = _Table(reading)
    for layout in reading.all_pages():
        for row in layout.rows:
            table.take(layout, row)
    return table.ledger()


class _Table:
    """Rows of all pages, from the top down."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.columns: dict[str, Box] = {}
        self.opening: tuple[Decimal, Place] | None = None
        self.closing: tuple[Decimal, Place] | None = None
        self.found: list[Booking] = []
        self.dated = False

    def take(self, layout: PageLayout, row: Row) -> None:
        if is_ledger_head(row):
            self.columns = {name: segment.box for segment in row.segments for name in meanings(segment.text)}
            return
        sums = self._sums(row)
        if not sums:
            return
        balance = self._balance_named(row)
        if balance is not None:
            self._keep(balance, layout, *sums[-1])
        elif self._can_be_booking(row):
            self._book(layout, row, sums)

    def _sums(self, row: Row) -> list[tuple[Segment, Amount]]:
        """The day and month that a row begins with are none."""
        start = _short_date(row.segments[0].text)
        return [
            (segment, amount)
            for index, segment in enumerate(row.segments)
            for amount in self.reading.amounts(segment)
            if amount.is_money and (index or amount.start >= start)
        ]

    def _can_be_booking(self, row: Row) -> bool:
        """Dated, or before the first that is, as "payments received" on the statement of a card."""
        if len(self.found) >= MAX_BOOKINGS or self.closing is not None:
            return False
        dated = _short_date(row.segments[0].text) > 0
        self.dated = self.dated or dated
        return dated or (self.opening is not None and not self.dated)

    def _balance_named(self, row: Row) -> str | None:
        """Opening or closing; where a language has one name for both ("Solde au"), the first one opens."""
        names = [hit.concept for segment in row.segments for hit in self.reading.section(segment, "statement")]
        named = {name for name in names if name.endswith("_balance")}
        if not named and "balance" in meanings(row.segments[0].text):
            return "closing_balance" if self.found else "opening_balance"  # "Balance" alone
        if len(named) == 2:
            return "opening_balance" if self.opening is None else "closing_balance"
        return next(iter(named), None)

    def _keep(self, name: str, layout: PageLayout, segment: Segment, amount: Amount) -> None:
        place = Place(layout, segment, amount.start, amount.end)
        value = self._signed(place, amount)
        if name == "opening_balance":
            self.opening = self.opening or (value, place)
        else:
            self.closing = (value, place)

    def _book(self, layout: PageLayout, row: Row, sums: Sequence[tuple[Segment, Amount]]) -> None:
        balance = None
        if len(sums) > 1 and self._column(sums[-1][0]) in ("balance", None):
            last, kept = sums[-1]
            balance = (kept.value, Place(layout, last, kept.start, kept.end))
            sums = sums[:-1]
        segment, amount = sums[-1]
        place = Place(layout, segment, amount.start, amount.end)
        text = tuple(self._text(layout, row, place))
        self.found.append(Booking(text, place, self._signed(place, amount), balance))

    def _text(self, layout: PageLayout, row: Row, amount: Place) -> Iterator[Place]:
        for segment in row.segments:
            start = max((date.end for date in self.reading.dates(segment)), default=0) or _short_date(segment.text)
            sums = [item.start for item in self.reading.amounts(segment) if item.is_money and item.start >= start]
            end = min(sums, default=len(segment.text))
            while start < end and not segment.text[start].isalnum():
                start += 1
            if any(map(str.isalpha, segment.text[start:end])) and side_of(segment.text) is None:
                yield Place(layout, segment, start, len(segment.text[:end].rstrip(" +-−")))

    def _signed(self, place: Place, amount: Amount) -> Decimal:
        """By the column, by the letter or sign behind the sum, or as printed (overdrawn balances, in any column)."""
        side = self._column(place.segment) if self._column(place.segment) in SIDES else _side_behind(place)
        return -abs(amount.value) if side == "debit" else amount.value

    def _column(self, segment: Segment) -> str | None:
        """The head that the sum stands under."""
        shared = {
            name: overlap(segment.box.x0, segment.box.x1, box.x0, box.x1)
            for name, box in self.columns.items()
            if name in (*SIDES, "balance", "amount")
        }
        best = max(shared, key=lambda name: shared[name], default=None)
        return best if best is not None and shared[best] > 0 else None

    def ledger(self) -> Ledger:
        bookings = self.found
        running = _with_running_signs(bookings, self.opening[0] if self.opening else None)
        if running is not None:
            return Ledger(self.opening, self.closing or running[-1].balance, tuple(running), proved=True)
        proved = (
            self.opening is not None
            and self.closing is not None
            and self.opening[0] + sum(booking.value for booking in bookings) == self.closing[0]
        )
        return Ledger(self.opening, self.closing, tuple(bookings) if proved else (), proved=proved and bool(bookings))


def _with_running_signs(bookings: Sequence[Booking], opening: Decimal | None) -> list[Booking] | None:
    """Signed by the balance after each booking; ``None`` unless every step of it is the booking's amount.

    A supplier's statement counts what the customer owes: there a debit raises the balance.
    """
    balances = [booking.balance[0] for booking in bookings if booking.balance is not None]
    if len(bookings) < 2 or len(balances) < len(bookings):
        return None
    steps = [after - before for before, after in pairwise(balances)]
    if opening is None:
        turned = all(step == -booking.value for step, booking in zip(steps, bookings[1:], strict=True))
        steps.insert(0, -bookings[0].value if turned else bookings[0].value)
    else:
        steps.insert(0, balances[0] - opening)
    if any(abs(step) != abs(booking.value) for step, booking in zip(steps, bookings, strict=True)):
        return None
    return [msgspec.structs.replace(booking, value=step) for step, booking in zip(steps, bookings, strict=True)]


def _short_date(text: str) -> int:
    """Where a date at the beginning ends, also one without a year ("03.03.", "05/03"); 0 when there is none."""
    word = text.partition(" ")[0]
    digits = [part for part in word.replace("/", ".").replace("-", ".").split(".") if part]
    return len(word) if len(digits) >= 2 and all(part.isdigit() and len(part) <= 4 for part in digits) else 0


def _side_behind(place: Place) -> str | None:
    """What stands behind the sum: "690,00 Af", "740,00 -", "12,00 S"."""
    behind = place.segment.text[place.end :].split() or _next_words(place)
    if not behind:
        return None
    word = behind[0]
    return "debit" if word in ("-", "−", "–") else "credit" if word == "+" else side_of(word)


def _next_words(place: Place) -> list[str]:
    row = place.layout.rows[place.segment.row]
    right = next((other for other in row.segments if other.box.x0 > place.segment.box.x1), None)
    return right.text.split()[:1] if right is not None and len(right.words) == 1 else []
