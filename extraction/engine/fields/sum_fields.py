"""The chosen sums of a document as fields, each with what proves it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from extraction.engine.candidates import Candidate
from extraction.engine.fields.results import cell_field, sum_field
from extraction.engine.fields.tax_lines import read_tax_lines
from extraction.engine.fields.totals import Sums
from extraction.engine.reading import Reading
from extraction.engine.values import Field, LineItem

SETTLED = {
    "discount_amount": "discount",
    "shipping_amount": "shipping",
    "tip_amount": "tip",
    "amount_due": "due",
    "amount_paid": "paid",
}
"""Fields and the names that their sums have in a settlement."""


def sums_fields(sums: Sums) -> Iterator[Field]:
    """The chosen sums; one that arithmetic confirms is surer."""
    proof = float(sums.agreement)
    if sums.total is not None:
        yield sum_field("total_amount", sums.total, sums.lead, rivals=sums.rivals, agreement=proof, reasons=sums.proofs)
    for name, chosen in (("subtotal_amount", sums.subtotal), ("tax_amount", sums.tax)):
        if chosen is not None:
            yield sum_field(name, chosen, 1.0, agreement=proof, reasons=sums.proofs)
    yield from _settled(sums)


def _settled(sums: Sums) -> Iterator[Field]:
    settlement = sums.settlement
    for name, role in SETTLED.items():
        chosen: Candidate | None = getattr(settlement, role)
        if chosen is not None:
            is_total = role == "due" and sums.total is not None and chosen.value == sums.total.value
            reason = settlement.proved.get(role)
            reasons = sums.proofs if is_total else (reason,) if reason else ()
            yield sum_field(name, chosen, 1.0, agreement=float(len(reasons)), reasons=reasons)
    if settlement.due is None and sums.total is not None:
        nothing_paid = msgspec.structs.replace(sums.total, rule="total_nothing_paid")
        yield sum_field("amount_due", nothing_paid, sums.lead, agreement=float(sums.agreement), reasons=sums.proofs)


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
