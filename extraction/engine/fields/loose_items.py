"""Line items without a table head: rows that end in a sum, as on receipts and in plain text.

Only what arithmetic proves is returned: rows in which quantity × price = amount, or all rows when they add up to a
sum that the document prints. A discount between the items is a line of its own with a negative amount.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal

from extraction.engine.fields import addresses
from extraction.engine.fields.item_cells import strip_counters
from extraction.engine.fields.receipt_rows import LETTERS_OF_UNITS, LooseRow, is_product, numbers_of, read_row
from extraction.engine.fields.receipt_tax_codes import give_tax_rates
from extraction.engine.fields.sums import CENT, has_cents, role_from
from extraction.engine.fields.table_cells import Item, Number
from extraction.engine.layout import PageLayout, Row
from extraction.engine.reading import Reading

PAGES = 4
ENDS = frozenset({"subtotal", "total", "gross", "tax", "tax_base", "due", "paid", "cash", "change", "rounding", "tip"})

_TIMES = re.compile(r"[x×*@]|\bà\b|\bat\b|\bud\b|\S\s?/\s?[^\W\d]{1,4}\b", re.IGNORECASE)
"""``2 x 3,50`` and ``0,910 kg 1,79 €/kg``."""


def read_loose_items(reading: Reading, sums: Collection[Decimal]) -> list[Item]:
    """``sums`` are the printed totals that the rows may add up to."""
    rows = _candidate_rows(reading)
    _give_quantities(rows)
    give_tax_rates(reading, rows)
    everything = [row.item for row in rows]
    proved = [row.item for row in rows if row.proved]
    together = _that_add_up(everything, sums, any_part=not has_cents(reading))
    strip_counters(together or everything)
    if together:
        return together
    if proved and (_adds_up(proved, sums) or len(proved) == len(everything)):
        return proved
    return []


def _that_add_up(items: Sequence[Item], sums: Collection[Decimal], *, any_part: bool) -> list[Item]:
    """All rows, when they make up a sum; with ``any_part`` the last rows that do, as many as possible.

    Where money has no decimals, numbers of the head look like amounts.
    """
    total, first = Decimal(0), None
    for index in range(len(items) - 1, -1, -1):
        total += items[index].number("amount") or Decimal(0)
        if (any_part or not index) and any(abs(total - value) <= CENT for value in sums):
            first = index
    return list(items[first:]) if first is not None else []


def _adds_up(items: Sequence[Item], sums: Collection[Decimal]) -> bool:
    total = sum((item.number("amount") or Decimal(0) for item in items), Decimal(0))
    return any(abs(total - value) <= CENT for value in sums)


def _give_quantities(rows: Sequence[LooseRow]) -> None:
    """``2 Iced Tea  7.00``: the number is a quantity, unless the rows are merely counted 1, 2, 3."""
    counters = [int(row.counter.value) for row in rows if row.counter is not None]
    if len(counters) >= 3 and counters == list(range(counters[0], counters[0] + len(counters))):
        return
    for row in rows:
        if row.counter is not None:
            row.item.cells.setdefault("quantity", row.counter)


def _candidate_rows(reading: Reading) -> list[LooseRow]:
    """Rows above the first total that end in a sum."""
    found: list[LooseRow] = []
    decimals = 2 if has_cents(reading) else 0
    for layout in reading.pages[:PAGES]:
        above: list[Row] = []
        waiting: dict[str, Number] = {}  # quantity and price of the row that follows
        for index, row in enumerate(layout.rows):
            numbers = numbers_of(reading, layout, row)
            if numbers and _is_total(reading, row):
                if found:
                    return found
                above = []
                continue
            factors = _factors_alone(row, numbers)
            if factors and not above and found and _explains(factors, found[-1].item.number("amount"), decimals):
                found[-1] = _counted(found[-1], factors)
                continue
            if factors and _explains(factors, _last_sum(reading, layout, index + 1), decimals):
                waiting = factors
                continue
            candidate = read_row(reading, layout, row, numbers, above, decimals)
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


def _explains(factors: dict[str, Number], amount: Decimal | None, decimals: int) -> bool:
    if amount is None:
        return False
    return is_product(factors["quantity"].amount.value, factors["unit_price"].amount.value, amount, decimals)


def _last_sum(reading: Reading, layout: PageLayout, index: int) -> Decimal | None:
    numbers = numbers_of(reading, layout, layout.rows[index]) if index < len(layout.rows) else []
    return numbers[-1].amount.value if numbers else None


def _counted(row: LooseRow, factors: dict[str, Number]) -> LooseRow:
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
