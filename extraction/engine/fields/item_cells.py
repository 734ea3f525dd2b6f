"""What the cells of line items mean, told from all of them together: counters, discounts, sums that contain the tax."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from extraction.engine.fields.table_cells import Cell, Item
from extraction.engine.fields.table_heads import OTHER

FITS = Decimal("0.02")
STEPS = (1, 10)  # by which lines are counted

_CODE = re.compile(r"(?=\S*\d)(?=\S*[^\d.,%])\S{3,20}")  # one word with a digit that is no number
_COUNTER = re.compile(r"(0*)(\d{1,5})([.)]?)\s+(?=\S)")


def strip_counters(items: Sequence[Item]) -> None:
    """``1. Paper``, ``2. Pens``: what the descriptions of all lines begin with, when it counts them."""
    found = [
        _COUNTER.match(str(item.cells["description"].value)) if "description" in item.cells else None for item in items
    ]
    counts = [int(match[2]) for match in found if match is not None]
    if not found or len(counts) < len(found) or not _is_count(counts):
        return
    marked = all(match is not None and (match[1] or match[3]) for match in found)
    if len(items) < 2 and not marked:
        return  # "1 night" may be all of it
    for item, match in zip(items, found, strict=True):
        cell = item.cells["description"]
        if match is not None:
            text = str(cell.value)[match.end() :]
            item.cells["description"] = msgspec.structs.replace(cell, value=text)


def _is_count(counts: Sequence[int]) -> bool:
    return any(counts == list(range(step, step * (len(counts) + 1), step)) for step in STEPS)


def split_codes(items: Sequence[Item]) -> None:
    """Where the first line of every description is a code and the name stands below it, part them."""
    described = [item.cells["description"] for item in items if "description" in item.cells]
    if len(described) < len(items) or any("product_code" in item.cells for item in items):
        return
    parts = [cell.raw.partition("\n") for cell in described]
    if not parts or not all(rest and _CODE.fullmatch(code) for code, _, rest in parts):
        return
    for item, cell, (code, _, rest) in zip(items, described, parts, strict=True):
        name = str(cell.value).removeprefix(code).strip()
        item.cells["product_code"] = msgspec.structs.replace(cell, value=code, raw=code)
        item.cells["description"] = msgspec.structs.replace(cell, value=name, raw=rest)


def name_codes(items: Sequence[Item]) -> None:
    """A column of codes under an unknown head; and one headed "No." that only counts the lines is none of codes."""
    counted = [str(item.cells["product_code"].value) for item in items if "product_code" in item.cells]
    counts = [int(text.rstrip(".)")) for text in counted if text.rstrip(".)").isdecimal() and len(text) <= 5]
    if counted and len(counts) == len(counted) == len(items) and _is_count(counts):
        for item in items:
            del item.cells["product_code"]
    others = [item.cells[OTHER] for item in items if OTHER in item.cells]
    if any("product_code" in item.cells for item in items) or len(others) < len(items):
        return
    if all(_CODE.fullmatch(str(cell.value)) for cell in others):
        for item in items:
            item.cells["product_code"] = item.cells.pop(OTHER)


def name_discounts(items: Sequence[Item]) -> None:
    """A column of discounts holds shares of the price or sums taken off: arithmetic or the percent sign tells."""
    for item in items:
        cell = item.cells.get("discount")
        if cell is None or not isinstance(cell.value, Decimal) or not cell.value:
            continue
        name = _discount_name(item, cell, abs(cell.value))
        if name is not None:
            item.cells[name] = msgspec.structs.replace(cell, value=abs(cell.value))


def _discount_name(item: Item, cell: Cell, discount: Decimal) -> str | None:
    quantity, price, amount = item.number("quantity"), item.number("unit_price"), item.number("amount")
    if "%" in cell.raw:
        return "discount_rate"
    if quantity is None:
        quantity = Decimal(1)
    if price is not None and amount is not None:
        full = abs(quantity * price)
        if abs(full - discount - abs(amount)) <= FITS:
            return "discount_amount"
        if abs(full * (100 - discount) / 100 - abs(amount)) <= FITS + abs(quantity) / 200:
            return "discount_rate"
    return "discount_rate" if discount <= 100 and discount % 1 == 0 else None
