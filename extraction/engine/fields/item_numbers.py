"""What the numbers of one line item prove of one another: the price, the quantity, the amount, net and gross."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extraction.engine.fields.sums import CENT
from extraction.engine.fields.table_cells import Item, Number
from extraction.engine.fields.table_heads import OTHER
from extraction.engine.layout import PageLayout, Row
from extraction.engine.reading import Place, Reading

PRICED = frozenset({"amount", "gross_amount"})
EXACT = Decimal("0.005")
HIGHEST_TAX = Decimal("0.3")  # of the net; no rate is higher


def complete(reading: Reading, layout: PageLayout, item: Item, row: Row) -> None:
    """Cells that the heads of the columns left open or gave a wrong meaning, where the arithmetic of the row tells."""
    free = _Free(reading, layout, item, row)
    _tell_price_from_unit(item, free)
    _tell_price_from_rate(item)
    _tell_net_from_gross(item, free)
    _find_price(item, free)
    _find_quantity(item, free)
    _find_amount(item, free)


class _Free:
    """The numbers of a row that are in no cell of its item."""

    def __init__(self, reading: Reading, layout: PageLayout, item: Item, row: Row) -> None:
        self.reading = reading
        self.layout = layout
        self.item = item
        self.row = row

    def number(self, value: Decimal, times: Decimal = Decimal(1), within: Decimal = EXACT) -> Number | None:
        """One that, ``times`` so much, gives ``value``."""
        return next((found for found in self._numbers() if abs(found.amount.value * times - value) <= within), None)

    def _numbers(self) -> Iterator[Number]:
        used = {(cell.box.x0, cell.box.x1) for name, cell in self.item.cells.items() if name != OTHER}
        for segment in self.row.segments:
            for found in self.reading.amounts(segment):
                number = Number(found, Place(self.layout, segment, found.start, found.end), False)
                if not found.is_percent and (number.box.x0, number.box.x1) not in used:
                    yield number


def _tell_price_from_unit(item: Item, free: _Free) -> None:
    """``Unit`` can head the unit or its price: a number is the price, and what is called so then is the amount."""
    unit, quantity, price = item.cells.get("unit"), item.number("quantity"), item.number("unit_price")
    if unit is None or any(map(str.isalpha, unit.raw)):
        return
    del item.cells["unit"]
    if quantity and price and not item.cells.keys() & PRICED:
        found = free.number(price, times=quantity)
        if found is not None:
            item.cells["amount"], item.cells["unit_price"] = item.cells["unit_price"], found.cell


def _tell_price_from_rate(item: Item) -> None:
    """What times the quantity is the amount is no rate of tax: ``St.`` can head a piece as well as a tax."""
    quantity, rate, amount = item.number("quantity"), item.number("tax_rate"), item.number("amount")
    if "unit_price" in item.cells or not quantity or not rate or not amount or "%" in item.cells["tax_rate"].raw:
        return
    if abs(quantity * rate - amount) <= EXACT:
        item.cells["unit_price"] = item.cells.pop("tax_rate")


def _tell_net_from_gross(item: Item, free: _Free) -> None:
    """Where the amount contains the tax and the net is printed as well, that is the amount.

    What proves a net is quantity × price, or that with the tax at the rate of the row it is the other.
    """
    quantity, price, amount = item.number("quantity"), item.number("unit_price"), item.number("amount")
    rate = item.number("tax_rate")
    if not amount or "gross_amount" in item.cells:
        return
    found = None
    if quantity and price:
        net = quantity * price
        if EXACT < abs(amount) - abs(net) <= HIGHEST_TAX * abs(net):
            found = free.number(net)
    elif rate and rate > 0:
        found = free.number(amount, times=1 + rate / 100, within=CENT)
    if found is not None:
        item.cells["gross_amount"], item.cells["amount"] = item.cells["amount"], found.cell


def _find_price(item: Item, free: _Free) -> None:
    """A number under an unknown head that is amount ÷ quantity is the price."""
    quantity, amount = item.number("quantity"), item.number("amount")
    if "unit_price" in item.cells or not quantity or amount is None:
        return
    found = free.number(amount, times=quantity)
    if found is not None:
        item.cells["unit_price"] = found.cell


def _find_quantity(item: Item, free: _Free) -> None:
    """A number under an unknown head that, times the price, is the amount is the quantity.

    So it is where another is printed, too: ``Ordered`` 12, ``Shipped`` 10.
    """
    quantity, price, amount = item.number("quantity"), item.number("unit_price"), item.number("amount")
    if not price or not amount or price == amount or "discount" in item.cells:
        return
    if quantity is not None and abs(quantity * price - amount) <= EXACT:
        return
    found = free.number(amount, times=price)
    if found is not None:
        item.cells["quantity"] = found.cell


def _find_amount(item: Item, free: _Free) -> None:
    """A number under an unknown head that is quantity × price is the amount."""
    quantity, price = item.number("quantity"), item.number("unit_price")
    if item.cells.keys() & PRICED or not quantity or not price:
        return
    found = free.number(round(quantity * price, 2))
    if found is not None:
        item.cells["amount"] = found.cell
