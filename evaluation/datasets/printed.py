"""Does a document print a value, in any usual notation?

On purpose not by the engine's own reading of dates and amounts: what the engine cannot read must stay in the truth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache

from babel.dates import get_month_names
from babel.numbers import get_currency_symbol
from rapidfuzz import fuzz

from evaluation.comparing import letters, plain

SHORTEST = 3
"""Letters and digits: a shorter text stands on every page by chance."""

LIKENESS = 85
"""Percent from which a text that people typed is the printed one, with a few slips."""

LOCALES = ("cs", "da", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "sv", "tr")

_GAP = r"[\W_]*"
_GROUPING = r"[.,'’\s]?"
_BEFORE, _AFTER = r"(?<!\d)(?<!\d[.,'’])", r"(?!\d)(?![.,'’]\d)"


def text(value: str, document: str) -> bool:
    """Whole words, without regard to case, accents, spaces and punctuation."""
    wanted = letters(value)
    if len(wanted) < SHORTEST:
        return False
    return re.search(rf"(?<![^\W_]){_GAP.join(wanted)}(?![^\W_])", plain(document)) is not None


def resembles(value: str, document: str) -> bool:
    """The same, but with a few letters wrong."""
    wanted = letters(value)
    return len(wanted) >= SHORTEST and fuzz.partial_ratio(wanted, letters(document)) >= LIKENESS


def amount(value: Decimal, document: str, *, whole: bool = False) -> bool:
    """With at least two decimals, point or comma, grouped or not, whatever the sign.

    ``whole``: a number without fraction may stand without decimals too, as quantities do.
    """
    units, _, fraction = f"{abs(value):f}".partition(".")
    fraction = fraction.rstrip("0")
    decimals = rf"[.,]{fraction.ljust(2, '0')}0*"
    if whole:
        decimals = rf"[.,]{fraction}0*" if fraction else r"(?:[.,]0+)?"
    grouped = _GROUPING.join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", units))
    return re.search(rf"{_BEFORE}{grouped}{decimals}{_AFTER}", document) is not None


def day(value: date, document: str) -> bool:
    """In figures with the day, the month or the year first, or with the month's name in one of our languages."""
    page = plain(document)
    return any(re.search(rf"(?<!\d){pattern}(?!\d)", page) for pattern in _notations(value))


def _notations(value: date) -> Iterator[str]:
    day_, month, year = f"0?{value.day}", f"0?{value.month}", f"(?:{value.year}|{value.year % 100:02})"
    point = r"\s?[./-]\s?"
    yield f"{day_}{point}{month}{point}{year}"
    yield f"{month}{point}{day_}{point}{year}"
    yield f"{value.year}{point}{month}{point}{day_}"
    yield f"{value:%Y%m%d}"
    name = rf"(?:{'|'.join(_months(value.month))})\.?"
    yield rf"{day_}(?:\.|st|nd|rd|th|er|º)?[\s/-]*(?:de\s|of\s)?{name}[\s,/-]*(?:de\s)?{year}"
    yield rf"{name}[\s-]*{day_}(?:st|nd|rd|th)?[\s,-]+{year}"


@cache
def _months(month: int) -> list[str]:
    """Its names and their short forms, the longest first."""
    names = {
        plain(get_month_names(width, context, locale)[month]).rstrip(".")
        for width in ("wide", "abbreviated")
        for context in ("format", "stand-alone")
        for locale in LOCALES
    }
    return sorted(map(re.escape, names), key=lambda name: (-len(name), name))


def currency(code: str, document: str) -> bool:
    """Its code or its symbol."""
    word = "euros?|eur" if code == "EUR" else re.escape(code.casefold())
    alone = re.search(rf"(?<![^\W\d_])(?:{word})(?![^\W\d_])", document.casefold())
    return alone is not None or get_currency_symbol(code, "en") in document
