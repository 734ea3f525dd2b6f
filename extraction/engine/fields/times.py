"""At what time of day something was sold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from extraction.engine.candidates import Candidate, labelled
from extraction.engine.fields.dated import Dates
from extraction.engine.layout import PageLayout, Segment
from extraction.engine.ranking import choose
from extraction.engine.reading import Place

LEAST = 1.4
"""What a time must score: named, beside the date, or with seconds or a half of the day."""

SEARCHED = 120
"""Characters of a cell that are looked through."""

_TIME = re.compile(
    r"(?:(?<![\d:.,/h-])|(?<=[./]\d\d-))(?P<h>[01]?\d|2[0-4])(?P<sep>:|h|\.|\s:\s)(?P<m>[0-5]\d)(?:(?P=sep)(?P<s>[0-5]\d)|:(?P<s2>[0-5]\d))?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\.?(?!\w)|\s?(?P<unit>uhr|hrs?|klo)(?!\w))?(?![\d:,/€$£%]|[.-]\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<!\w)(?:kl|um|at|om|o|à|ore|hora|godz|alle)\W{0,2}$", re.IGNORECASE)
_RANGE = re.compile(r"^\s?(?:[-–]|bis|to|à|al?)\s?\d{1,2}[:.h]\d{2}", re.IGNORECASE)
_DAYS = re.compile(r"(?<!\w)(?:mo|mon|lun|ma|pon|po|mån|man|pzt|seg|monday|montag)(?!\w)\W{0,3}[-–]", re.IGNORECASE)


def read_time(dates: Dates, issued: date | None) -> tuple[Candidate, float] | None:
    """As ``HH:MM`` or ``HH:MM:SS`` on a clock of 24 hours."""
    clear = (candidate for candidate in _times(dates, issued) if candidate.score >= LEAST)
    return choose("receipt_time", dates.reading, clear)


def _times(dates: Dates, issued: date | None) -> Iterator[Candidate]:
    named = {(id(found.place.segment), found.place.start): found.score for found in labelled(dates.reading, ("time",))}
    for layout, segment in dates.reading.segments():
        text = segment.text[:SEARCHED]
        found = list(_TIME.finditer(text))
        if not found or _DAYS.search(text):
            continue
        for match in found:
            value = None if _is_dated(dates, segment, match) else _value(match)
            if value is None or _RANGE.match(text, match.end()) or _is_end_of_range(text, match.start()):
                continue
            score = _score(dates, layout, segment, match, issued)
            score += max(
                (
                    1.2 + more
                    for (cell, start), more in named.items()
                    if cell == id(segment) and 0 <= match.start() - start <= 12
                ),
                default=0.0,
            )
            place = Place(layout, segment, match.start(), match.end())
            yield Candidate(value, place.text, score, "label:time" if score > 2.4 else "form:time", place)


def _is_dated(dates: Dates, segment: Segment, match: re.Match[str]) -> bool:
    """Part of a date: ``10.10.17``."""
    items = dates.reading.dates(segment)
    return any(item.start < match.end() and match.start() < item.end and "." in item.raw for item in items)


def _value(match: re.Match[str]) -> str | None:
    hour, minute, second = int(match["h"]), match["m"], match["s"] or match["s2"]
    if match["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["half"].casefold() == "p" else 0)
    if hour == 24:
        return None
    return f"{hour:02d}:{minute}" + (f":{second}" if second else "")


def _score(dates: Dates, layout: PageLayout, segment: Segment, match: re.Match[str], issued: date | None) -> float:
    score = 0.8 if match["sep"].strip() == ":" else 0.4 if match["sep"] == "h" else 0.0
    score += 0.7 if match["half"] or match["unit"] else 0.0
    score += 0.4 if match["s"] or match["s2"] else 0.0
    score += 0.6 if _CLOCK.search(segment.text[: match.start()]) else 0.0
    near = [
        item
        for item in dates.found
        if item.place.page == layout.number and abs(item.place.segment.row - segment.row) <= 1
    ]
    if any(item.place.segment.row == segment.row and dates.value(item) == issued for item in near):
        score += 1.2 if issued is not None else 0.6
    elif near:
        score += 0.5
    return score


def _is_end_of_range(text: str, start: int) -> bool:
    return bool(
        re.search(r"\d{1,2}[:.h]\d{2}\s?(?:[-–]|bis|to|à|al?)\s?$", text[max(0, start - 14) : start], re.IGNORECASE)
    )
