"""The taxes of a document by rate: which sums of a row are base, tax and part, and what the rows add up to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

import msgspec

from extraction.engine.fields.sums import CENT, Fact, in_one_column
from extraction.engine.reading import Reading

HIGHEST_SHARE = Decimal("0.3")
"""Of the net that a tax can be; no rate is higher."""

HIGHEST_RATE = 30  # percent
OF_TABLE = 0.9
"""Strength of what is added up of a table of taxes."""

TOTALS = frozenset({"total", "gross", "due", "subtotal"})
WHOLES = frozenset({"total", "gross", "due", "cash", "paid"})
"""What is printed of a total outside of the table of its taxes."""

MAX_ROW = 6
"""Sums in one row of such a table."""

PER_RATE = 1.1
"""Strength of the sum of taxes that are printed with their rates: more than that of each of them."""

RATE = re.compile(r"(?<![\d.,])(?P<rate>\d{1,2}(?:[.,]\d{1,3})?)\s?%|%(?P<behind>\d{1,2}(?:[.,]\d{1,3})?)(?![\d.,]*\d)")
"""``19 %``, and as in Turkey ``%20``."""


def rates_of(reading: Reading) -> frozenset[Decimal]:
    """Tax rates in percent that the document prints."""
    found = set()
    for _, segment in reading.segments():
        for amount in reading.amounts(segment):
            if amount.is_percent and 0 < amount.value <= 30:
                found.add(abs(amount.value))
    for _, segment in reading.segments_with("amounts"):
        found.update(_rates(segment.text[:200]))
    return frozenset(rate for rate in found if 0 < rate <= 30)


def _rates(text: str) -> set[Decimal]:
    return {Decimal((match["rate"] or match["behind"]).replace(",", ".")) for match in RATE.finditer(text)}


def told_apart(facts: list[Fact], rates: frozenset[Decimal]) -> list[Fact]:
    """``facts`` with what the arithmetic of the table of taxes shows them to be."""
    return with_payment(with_taxes_added(without_untaxed(with_rated(with_parts(with_bases(facts, rates))))))


def with_payment(facts: list[Fact]) -> list[Fact]:
    """``Total paid 7.20``: where nothing else is called a total, what was paid is one."""
    if any(fact.role in TOTALS for fact in facts):
        return facts
    payments = [fact for fact in facts if fact.role == "paid" and fact.strength >= OF_TABLE]
    return [*facts, *(msgspec.structs.replace(fact, role="total", strength=0.6) for fact in payments)]


def with_bases(facts: list[Fact], rates: frozenset[Decimal]) -> list[Fact]:
    """``19 % MwSt aus 80,00   15,20``: of two sums in a tax row the one that is the rate of the other is the tax."""
    changed = list(facts)
    for indexes in _rows(facts):
        if len(indexes) < 2:
            continue
        named = any(facts[i].role in ("tax", "tax_base") for i in indexes)
        pair = _base_and_tax([facts[i] for i in indexes], rates if named else _rates_of_row(facts[indexes[0]]))
        for index in indexes:
            if pair and facts[index] is pair[0] and facts[index].role in ("tax", "tax_base", None):
                changed[index] = msgspec.structs.replace(facts[index], role="tax_base", strength=1.0)
            elif pair and facts[index] is pair[1]:
                changed[index] = msgspec.structs.replace(facts[index], role="tax", strength=1.0)
    return changed


def _rates_of_row(fact: Fact) -> set[Decimal]:
    return _rates(fact.place.layout.rows[fact.place.segment.row].text[:200])


def _rows(facts: list[Fact]) -> list[list[int]]:
    """Indexes of the facts of each row."""
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, fact in enumerate(facts):
        rows[fact.place.page, fact.place.segment.row].append(index)
    return list(rows.values())


def _base_and_tax(facts: list[Fact], rates: Set[Decimal]) -> tuple[Fact, Fact] | None:
    for base in facts:
        for tax in facts:
            smaller = base is not tax and 0 < abs(tax.value) < abs(base.value)
            if smaller and any(abs(abs(base.value) * rate / 100 - abs(tax.value)) <= CENT for rate in rates):
                return base, tax
    return None


class _Part(NamedTuple):
    """Indexes of net, tax and gross of one rate."""

    net: int
    tax: int
    gross: int


def with_parts(facts: list[Fact]) -> list[Fact]:
    """Rows of net, tax and gross that together give a printed sum are its parts, and none of them is the total.

    Where no row has the sums of net and tax, they are added, at the place of the first part.
    """
    parts = [part for indexes in _rows(facts) if (part := _part(facts, indexes))]
    whole = next((part for part in parts if _is_whole(facts, part, parts)), None)
    rest = [part for part in parts if part is not whole]
    gross = sum((facts[part.gross].value for part in rest), Decimal(0))
    used = {part.gross for part in parts}
    printed = any(abs(fact.value - gross) <= CENT for i, fact in enumerate(facts) if i not in used)
    if len(rest) < 2 or not (whole or printed):
        return facts
    changed = list(facts)
    for part in rest:
        changed[part.net] = msgspec.structs.replace(facts[part.net], role="tax_base", strength=0.5)
        changed[part.tax] = msgspec.structs.replace(facts[part.tax], role="tax", strength=0.5)
        changed[part.gross] = msgspec.structs.replace(facts[part.gross], role="part", strength=1.0)
    return changed if whole else [*changed, *_added(facts, rest)]


class _Rated(NamedTuple):
    """Indexes of the two sums of a row with a rate: net or gross, and tax."""

    whole: int
    tax: int
    rate: Decimal


def with_rated(facts: list[Fact]) -> list[Fact]:
    """Rows of a rate, its net or gross and its tax are no totals; their taxes are added.

    ``10 %  34,00  3,40`` above ``20 %  7,00  1,40``. Whether net or gross stands in them, the taxes show, and if both
    could be, a printed sum.
    """
    rows = [row for indexes in _rows(facts) if (row := _rated(facts, indexes))]
    if len(rows) < 2:
        return facts
    used = {index for row in rows for index in (row.whole, row.tax)}
    printed = {abs(fact.value) for i, fact in enumerate(facts) if i not in used and fact.role in WHOLES}
    taxes = sum((facts[row.tax].value for row in rows), Decimal(0))
    wholes = sum((facts[row.whole].value for row in rows), Decimal(0))
    fitting = [net for net in (True, False) if all(_is_tax_of(facts, row, net=net) for row in rows)]
    known = [net for net in fitting if wholes + net * taxes in printed]
    if not fitting or not taxes:
        return facts
    changed = list(facts)
    for row in rows:
        changed[row.whole] = msgspec.structs.replace(facts[row.whole], role="tax_base", strength=0.5)
        changed[row.tax] = msgspec.structs.replace(facts[row.tax], role="tax", strength=0.5)
    added = {rows[0].tax: ("tax", taxes)}
    if known:
        added[rows[0].whole] = ("subtotal", wholes if known[0] else wholes - taxes)
    for index, (role, value) in added.items():
        changed.append(msgspec.structs.replace(facts[index], value=value, role=role, strength=OF_TABLE))
    return changed


def _rated(facts: list[Fact], indexes: list[int]) -> _Rated | None:
    """The rate stands with a percent sign, or as the first of three numbers under a head of its own."""
    rates = _rates_of_row(facts[indexes[0]])
    if len(rates) == 1 and len(indexes) == 2:
        rate = next(iter(rates))
    elif not rates and len(indexes) == 3 and facts[indexes[0]].role is None:
        rate = facts[indexes[0]].value
    else:
        return None
    whole, tax = indexes[-2:]
    return _Rated(whole, tax, rate) if 0 <= rate <= HIGHEST_RATE and facts[whole].value else None


def _is_tax_of(facts: list[Fact], row: _Rated, *, net: bool) -> bool:
    """The tax of a row is its rate of the net, or what its gross contains of it."""
    divisor = Decimal(100) if net else 100 + row.rate
    return abs(facts[row.whole].value * row.rate / divisor - facts[row.tax].value) <= CENT


def with_taxes_added(facts: list[Fact]) -> list[Fact]:
    """In India ``Gross 1000.00`` with taxes of 50.00 gives ``Net amount 1050.00``: there the net is what is to pay."""
    taxes = {fact.value for fact in (*tax_sums(facts), *facts) if fact.role == "tax" and fact.value > 0}
    for gross in (fact for fact in facts if fact.role == "gross" and fact.strength >= OF_TABLE):
        net = next(
            (fact for fact in facts if fact.role == "subtotal" and abs(fact.value) - abs(gross.value) in taxes), None
        )
        if net is not None:
            roles = {id(gross): "subtotal", id(net): "gross"}
            return [
                msgspec.structs.replace(fact, role=roles[id(fact)]) if id(fact) in roles else fact for fact in facts
            ]
    return facts


def without_untaxed(facts: list[Fact]) -> list[Fact]:
    """A tax of nothing in a column with another tax is that of one rate, and not that of the document."""
    taxes = [fact for fact in facts if fact.role == "tax"]
    some = [fact for fact in taxes if fact.value]
    if not some or len(some) == len(taxes):
        return facts
    apart = {id(fact) for fact in taxes if not fact.value and any(in_one_column(fact, other) for other in some)}
    return [msgspec.structs.replace(fact, role="part") if id(fact) in apart else fact for fact in facts]


def _part(facts: list[Fact], indexes: list[int]) -> _Part | None:
    if not 3 <= len(indexes) <= MAX_ROW:
        return None
    for three in combinations(indexes, 3):
        tax, net, gross = sorted(three, key=lambda index: abs(facts[index].value))
        adds_up = abs(facts[net].value + facts[tax].value - facts[gross].value) <= CENT
        if adds_up and facts[net].value and abs(facts[tax].value) <= HIGHEST_SHARE * abs(facts[net].value):
            return _Part(net, tax, gross)
    return None


def _is_whole(facts: list[Fact], part: _Part, parts: list[_Part]) -> bool:
    others = sum((facts[other.gross].value for other in parts if other is not part), Decimal(0))
    return len(parts) > 2 and abs(others - facts[part.gross].value) <= CENT


def _added(facts: list[Fact], parts: list[_Part]) -> Iterator[Fact]:
    for index, role in ((parts[0].net, "subtotal"), (parts[0].tax, "tax")):
        column = [part.net if role == "subtotal" else part.tax for part in parts]
        value = sum((facts[i].value for i in column), Decimal(0))
        yield msgspec.structs.replace(facts[index], value=value, role=role, strength=OF_TABLE)


def tax_sums(facts: list[Fact]) -> Iterator[Fact]:
    """The sum of the taxes of each rate, where they stand apart."""
    parts = [fact for fact in facts if fact.role == "tax" and fact.value]
    distinct = {(fact.place.page, fact.place.segment.row, fact.value): fact for fact in parts}
    if 2 <= len(distinct) <= 6:
        first = min(parts, key=lambda fact: fact.order)
        total = sum((fact.value for fact in distinct.values()), Decimal(0))
        strength = PER_RATE if _have_own_rates(list(distinct.values())) else 0.5
        yield msgspec.structs.replace(first, value=total, strength=strength)


def _have_own_rates(taxes: list[Fact]) -> bool:
    """Each stands in a row with one rate, or behind one, that no other has."""
    seen: set[Decimal] = set()
    for tax in taxes:
        rates = _rates_of_row(tax)
        if len(rates) > 1:
            rates = _rate_before(tax)
        if len(rates) != 1 or rates & seen:
            return False
        seen |= rates
    return True


def _rate_before(tax: Fact) -> set[Decimal]:
    """The last rate before a sum in its row: ``VAT 14% 3,35   25,5% 1,06``."""
    segment, row = tax.place.segment, tax.place.layout.rows[tax.place.segment.row]
    before = [other.text for other in row.segments if other.box.x1 <= segment.box.x0]
    found = RATE.findall(" ".join([*before, segment.text[: tax.place.start]])[:200])
    return {Decimal("".join(found[-1]).replace(",", "."))} if found else set()
