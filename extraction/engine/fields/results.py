"""Candidates that were chosen → fields with evidence and confidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from extraction.engine.candidates import RIVALS, Candidate, Decision
from extraction.engine.confidence import Signals, confidence, probability
from extraction.engine.fields.line_items import Item
from extraction.engine.fields.table_cells import Cell
from extraction.engine.ranking.model import shares
from extraction.engine.ranking.reasons import why
from extraction.engine.reading import Place
from extraction.engine.values import LINE_ITEM_FIELDS, Evidence, Field, LineItem, Why


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
    return Field(
        name=name,
        raw=chosen.raw,
        value=chosen.value if value is None else value,
        confidence=_confidence(name, chosen, lead, place if recognised else None),
        evidence=evidence,
        why=why(name, chosen),
    )


def named_fields(**found: tuple[Candidate, float] | None) -> Iterator[Field]:
    """The fields that were found."""
    return (field(name, *chosen) for name, chosen in found.items() if chosen is not None)


def sum_field(
    name: str,
    chosen: Candidate,
    lead: float,
    *,
    rivals: Sequence[Candidate] = (),
    agreement: float = 0.0,
    reasons: tuple[str, ...] = (),
    repair: str | None = None,
    value: Any = None,
) -> Field:
    """The field for a sum that was chosen together with others.

    ``rivals`` are the other candidates, the strongest first; ``agreement`` counts the sums that prove it; ``reasons``
    are phrases for a person ("adds up with net and tax"); ``repair`` is a sentence where ``value`` is not as printed.
    """
    decision = Decision(rivals=(chosen, *rivals[: RIVALS - 1]), reasons=reasons, agreement=agreement, repair=repair)
    return field(name, chosen.decided(decision), lead, value=value)


def _confidence(name: str, chosen: Candidate, lead: float, recognised: Place | None) -> float:
    decision = chosen.decision or Decision(rivals=(chosen,))
    task = decision.task or name
    signals = Signals(
        score=chosen.score,
        lead=lead,
        share=shares(task, [rival.score for rival in decision.rivals])[0],
        doubt=chosen.doubt,
        blur=1.0 - recognised.confidence if recognised is not None else 0.0,
        recognised=recognised is not None,
        proved=decision.agreement,
    )
    return confidence(task, signals)


def line_item(item: Item, *, proved: bool) -> LineItem:
    """The fields of one line; ``proved`` when all lines add up to a printed sum."""
    cells = dict(item.cells)
    if "amount" not in cells:
        cells["amount"] = cells["gross_amount"]
    quantity, price, amount = item.number("quantity"), item.number("unit_price"), cells["amount"].value
    fits = quantity is not None and price is not None and abs(quantity * price - Decimal(amount)) <= FITS
    score = 1.6 + 1.2 * fits + 1.2 * proved
    fields = [cell_field(name, cells[name], score, f"column:{name}") for name in LINE_ITEM_FIELDS if name in cells]
    if quantity and price is not None and not fits:
        net = _net_price(quantity, price, Decimal(amount), item.number("discount"))
        if net is not None:
            others = [field for field in fields if field.name != "unit_price"]
            fields = [*others, cell_field("unit_price", cells["unit_price"], score, "price_after_discount", net)]
    return LineItem(cells=tuple(fields))


CELL = "line_items"
"""All cells of line items share their weights of confidence."""

FITS = Decimal("0.02")
"""Quantity × price may differ from the printed amount by this much: prices are rounded."""


def _net_price(quantity: Decimal, price: Decimal, amount: Decimal, discount: Decimal | None) -> Decimal | None:
    """The price after a discount in percent, when that explains the amount."""
    if discount is None or not 0 < abs(discount) < 100:
        return None
    net = (price * (100 - abs(discount)) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return net if abs(abs(net * quantity) - abs(amount)) <= Decimal("0.005") * abs(quantity) + FITS else None


def cell_field(name: str, cell: Cell, score: float, rule: str, value: Decimal | None = None) -> Field:
    """The field of one cell of a line; ``value`` replaces what is printed."""
    source: Literal["text", "ocr", "derived"] = "derived" if cell.repair else "text" if cell.ocr == 1.0 else "ocr"
    return Field(
        name=name,
        raw=cell.raw,
        value=cell.value if value is None else value,
        confidence=probability(score, 1.0, name=CELL, ocr=cell.ocr),
        evidence=Evidence(rule="repaired" if cell.repair else rule, page=cell.page, box=cell.box, source=source),
        why=Why(repair=cell.repair) if cell.repair else None,
    )
