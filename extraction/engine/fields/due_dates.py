"""Until when all of it has to be paid: by label, by a sentence, or counted from the terms of payment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from extraction.engine.candidates import Candidate, Decision
from extraction.engine.dates import find_dates
from extraction.engine.fields.dated import Dates
from extraction.engine.fields.terms import DISCOUNT, FULL, LONGEST_TERM, SEARCHED, Term
from extraction.engine.languages import alternatives
from extraction.engine.layout import Segment
from extraction.engine.reading import Place

LABELLED = 3.0
NEAR = 30
"""Characters around a date that say what it is for."""
COUNTED = "payment_terms"
"""The rule of a date that is not printed but follows from the terms."""

_PAY_UNTIL = re.compile(
    rf"(?:{alternatives('terms', 'pay')})\w{{0,12}}\W{{1,3}}(?:(?:[^\W\d_]{{1,16}}|\d[\d.,]{{0,12}})\W{{1,3}}){{0,7}}?"
    rf"{alternatives('terms', 'until')}\W{{1,3}}(?:[^\W\d_]{{1,12}}\W{{1,3}}){{0,2}}$",
    re.IGNORECASE,
)
_DEBIT = re.compile(alternatives("terms", "debit"), re.IGNORECASE)
_ON = re.compile(rf"(?:^|\W){alternatives('terms', 'on')}\W{{0,2}}$", re.IGNORECASE)
_METHOD = re.compile(
    rf"(?<!\w)(?:{alternatives('methods', 'card')}|{alternatives('methods', 'cheque')})\W{{1,3}}$", re.IGNORECASE
)
_WITH = re.compile(
    r"\W{0,3}(?:mit|with|avec|con|com|met|med|less|abzüglich|unter|moins|minus)?\W{0,3}\d", re.IGNORECASE
)
_PAY = re.compile(alternatives("terms", "pay"), re.IGNORECASE)
_UNTIL = re.compile(rf"(?<!\w){alternatives('terms', 'until')}\W{{0,3}}$", re.IGNORECASE)
_WITHOUT_DEDUCTION = re.compile(r"ohne\s+ab", re.IGNORECASE)


def due_candidates(dates: Dates, issued: date | None) -> Iterator[Candidate]:
    """Dates that are printed as the last day to pay."""
    for item in dates.found:
        value = dates.value(item)
        if value is None:
            continue
        text = _before(item.place)
        until = _PAY_UNTIL.search(text)
        if until and not _METHOD.search(text, until.start()) and (issued is None or value >= issued):
            score = 0.6 if _is_for_discount(item.place) else 2.6
            yield Candidate(value, item.place.text, score, "sentence:pay_until", item.place)
        elif _UNTIL.search(text) and _is_for_all(item.place):
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
    """``2 % Skonto bis 05.03.`` and ``bis 05.03. mit 2 % Skonto``: the last day for less than the full amount."""
    row = place.layout.rows[place.segment.row].text[:SEARCHED]
    at = max(0, row.find(place.text))
    before, after = row[:at][-50:], row[at + len(place.text) :][:NEAR]
    other = next(find_dates(row[at + len(place.text) :]), None)
    if other is not None:
        after = after[: other.start]
    if _WITHOUT_DEDUCTION.search(after) or FULL.search(after):
        return False
    if _WITH.match(after) and DISCOUNT.search(after):
        return True
    return bool(DISCOUNT.search(before)) and not FULL.search(before) and not _WITHOUT_DEDUCTION.search(before)


def _is_for_all(place: Place) -> bool:
    """``Payable by 5 March less 2 %, or by 30 March without deduction``."""
    text = place.segment.text
    after = text[place.end : place.end + NEAR]
    return bool(_PAY.search(text[: place.start]) and (FULL.search(after) or _WITHOUT_DEDUCTION.search(after)))


def _before(place: Place) -> str:
    """What stands before a date; where that is little, with the line above in the same column."""
    text = place.segment.text[max(0, place.start - 90) : place.start]
    above = _line_above(place) if place.start < NEAR else None
    return text if above is None else f"{above.text[-90:]} {text}"


def _line_above(place: Place) -> Segment | None:
    """In the same block."""
    block = place.layout.block_of.get(id(place.segment))
    lines = block.segments if block is not None else ()
    return next((line for line in lines if line.row == place.segment.row - 1), None)


def _around(place: Place) -> str:
    """The row of a date and the next one; where little stands before the date, the line above, too."""
    above = _line_above(place) if place.start < NEAR else None
    rows = place.layout.rows[place.segment.row : place.segment.row + 2]
    lines = [f"{above.text[-90:]} {place.segment.text}"] if above is not None else []
    return " ".join([*lines, *(row.text for row in rows)])[:600]


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
