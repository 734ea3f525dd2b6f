"""Until when all of it has to be paid: by label, by a sentence, or counted from the terms of payment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from extraction.engine.candidates import Candidate, Decision
from extraction.engine.fields.dated import Dates
from extraction.engine.fields.terms import DISCOUNT, FULL, LONGEST_TERM, SEARCHED, Term
from extraction.engine.languages import alternatives
from extraction.engine.reading import Place

LABELLED = 3.0
COUNTED = "payment_terms"
"""The rule of a date that is not printed but follows from the terms."""

_PAY_UNTIL = re.compile(
    rf"(?:{alternatives('terms', 'pay')})\w{{0,12}}\W{{1,3}}(?:[^\W\d_]{{1,16}}\W{{1,3}}){{0,6}}?"
    rf"{alternatives('terms', 'until')}\W{{1,3}}(?:[^\W\d_]{{1,12}}\W{{1,3}}){{0,2}}$",
    re.IGNORECASE,
)
_DEBIT = re.compile(alternatives("terms", "debit"), re.IGNORECASE)
_ON = re.compile(rf"(?:^|\W){alternatives('terms', 'on')}\W{{0,2}}$", re.IGNORECASE)
_WITHOUT_DEDUCTION = re.compile(r"ohne\s+ab", re.IGNORECASE)


def due_candidates(dates: Dates, issued: date | None) -> Iterator[Candidate]:
    """Dates that are printed as the last day to pay."""
    for item in dates.found:
        value = dates.value(item)
        if value is None:
            continue
        text = item.place.segment.text[max(0, item.place.start - 90) : item.place.start]
        if _PAY_UNTIL.search(text) and (issued is None or value >= issued):
            yield Candidate(value, item.place.text, 2.6, "sentence:pay_until", item.place)
        elif _ON.search(text) and _DEBIT.search(_around(item.place)):
            yield Candidate(value, item.place.text, 2.0, "sentence:direct_debit", item.place)
    for item, scores in dates.claims.values():
        value = dates.value(item) if "due_date" in scores else None
        if value is not None:
            score = LABELLED + scores["due_date"] + _fits(value, issued, dates.terms)
            if _is_for_discount(item.place):
                score -= 2.5
            yield Candidate(value, item.place.text, score, "label:due_date", item.place)


def _fits(value: date, issued: date | None, terms: Sequence[Term]) -> float:
    """A due date lies after the date of issue, at best by as many days as the terms say."""
    if issued is None:
        return 0.0
    days = (value - issued).days
    if days < 0:
        return -2.5
    if days > LONGEST_TERM + 30:
        return -1.0
    return 0.7 if any(term.due(issued) == value for term in terms) else 0.0


def _is_for_discount(place: Place) -> bool:
    """``2 % Skonto bis 05.03.``: the last day for less than the full amount."""
    row = place.layout.rows[place.segment.row].text[:SEARCHED]
    before = row[: max(0, row.find(place.text))][-50:]
    return bool(DISCOUNT.search(before)) and not FULL.search(before) and not _WITHOUT_DEDUCTION.search(before)


def _around(place: Place) -> str:
    """The row of a date and the next one."""
    rows = place.layout.rows[place.segment.row : place.segment.row + 2]
    return " ".join(row.text[:200] for row in rows)


def from_terms(terms: Sequence[Term], issued: Candidate) -> Candidate | None:
    """The day that the terms give, counted from the date of issue; the place is that of the terms."""
    if not terms:
        return None
    term = terms[0]
    value = term.due(issued.value)
    words = " ".join(term.place.text.split())
    due = Candidate(value, term.place.text, min(2.5, issued.score), COUNTED, term.place)
    sentence = f"No due date is printed; the terms ({words}) give it from the date of issue."
    return due.decided(Decision(rivals=(due,), repair=sentence))
