"""One row of a receipt: a name, how many, at what price, and the sum at its end, wherever they stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from extraction.engine.amounts import parse_number
from extraction.engine.fields import addresses
from extraction.engine.fields.sums import CENT
from extraction.engine.fields.table_cells import Cell, Item, Number
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Word

ROWS_ABOVE = 3  # that can hold the name of what a row counts
LETTERS_OF_UNITS = 10  # in a row of nothing but factors
LETTERS_OF_UNIT = 5  # of one, between quantity and price
CLOSE = 0.8  # line heights between rows that belong together
EACH = ("a", "à", "at")  # before a price: "2 Latte a 3.50"
MARK_BEHIND = 4  # characters behind the last sum: the code of a tax

_BROKEN = re.compile(r"(\d{1,3}[.,]\d{1,3})(?:kg|g|l|lbs?)?", re.IGNORECASE)
_COUNTED = re.compile(r"(?P<count>\d{1,3})[xX×]|[x×](?P<behind>\d{1,3})")  # "YOGURT X8" is a pack
_TIMES = re.compile(r"[x×*]", re.IGNORECASE)
_MARKS = re.compile(r"(?:[x×*@=.:|/-]{1,3}|rm|qty|pcs?|ea|stk\.?|st\.?|kg|sr|zrl?|euros?|[x€$£])", re.IGNORECASE)
"""Words of a row that are neither name nor number: times, at, units."""

_ONLY_FACTORS = re.compile(
    r"\W{0,3}(?:\d{6,14}\s{1,9})?#\s?(?:[^\W\d]{1,5}\.?\s?)?(?:[x×*@à]|a\b|at\b)\s{0,9}(?:1\s?[^\W\d]{0,4}\s?/?\s?)?#"
    r"(?:\s?[€$£]?\s?/\s?[^\W\d]{1,4}\.?|\s?[^\W\d]{2,3}/[^\W\d]{1,4}\.?)?[\s=]{0,40}#",
    re.IGNORECASE,
)
"""``2 szt. * 14,99 = 29,98`` and ``0,524 kg X 2,98 EUR/kg  1,56``, with # for the numbers: no word is a name."""

_PRODUCT_CODE = re.compile(r"(?:\(\d{1,3}\))?(?=\d{6})\d{6,14}[A-Z]{0,2}")
_TAX_CODE = re.compile(r"[\s*]{0,3}(?P<code>[A-Z]|\d)(?:\s|$)")
_TAX_CODE_FIRST = re.compile(r"^\((?P<code>[A-Z])\)\s")


class LooseRow(NamedTuple):
    """A row that may be a line item."""

    item: Item
    proved: bool  # quantity × price gives the amount
    counter: Cell | None  # a small whole number that the row begins with: a quantity, or the rows are counted
    tax_code: Cell | None  # a letter or digit beside the amount, which the table of taxes explains


def numbers_of(reading: Reading, layout: PageLayout, row: Row) -> list[Number]:
    """Every number of a row, from left to right."""
    return [
        Number(amount, Place(layout, segment, amount.start, amount.end), False)
        for segment in row.segments
        for amount in reading.amounts(segment)
    ]


def read_row(
    reading: Reading, layout: PageLayout, row: Row, numbers: list[Number], above: Sequence[Row], decimals: int
) -> LooseRow | None:
    """The item of a row that ends in a sum with so many ``decimals``; ``above`` are rows without a sum before it."""
    sums = _without_tax_code([number for number in numbers if not number.amount.is_percent])
    if not sums or sums[-1].amount.decimals != decimals or not _is_last(row, sums[-1].place):
        return None
    used = {"amount": sums[-1], **_factors(sums)}
    rate = next((number for number in numbers if _is_rate(number)), None)
    if rate is not None:
        used["tax_rate"] = rate
    cells = {concept: number.cell for concept, number in used.items()}
    words = _words(row, used)
    if "quantity" in used and _ONLY_FACTORS.match(_masked(row, used)):
        words = []
    words = _take_product_code(layout, words, cells)
    counter = None
    if "quantity" not in cells:
        words, counter = _take_count(reading, layout, row, words, cells, sums)
    words = [word for word in words if not _MARKS.fullmatch(word.text)]
    if len(words) > 1 and "unit_price" in cells and words[-1].text.casefold() in EACH:
        words = words[:-1]
    name = Segment(words, row.index) if words else None
    if name is None or not _is_name(name):
        name = _name_above(reading, layout, row, above)
    if name is None:
        return None
    text = _TAX_CODE_FIRST.sub("", name.text).lstrip(" *^#") or name.text  # without marks of what is taxed
    cells["description"] = Cell(text, name.text, layout.number, name.box, name.span_confidence(0, len(name.text)))
    proved = "quantity" in cells and "unit_price" in cells
    return LooseRow(Item(layout.number, [row.index], cells), proved, counter, _tax_code(row, sums[-1].place, name))


def _without_tax_code(sums: list[Number]) -> list[Number]:
    """``12,80 2``: a digit behind the sum is the code of its tax."""
    if len(sums) < 2 or sums[-2].amount.decimals != 2:
        return sums
    last = sums[-1]
    alone = len(last.amount.raw) == 1 and last.place.segment.text[last.place.end :] == ""
    return sums[:-1] if alone else sums


def _tax_code(row: Row, place: Place, name: Segment) -> Cell | None:
    """The letter or digit behind the amount, or in brackets before the name."""
    texts = [segment.text for segment in row.segments if segment.box.x0 > place.segment.box.x0]
    behind = _TAX_CODE.match(" ".join([place.segment.text[place.end :], *texts]))
    if behind is not None:
        return Cell(behind["code"], behind["code"], place.page, place.box, place.confidence)
    first = _TAX_CODE_FIRST.match(name.text)
    return Cell(first["code"], first["code"], place.page, name.box, place.confidence) if first else None


def _is_name(segment: Segment) -> bool:
    """Three letters, or a short name with a number in it: ``SP98``."""
    return addresses.letters(segment.text) >= 3 or any(
        len(word.text) >= 3 and addresses.letters(word.text) >= 2 for word in segment.words
    )


def _is_rate(number: Number) -> bool:
    """A percentage in a cell of its own; "2% milk" has none."""
    alone = addresses.letters(number.place.segment.text) < 3
    return alone and number.amount.is_percent and 0 <= number.amount.value <= 30


def _is_last(row: Row, place: Place) -> bool:
    """Nothing but a tax mark follows the sum."""
    last = row.segments[-1]
    return len(last.text) - (place.end if place.segment is last else 0) <= MARK_BEHIND


def _factors(sums: list[Number]) -> dict[str, Number]:
    """The two numbers nearest before the sum whose product it is: quantity and price."""
    amount, before = sums[-1].amount, sums[-5:-1]
    for at in range(len(before) - 1, 0, -1):
        for one in reversed(before[:at]):
            other = before[at]
            if one.amount.value and is_product(one.amount.value, other.amount.value, amount.value, amount.decimals):
                price_first = one.amount.decimals == 2 and other.amount.decimals == 0
                quantity, price = (other, one) if price_first else (one, other)
                return {"quantity": quantity, "unit_price": price}
    return {}


def is_product(quantity: Decimal, price: Decimal, amount: Decimal, decimals: int) -> bool:
    """Quantity × price is the amount, rounded to as many decimals as it is printed with."""
    unit = CENT if decimals else Decimal(1)
    return abs(quantity * price - amount) <= unit / 2


def _words(row: Row, used: dict[str, Number]) -> list[Word]:
    """The words of a row before the amount that are no cells; units between quantity and price are none of the name."""
    words: list[Word] = []
    amount, quantity, named = used["amount"], used.get("quantity"), False
    for segment in row.segments:
        at = 0
        for word in segment.words:
            start, at = at, at + len(word.text) + 1
            places = (number.place for number in used.values())
            taken = any(place.segment is segment and place.start < at - 1 and start < place.end for place in places)
            if taken or word.box.x0 >= amount.box.x1:
                continue
            behind = quantity is not None and word.box.x0 >= quantity.box.x1
            named = named or (not behind and addresses.letters(word.text) >= 3)
            if not (behind and named and len(word.text) <= LETTERS_OF_UNIT):
                words.append(word)
    return words


def _masked(row: Row, used: dict[str, Number]) -> str:
    """The text of the row with # for each number that is a cell."""
    texts = []
    for segment in row.segments:
        text, places = segment.text, [number.place for number in used.values() if number.place.segment is segment]
        for place in sorted(places, key=lambda place: -place.start):
            text = f"{text[: place.start]}#{text[place.end :]}"
        texts.append(text)
    return "  ".join(texts)


def _take_product_code(layout: PageLayout, words: list[Word], cells: dict[str, Cell]) -> list[Word]:
    """``007874203521 MILK`` and ``MILK 007874203521 F``: the words without the code, which becomes a cell."""
    for index in (0, len(words) - 1, len(words) - 2):
        if 0 <= index < len(words) and _PRODUCT_CODE.fullmatch(words[index].text):
            code = words[index]
            cells["product_code"] = Cell(code.text, code.text, layout.number, code.box, code.confidence)
            return words[1:] if index == 0 else words[:index]
    return words


def _take_count(
    reading: Reading,
    layout: PageLayout,
    row: Row,
    words: list[Word],
    cells: dict[str, Cell],
    sums: Sequence[Number],
) -> tuple[list[Word], Cell | None]:
    """The words of a name without how many (or how much) of it, and the number that may only count the rows."""
    if (times := _times(layout, words)) is not None:
        words, cells["quantity"] = times
        return words, None
    counter = _counter(layout, row, words)
    if counter is not None:
        return words[1:], counter
    weight = _weight(reading, layout, row, words)
    if weight is None:
        return words, None
    cells["quantity"] = weight
    price = sums[-2] if len(sums) > 1 and isinstance(weight.value, Decimal) else None
    amount = sums[-1].amount
    if price is None or not is_product(Decimal(weight.value), price.amount.value, amount.value, amount.decimals):
        return words[1:], None
    cells["unit_price"] = price.cell
    return [word for word in words[1:] if word.box.x0 < price.box.x0 or word.box.x0 >= price.box.x1], None


def _times(layout: PageLayout, words: Sequence[Word]) -> tuple[list[Word], Cell] | None:
    """``Coffee X 2``, ``2 x Coffee`` and ``2x Coffee``: the words without the count, and the count."""
    for index, word in enumerate(words):
        glued = _COUNTED.fullmatch(word.text) if index in (0, len(words) - 1) else None
        if glued is not None:
            return [other for other in words if other is not word], _count(layout, word, glued["count"] or glued[2])
        if not _TIMES.fullmatch(word.text):
            continue
        for at in (index + 1, index - 1):
            if 0 <= at < len(words) and words[at].text.isdecimal() and len(words[at].text) <= 3:
                kept = [other for i, other in enumerate(words) if i not in (index, at)]
                return kept, _count(layout, words[at], words[at].text)
    return None


def _count(layout: PageLayout, word: Word, digits: str) -> Cell:
    return Cell(Decimal(digits), word.text, layout.number, word.box, word.confidence)


def _counter(layout: PageLayout, row: Row, words: Sequence[Word]) -> Cell | None:
    first = words[0] if words else None
    if first is None or first is not row.segments[0].words[0] or not (first.text.isdecimal() and len(first.text) <= 3):
        return None
    return _count(layout, first, first.text)


def _weight(reading: Reading, layout: PageLayout, row: Row, words: Sequence[Word]) -> Cell | None:
    """``0.246 Chicken breast``: a broken number before the name is how much of it."""
    first = words[0] if len(words) > 1 else None
    match = _BROKEN.fullmatch(first.text) if first is not None else None
    if first is None or match is None or first is not row.segments[0].words[0]:
        return None
    parsed = parse_number(match[1], reading.style)
    return None if parsed is None else Cell(parsed[0], first.text, layout.number, first.box, first.confidence)


def _name_above(reading: Reading, layout: PageLayout, row: Row, above: Sequence[Row]) -> Segment | None:
    """On rolls the name often stands above its numbers: the nearest of the rows that join on to the row.

    What is indented below a name says more about it (``  less sugar``).
    """
    name: Row | None = None
    below = row
    for other in reversed(above[-ROWS_ABOVE:]):
        first = other.segments[0]
        heads = [*reading.section(first, "columns"), *reading.section(first, "titles")]
        known = sum(hit.end - hit.start for hit in heads) >= 0.6 * len(first.text)
        line = not any(map(str.isalnum, other.text))  # drawn of dashes
        if below.box.y0 - other.box.y1 > CLOSE * layout.line_height or reading.dates(first) or known or line:
            break
        outer = name is None or other.box.x0 < name.box.x0 - layout.line_height / 2
        if addresses.letters(other.text) >= 3 and outer:
            name = other
        below = other
    return _named(layout, name) if name is not None else None


def _named(layout: PageLayout, row: Row) -> Segment | None:
    """The words of a row that is the name of an item: without a code and a count before it."""
    words = [word for segment in row.segments for word in segment.words]
    words = _take_product_code(layout, words, {})
    return Segment(words, row.index) if words else None
