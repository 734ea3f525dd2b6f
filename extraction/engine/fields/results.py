"""Candidates that were chosen → fields with evidence and confidence."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from extraction.engine.candidates import Candidate
from extraction.engine.confidence import probability
from extraction.engine.fields.line_items import Item
from extraction.engine.fields.table_cells import Cell
from extraction.engine.reading import Place
from extraction.engine.values import LINE_ITEM_FIELDS, Evidence, Field, LineItem


def field(name: str, chosen: Candidate, lead: float, *, value: Any = None) -> Field:
    """The field for a chosen candidate; ``value`` replaces the candidate's own."""
    place: Place | None = chosen.place
    recognised = place is not None and place.segment.words[0].origin == "ocr"
    evidence = Evidence(
        rule=chosen.rule,
        page=place.page if place else None,
        box=place.box if place else None,
        source="derived" if place is None else "ocr" if recognised else "text",
    )
    ocr = place.confidence if place is not None and recognised else 1.0
    return Field(
        name=name,
        raw=chosen.raw,
        value=chosen.value if value is None else value,
        confidence=probability(chosen.score, lead, ocr=ocr),
        evidence=evidence,
    )


def line_item(item: Item, *, proved: bool) -> LineItem:
    """The fields of one line; ``proved`` when all lines add up to a printed sum."""
    cells = dict(item.cells)
    if "amount" not in cells:
        cells["amount"] = cells["gross_amount"]
    quantity, price, amount = item.number("quantity"), item.number("unit_price"), cells["amount"].value
    fits = quantity is not None and price is not None and abs(quantity * price - Decimal(amount)) <= FITS
    score = 1.6 + 1.2 * fits + 1.2 * proved
    fields = [_cell_field(name, cells[name], score, f"column:{name}") for name in LINE_ITEM_FIELDS if name in cells]
    if quantity and price is not None and not fits:
        net = _net_price(quantity, price, Decimal(amount), item.number("discount"))
        if net is not None:
            others = [field for field in fields if field.name != "unit_price"]
            fields = [*others, _cell_field("unit_price", cells["unit_price"], score, "price_after_discount", net)]
    return LineItem(cells=tuple(fields))


FITS = Decimal("0.02")
"""Quantity × price may differ from the printed amount by this much: prices are rounded."""


def _net_price(quantity: Decimal, price: Decimal, amount: Decimal, discount: Decimal | None) -> Decimal | None:
    """The price after a discount in percent, when that explains the amount."""
    if discount is None or not 0 < abs(discount) < 100:
        return None
    net = (price * (100 - abs(discount)) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return net if abs(net * quantity - abs(amount)) <= Decimal("0.005") * abs(quantity) + FITS else None


def _cell_field(name: str, cell: Cell, score: float, rule: str, value: Decimal | None = None) -> Field:
    evidence = Evidence(rule=rule, page=cell.page, box=cell.box, source="text" if cell.ocr == 1.0 else "ocr")
    confidence = probability(score, 1.0, ocr=cell.ocr)
    return Field(
        name=name, raw=cell.raw, value=cell.value if value is None else value, confidence=confidence, evidence=evidence
    )
