"""Dates as people print them → ``date``. Whether day or month comes first is decided for the whole document.

:func:`find_dates` returns every date with the readings it allows (``03/04/2018`` has two);
:func:`decide_order` weighs what the document shows, :func:`resolve` then picks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Literal

import msgspec
from babel import Locale

from extraction.engine.languages import LANGUAGES, data

Order = Literal["dmy", "mdy"]

FIRST_YEAR, LAST_YEAR = 1950, 2100
OLD, RECENT = 5500, 1100  # days
FEWEST_DIGITS = 3
"""Of a date: ``1 May 18``."""


class PrintedDate(msgspec.Struct, frozen=True, gc=False):
    """A date in a text. ``dmy`` and ``mdy`` are its readings; equal when it allows only one."""

    start: int
    end: int
    raw: str
    dmy: date | None
    mdy: date | None


_SEPARATOR = r"\s{0,2}[./\-–·]\s{0,2}"
_LAST_SEPARATOR = rf"(?:{_SEPARATOR}'?|(?:(?<=/\d)|(?<=/\d\d))\s(?=20\d\d))"  # "15.04.'26", "15/4 2026"
_NUMERIC = re.compile(
    rf"(?:(?<![\w./\-])|(?<=[./]\d\d\d\d-)|(?<=[./]\d\d-)|(?<=[^\W\d_]{{2}}\.))(?:(?P<y>(?:19|20)\d\d){_SEPARATOR}(?P<m>\d{{1,2}}){_SEPARATOR}(?P<d>\d{{1,2}})"
    rf"|(?P<a>\d{{1,2}}){_SEPARATOR}(?P<b>\d{{1,2}}){_LAST_SEPARATOR}(?P<c>(?:19|20)\d\d|\d\d)"
    r"|(?P<a2>\d\d),(?P<b2>\d\d),(?P<c2>20\d\d))"
    r"(?:(?![^\W_]|/|[.\-]\d)|(?=[T-]?\d{1,2}:\d\d)|(?=r\.?(?!\w))|(?=-\d{1,2}[./]\d{1,2}[./]))"
    r"|(?<!\w)(?P<ky>(?:19|20)\d\d)\s?年\s?(?P<km>\d{1,2})\s?月\s?(?P<kd>\d{1,2})\s?日"
)
_ROMAN = re.compile(
    r"(?<![\w.])(?P<d>\d{1,2})[.\s\-/]{1,2}(?P<m>I{1,3}|IV|VI{0,3}|IX|XI{0,2})[.\s\-/]{1,2}(?P<y>(?:19|20)\d\d)(?!\w)"
)
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_COMPACT = re.compile(
    r"(?<![\w.,\-/])(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?![\w,\-]|/\d{1,3}(?!\d)|\.\d)"
    r"|(?<![\w.,\-/])(?P<d2>0[1-9]|[12]\d|3[01])(?P<m2>0[1-9]|1[0-2])(?P<y2>20\d\d)(?![\w,\-/]|\.\d)"
    r"|(?<![\w.,\-/])(?P<y3>20\d\d)\s(?P<m3>0[1-9]|1[0-2])\s(?P<d3>0[1-9]|[12]\d|3[01])(?!\s?[\w,\-/])"
    r"|(?<![\w.,\-/])(?P<d4>0[1-9]|[12]\d|3[01])\s(?P<m4>0[1-9]|1[0-2])\s(?P<y4>20\d\d)(?!\s?[\w,\-/])"
)
_SIX = re.compile(r"(?<![\w.,\-/])(\d\d)(\d\d)(\d\d)(?![\w,\-/]|\.\d)")
_WORDY = re.compile(
    r"(?<![\w.])(?:(?P<d>\d{1,2})(?:st|nd|rd|th|er|[ºª°])?[.\s\-–/]{0,3}(?:de\s|of\s|del\s)?\s?"
    r"(?P<m>[^\W\d_]{3,14})[.,]{0,2}[\s\-–/']{0,3}(?:de\s|del\s)?(?P<y>(?:19|20)\d\d|\d\d(?!\s?,?\s{0,2}(?:19|20)\d\d))"
    r"|(?P<m2>[^\W\d_]{3,14})[.]?[\s\-/]{0,2}(?P<d2>\d{1,2})(?:st|nd|rd|th)?(?:[\s,.\-/]{1,3}|(?='))(?P<y2>(?:19|20)\d\d|(?<=')\d\d|(?='\d\d)'\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)[\s,.\-/]{1,2}(?P<m3>[^\W\d_]{3,14})[\s.\-/]{1,2}(?P<d3>\d{1,2}))(?![^\W_])",
    re.IGNORECASE,
)


def find_dates(text: str) -> Iterator[PrintedDate]:
    """Every date in ``text`` in any notation, from left to right."""
    if sum(map(str.isdigit, text)) < FEWEST_DIGITS:
        return
    found = [*_numeric(text)]
    if any(map(str.isalpha, text)):
        found += [*_wordy(text), *_roman(text)]
    found.sort(key=lambda item: item.start)
    end = -1
    for item in found:
        if item.start >= end:
            yield item
            end = item.end


def is_no_day(text: str) -> bool:
    """Whether it is written as a date is, of a year that dates have, and there is no such day: ``31.02.2026``."""
    numeric, wordy = _NUMERIC.fullmatch(text), _WORDY.fullmatch(text)
    if numeric:
        year = numeric["y"] or numeric["c"] or numeric["c2"] or numeric["ky"]
    elif wordy and fold_month(wordy["m"] or wordy["m2"] or wordy["m3"]) in months():
        year = (wordy["y"] or wordy["y2"] or wordy["y3"]).lstrip("'")
    else:
        return False
    return _date(year, "1", "1") is not None and not any(find_dates(text))


def find_compact(text: str) -> Iterator[PrintedDate]:
    """``20180305``, ``05032018`` or ``05 03 2018``. Only where a date must be: elsewhere such digits are numbers."""
    for match in _COMPACT.finditer(text):
        year, month, day = (next(filter(None, (match[part + n] for n in ("", "2", "3", "4")))) for part in "ymd")
        value = _date(year, month, day)
        if value:
            yield PrintedDate(match.start(), match.end(), match.group(), value, value)


def find_six_digits(text: str) -> Iterator[PrintedDate]:
    """``050318`` or ``180305``, right behind the label of a date: elsewhere they are too often something else."""
    for match in _SIX.finditer(text):
        first, second, third = match.groups()
        dmy, mdy, ymd = _date(third, second, first), _date(third, first, second), _date(first, second, third)
        either = dmy or ymd or mdy
        if either:
            yield PrintedDate(match.start(), match.end(), match.group(), either, mdy or either)


def _roman(text: str) -> Iterator[PrintedDate]:
    for match in _ROMAN.finditer(text) if "I" in text or "V" in text or "X" in text else ():
        value = _date(match["y"], str(_ROMAN_MONTHS.index(match["m"]) + 1), match["d"])
        if value:
            yield PrintedDate(match.start(), match.end(), match.group(), value, value)


def _numeric(text: str) -> Iterator[PrintedDate]:
    for match in _NUMERIC.finditer(text):
        start, end = match.span()
        if match["a"] or match["a2"]:
            first, second, year = (match[part] or match[part + "2"] for part in "abc")
            dmy, mdy = _date(year, second, first), _date(year, first, second)
        elif match["y"]:
            dmy = mdy = _date(match["y"], match["m"], match["d"])
        else:
            dmy = mdy = _date(match["ky"], match["km"], match["kd"])
        if dmy or mdy:
            yield PrintedDate(start, end, match.group(), dmy or mdy, mdy or dmy)


def _wordy(text: str) -> Iterator[PrintedDate]:
    for match in _WORDY.finditer(text):
        name = match["m"] or match["m2"] or match["m3"]
        month = months().get(fold_month(name))
        if month is None:
            continue
        year = (match["y"] or match["y2"] or match["y3"]).lstrip("'")
        day = match["d"] or match["d2"] or match["d3"]
        value = _date(year, str(month), day)
        if value:
            yield PrintedDate(match.start(), match.end(), match.group(), value, value)


def _date(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 60 else 1900
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def fold_month(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold().replace("ı", "i").replace("ł", "l"))
    return "".join(char for char in decomposed if char.isalpha())


@cache
def months() -> dict[str, int]:
    """Folded month names and abbreviations of all languages → 1 to 12."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for number, others in data(language).get("months", {}).items():
            names.update((fold_month(name), int(number)) for name in others)
        locale = Locale(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    folded = fold_month(name)
                    if len(folded) >= 3:
                        names.setdefault(folded, number)
    return names


def decide_order(found: Iterable[PrintedDate], *, month_first_likely: bool, terms_days: Sequence[int] = ()) -> Order:
    """Day first or month first, for all dates of one document: what they show themselves, else what is usual where the
    document comes from (``month_first_likely``).
    """
    return shown_order(found, terms_days) or ("mdy" if month_first_likely else "dmy")


@cache
def weekdays() -> dict[str, int]:
    """Folded names and abbreviations of days in all languages → 0 (Monday) to 6."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in Locale(language).days["format"][width].items():
                folded = fold_month(name)
                if len(folded) >= 3:
                    names.setdefault(folded, number)
    return names


def year_first(item: PrintedDate, today: date) -> PrintedDate:
    """``26/03/05`` as terminals of some countries print it: where else it would be of long ago, and so of late."""
    match = _NUMERIC.fullmatch(item.raw)
    if not match or not match["a"] or len(match["c"]) > 2:
        return item
    value = _date(match["a"], match["b"], match["c"])
    usual = [day for day in (item.dmy, item.mdy) if day]
    if value is None or not 0 <= (today - value).days <= RECENT or any(0 <= (today - day).days <= OLD for day in usual):
        return item
    return msgspec.structs.replace(item, dmy=value, mdy=value)


def shown_order(found: Iterable[PrintedDate], terms_days: Sequence[int] = ()) -> Order | None:
    """The order that the dates of a document show, strongest evidence first: a date that allows only one; two dates
    that lie exactly ``terms_days`` apart in one only.
    """
    dates = list(found)
    numeric = [item for item in dates if _order_of(item)]
    day_first = sum(_order_of(item) == "dmy" for item in numeric)
    month_first = len(numeric) - day_first
    if day_first != month_first:
        return "dmy" if day_first > month_first else "mdy"
    apart_dmy = _pairs_apart([item.dmy for item in dates], terms_days)
    apart_mdy = _pairs_apart([item.mdy for item in dates], terms_days)
    if apart_dmy != apart_mdy:
        return "dmy" if apart_dmy else "mdy"
    return None


def _order_of(item: PrintedDate) -> Order | None:
    """The order that a numeric date shows by itself (a part above 12 can only be the day)."""
    match = _NUMERIC.fullmatch(item.raw)
    if not match or not match["a"]:
        return None
    first, second = int(match["a"]), int(match["b"])
    if first > 12 >= second:
        return "dmy"
    if second > 12 >= first:
        return "mdy"
    return None


def _pairs_apart(values: Sequence[date | None], days: Sequence[int]) -> bool:
    known = sorted({value for value in values if value})[:20]
    return any((later - earlier).days in days for earlier in known for later in known if later > earlier)


def resolve(item: PrintedDate, order: Order) -> date | None:
    return item.mdy if order == "mdy" else item.dmy
