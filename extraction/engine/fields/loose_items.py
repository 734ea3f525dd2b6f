"""Line items without a table head: rows that end in a sum, as on receipts and in plain text.

Only what arithmetic proves is returned: rows in which quantity × price = amount, or all rows when they add up to a
sum that the document prints.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal

from extraction.engine.amounts import Amount
from extraction.engine.fields import addresses
from extraction.engine.fields.line_items import Item
from extraction.engine.fields.sums import CENT, role_from
from extraction.engine.fields.table_cells import Cell
from extraction.engine.layout import PageLayout, Row, Segment, union
from extraction.engine.reading import Place, Reading

_MARKS = re.compile(r"^(?:[x×*@=\s.:|-]|rm|qty|pcs?|pc|ea|stk\.?|st\.?|kg|sr|zrl?|[a-z])+$", re.IGNORECASE)
ENDS = frozenset({"subtotal", "total", "gross", "tax", "due", "paid", "cash", "change", "rounding", "tip"})


def read_loose_items(reading: Reading, sums: Collection[Decimal]) -> list[Item]:
    """``sums`` are the printed totals that the rows may add up to."""
    rows = _candidate_rows(reading)
    proved = [item for item, product in rows if product]
    everything = [item for item, _ in rows]
    if everything and _adds_up(everything, sums):
        return everything
    if proved and (_adds_up(proved, sums) or len(proved) == len(everything)):
        return proved
    return []


def _adds_up(items: Sequence[Item], sums: Collection[Decimal]) -> bool:
    total = sum((item.number("amount") or Decimal(0) for item in items), Decimal(0))
    return any(abs(total - value) <= CENT for value in sums)


def _candidate_rows(reading: Reading) -> list[tuple[Item, bool]]:
    """Rows above the first total that end in a sum, and whether quantity × price gives it."""
    found: list[tuple[Item, bool]] = []
    for layout in reading.pages[:4]:
        above: list[Row] = []
        for row in layout.rows:
            words = [hit for segment in row.segments for hit in reading.section(segment, "amounts")]
            numbers = _numbers(reading, layout, row)
            if numbers and role_from(words) in ENDS and _begins_with_words(reading, row):
                if found:
                    return found
                above = []
                continue
            item = _item(layout, row, numbers, above)
            if item is None:
                above.append(row)
            else:
                found.append(item)
                above = []
    return found


def _begins_with_words(reading: Reading, row: Row) -> bool:
    first = row.segments[0]
    known = sum(hit.end - hit.start for segment in row.segments for hit in reading.section(segment, "amounts"))
    return any(hit.start <= 2 for hit in reading.section(first, "amounts")) or known >= 0.5 * addresses.letters(
        row.text
    )


def _numbers(reading: Reading, layout: PageLayout, row: Row) -> list[tuple[Amount, Place]]:
    return [
        (amount, Place(layout, segment, amount.start, amount.end))
        for segment in row.segments
        for amount in reading.amounts(segment)
        if not amount.is_percent
    ]


def _item(
    layout: PageLayout, row: Row, numbers: list[tuple[Amount, Place]], above: list[Row]
) -> tuple[Item, bool] | None:
    if not numbers or numbers[-1][0].decimals != 2 or not _ends_with(row, numbers[-1][1]):
        return None
    amount, place = numbers[-1]
    cells = {"amount": _cell(amount.value, place)}
    factors = _factors(numbers)
    if factors is not None:
        (quantity, quantity_place), (price, price_place) = factors
        cells["quantity"] = _cell(quantity.value, quantity_place)
        cells["unit_price"] = _cell(price.value, price_place)
    description = _description(layout, row, numbers, factors is not None, above)
    if description is None:
        return None
    cells["description"] = description
    return Item(layout.number, [row.index], cells), factors is not None


def _cell(value: Decimal, place: Place) -> Cell:
    return Cell(value, place.text, place.page, place.box, place.confidence)


def _ends_with(row: Row, place: Place) -> bool:
    """Nothing but a tax mark follows the sum."""
    last = row.segments[-1]
    if place.segment is not last:
        return len(last.text) <= 4
    return len(last.text) - place.end <= 4


def _factors(numbers: list[tuple[Amount, Place]]) -> tuple[tuple[Amount, Place], tuple[Amount, Place]] | None:
    """The two numbers before the sum whose product it is: quantity, then price."""
    amount = numbers[-1][0].value
    before = numbers[-5:-1]
    for i in range(len(before)):
        for j in range(i + 1, len(before)):
            one, other = before[i], before[j]
            if one[0].value and abs(one[0].value * other[0].value - amount) <= CENT / 2:
                return (other, one) if one[0].decimals == 2 and other[0].decimals == 0 else (one, other)
    return None


def _description(
    layout: PageLayout, row: Row, numbers: list[tuple[Amount, Place]], counted: bool, above: list[Row]
) -> Cell | None:
    """The words of the row before its numbers; on rolls often the row above."""
    used = numbers if counted else numbers[-1:]
    words = []
    for segment in row.segments:
        at = 0
        for word in segment.words:
            start, at = at, at + len(word.text) + 1
            taken = any(place.segment is segment and place.start < at - 1 and start < place.end for _, place in used)
            if not taken and not _MARKS.match(word.text):
                words.append(word)
    if words:
        own = Segment(words, row.index)
        if addresses.letters(own.text) >= 3:
            return Cell(own.text, own.text, layout.number, own.box, own.span_confidence(0, len(own.text)))
    near = [other for other in above[-3:] if addresses.letters(other.text) >= 3]
    if not near or row.box.y0 - near[-1].box.y1 > 2.5 * layout.line_height:
        return None
    first = near[0]
    words = [word for segment in first.segments for word in segment.words]
    return Cell(first.text, first.text, layout.number, union(w.box for w in words), min(w.confidence for w in words))
