"""Line items without a table head: rows that end in a sum, as on receipts and in plain text.

Only what arithmetic proves is returned: rows in which quantity × price = amount, or all rows when they add up to a
sum that the document prints.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import NamedTuple

from extraction.engine.amounts import parse_number
from extraction.engine.fields import addresses
from extraction.engine.fields.sums import CENT, has_cents, role_from
from extraction.engine.fields.table_cells import Cell, Item, Number
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Word

PAGES = 4
ENDS = frozenset({"subtotal", "total", "gross", "tax", "tax_base", "due", "paid", "cash", "change", "rounding", "tip"})
ROWS_ABOVE = 3  # that can hold the name of what a row counts
TIMES = ("x", "X", "×", "*")
LETTERS_OF_UNITS = 10  # in a row of nothing but factors
CLOSE = 0.8  # line heights between rows that belong together

_TIMES = re.compile(r"[x×*@]|\bà\b", re.IGNORECASE)
_BROKEN = re.compile(r"\d{1,3}[.,]\d{1,3}")
_MARKS = re.compile(r"(?:[x×*@=.:|/-]{1,3}|rm|qty|pcs?|ea|stk\.?|st\.?|kg|sr|zrl?|euros?|[x€$£])", re.IGNORECASE)
"""Words of a row that are neither name nor number: times, at, units, tax marks."""


class _Row(NamedTuple):
    item: Item
    proved: bool  # quantity × price gives the amount
    counter: Cell | None  # a small whole number that the row begins with: a quantity, or the rows are counted


def read_loose_items(reading: Reading, sums: Collection[Decimal]) -> list[Item]:
    """``sums`` are the printed totals that the rows may add up to."""
    rows = _candidate_rows(reading)
    _give_quantities(rows)
    everything = [row.item for row in rows]
    proved = [row.item for row in rows if row.proved]
    if everything and _adds_up(everything, sums):
        return everything
    if proved and (_adds_up(proved, sums) or len(proved) == len(everything)):
        return proved
    return []


def _adds_up(items: Sequence[Item], sums: Collection[Decimal]) -> bool:
    total = sum((item.number("amount") or Decimal(0) for item in items), Decimal(0))
    return any(abs(total - value) <= CENT for value in sums)


def _give_quantities(rows: Sequence[_Row]) -> None:
    """``2 Iced Tea  7.00``: the number is a quantity, unless the rows are merely counted 1, 2, 3."""
    counters = [int(row.counter.value) for row in rows if row.counter is not None]
    if len(counters) >= 3 and counters == list(range(counters[0], counters[0] + len(counters))):
        return
    for row in rows:
        if row.counter is not None:
            row.item.cells.setdefault("quantity", row.counter)


def _candidate_rows(reading: Reading) -> list[_Row]:
    """Rows above the first total that end in a sum."""
    found: list[_Row] = []
    decimals = 2 if has_cents(reading) else 0
    for layout in reading.pages[:PAGES]:
        above: list[Row] = []
        waiting: dict[str, Number] = {}  # quantity and price of the row that follows
        for index, row in enumerate(layout.rows):
            numbers = _numbers(reading, layout, row)
            if numbers and _is_total(reading, row):
                if found:
                    return found
                above = []
                continue
            factors = _factors_alone(row, numbers)
            if factors and not above and found and _explains(factors, found[-1].item.number("amount")):
                found[-1] = _counted(found[-1], factors)
                continue
            if factors and _explains(factors, _last_sum(reading, layout, index + 1)):
                waiting = factors
                continue
            candidate = _read(reading, layout, row, numbers, above, decimals)
            if candidate is None:
                above.append(row)
            else:
                found.append(_counted(candidate, waiting))
                above, waiting = [], {}
    return found


def _factors_alone(row: Row, numbers: Sequence[Number]) -> dict[str, Number]:
    """``2 x 3,50`` and ``0,532 kg x 4,99 EUR/kg`` in a row of their own: quantity and price of the row beside it."""
    if len(numbers) != 2 or addresses.letters(row.text) > LETTERS_OF_UNITS or not _TIMES.search(row.text):
        return {}
    return {"quantity": numbers[0], "unit_price": numbers[1]}


def _explains(factors: dict[str, Number], amount: Decimal | None) -> bool:
    if amount is None:
        return False
    product = factors["quantity"].amount.value * factors["unit_price"].amount.value
    return abs(product - amount) <= CENT / 2


def _last_sum(reading: Reading, layout: PageLayout, index: int) -> Decimal | None:
    numbers = _numbers(reading, layout, layout.rows[index]) if index < len(layout.rows) else []
    return numbers[-1].amount.value if numbers else None


def _counted(row: _Row, factors: dict[str, Number]) -> _Row:
    """The row with the quantity and price that stand above or below it."""
    if not factors or "quantity" in row.item.cells:
        return row
    row.item.cells.update({name: number.cell for name, number in factors.items()})
    return row._replace(proved=True, counter=None)


def _is_total(reading: Reading, row: Row) -> bool:
    words = [hit for segment in row.segments for hit in reading.section(segment, "amounts")]
    if role_from(words) not in ENDS:
        return False
    begins = any(hit.start <= 2 for hit in reading.section(row.segments[0], "amounts"))
    return begins or sum(hit.end - hit.start for hit in words) >= 0.5 * addresses.letters(row.text)


def _numbers(reading: Reading, layout: PageLayout, row: Row) -> list[Number]:
    return [
        Number(amount, Place(layout, segment, amount.start, amount.end), False)
        for segment in row.segments
        for amount in reading.amounts(segment)
    ]


def _read(
    reading: Reading, layout: PageLayout, row: Row, numbers: list[Number], above: Sequence[Row], decimals: int
) -> _Row | None:
    sums = [number for number in numbers if not number.amount.is_percent]
    if not sums or sums[-1].amount.decimals != decimals or not _is_last(row, sums[-1].place):
        return None
    used = {"amount": sums[-1], **_factors(sums)}
    proved = "quantity" in used
    rate = next((number for number in numbers if _is_rate(number)), None)
    if rate is not None:
        used["tax_rate"] = rate
    words = _words(row, list(used.values()))
    times = None if proved else _times(layout, words)
    if times is not None:
        words, count = times
    counter = None if proved or times is not None else _counter(layout, row, words)
    if counter is not None:
        words = words[1:]
    words = _without_marks(words, used["amount"])
    counted = proved or times is not None or counter is not None
    weight = None if counted else _weight(reading, layout, row, words)
    if weight is not None:
        words = words[1:]
    name = Segment(words, row.index) if words else None
    if name is None or not _is_name(name):
        name = _name_above(reading, layout, row, above)
    if name is None:
        return None
    cells = {concept: number.cell for concept, number in used.items()}
    if times is not None:
        cells["quantity"] = count
    if weight is not None:
        cells["quantity"] = weight
    cells["description"] = Cell(name.text, name.text, layout.number, name.box, name.span_confidence(0, len(name.text)))
    return _Row(Item(layout.number, [row.index], cells), proved, counter)


def _is_name(segment: Segment) -> bool:
    """Three letters, or a short name with a number in it: ``SP98``."""
    return addresses.letters(segment.text) >= 3 or any(
        len(word.text) >= 3 and addresses.letters(word.text) >= 2 for word in segment.words
    )


def _without_marks(words: Sequence[Word], amount: Number) -> list[Word]:
    """Without times, at, units and the letter of a tax behind the amount; a letter before it is part of a name."""
    return [
        word
        for word in words
        if not _MARKS.fullmatch(word.text) and not (len(word.text) == 1 and word.box.x0 >= amount.box.x1)
    ]


def _weight(reading: Reading, layout: PageLayout, row: Row, words: Sequence[Word]) -> Cell | None:
    """``0.246 Chicken breast``: a broken number before the name is how much of it."""
    first = words[0] if len(words) > 1 else None
    if first is None or first is not row.segments[0].words[0] or not _BROKEN.fullmatch(first.text):
        return None
    parsed = parse_number(first.text, reading.style)
    return None if parsed is None else Cell(parsed[0], first.text, layout.number, first.box, first.confidence)


def _is_rate(number: Number) -> bool:
    """A percentage in a cell of its own; "2% milk" has none."""
    alone = addresses.letters(number.place.segment.text) < 3
    return alone and number.amount.is_percent and 0 <= number.amount.value <= 30


def _is_last(row: Row, place: Place) -> bool:
    """Nothing but a tax mark follows the sum."""
    last = row.segments[-1]
    return len(last.text) - (place.end if place.segment is last else 0) <= 4


def _factors(sums: list[Number]) -> dict[str, Number]:
    """The two numbers before the sum whose product it is: quantity and price."""
    amount, before = sums[-1].amount.value, sums[-5:-1]
    for index, one in enumerate(before):
        for other in before[index + 1 :]:
            if one.amount.value and abs(one.amount.value * other.amount.value - amount) <= CENT / 2:
                price_first = one.amount.decimals == 2 and other.amount.decimals == 0
                quantity, price = (other, one) if price_first else (one, other)
                return {"quantity": quantity, "unit_price": price}
    return {}


def _words(row: Row, used: Sequence[Number]) -> list[Word]:
    """The words of a row without the numbers that are cells."""
    words = []
    for segment in row.segments:
        at = 0
        for word in segment.words:
            start, at = at, at + len(word.text) + 1
            places = (number.place for number in used)
            taken = any(place.segment is segment and place.start < at - 1 and start < place.end for place in places)
            if not taken:
                words.append(word)
    return words


def _times(layout: PageLayout, words: Sequence[Word]) -> tuple[list[Word], Cell] | None:
    """``Coffee X 2`` and ``2 x Coffee``: the words without the count, and the count."""
    for index, word in enumerate(words):
        if word.text not in TIMES:
            continue
        for at in (index + 1, index - 1):
            if 0 <= at < len(words) and words[at].text.isdecimal() and len(words[at].text) <= 3:
                count = words[at]
                kept = [other for i, other in enumerate(words) if i not in (index, at)]
                return kept, Cell(Decimal(count.text), count.text, layout.number, count.box, count.confidence)
    return None


def _counter(layout: PageLayout, row: Row, words: Sequence[Word]) -> Cell | None:
    first = words[0] if words else None
    if first is None or first is not row.segments[0].words[0] or not (first.text.isdecimal() and len(first.text) <= 3):
        return None
    return Cell(Decimal(first.text), first.text, layout.number, first.box, first.confidence)


def _name_above(reading: Reading, layout: PageLayout, row: Row, above: Sequence[Row]) -> Segment | None:
    """On rolls the name often stands above its numbers: the first of the rows that join on to the row."""
    name, below = None, row
    for other in reversed(above[-ROWS_ABOVE:]):
        first = other.segments[0]
        heads = [*reading.section(first, "columns"), *reading.section(first, "titles")]
        known = sum(hit.end - hit.start for hit in heads) >= 0.6 * len(first.text)
        line = not any(map(str.isalnum, other.text))  # drawn of dashes
        if below.box.y0 - other.box.y1 > CLOSE * layout.line_height or reading.dates(first) or known or line:
            break
        if addresses.letters(other.text) >= 3:
            name = Segment([word for segment in other.segments for word in segment.words], other.index)
        below = other
    return name
