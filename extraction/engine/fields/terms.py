"""Terms of payment: within how many days all of it is to be paid, and the day that follows from them."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, NamedTuple

from extraction.engine.candidates import labelled
from extraction.engine.languages import alternatives, data
from extraction.engine.reading import Place, Reading

LONGEST_TERM = 366  # days
SEARCHED = 400
"""Characters of a cell that are looked through."""

DISCOUNT = re.compile(rf"(?<!\w){alternatives('terms', 'discount')}|\d\s?%|skonto", re.IGNORECASE)
FULL = re.compile(rf"(?<!\w){alternatives('terms', 'full')}(?!\w)", re.IGNORECASE)
# "j" is a day in French: no letter or number touches it, as in the Canadian postcodes T2P 1J9 and K1J 8M9.
_DAYS = re.compile(
    r"(?<![\d.,/-])(?<!(?-i:[A-Z]))(?P<days>\d{1,3})\)?\s{0,2}(?:calendar\s|working\s|business\s)?"
    rf"{alternatives('terms', 'days')}(?![^\W_])"
    r"|(?<!\w)net[t]?o?\s{0,2}(?P<net>\d{1,3})(?![\d.,%/-])",
    re.IGNORECASE,
)
_ABOUT = re.compile(rf"(?<!\w){alternatives('terms', 'about')}", re.IGNORECASE)
_MONTH_END = re.compile(rf"(?<!\w){alternatives('terms', 'month_end')}(?!\w)", re.IGNORECASE)

MonthEnd = Literal["", "first", "last"]


class Term(NamedTuple):
    """``days`` for the full amount. ``month_end``: counted from the end of the month, or up to the end of one."""

    days: int
    place: Place
    explicit: bool  # "net", "without deduction"
    month_end: MonthEnd = ""

    def due(self, issued: date) -> date:
        start = _end_of_month(issued) if self.month_end == "first" else issued
        end = start + timedelta(days=self.days)
        return _end_of_month(end) if self.month_end == "last" else end


def terms_of(reading: Reading) -> list[Term]:
    """Terms for the full amount, the most explicit first; terms with a discount are left out."""
    under_label = {id(item.place.segment) for item in labelled(reading, ("terms",))}
    found = []
    for layout, segment in reading.mixed:
        text = segment.text[:SEARCHED]
        for match in _DAYS.finditer(text):
            before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 30]
            named = id(segment) in under_label or _ABOUT.search(layout.rows[segment.row].text[:SEARCHED])
            days = int(match["days"] or match["net"])
            if not named or _is_discounted(before, after) or not 0 < days <= LONGEST_TERM:
                continue
            place = Place(layout, segment, match.start(), match.end())
            found.append(Term(days, place, bool(FULL.search(after + before)), _month_end(before, after)))
    return sorted(found, key=lambda term: not term.explicit)


def _month_end(before: str, after: str) -> MonthEnd:
    """``30 days end of month`` counts from the end of the month, ``30 jours fin de mois`` up to the end of a month.

    Where the words stand before the days (``fin de mois + 30 jours``), the days are counted from there.
    """
    if _MONTH_END.search(before[-25:]):
        return "first"
    words = _MONTH_END.search(after)
    if words is None:
        return ""
    return "first" if words.group().casefold() in data("en")["terms"]["month_end"] else "last"


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _is_discounted(before: str, after: str) -> bool:
    """``3% Skonto innerhalb 10 Tagen`` and ``10 Tage 2%``, but not ``30 Tage netto, 10 Tage 2%``."""
    upto = re.split(r"[,;.]\s", after)[0]
    since = re.split(r"[,;.]\s", before)[-1]
    if FULL.search(upto[:20]):
        return False
    return bool(DISCOUNT.search(upto) or DISCOUNT.search(since)) and not FULL.search(since)
