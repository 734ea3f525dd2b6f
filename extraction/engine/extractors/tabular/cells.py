"""Cells of a table → values. A cell holds one thing, so everything else in it makes it unreadable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies

from extraction.engine.amounts import Amount, Style, currencies_of, find_amounts
from extraction.engine.dates import Order, PrintedDate, decide_order, find_compact, find_dates, resolve

GROUP_SPACE = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
MONTH_FIRST_CURRENCIES = frozenset({"USD"})
MAX_CELL = 100
"""A longer cell is a text, not a number or a date."""


def read_amount(cell: str, style: Style) -> Amount | None:
    """The number in a cell, with the currency or "%" beside it."""
    if len(cell) > MAX_CELL:
        return None
    found = list(find_amounts(GROUP_SPACE.sub("", cell), style))
    return found[0] if len(found) == 1 else None


def read_number(cell: str, style: Style) -> Decimal | None:
    amount = read_amount(cell, style)
    return amount.value if amount else None


def printed_date(cell: str) -> PrintedDate | None:
    """The date in a cell, in any notation; a time after it does not matter."""
    text = cell[:MAX_CELL]
    iso = re.match(r"\d{4}-\d{2}-\d{2}(?=T)", text)
    return next((item for item in (*find_dates(iso[0] if iso else text), *find_compact(text))), None)


def date_order(cells: Iterable[str], currency: str | None) -> Order:
    """Day or month first, for all dates of the table."""
    found = [item for item in map(printed_date, cells) if item is not None]
    return decide_order(found, month_first_likely=currency in MONTH_FIRST_CURRENCIES)


def read_date(cell: str, order: Order) -> date | None:
    found = printed_date(cell)
    return resolve(found, order) if found else None


def read_currency(cell: str) -> str | None:
    """An ISO 4217 code from a code, a sign or a word."""
    code = cell.strip().upper()
    if code in list_currencies():
        return code
    return next(iter(currencies_of(cell.strip()[:MAX_CELL])), None)
