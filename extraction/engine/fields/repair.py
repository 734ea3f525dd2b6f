"""One misread sum among others that prove what it must be.

Only text that was not recognised clearly is repaired: what stands wrong in a text layer was printed so. A sum is
repaired when two or more equations prove one other value that it may have been misread for; or when one does, the
digits are usually confused, and nothing else would make the sums agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from extraction.engine.fields.agreement import ADJUSTED, CASH, NET_AND_TAX
from extraction.engine.fields.choosing import Choice, ranked
from extraction.engine.fields.misread import CLEAR, Likeness, likeness
from extraction.engine.fields.sums import CENT, Fact

EQUATIONS = frozenset({NET_AND_TAX, ADJUSTED, CASH})
TOTALS = frozenset({"gross", "total", "due"})
LABELLED = 0.7
MAX_OF_ROLE = 3
MAX_TRIED = 12


class Repair(msgspec.Struct, frozen=True):
    """``fact`` with the value that is proved in place of the ``printed`` one, and the sentence that says so."""

    fact: Fact
    printed: Fact
    sentence: str


class _Tried(msgspec.Struct, frozen=True):
    index: int
    fact: Fact
    like: Likeness
    choice: Choice


def repair(facts: Sequence[Fact], rates: frozenset[Decimal], lines: Decimal, chosen: Choice) -> Repair | None:
    """The one repair that makes the sums agree; ``None`` when they do already, or when none is proved."""
    if _agrees(chosen):
        return None
    tried = list(_tried(facts, rates, lines))
    if not tried:
        return None
    most = max(len(one.choice.proofs) for one in tried)
    best = [one for one in tried if len(one.choice.proofs) == most]
    if len({one.index for one in best}) > 1 or len({one.fact.value for one in best}) > 1:
        return None
    found = best[0]
    if most < 2 and (found.like != "usual" or len({(one.index, one.fact.value) for one in tried}) > 1):
        return None
    return Repair(found.fact, facts[found.index], _sentence(facts[found.index], found))


def _agrees(choice: Choice) -> bool:
    if ADJUSTED in choice.proofs or NET_AND_TAX in choice.proofs:
        return True
    return CASH in choice.proofs and (choice.tax is None or choice.subtotal is None)


def _may_be_misread(fact: Fact) -> bool:
    return fact.place.segment.words[0].origin == "ocr" and fact.place.confidence < CLEAR


def _tried(facts: Sequence[Fact], rates: frozenset[Decimal], lines: Decimal) -> Iterator[_Tried]:
    """Each sum with each value that some equation gives it, where the sums agree then."""
    for index, value, like in list(_hypotheses(facts, rates, lines))[:MAX_TRIED]:
        mended = msgspec.structs.replace(facts[index], value=value)
        changed = [*facts[:index], mended, *facts[index + 1 :]]
        choice = ranked(changed, rates, lines)[0]
        used = any(fact is mended for fact in (choice.total, choice.subtotal, choice.tax))
        if used and EQUATIONS & set(choice.proofs):
            yield _Tried(index, mended, like, choice)


def _hypotheses(
    facts: Sequence[Fact], rates: frozenset[Decimal], lines: Decimal
) -> Iterator[tuple[int, Decimal, Likeness]]:
    printed = [abs(fact.value) for fact in facts]
    seen: set[tuple[int, Decimal]] = set()
    wanted = _wanted(facts, rates, lines)
    for index, fact in enumerate(facts):
        kind = _kind(fact)
        if kind is None or not _may_be_misread(fact) or printed.count(abs(fact.value)) > 1:
            continue  # a sum that is printed twice would have been misread twice
        for value in wanted[kind]:
            like = likeness(fact.place.text, value) if value > 0 and value != abs(fact.value) else None
            if like is not None and (index, value) not in seen:
                seen.add((index, value))
                yield index, value.copy_sign(fact.value), like


def _kind(fact: Fact) -> str | None:
    if fact.strength < LABELLED:
        return None
    return "total" if fact.role in TOTALS else fact.role if fact.role in ("subtotal", "tax") else None


def _wanted(facts: Sequence[Fact], rates: frozenset[Decimal], lines: Decimal) -> dict[str, list[Decimal]]:
    """What each kind of sum must be, if the others are right."""
    known: dict[str, list[Decimal]] = {"total": [], "subtotal": [], "tax": [], "cash": [], "change": []}
    for fact in facts:
        kind = _kind(fact) or (fact.role if fact.role in ("cash", "change") else None)
        if kind is not None and abs(fact.value) not in known[kind] and len(known[kind]) < MAX_OF_ROLE:
            known[kind].append(abs(fact.value))
    nets = [*known["subtotal"], *([lines] if lines > 0 else [])]
    return {
        "total": [net + tax for net in nets for tax in known["tax"]]
        + [cash - change for cash in known["cash"] for change in known["change"]],
        "subtotal": [total - tax for total in known["total"] for tax in known["tax"]] + ([lines] if lines > 0 else []),
        "tax": [total - net for total in known["total"] for net in nets]
        + [_rounded(net * rate / 100) for net in nets for rate in sorted(rates)],
    }


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _sentence(printed: Fact, tried: _Tried) -> str:
    choice, value = tried.choice, abs(tried.fact.value)
    names = (("net", choice.subtotal), ("tax", choice.tax), ("total", choice.total))
    others = [f"the {name} {abs(fact.value):f}" for name, fact in names if fact is not None and fact is not tried.fact]
    if NET_AND_TAX not in choice.proofs and ADJUSTED not in choice.proofs:
        others = ["what was given less the change"]
    verb = "prove" if len(others) > 1 else "proves"
    return f"“{printed.place.text}” was read; {' and '.join(others)} {verb} {value:f}."
