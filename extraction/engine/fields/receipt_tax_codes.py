"""The codes of taxes on receipts: ``B`` behind an amount, and ``B= 7,0%`` in the table that explains it."""

from __future__ import annotations

import re
from collections.abc import Collection
from decimal import Decimal

import msgspec

from extraction.engine.amounts import parse_number
from extraction.engine.fields.receipt_rows import LooseRow
from extraction.engine.reading import Reading

HIGHEST = 30  # percent
SEARCHED = 80
"""Characters of a row that are looked through."""

_EXPLAINED = re.compile(
    r"(?<![\w.,])\(?(?P<code>[A-Z]|\d)\)?\s{0,2}[=:.]?\s{0,9}(?:[A-Z]{2,5}\s)?(?P<rate>\d{1,2}(?:[.,]\d{1,3})?)\s?%"
)


def give_tax_rates(reading: Reading, rows: Collection[LooseRow]) -> None:
    """Set the rate of the items whose code the receipt explains."""
    if all(row.tax_code is None for row in rows):
        return
    rates = _rates(reading, {(row.item.page, index) for row in rows for index in row.item.rows})
    for row in rows:
        rate = rates.get(row.tax_code.raw) if row.tax_code is not None else None
        if rate is not None and row.tax_code is not None:
            row.item.cells.setdefault("tax_rate", msgspec.structs.replace(row.tax_code, value=rate))


def _rates(reading: Reading, item_rows: Collection[tuple[int, int]]) -> dict[str, Decimal]:
    """The rate of each code that rows outside the items explain in one way."""
    found: dict[str, set[Decimal]] = {}
    for layout, row in reading.rows():
        if "%" not in row.text or (layout.number, row.index) in item_rows:
            continue
        for match in _EXPLAINED.finditer(row.text[:SEARCHED]):
            parsed = parse_number(match["rate"].lstrip("0") or "0", reading.style)
            if parsed is not None and parsed[0] <= HIGHEST:
                found.setdefault(match["code"], set()).add(parsed[0])
    return {code: rates.pop() for code, rates in found.items() if len(rates) == 1}
