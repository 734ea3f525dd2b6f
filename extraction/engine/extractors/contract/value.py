"""What a contract is worth: its price, fee, loan or settlement as one sum."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from extraction.engine.amounts import Amount, currencies_of, find_amounts
from extraction.engine.extractors.contract.flow import Flow, Found, heaviest
from extraction.engine.fields.currency import CODES_OF_LANGUAGE
from extraction.engine.reading import Reading

REACH, BEHIND, BEFORE = 160, 45, 60
"""Characters from the word for the price to the sum, those behind the sum where "per month" may stand, and those before
the word that may say that it is no price."""

CAP = r"@cap"
"""The limit of a liability, a sum insured or a deposit is not the price."""

NEXT_LABEL = re.compile(r"\n[^\n:]{1,40}:")
MAX_CLAUSES = 500
PERIODIC = r"@periodic"
"""A rent or a salary is not the value of the contract."""


def find_value(flow: Flow, reading: Reading) -> Iterator[tuple[str, Found]]:
    """The value and its currency, both or none."""
    sums = list(_sums(flow, reading))
    found = heaviest(sums)
    if found is None:
        return
    amount = next(_money(flow.text[found.start : found.end], reading), None)
    if amount:
        yield "contract_value", found
        yield "currency", found._replace(value=_currency(amount, reading), rule="mark:currency")


def _sums(flow: Flow, reading: Reading) -> Iterator[Found]:
    """The sum of money behind each word for a price; totals weigh more."""
    words, text = flow.words, flow.text
    for match in islice(words.pattern("@value").finditer(text), MAX_CLAUSES):
        amount = next(_money(text[match.end() : match.end() + REACH], reading), None)
        if amount is None:
            continue
        start, end = match.end() + amount.start, match.end() + amount.end
        label = NEXT_LABEL.search(text, end, end + BEHIND)
        if words.pattern(PERIODIC).search(text, match.start(), label.start() if label else end + BEHIND):
            continue
        if words.pattern(CAP).search(text, max(0, match.start() - BEFORE), end):
            continue
        total = bool(words.pattern("@total").search(text, max(0, match.start() - 20), start))
        weight = 1.5 * total + (1 - match.start() / len(text))
        yield Found(abs(amount.value), start, end, "clause:contract_value", 0.7, weight)


def _money(text: str, reading: Reading) -> Iterator[Amount]:
    return (item for item in find_amounts(text, reading.style) if item.is_money and _currency(item, reading))


def _currency(amount: Amount, reading: Reading) -> str | None:
    """The code of the mark beside the number; of several what is usual in the language."""
    codes = currencies_of(amount.mark or "")
    usual = CODES_OF_LANGUAGE.get(reading.language)
    return usual if usual in codes else next(iter(codes), None)
