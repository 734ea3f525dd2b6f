"""The sums of a document: net, tax, total, paid and due, chosen together so that they agree.

A set whose arithmetic works (net + tax = total, total − paid = due, cash − change = total) beats better labels.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

import msgspec

from extraction.engine.candidates import Candidate
from extraction.engine.fields.breakdown import rates_of, tax_sums, told_apart
from extraction.engine.fields.choosing import Choice, ranked
from extraction.engine.fields.repair import Repair, repair
from extraction.engine.fields.settlement import Settlement, settle
from extraction.engine.fields.sums import Fact, facts_of
from extraction.engine.reading import Reading

RIVALS = 6  # other totals that are remembered


class Sums(msgspec.Struct, frozen=True):
    """The chosen set. ``proofs`` say what the arithmetic shows, ``lead`` compares with the next total."""

    total: Candidate | None = None
    subtotal: Candidate | None = None
    tax: Candidate | None = None
    rivals: tuple[Candidate, ...] = ()  # other totals, the strongest first
    settlement: Settlement = Settlement()
    lead: float = 0.0
    proofs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    repair: Repair | None = None  # of one misread sum

    @property
    def agreement(self) -> int:
        return len(self.proofs)

    @property
    def due(self) -> Candidate | None:
        return self.settlement.due

    @property
    def paid(self) -> Candidate | None:
        return self.settlement.paid


def read_sums(
    reading: Reading, line_amounts: Iterable[Decimal] = (), item_rows: Collection[tuple[int, int]] = ()
) -> Sums:
    """``line_amounts`` of the line items; ``item_rows`` are their (page, row), which hold no sums of the document."""
    rates = rates_of(reading)
    facts = told_apart(list(facts_of(reading, item_rows)), rates)
    lines = sum(line_amounts, Decimal(0))
    choices = ranked(facts, rates, lines)
    if not choices:
        return Sums(tax=_strongest([*facts, *tax_sums(facts)], "tax"), facts=tuple(facts))
    repaired = repair(facts, rates, lines, choices[0])
    if repaired is not None:
        facts = [repaired.fact if fact is repaired.printed else fact for fact in facts]
        choices = ranked(facts, rates, lines)
    return _sums(facts, choices, lines, repaired)


def _sums(facts: list[Fact], choices: list[Choice], lines: Decimal, repaired: Repair | None) -> Sums:
    chosen = choices[0]
    tax, subtotal = chosen.tax, chosen.subtotal
    if subtotal is not None and _is_total_again(chosen):
        subtotal = None
    proof = 0.8 * len(chosen.proofs)
    found_tax = _candidate(tax, "tax", 2.4 * tax.strength + proof) if tax else None
    if tax is not None and found_tax is not None and not any(fact.value == tax.value for fact in facts):
        found_tax = msgspec.structs.replace(found_tax, rule="sum_of_taxes")
    return Sums(
        total=_candidate(chosen.total, "total", chosen.score),
        subtotal=_candidate(subtotal, "subtotal", 2.0 * subtotal.strength + proof) if subtotal else None,
        tax=found_tax,
        rivals=tuple(_candidate(other.total, "total", other.score) for other in choices[1 : 1 + RIVALS]),
        settlement=settle(facts, chosen.total, subtotal, tax, lines),
        lead=chosen.score - (choices[1].score if len(choices) > 1 else 0.0),
        proofs=chosen.proofs,
        facts=tuple(facts),
        repair=repaired,
    )


def _is_total_again(chosen: Choice) -> bool:
    """A sum called total is not also the net, unless there is no tax."""
    subtotal = chosen.subtotal
    if subtotal is None or subtotal.role != "total" or subtotal.value != chosen.total.value:
        return False
    return chosen.tax is None or chosen.tax.value != 0


def _strongest(facts: Sequence[Fact], role: str) -> Candidate | None:
    found = [fact for fact in facts if fact.role == role]
    if not found:
        return None
    fact = max(found, key=lambda item: item.strength + 0.3 * item.order + (0.0 if item.value else -0.2))
    return _candidate(fact, role, 2.5 * fact.strength)


def _candidate(fact: Fact, name: str, score: float) -> Candidate:
    rule = f"label:{fact.role}" if fact.role else f"largest_{name}"
    return Candidate(fact.value, fact.place.text, score, rule, fact.place)
