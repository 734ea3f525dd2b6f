"""What stands between the sums of a document: discounts, shipping, charges, tips, rounding, and tax held back.

All are taken as positive numbers: a discount and what is held back lower the sum whatever the sign they are printed
with, shipping, charges and tips raise it; only rounding goes either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import combinations

from extraction.engine.fields.sums import Fact

TOLERANCE = Decimal("0.02")
MAX_ROUNDING = Decimal("0.99")

RAISES = frozenset({"shipping", "charge", "tip"})
LOWERS = frozenset({"discount", "withheld"})
MAX_FACTS = 7
"""Adjustments of one document that are combined; all subsets of them are tried."""


class Adjustments:
    """The adjustments that a document prints, and which of them lead from one of its sums to another."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.roundings = [fact for fact in facts if fact.role == "rounding" and 0 < abs(fact.value) <= MAX_ROUNDING]
        self.facts = list(_distinct(facts))[:MAX_FACTS]

    def explain(self, difference: Decimal) -> tuple[Fact, ...] | None:
        """The fewest adjustments that make up ``difference`` to two hundredths; ``None`` when none do."""
        cents = _cents(difference)
        for off in (0, 1, -1, 2, -2):
            found = self._combined.get(cents + off)
            if found is not None:
                return found
        return None

    @cached_property
    def _combined(self) -> dict[int, tuple[Fact, ...]]:
        """Every sum in cents that a subset of the adjustments makes, with the smallest such subset."""
        found: dict[int, tuple[Fact, ...]] = {}
        for size in range(len(self.facts) + 1):
            for chosen in combinations(self.facts, size):
                effect = sum((_effect(fact) for fact in chosen), Decimal(0))
                found.setdefault(_cents(effect), chosen)
        for cents, chosen in list(found.items()):
            for rounding in self.roundings[:3]:
                for signed in (rounding.value, -rounding.value):
                    found.setdefault(round(cents + signed * 100), (*chosen, rounding))
        return found


def _cents(amount: Decimal) -> int:
    return round(amount * 100)


def _distinct(facts: Sequence[Fact]) -> Iterator[Fact]:
    """One of each role and value: a summary repeats what the page said before. The best labelled first."""
    carried = {abs(fact.value) for fact in facts if fact.role == "carry"}  # "transport" can mean either
    seen: set[tuple[str, Decimal]] = {(role, value) for role in RAISES | LOWERS for value in carried}
    for fact in sorted(facts, key=lambda fact: -fact.strength):
        if fact.role in RAISES | LOWERS and fact.value and (fact.role, abs(fact.value)) not in seen:
            seen.add((fact.role or "", abs(fact.value)))
            yield fact


def _effect(fact: Fact) -> Decimal:
    return -abs(fact.value) if fact.role in LOWERS else abs(fact.value)
