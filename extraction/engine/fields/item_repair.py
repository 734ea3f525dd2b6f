"""One misread cell of a line item, where quantity × price = amount and the sum of the lines prove what it must be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec

from extraction.engine.fields.misread import CLEAR, Likeness, likeness
from extraction.engine.fields.sums import CENT
from extraction.engine.fields.table_cells import Cell, Item

NAMES = ("quantity", "unit_price", "amount")
MAX_ITEMS = 400
HALF_CENT = Decimal("0.005")


class _Change(NamedTuple):
    item: Item
    name: str
    value: Decimal
    like: Likeness
    proofs: int  # equations that hold with it and did not without it
    because: str


def mend_items(items: Sequence[Item], printed: Collection[Decimal]) -> bool:
    """Put right the one cell of each line that is proved to be misread; whether any was.

    ``printed`` are sums that the lines may add up to. Two equations prove any single digit, one alone only a usual
    confusion that nothing else would explain. Cells of a text layer, and those that OCR read clearly, stay.
    """
    lines = [item for item in items if "amount" in item.cells]
    if len(lines) != len(items) or not 0 < len(items) <= MAX_ITEMS:
        return False
    changed = False
    for item in items:
        found = list(_changes(item, items, printed)) if _is_off(item) or not _adds_up(items, printed) else []
        best = max((_weight(change) for change in found), default=(0, False))
        top = [change for change in found if _weight(change) == best]
        if len(top) == 1 and (top[0].proofs >= 2 or (top[0].like == "usual" and _is_off(item))):
            _apply(top[0])
            changed = True
    return changed


def _weight(change: _Change) -> tuple[int, bool]:
    return change.proofs, change.like == "usual"


def _changes(item: Item, items: Sequence[Item], printed: Collection[Decimal]) -> Iterator[_Change]:
    quantity, price, amount = (item.number(name) for name in NAMES)
    adds_up = _adds_up(items, printed)
    whole = quantity is not None and price is not None and "discount" not in item.cells
    if not adds_up and amount is not None:
        rest = sum((other.number("amount") or Decimal(0) for other in items if other is not item), Decimal(0))
        for total in printed:
            value = total - rest
            product = whole and _fits(quantity, price, value)
            because = "the sum of the lines" + (" and quantity × price" if product else "")
            yield from _change(item, "amount", value, 1 + bool(product), because)
    if not whole or not quantity or not price or not _is_off(item) or amount is None:
        return
    sums = 1 if adds_up else 0
    if not adds_up:
        yield from _change(item, "amount", (quantity * price).quantize(CENT), 1, "quantity × price")
    because = "the amount and the sum of the lines" if adds_up else "the amount"
    yield from _change(item, "unit_price", (amount / quantity).quantize(CENT), 1 + sums, because)
    yield from _change(item, "quantity", (amount / price).quantize(Decimal(1)), 1 + sums, because)


def _change(item: Item, name: str, value: Decimal, proofs: int, because: str) -> Iterator[_Change]:
    cell = item.cells[name]
    if cell.ocr >= CLEAR or value <= 0 or value == cell.value:
        return
    like = likeness(cell.raw, value)
    numbers = {other: item.number(other) for other in NAMES} | {name: value}
    if like is None:
        return
    if name != "amount" and not _fits(numbers["quantity"], numbers["unit_price"], numbers["amount"]):
        return
    yield _Change(item, name, value, like, proofs, because)


def _apply(change: _Change) -> None:
    cell: Cell = change.item.cells[change.name]
    verb = "prove" if " and " in change.because else "proves"
    sentence = f"“{cell.raw}” was read; {change.because} {verb} {change.value:f}."
    change.item.cells[change.name] = msgspec.structs.replace(cell, value=change.value, repair=sentence)


def _is_off(item: Item) -> bool:
    """Quantity × price is not the amount, and no discount says why."""
    quantity, price, amount = (item.number(name) for name in NAMES)
    if quantity is None or price is None or amount is None or "discount" in item.cells:
        return False
    return not _fits(quantity, price, amount)


def _fits(quantity: Decimal | None, price: Decimal | None, amount: Decimal | None) -> bool:
    if quantity is None or price is None or amount is None:
        return False
    return abs(abs(quantity * price) - abs(amount)) <= CENT + HALF_CENT * abs(quantity)


def _adds_up(items: Sequence[Item], printed: Collection[Decimal]) -> bool:
    total = sum((item.number("amount") or Decimal(0) for item in items), Decimal(0))
    return any(abs(total - value) <= CENT for value in printed)
