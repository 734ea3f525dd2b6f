"""What the columns of bookings are called, on the pages of a statement and in tables of a bank."""

from __future__ import annotations

from functools import cache
from typing import Literal

from extraction.engine.labels import lexicon, tokenize
from extraction.engine.languages import LANGUAGES, data
from extraction.engine.layout import Row

MAX_HEAD = 60
COLUMNS = ("date", "description", "amount", "debit", "credit", "balance")
SIDES = frozenset({"debit", "credit", "balance"})
"""Columns that only bookings have."""


def meanings(head: str) -> frozenset[str]:
    """What a column under ``head`` can hold: some of ``COLUMNS``.

    The heads are words as short as "in" and "out", which say this only where they stand over a column.
    """
    return _heads().get(_key(head), frozenset())


def side_of(cell: str) -> Literal["debit", "credit"] | None:
    """On which side of the account a cell says that an amount is: "S", "Af", "Dr", "Haben"."""
    found = meanings(cell) if cell else frozenset()
    if "debit" in found:
        return None if "credit" in found else "debit"
    return "credit" if "credit" in found else None


def is_only_of_bookings(head: str) -> bool:
    """A head that no table of goods has: "Posting date", "Verwendungszweck"."""
    return bool(meanings(head)) and not lexicon().labels.get(_key(head))


def is_ledger_head(row: Row) -> bool:
    """A row of heads with a date and two of debit, credit and balance (or an amount and a balance)."""
    if any(map(str.isdigit, row.text[:200])):
        return False
    found = [meaning for segment in row.segments[:12] if (meaning := meanings(segment.text))]
    sides = sum(bool(meaning & SIDES) for meaning in found)
    amounts = sum("amount" in meaning for meaning in found)
    return len(found) >= 3 and any("date" in meaning for meaning in found) and sides >= 1 and sides + amounts >= 2


@cache
def _heads() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for concept, phrases in data(language)["bookings"].items():
            for phrase in phrases:
                found.setdefault(_key(phrase), set()).add(concept)
    return {key: frozenset(concepts) for key, concepts in found.items()}


def _key(text: str) -> str:
    return "".join(token.text for token in tokenize(text[:MAX_HEAD]))
