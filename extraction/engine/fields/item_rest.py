"""What only the sums of the document show of its lines: prices that are amounts, and lines that look like sums."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from extraction.engine.fields import addresses
from extraction.engine.fields.sums import CENT, role_from
from extraction.engine.fields.table_cells import Cell, Item, text_cell
from extraction.engine.layout import PageLayout, Row
from extraction.engine.reading import Place, Reading

MAX_REST = 12
"""Rows with a sum, among and below the items, that are looked at."""

MAX_ITEMS = 400
LETTERS = 3  # of a word that can say what a sum is
NAMED = 0.6  # share of the letters of a cell that the words of a sum cover where it is nothing else
STOPS = frozenset({"tax", "gross", "due", "paid", "change", "tip", "rounding", "tax_base", "withheld"})
SUMS = STOPS | {"total", "subtotal", "carry", "count"}
ADJUSTING = frozenset({"discount", "shipping", "charge"})
_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,3})?)\s?-?\s?%")


def price_all(reading: Reading, items: Sequence[Item]) -> None:
    """``Product | Quantity | Price``: the prices are the amounts of the lines when they add up to a printed sum."""
    if not 0 < len(items) <= MAX_ITEMS or any(item.cells.keys() & {"amount", "gross_amount"} for item in items):
        return
    prices = [item.number("unit_price") or Decimal(0) for item in items]
    rows = {(item.page, row) for item in items for row in item.rows}
    if sum(prices) not in _printed(reading, rows):
        return
    for item in items:
        if "unit_price" in item.cells:
            item.cells["amount"] = item.cells.pop("unit_price")


def _printed(reading: Reading, rows: set[tuple[int, int]]) -> set[Decimal]:
    return {
        amount.value
        for layout, row in reading.rows()
        if (layout.number, row.index) not in rows
        for segment in row.segments
        for amount in reading.amounts(segment)
        if amount.is_money
    }


def with_rest(reading: Reading, items: list[Item]) -> list[Item]:
    """``items`` with the rows among and below them that are lines, too.

    ``Loyalty discount -20.00`` or ``Filing fee 275.00`` stand in the column of the amounts without a quantity. That
    they are lines is proved by the next sum, to which only all of them add up.
    """
    if not 0 < len(items) <= MAX_ITEMS or any("amount" not in item.cells for item in items):
        return items
    total = sum((item.number("amount") or Decimal(0) for item in items), Decimal(0))
    found: list[Item] = []
    edge = items[-1].cells["amount"].box.x1
    for layout, row, sums in _rows_beside(reading, items):
        role, says_more = _role(reading, row, sums[-1])
        below = (layout.number, row.index) > (items[-1].page, items[-1].rows[-1])
        if below and any(abs(_value(reading, place) - total) <= CENT for place in sums):
            if found:
                return _merged(items, found)
            if not says_more:
                break
        if role in SUMS:
            if below and role in STOPS:
                break
        elif role in ADJUSTING and below:
            break  # of the whole document
        elif (line := _line(reading, layout, row, sums, edge)) is not None:
            found.append(line)
            total += line.number("amount") or Decimal(0)
    return items


def _merged(items: Sequence[Item], found: Sequence[Item]) -> list[Item]:
    """Items and further lines in their order; a discount in percent of the item above it lowers that item."""
    lines: list[Item] = []
    for item in sorted([*items, *found], key=lambda item: (item.page, item.rows[0])):
        if lines and item in found and _lowers(lines[-1], item):
            continue
        lines.append(item)
    return lines


def _lowers(item: Item, discount: Item) -> bool:
    """``Discount 12 % -616.32``: takes it off the item above, if it is that much of it."""
    rate = _RATE.search(str(discount.cells["description"].value))
    off, amount = discount.number("amount"), item.number("amount")
    if rate is None or off is None or not amount or item.page != discount.page:
        return False
    if abs(abs(amount) * Decimal(rate[1].replace(",", ".")) / 100 - abs(off)) > CENT:
        return False
    cell, sentence = item.cells["amount"], f"The discount of {rate[1]} % below it is taken off."
    item.cells["amount"] = msgspec.structs.replace(cell, value=amount - abs(off).copy_sign(amount), repair=sentence)
    item.cells["discount"] = msgspec.structs.replace(discount.cells["amount"], value=abs(off))
    item.rows.extend(discount.rows)
    return True


def _rows_beside(reading: Reading, items: Sequence[Item]) -> Iterator[tuple[PageLayout, Row, list[Place]]]:
    """Rows with sums from the first item on that are no items."""
    taken = {(item.page, row) for item in items for row in item.rows}
    first = items[0]
    count = 0
    for layout, row in reading.rows():
        place = (layout.number, row.index)
        if place < (first.page, first.rows[0]) or place in taken:
            continue
        sums = [
            Place(layout, segment, amount.start, amount.end)
            for segment in row.segments
            for amount in reading.amounts(segment)
            if amount.is_money
        ]
        if sums:
            count += 1
            yield layout, row, sums
        if count >= MAX_REST:
            return


def _value(reading: Reading, place: Place) -> Decimal:
    return next(amount.value for amount in reading.amounts(place.segment) if amount.start == place.start)


def _role(reading: Reading, row: Row, place: Place) -> tuple[str | None, bool]:
    """What the words before a sum say that it is, and whether there is more than these words.

    Words of a sum within the name of a thing, as in ``Overnight delivery``, count for nothing, unless they are those
    of a total: ``Total labour``.
    """
    before = [segment for segment in row.segments if segment.box.x1 <= place.box.x0]
    beside = next(
        (segment for segment in reversed(before) if addresses.letters(segment.text) >= LETTERS), place.segment
    )
    hits = reading.section(beside, "amounts")
    covered = sum(hit.end - hit.start for hit in hits)
    letters = addresses.letters(beside.text)
    role = role_from(hits)
    named = covered >= NAMED * letters or role in ("total", "subtotal", "gross")
    return role if named else None, covered < 0.8 * letters


def _line(reading: Reading, layout: PageLayout, row: Row, sums: Sequence[Place], edge: float) -> Item | None:
    """The line that a row is: words first, and a sum that ends where the amounts of the items end."""
    label = row.segments[0]
    place = next((place for place in sums if abs(place.box.x1 - edge) <= layout.line_height), None)
    if place is None or label is place.segment or addresses.letters(label.text) < LETTERS:
        return None
    value = _value(reading, place)
    if not value:
        return None
    cells = {
        "description": text_cell([label], layout.number),
        "amount": Cell(value, place.text, place.page, place.box, place.confidence),
    }
    return Item(layout.number, [row.index], cells)
