"""The table of taxes: of each rate the rate, the base and the tax, from tables, from sentences and from receipts.

A row is a tax line when its numbers are one another's base, rate and tax; or when its words say so and it has one
rate and one tax. Which rows count is decided by the tax of the whole document, which they must add up to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, permutations
from typing import NamedTuple

from extraction.engine.fields.agreement import USUAL_RATES
from extraction.engine.fields.breakdown import RATE
from extraction.engine.fields.sums import CENT, Fact
from extraction.engine.fields.table_cells import Cell
from extraction.engine.fields.totals import Sums
from extraction.engine.layout import Row, overlap
from extraction.engine.reading import Place, Reading

HIGHEST_RATE = 30
MAX_LINES = 12
MAX_NUMBERS = 6  # of one row
ROWS_ABOVE = 8  # in which words of taxes make a table of taxes
WHOLE = Decimal("0.5")  # taxes without cents are rounded to whole numbers
BROAD = Decimal("0.05")  # a tax that is added up from rounded taxes of lines is off by so much
WORDS = frozenset({"tax", "tax_base", "tax_context"})

_CODE = re.compile(r"(?<![^\s(])\(?([A-Z]|\d)\)?\s*[=:]?\s*(\d{1,2}(?:[.,]\d{1,3})?)\s?%")


class TaxLine(NamedTuple):
    """One rate; the only tax of a document may have none. ``proved``: the tax is the rate of the base."""

    rate: Cell | None
    base: Cell | None
    tax: Cell
    proved: bool

    @property
    def cells(self) -> dict[str, Cell]:
        found = {"tax_rate": self.rate, "tax_base": self.base, "tax_amount": self.tax}
        return {name: cell for name, cell in found.items() if cell is not None}


def read_tax_lines(reading: Reading, sums: Sums) -> list[TaxLine]:
    """The lines of all rates in the order of the page; empty where none adds up to the tax that was chosen."""
    rows: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in sums.facts:
        printed = rows[fact.place.page, fact.place.segment.row]
        if all(other.place.box != fact.place.box for other in printed):
            printed.append(fact)
    codes = codes_of(reading)
    found = [line for facts in rows.values() if (line := _line(reading, facts, codes)) is not None]
    if sums.tax is None or sums.tax.place is None:
        return []
    chosen = _agreeing(found[:MAX_LINES], abs(sums.tax.value))
    if not found and sums.tax.value:
        chosen = [TaxLine(None, None, _cell(sums.tax.place, sums.tax.value), proved=False)]
    return _with_net(chosen, sums)


def codes_of(reading: Reading) -> dict[str, Cell]:
    """What letters stand for: ``A = 19 %``, ``B 7,00%``. A letter with two rates stands for none."""
    found: dict[str, Cell] = {}
    twice = set()
    for layout, segment in reading.segments():
        if "%" not in segment.text:
            continue
        for match in _CODE.finditer(segment.text[:200]):
            cell = _cell(Place(layout, segment, match.start(2), match.end(2)), _number(match[2]))
            if match[1] in found and found[match[1]].value != cell.value:
                twice.add(match[1])
            found.setdefault(match[1], cell)
    return {code: cell for code, cell in found.items() if code not in twice}


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _cell(place: Place, value: Decimal) -> Cell:
    return Cell(value, place.text, place.page, place.box, place.confidence)


def _line(reading: Reading, facts: Sequence[Fact], codes: dict[str, Cell]) -> TaxLine | None:
    place = facts[0].place
    row = place.layout.rows[place.segment.row]
    numbers = [fact for fact in facts if fact.role not in ("cash", "change", "count", "tip")][:MAX_NUMBERS]
    rates = list(_rates(place, row))
    code = codes.get(row.text[:1]) if not row.text[1:2].strip() else None
    if not rates and code is not None:
        rates = [code]
    for rate in rates:
        line = _fitting(rate, numbers)
        if line is not None:
            return line
    labelled = [fact for fact in numbers if fact.role == "tax" and fact.strength >= 0.7]
    if len({rate.value for rate in rates}) == 1 and len(labelled) == 1 and _tax_is_last(labelled[0], numbers):
        return TaxLine(rates[0], _base_beside(numbers, labelled[0], rates[0]), _of(labelled[0]), proved=False)
    if rates or not _in_tax_table(reading, place, row):
        return None
    return _unmarked(reading, place, row, numbers) or _without_rate(reading, place, numbers)


def _rates(place: Place, row: Row) -> Iterator[Cell]:
    for segment in row.segments:
        for match in RATE.finditer(segment.text[:200]):
            group = "rate" if match["rate"] else "behind"
            value = _number(match[group])
            if value <= HIGHEST_RATE:
                yield _cell(Place(place.layout, segment, match.start(group), match.end(group)), value)


def _fitting(rate: Cell, numbers: Sequence[Fact]) -> TaxLine | None:
    """Two numbers of which one is ``rate`` percent of the other; of nothing, when the tax is nothing."""
    for base, tax in permutations(numbers, 2):
        exact = CENT if tax.value % 1 or base.value % 1 else WHOLE
        if base.value and _fits(base.value, rate.value, tax.value, exact) and (tax.value or rate.value == 0):
            return TaxLine(rate, _of(base), _of(tax), proved=True)
    return None


def _fits(base: Decimal, rate: Decimal | str, tax: Decimal, tolerance: Decimal) -> bool:
    return abs(abs(base) * Decimal(rate) / 100 - abs(tax)) <= tolerance


def _tax_is_last(tax: Fact, numbers: Sequence[Fact]) -> bool:
    """Nothing but what contains the tax stands behind it in its row."""
    behind = [fact for fact in numbers if fact.place.box.x0 > tax.place.box.x1]
    return all(abs(fact.value) >= abs(tax.value) for fact in behind)


def _base_beside(numbers: Sequence[Fact], tax: Fact, rate: Cell) -> Cell | None:
    for fact in numbers:
        if fact is not tax and fact.role == "tax_base" and _fits(fact.value, rate.value, tax.value, BROAD):
            return _of(fact)
    return None


def _of(fact: Fact) -> Cell:
    return _cell(fact.place, fact.value)


def _in_tax_table(reading: Reading, place: Place, row: Row) -> bool:
    for other in place.layout.rows[max(0, row.index - ROWS_ABOVE) : row.index + 1]:
        for segment in other.segments:
            if any(hit.concept in WORDS for hit in reading.section(segment, "amounts")):
                return True
    return False


def _unmarked(reading: Reading, place: Place, row: Row, numbers: Sequence[Fact]) -> TaxLine | None:
    """The rate stands without its mark under a head: ``SR 6 93.40 5.60``."""
    for segment in row.segments:
        for amount in reading.amounts(segment):
            if not 0 < amount.value <= HIGHEST_RATE or amount.mark or amount.value not in USUAL_RATES:
                continue
            rate = _cell(Place(place.layout, segment, amount.start, amount.end), amount.value)
            others = [fact for fact in numbers if fact.place.box != rate.box and fact.value]
            line = _fitting(rate, others)
            if line is not None and abs(Decimal(line.tax.value)) >= 10 * CENT:
                return line
    return None


def _without_rate(reading: Reading, place: Place, numbers: Sequence[Fact]) -> TaxLine | None:
    """Base and tax in a row below the rate: ``Net  VAT 20%  Gross`` over ``100.00  20.00  120.00``."""
    index = place.segment.row
    if any(fact.role == "total" and fact.strength >= 1.0 for fact in numbers):
        return None  # the last row of the table
    taxes = [fact for fact in numbers if fact.role == "tax"]
    for row in reversed(place.layout.rows[max(0, index - 3) : index]):
        rates = list(_rates(place, row))
        for rate in rates:
            line = _fitting(rate, numbers)
            if line is not None:
                return line
        if len(rates) == len(taxes) == 1 and _reaches(rates[0], taxes[0]):
            return TaxLine(rates[0], None, _of(taxes[0]), proved=False)
    return None


def _reaches(rate: Cell, tax: Fact) -> bool:
    """The rate stands right above the tax."""
    box, height = tax.place.box, tax.place.layout.line_height
    return overlap(rate.box.x0, rate.box.x1, box.x0, box.x1) > -2 * height


def _agreeing(lines: Sequence[TaxLine], tax: Decimal) -> list[TaxLine]:
    """The lines that add up to the tax: all, each rate and tax once, or the largest part of those that does."""
    if _total(lines) == tax and lines:
        return list(lines)
    once = _once(lines)
    for size in range(len(once), 0, -1):
        for chosen in combinations(once, size):
            if abs(_total(chosen) - tax) <= CENT:
                return list(chosen)
    return []


def _once(lines: Sequence[TaxLine]) -> list[TaxLine]:
    """One of each rate and tax, the one that has a base; in the order of the page."""
    best: dict[tuple[Decimal | str | None, Decimal], TaxLine] = {}
    for line in lines:
        key = (line.rate.value if line.rate else None, abs(Decimal(line.tax.value)))
        known = best.get(key)
        if known is None or (line.proved and not known.proved):
            best[key] = line
    return list(best.values())[:8]


def _total(lines: Sequence[TaxLine]) -> Decimal:
    return sum((abs(Decimal(line.tax.value)) for line in lines), Decimal(0))


def _with_net(lines: list[TaxLine], sums: Sums) -> list[TaxLine]:
    """The net is the base where it fits every line: of the only rate, or of two taxes on the same (CGST and SGST)."""
    net = sums.subtotal
    if net is None or net.place is None or any(line.base is not None for line in lines):
        return lines
    if not all(line.rate and _fits(net.value, line.rate.value, Decimal(line.tax.value), 2 * CENT) for line in lines):
        return lines
    return [line._replace(base=_cell(net.place, net.value), proved=True) for line in lines]
