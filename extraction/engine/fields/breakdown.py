"""The taxes of a document by rate: which sums of a row are base, tax and part, and what the rows add up to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

import msgspec

from extraction.engine.fields.sums import CENT, Fact
from extraction.engine.reading import Reading

HIGHEST_SHARE = Decimal("0.3")
"""Of the net that a tax can be; no rate is higher."""

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
        yield msgspec.structs.replace(facts[index], value=value, role=role, strength=0.9)


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
    """Each stands in a row with one rate that no other row has."""
    seen: set[Decimal] = set()
    for tax in taxes:
        rates = _rates_of_row(tax)
        if len(rates) != 1 or rates & seen:
            return False
        seen |= rates
    return True
