"""The sums of a document: net, tax, total, paid and due, chosen together so that they agree.

A set whose arithmetic works (net + tax = total, total − paid = due, cash − change = total) beats better labels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, product

import msgspec

from extraction.engine.candidates import Candidate
from extraction.engine.fields.adjustments import TOLERANCE, Adjustments
from extraction.engine.fields.breakdown import rates_of, tax_sums, with_bases, with_parts
from extraction.engine.fields.sums import CENT, Fact, facts_of
from extraction.engine.reading import Reading

COIN = Decimal("0.05")

TOTAL_SCORE = {"gross": 3.2, "total": 2.4, "due": 1.9}
NOT_TOTAL = -3.0
NEVER_TOTAL = frozenset({"tax", "tip", "change", "discount", "withheld", "shipping", "charge", "count", "part"})
"""What a sum with one of these words of its own is."""
OWN = 0.9  # strength of a role that the words beside a sum give it
MAX_CANDIDATES = 8
USUAL_RATES = (*map(Decimal, (*range(5, 26), 27)), *map(Decimal, ("5.5", "7.7", "8.1", "9.5", "13.5")))
"""Tax rates in percent of many countries."""
COLUMN_FACTS = 40  # sums before one that can stand in its column


class Sums(msgspec.Struct, frozen=True):
    """The chosen set. ``agreement`` counts what the arithmetic proves, ``lead`` compares with the next total."""

    total: Candidate | None = None
    subtotal: Candidate | None = None
    tax: Candidate | None = None
    due: Candidate | None = None
    paid: Candidate | None = None
    lead: float = 0.0
    agreement: int = 0


def read_sums(
    reading: Reading, line_amounts: Iterable[Decimal] = (), item_rows: Collection[tuple[int, int]] = ()
) -> Sums:
    """``line_amounts`` of the line items; ``item_rows`` are their (page, row), which hold no sums of the document."""
    rates = rates_of(reading)
    facts = with_parts(with_bases(list(facts_of(reading, item_rows)), rates))
    lines = sum(line_amounts, Decimal(0))
    return choose(facts, rates, lines)


class _Set(msgspec.Struct):
    total: Fact
    subtotal: Fact | None
    tax: Fact | None
    score: float
    agreement: int


def choose(facts: list[Fact], rates: frozenset[Decimal], lines: Decimal) -> Sums:
    totals = _top([fact for fact in facts if not _is_other(fact)], _total_score)
    if not totals:
        return _without_total(facts)
    subtotals = [None, *(fact for fact in _top(facts, _subtotal_score) if _subtotal_score(fact) > 0)]
    differences = _differences(facts, totals, subtotals, rates)
    taxes = [
        None,
        *(fact for fact in _top([*facts, *tax_sums(facts), *differences], _tax_score) if _tax_score(fact) > 0),
    ]
    context = _Context(facts, rates, lines)
    sets = [
        context.rate(total, subtotal, tax)
        for total, subtotal, tax in product(totals, subtotals, taxes)
        if _can_be_net(subtotal, total, tax)
    ]
    top = max(sets, key=lambda item: item.score)
    others = [item.score for item in sets if abs(item.total.value) != abs(top.total.value)]
    lead = top.score - max(others, default=0.0)
    return _sums(facts, top, lead, rates)


def _can_be_net(subtotal: Fact | None, total: Fact, tax: Fact | None) -> bool:
    """The total itself is the net only where a tax of zero is printed."""
    if subtotal is None or subtotal.role == "subtotal" or subtotal.value != total.value:
        return True
    return tax is not None and tax.value == 0


def _is_other(fact: Fact) -> bool:
    return fact.role in NEVER_TOTAL and fact.strength >= OWN


def _without_total(facts: list[Fact]) -> Sums:
    return Sums(tax=_strongest([*facts, *tax_sums(facts)], "tax"))


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


def column_sums(facts: Sequence[Fact]) -> tuple[frozenset[Decimal], frozenset[Decimal]]:
    """Values that are the sum of the two or more above them in their column, and the values that they sum up.

    So the last row of a table of taxes by rate is told from the rows above it.
    """
    grand: set[Decimal] = set()
    parts: set[Decimal] = set()
    for index, fact in enumerate(facts):
        if fact.role is None or not fact.value:
            continue
        above = [other for other in facts[max(0, index - COLUMN_FACTS) : index] if _same_column(other, fact)]
        running = Decimal(0)
        for count, other in enumerate(reversed(above), start=1):
            running += other.value
            if count >= 2 and running == fact.value and other.value != fact.value:
                grand.add(fact.value)
                parts.update(part.value for part in above[-count:])
                break
    return frozenset(grand), frozenset(parts - grand)


def _same_column(one: Fact, other: Fact) -> bool:
    if one.place.page != other.place.page or one.place.segment.row == other.place.segment.row:
        return False
    return abs(one.place.box.x1 - other.place.box.x1) <= one.place.layout.line_height


def _is_usual_rate(tax: Decimal, net: Decimal) -> bool:
    """``tax`` is a usual rate of ``net`` to the cent; of small sums too many rates are."""
    if abs(net) < 20 or not tax:
        return False
    return any(abs(abs(net) * rate / 100 - abs(tax)) < CENT for rate in USUAL_RATES)


def _is_rounder(value: Decimal, other: Decimal) -> bool:
    """``value`` ends in a coin and ``other`` does not."""
    return value % COIN == 0 and other % COIN != 0


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
    for fact in facts:
        if fact.role in (None, "tax_base", "total") and fact.value > 0 and fact.value in wanted:
            yield msgspec.structs.replace(fact, role="tax", strength=0.4)


class _Context:
    """What a set of sums is measured against."""

    def __init__(self, facts: list[Fact], rates: frozenset[Decimal], lines: Decimal) -> None:
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
        self.counts: dict[Decimal, int] = {}
        for fact in facts:
            self.counts[fact.value] = self.counts.get(fact.value, 0) + 1

    def rate(self, total: Fact, subtotal: Fact | None, tax: Fact | None) -> _Set:
        score = _total_score(total) + 0.12 * min(4, self.counts[total.value] - 1)
        if total.value in self.grand:
            score += 1.2
        elif total.value in self.parts:
            score -= 1.0
        agreement = 0
        value = total.value
        if subtotal is not None:
            score += 0.5 * _subtotal_score(subtotal)
        if tax is not None:
            score += 0.5 * _tax_score(tax)
            score -= 2.0 if abs(tax.value) > abs(value) * Decimal("0.36") else 0.0
        if subtotal is not None and tax is not None:
            gained, proved = self._net_and_tax(value, subtotal.value, tax.value)
            score, agreement = score + gained, agreement + proved
        elif tax is not None and self._is_rate(tax.value, value - tax.value):
            score, agreement = score + 0.6, agreement + 1
        elif tax is not None and _is_usual_rate(tax.value, value - tax.value):
            score, agreement = score + 0.3, agreement + 1
        elif subtotal is not None:
            score -= 1.2 if abs(subtotal.value) > abs(value) + TOLERANCE else 0.0
        gained, proved = self._payments(value)
        score, agreement = score + gained + self._rounding(total), agreement + proved
        if self.lines and abs(self.lines - (subtotal.value if subtotal else value)) <= TOLERANCE:
            score, agreement = score + 0.8, agreement + 1
        return _Set(total, subtotal, tax, score, agreement)

    def _net_and_tax(self, total: Decimal, subtotal: Decimal, tax: Decimal) -> tuple[float, int]:
        off = abs(abs(subtotal) + abs(tax) - abs(total))
        if off <= TOLERANCE:
            if tax == 0:
                return 1.0, 1
            exact = 0.4 if off == 0 or any(off == abs(rounding) for rounding in self.roundings) else 0.0
            return (2.2 + exact, 2) if self._is_rate(tax, subtotal) else (1.6 + exact, 1)
        if self.adjustments.explain(abs(total) - abs(subtotal) - abs(tax)) is not None:
            return (1.6, 2) if self._is_rate(tax, abs(total) - abs(tax)) or self._is_rate(tax, subtotal) else (1.2, 1)
        if abs(subtotal) > abs(total) + TOLERANCE:
            return -1.2, 0
        # A net that contains the tax ("Total 106, of which tax 6") is no disagreement.
        return (0.3, 0) if subtotal == total else (-0.8, 0)

    def _is_rate(self, tax: Decimal, net: Decimal) -> bool:
        if not net or not tax:
            return False
        rates = self.rates
        return any(abs(abs(net) * rate / 100 - abs(tax)) <= TOLERANCE for rate in rates)

    def _payments(self, total: Decimal) -> tuple[float, int]:
        gained, proved = 0.0, 0
        value = abs(total)
        for cash, change in product(self.by_role.get("cash", [])[:6], self.by_role.get("change", [])[:3]):
            if abs(cash - change - value) <= CENT / 2:
                gained, proved = max(gained, 2.0 if change else 0.8), 1
        if value in self.unnamed_changes:
            gained, proved = max(gained, 1.2), 1
        if value in self.by_role.get("cash", []):
            gained, proved = max(gained, 0.7), max(proved, 1)
        for paid, due in product(self.by_role.get("paid", [])[:6], self.by_role.get("due", [])[:4]):
            if paid and abs(value - paid - due) <= TOLERANCE:
                gained, proved = max(gained, 1.6), 1
        return gained, proved

    def _rounding(self, total: Fact) -> float:
        """The sum after rounding is what is paid; the one before it is not."""
        value = abs(total.value)
        for rounding in self.roundings:
            if value - rounding in self.sums and _is_rounder(value, value - rounding):
                return 1.8
            if value + rounding in self.sums and _is_rounder(value + rounding, value):
                return -1.8
        return 0.0


def _sums(facts: list[Fact], chosen: _Set, lead: float, rates: frozenset[Decimal]) -> Sums:
    total = chosen.total
    tax = chosen.tax
    subtotal = chosen.subtotal if chosen.subtotal and not _is_total_again(chosen) else None
    found_tax = _candidate(tax, "tax", 2.4 * tax.strength + 0.8 * chosen.agreement) if tax else None
    if tax is not None and found_tax is not None and not any(fact.value == tax.value for fact in facts):
        found_tax = msgspec.structs.replace(found_tax, rule="sum_of_taxes")
    return Sums(
        total=_candidate(total, "total", chosen.score),
        subtotal=_candidate(subtotal, "subtotal", 2.0 * subtotal.strength + 0.8 * chosen.agreement)
        if subtotal
        else None,
        tax=found_tax,
        due=_strongest(facts, "due"),
        paid=_strongest(facts, "paid"),
        lead=lead,
        agreement=chosen.agreement,
    )


def _is_total_again(chosen: _Set) -> bool:
    """A sum called total is not also the net, unless there is no tax."""
    subtotal = chosen.subtotal
    if subtotal is None or subtotal.role != "total" or subtotal.value != chosen.total.value:
        return False
    return chosen.tax is None or chosen.tax.value != 0


def _strongest(facts: list[Fact], role: str) -> Candidate | None:
    found = [fact for fact in facts if fact.role == role]
    if not found:
        return None
    fact = max(found, key=lambda item: item.strength + 0.3 * item.order + (0.0 if item.value else -0.2))
    return _candidate(fact, role, 2.5 * fact.strength)


def _candidate(fact: Fact, name: str, score: float) -> Candidate:
    rule = f"label:{fact.role}" if fact.role else f"largest_{name}"
    return Candidate(fact.value, fact.place.text, score, rule, fact.place)
