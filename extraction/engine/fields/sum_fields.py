"""The chosen sums of a document as fields, each with what proves it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from extraction.engine.candidates import Candidate
from extraction.engine.fields.results import cell_field, sum_field
from extraction.engine.fields.settlement import BALANCES, paid_at_once
from extraction.engine.fields.tax_lines import read_tax_lines
from extraction.engine.fields.totals import Sums
from extraction.engine.reading import Reading
from extraction.engine.values import Field, LineItem

DERIVED = 1.0
"""So much less speaks for a value that is inferred than for one that is printed."""

SETTLED = {
    "discount_amount": "discount",
    "shipping_amount": "shipping",
    "tip_amount": "tip",
    "amount_due": "due",
    "amount_paid": "paid",
}
"""Fields and the names that their sums have in a settlement."""


def sums_fields(sums: Sums, *, at_once: bool = False) -> Iterator[Field]:
    """The chosen sums; one that arithmetic confirms is surer. ``at_once``: what is bought here is paid here."""
    if sums.total is not None:
        yield _chosen("total_amount", sums.total, sums)
    if sums.subtotal is not None:
        yield _chosen("subtotal_amount", sums.subtotal, sums)
    if sums.tax is not None:
        yield _chosen("tax_amount", sums.tax, sums)
    yield from _settled(sums, at_once=at_once)


def _chosen(name: str, chosen: Candidate, sums: Sums) -> Field:
    """A sum of the chosen set. One that was misread keeps its place and says what proves its value."""
    of_total = name in ("total_amount", "amount_due")
    mended = sums.repair if sums.repair is not None and chosen.place is sums.repair.fact.place else None
    found = sum_field(
        name,
        chosen if mended is None else chosen.plus(-DERIVED),
        sums.lead if of_total else 1.0,
        rivals=sums.rivals if of_total else (),
        agreement=float(sums.agreement),
        reasons=sums.proofs,
        repair=mended.sentence if mended is not None else None,
    )
    if mended is None:
        return found
    evidence = msgspec.structs.replace(found.evidence, source="derived", rule="repaired")
    return msgspec.structs.replace(found, evidence=evidence)


def _settled(sums: Sums, *, at_once: bool) -> Iterator[Field]:
    settlement = sums.settlement
    paid = paid_at_once(sums.facts, sums.total) if at_once and sums.total is not None else None
    if paid is not None:
        yield sum_field("amount_paid", paid, 1.0, agreement=1.0, reasons=(BALANCES,))
        settlement = msgspec.structs.replace(settlement, paid=None)
    for name, role in SETTLED.items():
        chosen: Candidate | None = getattr(settlement, role)
        if chosen is not None:
            is_total = role == "due" and sums.total is not None and chosen.value == sums.total.value
            reason = settlement.proved.get(role)
            reasons = sums.proofs if is_total else (reason,) if reason else ()
            yield sum_field(name, chosen, 1.0, agreement=float(len(reasons)), reasons=reasons)
    if settlement.due is None and sums.total is not None and paid is None:
        nothing_paid = msgspec.structs.replace(sums.total, rule="total_nothing_paid")
        yield _chosen("amount_due", nothing_paid, sums)


def tax_line_items(reading: Reading, sums: Sums) -> tuple[LineItem, ...]:
    """The table of taxes; they add up to the tax, and one whose arithmetic works is surer."""
    return tuple(
        LineItem(
            cells=tuple(
                cell_field(name, cell, 2.0 + 1.2 * line.proved, f"tax_line:{name}") for name, cell in line.cells.items()
            )
        )
        for line in read_tax_lines(reading, sums)
    )
