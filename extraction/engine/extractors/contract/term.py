"""How long a contract lasts, how it is renewed, and by what notice that is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from extraction.engine.extractors.contract.flow import Flow, Found, heaviest
from extraction.engine.extractors.contract.lengths import Day, Length, days_in, lengths_in

MAX_CLAUSES = 2_000
"""So many are looked at; a contract has a few."""

SUBJECT = r"(?:agreement|contract|lease|license|licence|venture|addendum|amendment|term|duration)"
TERM_CLAUSE = re.compile(
    rf"\b(?:this|the|an?)\s+(?:(?!during|end)[\w-]+\s+){{0,3}}?{SUBJECT}\b(?:\s*\([^)]{{0,60}}\))?"
    rf"(?:\s+of\s+(?:this|the)\s+[\w\s-]{{0,40}}?{SUBJECT})?(?:\s*\([^)]{{0,60}}\))?,?\s+"
    r"(?:shall|will|is|of|for|commences?|begins?|continues?|expires?|terminates?|becomes?|has)\b"
    r"|\b(?:initial|primary|original)\s+term\b|\bterm(?:\s+of\s+(?:this\s+)?agreement|\s+and\s+termination)?[.:]\s",
    re.IGNORECASE,
)
"""Where the contract or its term does something: "This Agreement shall commence …", "an initial term of …"."""

WITHIN_TERM = re.compile(
    r"\b(?:during|throughout|within|after|before|prior\s+to|end\s+of|expiration\s+of|remainder\s+of|under)\s*$",
    re.IGNORECASE,
)
CLAUSE, NEAR = 450, 120
"""Characters of a clause that are looked at, and those before a date that say what it is."""

ENDS = re.compile(
    r"\b(?:expir\w+|terminat\w+|end(?:s|ing)?|until|through|continue\w*|up\s+to)\b[^.;]{0,70}$"
    r"|\b(?:Termination|Expiration|End)\s+Date\b[^.;]{0,40}$",
    re.IGNORECASE,
)
OTHER_LENGTH = re.compile(
    r"\b(?:renew\w*|notice|confidential\w*|surviv\w*|warrant\w*|payment|invoice|cure|insurance|exten\w+|audit|thereafter"
    r"|successive)\b",
    re.IGNORECASE,
)
"""A length of time after one of these words is not the term."""

FOR_EVER = re.compile(
    r"\b(?:perpetual\w*|perpetuity|indefinite(?:ly)?|unbefristet|auf\s+unbestimmte\s+zeit|durée\s+indéterminée)\b"
    r"|\b(?:continue|remain)\w*\b[^.;]{0,60}\buntil\s+terminated\b",
    re.IGNORECASE,
)

RENEWS = re.compile(r"\b(?:renew\w*|extend\w*|extension\w*|verlänger\w*|reconduc\w*|renouvel\w*)\b", re.IGNORECASE)
REPEATED = re.compile(r"\b(?:automatic\w*|successive|additional|further|subsequent|renewal\s+terms?)\b", re.IGNORECASE)
SUCCESSIVE = re.compile(r"\b(?:successive|each\s+year|annually|from\s+\w+\s+to\s+\w+)\b", re.IGNORECASE)
NOTICE = re.compile(r"\bnotice\b|\bnotif(?:y|ies)\b|\bKündigung\w*|\bpréavis\b", re.IGNORECASE)
REFUSES = re.compile(
    r"\bunless\b|\b(?:not\s+to|non-?)\s*(?:be\s+)?(?:renew|extend)\w*|\b(?:intent|desire|wish)\w*\b|\bes\s+sei\s+denn\b",
    re.IGNORECASE,
)
AROUND = 260
"""Characters around "renew" in which its length and the notice stand."""


def find_expiration(flow: Flow, start: date | None) -> Found | None:
    """A stated date, or ``start`` plus the term, or "perpetual"."""
    return heaviest(found for clause in _clauses(flow.text) for found in _ended(flow.text, clause, start))


def find_renewal_term(flow: Flow) -> Found | None:
    """How long the contract is renewed for: "successive 1 year", "3 years"."""
    return heaviest(_renewed(flow.text))


def find_notice_period(flow: Flow) -> Found | None:
    """The notice by which a renewal is refused: "30 days"."""
    return heaviest(_noticed(flow.text))


def _clauses(text: str) -> Iterator[re.Match[str]]:
    for clause in islice(TERM_CLAUSE.finditer(text), MAX_CLAUSES):
        if not WITHIN_TERM.search(text[max(0, clause.start() - 30) : clause.start()]):
            yield clause


def _ended(text: str, clause: re.Match[str], start: date | None) -> Iterator[Found]:
    first, last = clause.start(), clause.start() + CLAUSE
    under_heading = bool(re.search(r"\bterm\b", text[max(0, first - 80) : first + 20], re.IGNORECASE))
    weight = 0.8 * under_heading + _earliness(text, first)
    days = days_in(text, first, last)
    ends = [day for day in days if ENDS.search(text[max(first, day.start - NEAR) : day.start])]
    for day in ends:
        yield Found(day.value.isoformat(), day.start, day.end, "clause:expiration_date", 0.88, 2.5 + weight)
    length = _term(text, first, last)
    until = _until(length, next((day for day in days if day not in ends), None), start) if length else None
    if length and until:
        yield Found(until.isoformat(), length.start, length.end, "term:expiration_date", 0.72, 2.0 + weight)
    elif FOR_EVER.search(text, first, last):
        yield Found("perpetual", first, clause.end(), "clause:perpetual", 0.5, 1.0 + weight)


def _term(text: str, first: int, last: int) -> Length | None:
    """The first length of time of a clause, unless something else is said to last so long. Terms are not in days."""
    for length in lengths_in(text, first, last):
        if OTHER_LENGTH.search(text, first, length.start):
            return None
        if length.unit in ("year", "month"):
            return length
    return None


def _until(length: Length, stated: Day | None, start: date | None) -> date | None:
    """The anniversary; but a term stated to begin with a month ends with one: 1 January, five years, 31 December."""
    begin = stated.value if stated else start
    after = length.after(begin) if begin else None
    return after - timedelta(days=1) if after and stated and after.day == 1 else after


def _renewed(text: str) -> Iterator[Found]:
    for match in islice(RENEWS.finditer(text), MAX_CLAUSES):
        if not REPEATED.search(text, max(0, match.start() - 60), match.end() + 120):
            continue
        lengths = lengths_in(text, match.end(), match.end() + AROUND)
        length = next((item for item in lengths if item.unit in ("year", "month")), None)
        if length:
            successive = bool(SUCCESSIVE.search(text, match.start(), length.end + 30))
            value = f"successive {length}" if successive else str(length)
            weight = successive + _earliness(text, match.start())
            yield Found(value, match.start(), length.end, "clause:renewal_term", 0.6, weight)


def _noticed(text: str) -> Iterator[Found]:
    for match in islice(RENEWS.finditer(text), MAX_CLAUSES):
        first, last = max(0, match.start() - AROUND), match.end() + 2 * AROUND
        notice = NOTICE.search(text, first, last) if REFUSES.search(text, first, last) else None
        if notice is None:
            continue
        near = lengths_in(text, max(0, notice.start() - NEAR), notice.end() + NEAR)
        stated = (item for item in near if item.unit in ("day", "month"))
        length = min(stated, key=lambda item: abs(item.start - notice.start()), default=None)
        if length:
            weight = _earliness(text, match.start()) - abs(length.start - match.start()) / 1_000
            yield Found(str(length), length.start, length.end, "clause:notice_period", 0.7, weight)


def _earliness(text: str, at: int) -> float:
    """Terms stand in the first half of most contracts: 0.6 at the beginning, 0 at the end."""
    return 0.6 * (1 - at / max(len(text), 1))
