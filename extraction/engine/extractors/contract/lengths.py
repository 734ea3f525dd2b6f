"""Dates and lengths of time as contracts write them: "this 23rd day of June, 2015", "five (5) years"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from extraction.engine.clauses import Words
from extraction.engine.dates import find_dates, fold_month, months

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
"""From 1 on."""

_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_MONTH_YEAR = r"(?P<month>[^\W\d_]{3,10}),?\s+(?:(?:of|de|del)\s+)?(?P<year>(?:19|20)\d\d)\b"

DAY_OF = re.compile(
    rf"\b(?:(?P<number>\d{{1,2}})\s?(?:s\s?t|n\s?d|r\s?d|t\s?h)?|(?P<word>{_ORDINAL}))"
    rf"\s+(?:day\s+of\s+(?:\w+day,?\s+)?|d[ií]as?\s+d(?:o|el)\s+m[eê]s\s+de\s+){_MONTH_YEAR}",
    re.IGNORECASE,
)
DAY_WORD = re.compile(r"day\s+(?:of|in)\b|d[ií]as?\s+d(?:o|el)\b", re.IGNORECASE)
BEFORE_DAY, BEHIND_DAY = 20, 50
"""Characters around "day of" in which its number, month and year stand."""

LAST_DAY_OF = re.compile(rf"\blast\s+day\s+(?:of|in)\s+{_MONTH_YEAR}", re.IGNORECASE)

TENS = (20, 30, 40, 50, 60, 70, 80, 90)
UNITS = ("year", "month", "week", "day")

ANNIVERSARY = re.compile(
    rf"\b(?:(?P<number>\d{{1,2}})\s?(?:st|nd|rd|th)|(?P<word>{_ORDINAL}))"
    r"(?:\s+\(\d{1,2}\s?(?:st|nd|rd|th)\))?\s+(?:annual\s+)?anniversary\b",
    re.IGNORECASE,
)


class Day(NamedTuple):
    """A date at ``text[start:end]``."""

    start: int
    end: int
    value: date


class Length(NamedTuple):
    """A length of time at ``text[start:end]``; ``unit`` is year, month, week or day."""

    start: int
    end: int
    number: int
    unit: str

    def __str__(self) -> str:
        """30 days; twelve months are one year."""
        years = self.unit == "month" and self.number % 12 == 0
        count, unit = (self.number // 12, "year") if years else (self.number, self.unit)
        return f"{count} {unit}" + ("s" if count != 1 else "")

    def after(self, day: date) -> date | None:
        """The day that lies this long after ``day``; the last day of a shorter month."""
        if self.unit in ("day", "week"):
            return day + timedelta(days=self.number * (7 if self.unit == "week" else 1))
        total = day.year * 12 + day.month - 1 + self.number * (12 if self.unit == "year" else 1)
        year, month = divmod(total, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) if year < date.max.year else None


def days_in(text: str, start: int, end: int, *, day_first: bool = False) -> list[Day]:
    """Every date in ``text[start:end]``, by place. ``day_first`` says how open dates (3/4/2018) are read."""
    span = text[start:end]
    formal = list(_formal(span))
    plain = [
        Day(found.start, found.end, value)
        for found in find_dates(span)
        if (value := found.dmy if day_first else found.mdy)
        and not any(day.start <= found.start < day.end for day in formal)
    ]
    return [Day(start + day.start, start + day.end, day.value) for day in sorted([*formal, *plain])]


def _formal(text: str) -> Iterator[Day]:
    for word in DAY_WORD.finditer(text):
        first, last = max(0, word.start() - BEFORE_DAY), word.end() + BEHIND_DAY
        if match := DAY_OF.search(text, first, last):
            yield from _day(match, _ordinal(match))
        elif match := LAST_DAY_OF.search(text, first, last):
            yield from _day(match, None)


def _ordinal(match: re.Match[str]) -> int:
    word = match["word"]
    return ORDINALS.index(word.casefold()) + 1 if word else int(match["number"])


def _day(match: re.Match[str], number: int | None) -> Iterator[Day]:
    """The day of the month and year that were matched; the last one for ``None``."""
    month, year = months().get(fold_month(match["month"])), int(match["year"])
    if month is None:
        return
    last = monthrange(year, month)[1]
    if number is None or 1 <= number <= last:
        yield Day(match.start(), match.end(), date(year, month, number or last))


def lengths_in(text: str, start: int, end: int, words: Words) -> list[Length]:
    """Every length of time in ``text[start:end]``, by place."""
    found = []
    for match in _length(words).finditer(text, start, end):
        unit = next(name for name in UNITS if match[name])
        number = _number(match["digits"] or match["number"], words)
        if number:
            found.append(Length(match.start(), match.end(), number, unit))
    for match in ANNIVERSARY.finditer(text, start, end):
        found.append(Length(match.start(), match.end(), _ordinal(match), "year"))
    return sorted(found)


@lru_cache(maxsize=64)
def _length(words: Words) -> re.Pattern[str]:
    """In "five (5) years" the digits count, in "sixty-day", "nine years" and "dreijährig" the word."""
    named = words.numbers
    plain, tens, ones = (
        "|".join(re.escape(word) for word in sorted(named, key=len, reverse=True) if named[word] in chosen)
        for chosen in (range(1, 100), TENS, range(1, 10))
    )
    number = rf"\d{{1,3}}|(?:{tens})[-\s](?:{ones})|{plain}"
    units = "|".join(rf"(?P<{unit}>{words.phrases(unit)})" for unit in UNITS)
    return re.compile(
        rf"(?<![\w.,])(?P<number>{number})(?:(?:\s+\w+){{0,3}}\s*\(\s*(?P<digits>\d{{1,3}})\s*\)(?:[\s-]+\w+)?"
        rf"|\s*\(\s*[^()\d]{{1,20}}\))?(?:[\s-]+(?:{words.phrases('further')}))?(?:[\s-]{{1,3}}|(?<=[^\W\d]))"
        rf"(?:{units})(?!\w)",
        re.IGNORECASE,
    )


def _number(text: str, words: Words) -> int:
    """Of digits or words; the sum of the words of "thirty-six"."""
    if text.isdigit():
        return int(text)
    plain = " ".join(text.casefold().split())
    return words.numbers.get(plain) or sum(words.numbers.get(part, 0) for part in re.split(r"[-\s]", plain))
