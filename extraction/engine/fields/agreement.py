"""What arithmetic says about a total, a net and a tax that may belong together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, product
from typing import NamedTuple

from extraction.engine.fields.adjustments import TOLERANCE, Adjustments
from extraction.engine.fields.sums import CENT, Fact, in_one_column

WITH_TIP = 2.0
COIN = Decimal("0.05")
USUAL_RATES = (*map(Decimal, (*range(5, 26), 27)), *map(Decimal, ("5.5", "7.7", "8.1", "9.5", "13.5")))
"""Tax rates in percent of many countries."""
COLUMN_FACTS = 40  # sums before one that can stand in its column

NET_AND_TAX = "net and tax add up to the total"
ADJUSTED = "net, tax and the sums between them and the total add up"
RATE = "the tax is a printed rate of the net"
USUAL_RATE = "the tax is a usual rate of the net"
LINES = "the lines add up"
CASH = "what was given less the change is the total"
PAID = "what was paid and what is due make up the total"


class Judgement(NamedTuple):
    """``score`` is added to what labels say; each of ``proofs`` is one sum that works, as a phrase."""

    score: float
    proofs: tuple[str, ...] = ()


NOTHING = Judgement(0.0)


class Agreement:
    """What a set of sums is measured against: all other sums of the document and its lines."""

    def __init__(self, facts: Sequence[Fact], rates: frozenset[Decimal], lines: Decimal) -> None:
        self.rates = rates
        self.lines = lines
        self.by_role: dict[str, list[Decimal]] = {}
        for fact in facts:
            if fact.role:
                self.by_role.setdefault(fact.role, []).append(abs(fact.value))
        self.sums = {abs(fact.value) for fact in facts}
        self.grand, self.parts = column_sums(facts)
        self.adjustments = Adjustments(facts)
        self.roundings = [signed for fact in self.adjustments.roundings for signed in (fact.value, -fact.value)]
        # What is given less the unnamed sum after it: the word "change" may stand a line off, or be lost.
        self.unnamed_changes = {
            abs(cash.value) - abs(after.value)
            for cash, after in pairwise(facts)
            if cash.role == "cash" and after.role is None and 0 < abs(after.value) < abs(cash.value)
        }
        self.totals = {value for role in ("total", "gross", "due") for value in self.by_role.get(role, ())}
        self.counts: dict[Decimal, int] = {}
        for fact in facts:
            self.counts[fact.value] = self.counts.get(fact.value, 0) + 1
        self._of_total: dict[Decimal, Judgement] = {}

    def judge(self, total: Decimal, net: Decimal | None, tax: Decimal | None) -> Judgement:
        """All that is known of the three together; signs count only where they differ."""
        found = [self._alone(total), self._taxed(total, net, tax), self._lines(total, net)]
        return Judgement(sum(one.score for one in found), tuple(proof for one in found for proof in one.proofs))

    def _alone(self, total: Decimal) -> Judgement:
        """What does not depend on net and tax, once for each total."""
        known = self._of_total.get(total)
        if known is None:
            paid = self._payments(abs(total))
            score = paid.score + self._rounding(abs(total)) + self._tipped(abs(total))
            score += 0.12 * min(4, self.counts.get(total, 1) - 1)
            score += 1.2 if total in self.grand else -1.0 if total in self.parts else 0.0
            known = self._of_total[total] = Judgement(score, paid.proofs)
        return known

    def _taxed(self, total: Decimal, net: Decimal | None, tax: Decimal | None) -> Judgement:
        if net is not None and tax is not None:
            return self._net_and_tax(abs(total), abs(net), abs(tax), same=net == total)
        if tax is not None and self.is_rate(tax, total - tax):
            return Judgement(0.6, (RATE,))
        if tax is not None and is_usual_rate(tax, total - tax):
            return Judgement(0.3, (USUAL_RATE,))
        if tax is None and net is not None and abs(net) > abs(total) + TOLERANCE:
            return Judgement(-1.2)
        return NOTHING

    def _net_and_tax(self, total: Decimal, net: Decimal, tax: Decimal, *, same: bool) -> Judgement:
        off = abs(net + tax - total)
        if off <= TOLERANCE:
            if tax == 0:
                return Judgement(1.0, (NET_AND_TAX,)) if total else NOTHING
            exact = 0.4 if off == 0 or any(off == abs(rounding) for rounding in self.roundings) else 0.0
            rated = self.is_rate(tax, net)
            return Judgement((2.2 if rated else 1.6) + exact, (NET_AND_TAX, RATE) if rated else (NET_AND_TAX,))
        if self.adjustments.explain(total - net - tax) is not None:
            rated = self.is_rate(tax, total - tax) or self.is_rate(tax, net)
            return Judgement(1.6, (ADJUSTED, RATE)) if rated else Judgement(1.2, (ADJUSTED,))
        if net > total + TOLERANCE:
            return Judgement(-1.2)
        # A net that contains the tax ("Total 106, of which tax 6") is no disagreement.
        return Judgement(0.3 if same else -0.8)

    def is_rate(self, tax: Decimal, net: Decimal) -> bool:
        """``tax`` is one of the printed rates of ``net``."""
        if not net or not tax:
            return False
        net, tax = abs(net) / 100, abs(tax)
        return any(abs(net * rate - tax) <= TOLERANCE for rate in self.rates)

    def _lines(self, total: Decimal, net: Decimal | None) -> Judgement:
        if self.lines and abs(self.lines - (total if net is None else net)) <= TOLERANCE:
            return Judgement(0.8, (LINES,))
        return NOTHING

    def _payments(self, total: Decimal) -> Judgement:
        return max(self._paid_ways(total), key=lambda item: item.score, default=NOTHING)

    def _paid_ways(self, total: Decimal) -> Iterator[Judgement]:
        for cash, change in product(self.by_role.get("cash", [])[:6], self.by_role.get("change", [])[:3]):
            if abs(cash - change - total) <= CENT / 2:
                yield Judgement(2.0 if change else 0.8, (CASH,))
        if total in self.unnamed_changes:
            yield Judgement(1.2, (CASH,))
        if total in self.by_role.get("cash", []):
            yield Judgement(0.7, (CASH,))
        for paid, due in product(self.by_role.get("paid", [])[:6], self.by_role.get("due", [])[:4]):
            if paid and abs(total - paid - due) <= TOLERANCE:
                yield Judgement(1.6, (PAID,))

    def _tipped(self, total: Decimal) -> float:
        """The sum with the tip is what is paid; the one before it is not. Of several tips all are proposals."""
        ways = {tip for tip in self.by_role.get("tip", ()) if tip}
        sums = [(low, high) for tip in ways for low in self.totals if (high := low + tip) in self.totals]
        if len(set(sums)) != 1:
            return 0.0
        return WITH_TIP if total == sums[0][1] else -WITH_TIP if total == sums[0][0] else 0.0

    def _rounding(self, total: Decimal) -> float:
        """The sum after rounding is what is paid; the one before it is not."""
        for rounding in self.roundings:
            if total - rounding in self.sums and _is_rounder(total, total - rounding):
                return 1.8
            if total + rounding in self.sums and _is_rounder(total + rounding, total):
                return -1.8
        return 0.0


def column_sums(facts: Sequence[Fact]) -> tuple[frozenset[Decimal], frozenset[Decimal]]:
    """Values that are the sum of the two or more above them in their column, and the values that they sum up.

    So the last row of a table of taxes by rate is told from the rows above it.
    """
    grand: set[Decimal] = set()
    parts: set[Decimal] = set()
    for index, fact in enumerate(facts):
        if fact.role is None or not fact.value:
            continue
        above = [other for other in facts[max(0, index - COLUMN_FACTS) : index] if in_one_column(other, fact)]
        running = Decimal(0)
        for count, other in enumerate(reversed(above), start=1):
            if fact.role == "due" and other.value * fact.value < 0:
                break  # a payment: what is left is not the sum of the document
            running += other.value
            if count >= 2 and running == fact.value and other.value != fact.value:
                grand.add(fact.value)
                parts.update(part.value for part in above[-count:])
                break
    return frozenset(grand), frozenset(parts - grand)


def is_usual_rate(tax: Decimal, net: Decimal) -> bool:
    """``tax`` is a usual rate of ``net`` to the cent; of small sums too many rates are."""
    if abs(net) < 20 or not tax:
        return False
    net, tax = abs(net) / 100, abs(tax)
    return any(abs(net * rate - tax) < CENT for rate in USUAL_RATES)


def _is_rounder(value: Decimal, other: Decimal) -> bool:
    """``value`` ends in a coin, or is whole, and ``other`` is not."""
    return any(value % coin == 0 and other % coin != 0 for coin in (COIN, 1))
