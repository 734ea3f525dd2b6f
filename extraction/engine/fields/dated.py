"""All dates of one document, which labels claim them, and whether day or month stands first in them."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from functools import cached_property
from typing import NamedTuple

import msgspec

from extraction.engine.candidates import Candidate, Labelled, labelled
from extraction.engine.dates import (
    Order,
    PrintedDate,
    find_compact,
    find_dates,
    find_six_digits,
    fold_month,
    resolve,
    shown_order,
    weekdays,
    year_first,
)
from extraction.engine.fields.country import territories, usual_order
from extraction.engine.fields.terms import Term, terms_of
from extraction.engine.layout import Segment
from extraction.engine.reading import Place, Reading

CONCEPTS = (
    "invoice_date", "date", "due_date", "other_date", "service_date", "period", "service_start", "service_end",
)  # fmt: skip
"""Labels that claim dates."""

OF_OTHERS = frozenset(CONCEPTS) - {"invoice_date", "date", "due_date"}
"""Labels whose dates are neither that of issue nor that of payment."""

MIXED_ORDER = (None, "USD", "CAD", "PHP")
"""Currencies (``None``: unknown) of countries in which people write the month first, or either."""

MONTH_FIRST = ("USD", "PHP")
SOON = 31
"""Days from today by which a document may be dated ahead."""

LONGEST = 150
"""Days between issue and payment that are usual."""

_AFTERNOON = re.compile(r"(?<![\d:.,])(?:1[3-9]|2[0-3]):[0-5]\d(?!\d|\s?[ap]m)", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,14})[.,]?\s?$")

Claims = dict[tuple[int, int], tuple["Dated", dict[str, float]]]
"""For each labelled date the labels that claim it, and how closely."""


class Dated(NamedTuple):
    """A date and where it stands."""

    place: Place
    printed: PrintedDate


class Dates:
    """All dates of one document, read in one order."""

    def __init__(self, reading: Reading, currency: str | None) -> None:
        self.reading = reading
        self.currency = currency
        self.found = [
            Dated(Place(layout, segment, item.start, item.end), year_first(item, reading.today))
            for layout, segment in reading.segments()
            for item in reading.dates(segment)
        ]

    @cached_property
    def terms(self) -> list[Term]:
        return terms_of(self.reading)

    @cached_property
    def claims(self) -> Claims:
        """A much nearer label excludes others."""
        claims: Claims = {}
        for item in labelled(self.reading, CONCEPTS):
            dated = _date_in(item)
            if dated is None:
                continue
            dated = Dated(dated.place, year_first(dated.printed, self.reading.today))
            key = id(dated.place.segment), dated.place.start
            scores = claims.setdefault(key, (dated, defaultdict(float)))[1]
            scores[item.hit.concept] = max(scores[item.hit.concept], item.score)
        for _, scores in claims.values():
            closest = max(scores.values())
            for concept in [concept for concept, score in scores.items() if score < closest - 0.2]:
                del scores[concept]
        return claims

    # Day first or month first

    @cached_property
    def order(self) -> Order:
        """What the dates show themselves; else what is usual where the document comes from."""
        return self._shown or ("mdy" if self._habit >= 2 else "dmy")

    @cached_property
    def _shown(self) -> Order | None:
        days = [term.days for term in self.terms]
        return shown_order((item.printed for item in self.found), days) or self._sensible

    @cached_property
    def _sensible(self) -> Order | None:
        """The only order in which weekdays fit, nothing is dated far ahead and no bill is due before it is written."""
        against = {order: self._nonsense(order) for order in ("dmy", "mdy")}
        if against["dmy"] == against["mdy"]:
            return None
        return "dmy" if against["dmy"] < against["mdy"] else "mdy"

    def _nonsense(self, order: Order) -> int:
        of: dict[str, list[date]] = defaultdict(list)
        for item, scores in self.claims.values():
            value = resolve(item.printed, order)
            if value is not None:
                for concept in scores:
                    of[concept].append(value)
        issued = of["invoice_date"] or of["date"]
        ahead = sum((value - self.reading.today).days > SOON for value in issued)
        unpaid = sum(not 0 <= (due - day).days <= LONGEST for day in issued[:5] for due in of["due_date"][:5])
        turned = sum(start > end for start in of["service_start"][:3] for end in of["service_end"][:3])
        return ahead + unpaid + turned + sum(_has_other_weekday(item, order) for item in self.found)

    @property
    def _habit(self) -> float:
        """What speaks for the month first: English, dollars, a town of the States. Other countries and a clock of 24
        hours speak against it.
        """
        habit = float(self.reading.language == "en") + float(self.currency in MONTH_FIRST)
        habit -= float(self.currency not in MIXED_ORDER)
        orders = [usual_order(territory) for territory in territories(self.reading)]
        habit -= float(bool(_AFTERNOON.search(self.reading.text)))
        return habit + float("mdy" in orders) - float("dmy" in orders and "mdy" not in orders)

    @cached_property
    def is_open(self) -> bool:
        """Nothing on the pages shows whether day or month stands first, and where they come from people write both."""
        if self.reading.language != "en" or self.currency not in MIXED_ORDER:
            return False
        return self._shown is None

    def value(self, item: Dated) -> date | None:
        """Most dates are the same in either order, which is then not asked for."""
        return item.printed.dmy if item.printed.dmy == item.printed.mdy else resolve(item.printed, self.order)

    def doubted(self, chosen: Candidate) -> Candidate:
        """``chosen`` with its doubt, where its print could mean another day."""
        if chosen.place is None or "." in chosen.raw:
            return chosen
        same = (item.printed for item in self.found if item.place.segment is chosen.place.segment)
        either = any(item.raw == chosen.raw and item.dmy != item.mdy for item in same)
        return msgspec.structs.replace(chosen, doubt=1.0) if either and self.is_open else chosen

    def is_only(self, value: date) -> bool:
        """Every date of the document is this one."""
        return all(self.value(item) == value for item in self.found)


def _has_other_weekday(item: Dated, order: Order) -> bool:
    """``Mon 6/04/2026`` is 6 April: 4 June is no Monday."""
    value = resolve(item.printed, order)
    if value is None or item.printed.dmy == item.printed.mdy:
        return False
    before = _WORD_BEFORE.search(item.place.segment.text[max(0, item.place.start - 16) : item.place.start])
    day = weekdays().get(fold_month(before[1])) if before else None
    return day is not None and day != value.weekday()


def _date_in(item: Labelled) -> Dated | None:
    """The first date behind a label, if it begins soon; also one without separators, or broken over cells."""
    place: Place = item.place
    text = place.text[:80]
    found = next(find_dates(text), None) or next(find_compact(text), None)
    if found is None:
        six = next(find_six_digits(text), None)
        if six is None or six.start > 3:
            return _broken(item)
        found = six
    if found.start > (40 if item.relation == "same" else 25):
        return None
    if item.relation != "same" and item.hit.concept == "date" and found.start > 12:
        return None
    return Dated(Place(place.layout, place.segment, place.start + found.start, place.start + found.end), found)


def _broken(item: Labelled) -> Dated | None:
    """``15 | April | 2026``: a date whose parts stand in several cells of the row."""
    place: Place = item.place
    row = place.layout.rows[place.segment.row].segments
    following = [segment for segment in row if segment.box.x0 >= place.segment.box.x0][:3]
    if not len(following) >= 2 or not place.text[:2].strip().isalnum() or len(place.text) > 12:
        return None
    whole = Segment([word for segment in following for word in segment.words], place.segment.row)
    offset = place.start
    found = next(find_dates(whole.text[offset:]), None) or next(find_compact(whole.text[offset:]), None)
    if found is None or found.start > 0:
        return None
    return Dated(Place(place.layout, whole, offset, offset + found.end), found)
