"""Which of the printed sums are total, net and tax: chosen together, by their labels and by what arithmetic says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import product

import msgspec

from extraction.engine.fields.agreement import Agreement
from extraction.engine.fields.breakdown import tax_sums
from extraction.engine.fields.sums import Fact

TOTAL_SCORE = {"gross": 3.2, "total": 2.4, "due": 1.9}
NOT_TOTAL = -3.0
NEVER_TOTAL = frozenset({"tax", "tip", "change", "discount", "withheld", "shipping", "charge", "count", "part"})
"""What a sum with one of these words of its own is."""
OWN = 0.9  # strength of a role that the words beside a sum give it
MAX_CANDIDATES = 8
LEAST_NET = Decimal("0.4")
"""Of the total, that a net amount makes where no label says that it is one."""


class Choice(msgspec.Struct, frozen=True):
    """A total with the net and the tax that go with it best."""

    total: Fact
    subtotal: Fact | None
    tax: Fact | None
    score: float
    proofs: tuple[str, ...]


def ranked(facts: list[Fact], rates: frozenset[Decimal], lines: Decimal) -> list[Choice]:
    """The best choice for each possible total, the best of all first; empty when nothing can be one."""
    totals = _top([fact for fact in facts if not _is_other(fact)], _total_score)
    subtotals = [None, *(fact for fact in _top(facts, _subtotal_score) if _subtotal_score(fact) > 0)]
    differences = _differences(facts, totals, subtotals, rates)
    taxes = [
        None,
        *(fact for fact in _top([*facts, *tax_sums(facts), *differences], _tax_score) if _tax_score(fact) > 0),
    ]
    agreement = Agreement(facts, rates, lines)
    best: dict[Decimal, Choice] = {}
    for total, subtotal, tax in product(totals, subtotals, taxes):
        if _can_be_net(subtotal, total, tax):
            choice = _judged(agreement, total, subtotal, tax)
            known = best.get(abs(total.value))
            if known is None or choice.score > known.score:
                best[abs(total.value)] = choice
    return sorted(best.values(), key=lambda choice: -choice.score)


def _judged(agreement: Agreement, total: Fact, subtotal: Fact | None, tax: Fact | None) -> Choice:
    score = _total_score(total)
    if subtotal is not None:
        score += 0.5 * _subtotal_score(subtotal)
    if tax is not None:
        score += 0.5 * _tax_score(tax)
        score -= 2.0 if abs(tax.value) > abs(total.value) * Decimal("0.36") else 0.0
    judged = agreement.judge(total.value, subtotal.value if subtotal else None, tax.value if tax else None)
    return Choice(total, subtotal, tax, score + judged.score, judged.proofs)


def _can_be_net(subtotal: Fact | None, total: Fact, tax: Fact | None) -> bool:
    """The total itself is the net only where a tax of zero is printed; a much lower one is another total."""
    if subtotal is not None and subtotal.role != "subtotal" and abs(subtotal.value) < LEAST_NET * abs(total.value):
        return False
    if subtotal is None or subtotal.role == "subtotal" or subtotal.value != total.value:
        return True
    return tax is not None and tax.value == 0


def _is_other(fact: Fact) -> bool:
    return fact.role in NEVER_TOTAL and fact.strength >= OWN


def _top(facts: Iterable[Fact], score: Callable[[Fact], float]) -> list[Fact]:
    """The strongest facts, one a value."""
    ranked = sorted(facts, key=score, reverse=True)
    chosen: dict[Decimal, Fact] = {}
    for fact in ranked:
        chosen.setdefault(fact.value, fact)
        if len(chosen) == MAX_CANDIDATES:
            break
    return list(chosen.values())


def _total_score(fact: Fact) -> float:
    if fact.role is None:
        base = -0.6
    elif fact.role in TOTAL_SCORE:
        base = TOTAL_SCORE[fact.role] * fact.strength
    elif fact.role == "subtotal":
        base = 0.2
    elif fact.role in ("cash", "rounding"):
        base = 0.3
    else:
        base = NOT_TOTAL * fact.strength
    if fact.value == 0:
        base -= 1.5
    return base + 0.6 * fact.order + 0.4 * fact.large + 0.15 * fact.marked


def _subtotal_score(fact: Fact) -> float:
    if fact.role == "subtotal":
        return 2.0 * fact.strength + 0.3 * fact.order
    if fact.role == "total":
        return 0.6 * fact.strength
    if fact.role == "tax_base":
        return 0.8 * fact.strength
    return 0.0


def _tax_score(fact: Fact) -> float:
    return 2.0 * fact.strength + 0.3 * fact.order if fact.role == "tax" else 0.0


def _differences(
    facts: list[Fact], totals: list[Fact], subtotals: list[Fact | None], rates: frozenset[Decimal]
) -> Iterator[Fact]:
    """A printed sum that is exactly total − net, at a printed rate: the tax, whatever its row says."""
    wanted = {
        abs(total.value) - abs(subtotal.value)
        for total in totals
        for subtotal in subtotals
        if subtotal and subtotal.value
    }
    if any(fact.role == "tax" and fact.strength >= OWN and fact.value for fact in facts):
        return
    for fact in facts:
        named = fact.role == "total" and fact.strength >= OWN  # "Total costs" is no tax
        if fact.role in (None, "tax_base", "total") and not named and fact.value > 0 and fact.value in wanted:
            yield msgspec.structs.replace(fact, role="tax", strength=0.4)
