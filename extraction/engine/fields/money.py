"""The joint decision: line items and sums, read so that they agree, with one misread number put right."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extraction.engine.fields.adjustments import MAX_ROUNDING
from extraction.engine.fields.item_repair import mend_items
from extraction.engine.fields.sums import CENT
from extraction.engine.fields.table_cells import Item
from extraction.engine.fields.totals import Sums, read_sums
from extraction.engine.reading import Reading


def sums_with(reading: Reading, items: Sequence[Item]) -> Sums:
    """The sums that go with these lines. Cells that are proved to be misread are put right in ``items``."""
    sums = read_sums(reading, amounts_of(items), rows_of(items))
    if items and mend_items(items, printed_sums(sums)):
        sums = read_sums(reading, amounts_of(items), rows_of(items))
    return sums


def rows_of(items: Sequence[Item]) -> frozenset[tuple[int, int]]:
    """Pages and rows of the items, which hold no sums of the document."""
    return frozenset((item.page, row) for item in items for row in item.rows)


def amounts_of(items: Sequence[Item]) -> list[Decimal]:
    return [item.number("amount") or item.number("gross_amount") or Decimal(0) for item in items]


def printed_sums(sums: Sums) -> list[Decimal]:
    """The net and the total that are printed, and the total before it was rounded."""
    found = [chosen.value for chosen in (sums.subtotal, sums.total) if chosen is not None]
    if sums.total is not None:
        roundings = {abs(fact.value) for fact in sums.facts if fact.role == "rounding"}
        small = [rounding for rounding in roundings if 0 < rounding <= MAX_ROUNDING]
        found += [sums.total.value + signed for rounding in small for signed in (rounding, -rounding)]
    return found


def adds_up(items: Sequence[Item], sums: Sums) -> bool:
    """The lines add up to the net or the total that is printed."""
    total = sum(amounts_of(items), Decimal(0))
    return any(abs(total - value) <= CENT for value in printed_sums(sums))
