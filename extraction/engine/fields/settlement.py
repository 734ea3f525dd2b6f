"""What a total contains (discount, shipping, tip) and how it is settled (paid, held back, due)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

import msgspec

from extraction.engine.candidates import Candidate
from extraction.engine.fields.adjustments import TOLERANCE, Adjustments
from extraction.engine.fields.sums import Fact, is_prose

ADDED_UP = "leads from one printed sum to the next"
BALANCES = "total, payments and what is due balance"

MAX_PAYMENTS = 5
OWN = 0.9  # strength of a role that the words beside a sum give it


class Settlement(msgspec.Struct, frozen=True):
    """Sums beside net, tax and total. ``proved`` names those that arithmetic confirms, with the reason."""

    discount: Candidate | None = None
    shipping: Candidate | None = None
    tip: Candidate | None = None
    paid: Candidate | None = None
    due: Candidate | None = None
    proved: dict[str, str] = {}


def settle(facts: Sequence[Fact], total: Fact, net: Fact | None, tax: Fact | None, lines: Decimal) -> Settlement:
    """``lines`` is the sum of the line items, 0 when there are none."""
    carried = {abs(fact.value) for fact in facts if fact.role == "carry"}
    used = {id(fact) for fact in _between(facts, total, net, tax, lines)}
    found: dict[str, Candidate] = {}
    proved: dict[str, str] = {}
    for role in ("discount", "shipping", "tip"):
        mine = [fact for fact in facts if fact.role == role and fact.value and abs(fact.value) not in carried]
        proven = [fact for fact in mine if id(fact) in used]
        if proven:
            found[role] = _added(proven, role, 4.0)
            proved[role] = ADDED_UP
            continue
        alone = _alone(mine, total) or (_given_on_top(facts, mine, total) if role == "tip" else None)
        if alone is not None:
            found[role] = _added([alone], role, 1.2 * alone.strength)
    paid, due, balanced = _settled(facts, total, [fact for fact in facts if id(fact) not in used])
    if paid is not None:
        found["paid"] = paid
    if due is not None:
        found["due"] = due
    if balanced:
        proved |= dict.fromkeys(("paid", "due"), BALANCES)
    return Settlement(**found, proved=proved)


def paid_at_once(facts: Sequence[Fact], total: Candidate) -> Candidate | None:
    """What a receipt says was paid: the total, where a payment of so much or with so much change is printed."""
    value = abs(total.value)
    given = [fact for fact in facts if fact.role in ("cash", "paid") and fact.value]
    changes = [Decimal(0), *(abs(fact.value) for fact in facts if fact.role == "change")]
    for fact in given:
        if any(abs(abs(fact.value) - change - value) <= TOLERANCE for change in changes):
            return Candidate(value, fact.place.text, 3.0, f"label:{fact.role}", fact.place)
    return None


def _between(
    facts: Sequence[Fact], total: Fact, net: Fact | None, tax: Fact | None, lines: Decimal
) -> tuple[Fact, ...]:
    """The adjustments that lead from the lines to the net and from there to the total."""
    adjustments = Adjustments(facts)
    if not adjustments.facts:
        return ()
    taxed = abs(tax.value) if tax is not None else Decimal(0)
    goal = abs(total.value) - taxed
    if net is None:
        starts = [value for value in (abs(lines), abs(lines) - taxed) if value]
        return next((found for start in starts if (found := adjustments.explain(goal - start))), ())
    after = adjustments.explain(goal - abs(net.value)) or ()
    others = {abs(fact.value) for fact in facts if fact.role in ("subtotal", "total") and fact.order <= net.order}
    starts = [abs(lines), *sorted(others, reverse=True)]
    before = (adjustments.explain(abs(net.value) - start) for start in starts if start and start != abs(net.value))
    return (*after, *(next((found for found in before if found), ()) if not after else ()))


def _alone(facts: Sequence[Fact], total: Fact) -> Fact | None:
    """The one sum of its kind that stands above the total, named by the words beside it."""
    above = [fact for fact in facts if fact.order <= total.order + 0.02 and fact.strength >= OWN and _is_cell(fact)]
    return above[0] if len({abs(fact.value) for fact in above}) == 1 else None


def _given_on_top(facts: Sequence[Fact], tips: Sequence[Fact], total: Fact) -> Fact | None:
    """``Total 74.60, tip 5.40, cash 80.00``: a tip below the total, with which that makes up what was given."""
    given = {abs(fact.value) for fact in facts if fact.role in ("cash", "paid")}
    return next((tip for tip in tips if abs(total.value) + abs(tip.value) in given), None)


def _is_cell(fact: Fact) -> bool:
    """Not in prose: "2 % discount (EUR 2.38) if paid by 4 May" takes nothing off."""
    segment, end = fact.place.segment, fact.place.end
    return not is_prose(segment, end) and "%" not in segment.text[end : end + 2]


def _settled(
    facts: Sequence[Fact], total: Fact, free: Sequence[Fact]
) -> tuple[Candidate | None, Candidate | None, bool]:
    """What was paid, what is due, and whether both and the total balance."""
    named = (fact for fact in facts if fact.role == "due" and (_is_cell(fact) or fact.value == total.value))
    dues = sorted(named, key=_standing, reverse=True)
    paid = _distinct(fact for fact in facts if fact.role == "paid" and fact.value and _is_cell(fact))
    held = _distinct(fact for fact in free if fact.role == "withheld" and fact.value)
    for chosen in _subsets([*paid, *held]):
        rest = abs(total.value) - sum((abs(fact.value) for fact in chosen), Decimal(0))
        due = next((fact for fact in dues if abs(abs(fact.value) - rest) <= TOLERANCE), None)
        if due is not None:
            payments = [fact for fact in chosen if fact.role == "paid"]
            return _added(payments, "paid", 4.0) if payments else None, _printed(due, 4.0), True
    due = dues[0] if dues else None
    best = max((fact for fact in paid if fact.strength >= OWN), key=_standing, default=None)
    rest = abs(total.value) - sum((abs(fact.value) for fact in (best, *held) if fact is not None), Decimal(0))
    payment = _added([best], "paid", 2.5 * best.strength) if best is not None else None
    if due is not None:
        return payment, _printed(due, 2.5 * due.strength), False
    if (best is not None or held) and rest >= 0:
        left = Candidate(rest.copy_sign(total.value) if rest else rest, total.place.text, 1.5, "total_less_paid")
        return payment, left, False
    return payment, None, False


def _standing(fact: Fact) -> float:
    return fact.strength + 0.3 * fact.order + (0.0 if fact.value else -0.2)


def _distinct(facts: Iterator[Fact]) -> list[Fact]:
    """One of each value, in order."""
    return list({abs(fact.value): fact for fact in facts}.values())[:MAX_PAYMENTS]


def _subsets(facts: Sequence[Fact]) -> Iterator[tuple[Fact, ...]]:
    """The largest first: a payment that is printed was made."""
    for size in range(min(len(facts), MAX_PAYMENTS), 0, -1):
        yield from combinations(facts, size)


def _printed(fact: Fact, score: float) -> Candidate:
    return Candidate(fact.value, fact.place.text, score, f"label:{fact.role}", fact.place)


def _added(facts: Sequence[Fact], role: str, score: float) -> Candidate:
    """Their sum, as a positive number, at the place of the first."""
    first = facts[0]
    value = sum((abs(fact.value) for fact in facts), Decimal(0))
    rule = f"label:{role}" if len(facts) == 1 else f"sum_of:{role}"
    return Candidate(value, first.place.text, score, rule, first.place)
