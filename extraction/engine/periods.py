"""Spans of time as people print them: ``01.04. – 30.04.2026``, ``Apr 3 – May 3, 2026``, ``February 2026``, ``Q1``."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import msgspec

from extraction.engine.dates import PrintedDate, find_dates, fold_month, months
from extraction.engine.languages import alternatives

SEARCHED = 160
"""Characters of a text that are looked through."""

BETWEEN = 24
"""Characters that can stand between the two days of a span."""

_TO = alternatives("periods", "to")
_JOINED = re.compile(
    rf"[\s,.)]{{0,3}}(?:[-–—→~]{{1,2}}|(?<![^\W\d_]){_TO}(?![^\W\d_]))[\s.(]{{0,3}}(?:[^\W\d_]{{1,9}}[\s.,]{{1,2}})?",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<![\w.,/-])(?P<day>\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?\s{0,2}$")
_DAY_AND_MONTH = re.compile(r"(?<![\w.,/-])(?P<a>\d{1,2})\s?[./-]\s?(?P<b>\d{1,2})[./]?\s{0,2}$")
_NAMED = re.compile(
    r"(?<![\w.])(?:(?P<d>\d{1,2})(?:st|nd|rd|th|er|[.ºª°])?\s{0,2}(?:de\s|of\s)?(?P<m>[^\W\d_]{3,14})\.?"
    r"|(?P<m2>[^\W\d_]{3,14})\.?\s{1,2}(?P<d2>\d{1,2})(?:st|nd|rd|th)?)[\s,]{0,2}$",
    re.IGNORECASE,
)
_WITHIN_MONTH = re.compile(
    r"(?<!\w)(?P<m>[^\W\d_]{3,14})\.?\s{1,2}(?P<a>\d{1,2})(?:st|nd|rd|th)?\s{0,2}[-–—]\s{0,2}(?P<b>\d{1,2})"
    r"(?:st|nd|rd|th)?,?\s{1,2}(?P<y>20\d\d)(?!\w)",
    re.IGNORECASE,
)
_MONTH = re.compile(
    r"(?<![\w./-])(?:(?P<name>[^\W\d_]{3,14})[.,]?[\s/'-]{1,2}(?:de\s|del\s)?(?P<y>20\d\d|\d\d)"
    r"|(?P<m>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<y2>20\d\d)|(?P<y3>20\d\d)\s?[/-]\s?(?P<m3>0[1-9]|1[0-2]))(?![\w/]|[.-]\d)",
    re.IGNORECASE,
)
_NTH = r"(?:\.|st|nd|rd|th|er|ère|e|[ºª°])?\s{0,2}"
_QUARTER = re.compile(
    rf"(?<!\w)(?:Q\s?(?P<q>[1-4])|(?P<q2>[1-4]){_NTH}(?:Q(?!\w)|{alternatives('periods', 'quarter')}))"
    r"[\s/.-]{0,3}(?:de\s|of\s|du\s)?(?P<y>20\d\d)(?!\w)",
    re.IGNORECASE,
)


class Period(msgspec.Struct, frozen=True, gc=False):
    """Its first and last day, which stand at ``text[start:end]``."""

    start: int
    end: int
    first: PrintedDate
    last: PrintedDate


def find_periods(text: str, *, months_too: bool = False) -> Iterator[Period]:
    """Every span in ``text``; with ``months_too`` also whole months and quarters, which stand for one."""
    text = text[:SEARCHED]
    if sum(map(str.isdigit, text)) < 3:
        return
    found = [*_between_dates(text), *_within_month(text)]
    if not found and months_too:
        found = [*_quarters(text), *_months(text)]
    end = -1
    for period in sorted(found, key=lambda item: (item.start, -item.end)):
        if period.start >= end:
            yield period
            end = period.end


def _between_dates(text: str) -> Iterator[Period]:
    dates = list(find_dates(text))
    joined: set[int] = set()
    for one, other in pairwise(dates):
        if other.start - one.end <= BETWEEN and _JOINED.fullmatch(text, one.end, other.start):
            joined.add(other.start)
            yield Period(one.start, other.end, one, other)
    for item in dates:
        join = _last_join(text, item.start) if item.start not in joined else None
        if join is None:
            continue
        first = _partial(text[:join], item)
        if first is not None:
            yield Period(first.start, item.end, first, item)


def _last_join(text: str, end: int) -> int | None:
    """Where the words begin that join something before ``end`` with what begins there."""
    for start in range(max(0, end - BETWEEN), end):
        if _JOINED.fullmatch(text, start, end):
            return start
    return None


def _partial(text: str, last: PrintedDate) -> PrintedDate | None:
    """The first day at the end of ``text``; month and year, where they are not there, are those of the last day."""
    if last.dmy is None or last.mdy is None:
        return None
    named, pair, alone = _NAMED.search(text), _DAY_AND_MONTH.search(text), _DAY.search(text)
    if named:
        month = months().get(fold_month(named["m"] or named["m2"]))
        if month:
            value = _before(last.dmy, month, int(named["d"] or named["d2"]))
            return _printed(text, named.start(), value, value)
    if pair:
        a, b = int(pair["a"]), int(pair["b"])
        return _printed(text, pair.start(), _before(last.dmy, b, a), _before(last.mdy, a, b))
    if alone:
        day = int(alone["day"])
        return _printed(
            text, alone.start(), _before(last.dmy, last.dmy.month, day), _before(last.mdy, last.mdy.month, day)
        )
    return None


def _before(last: date, month: int, day: int) -> date | None:
    """The day in the year of the last one, or in the year before it."""
    for year in (last.year, last.year - 1):
        try:
            value = date(year, month, day)
        except ValueError:
            return None
        if value <= last:
            return value
    return None


def _printed(text: str, start: int, dmy: date | None, mdy: date | None) -> PrintedDate | None:
    if dmy is None and mdy is None:
        return None
    return PrintedDate(start, len(text), text[start:], dmy or mdy, mdy or dmy)


def _within_month(text: str) -> Iterator[Period]:
    """``April 1 - 30, 2026``."""
    for match in _WITHIN_MONTH.finditer(text):
        month = months().get(fold_month(match["m"]))
        days = [_day(int(match["y"]), month, int(match[part])) for part in "ab"] if month else [None, None]
        if days[0] and days[1] and days[0] <= days[1]:
            yield _span(match.start(), match.end(), match.group(), days[0], days[1])


def _months(text: str) -> Iterator[Period]:
    """A month, or several that follow one another: ``January - March 2026``."""
    days = list(find_dates(text))
    found = [
        (match, when)
        for match in _MONTH.finditer(text)
        if (when := _month_of(match)) is not None
        and not any(day.start < match.end() and match.start() < day.end for day in days)
    ]
    if not found:
        return
    (match, (year, month)), (other, (last_year, last_month)) = found[0], found[-1]
    start, first = match.start(), date(year, month, 1)
    last = date(last_year, last_month, monthrange(last_year, last_month)[1])
    join = _last_join(text, start)
    named = re.search(r"(?<!\w)(?P<m>[^\W\d_]{3,14})\.?\s{0,2}$", text[:join]) if join is not None else None
    earlier = months().get(fold_month(named["m"])) if named else None
    if named and earlier and earlier < month:
        start, first = named.start(), date(year, earlier, 1)
    if first <= last:
        yield _span(start, other.end(), text[start : other.end()], first, last)


def _month_of(match: re.Match[str]) -> tuple[int, int] | None:
    month = months().get(fold_month(match["name"])) if match["name"] else int(match["m"] or match["m3"])
    year = int(match["y"] or match["y2"] or match["y3"])
    return (year + 2000 if year < 100 else year, month) if month else None


def _quarters(text: str) -> Iterator[Period]:
    for match in _QUARTER.finditer(text):
        year, quarter = int(match["y"]), int(match["q"] or match["q2"])
        last = date(year, 3 * quarter, monthrange(year, 3 * quarter)[1])
        yield _span(match.start(), match.end(), match.group(), date(year, 3 * quarter - 2, 1), last)


def _span(start: int, end: int, raw: str, first: date, last: date) -> Period:
    return Period(start, end, PrintedDate(start, end, raw, first, first), PrintedDate(start, end, raw, last, last))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
