"""How long a contract lasts: a stated last day, a length from its start, or for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice

from extraction.engine.extractors.contract.flow import Flow, Found, heaviest
from extraction.engine.extractors.contract.lengths import Day, Length

MAX_CLAUSES = 2_000
"""So many are looked at; a contract has a few."""

SUBJECT = (
    r"(?:agreement|contract|lease|license|licence|venture|addendum|amendment|term|duration|employment|(?-i:[A-Z]{2,4}))"
)
TERM_CLAUSE = (
    rf"\b(?:this|the)\s+(?:(?!during|end)[\w-]+\s+){{0,3}}?{SUBJECT}\b(?:\s*\([^)]{{0,60}}\))?"
    rf"(?:\s+(?:of|under)\s+(?:this|the)\s+[\w\s-]{{0,40}}?{SUBJECT})?(?:\s*\([^)]{{0,60}}\))?,?\s+(?:here(?:under|of|in)\s+)?"
    r"(?:shall|will|is|of|for|commences?|begins?|starts?|continues?|expires?|terminates?|becomes?|has|enters?|takes|remains?"
    r"|runs|lasts)\b"
    rf"|\bterm\s+of\s+this\s+{SUBJECT}\b[^.;:]{{0,140}}?\b(?:shall|will|is|commences?|continues?)\b"
    r"|\b(?:initial|primary|original|contract)\s+(?:term|period)\b|\bterm(?:\s+of\s+(?:this\s+)?agreement|\s+and\s+termination)?[.:]\s"
)
"""Where the contract or its term does something: "This Agreement shall commence …", "an initial term of …"."""

OTHER_TERM_CLAUSE = r"@subject"
APART = 60
"""Clauses of other languages begin where the contract or its term is named, at least so many characters apart."""

WITHIN_TERM = re.compile(
    r"\b(?:during|throughout|within|after|before|prior\s+to|end\s+of|expiration\s+of|remainder\s+of|under)\s*$",
    re.IGNORECASE,
)
CLAUSE, NEAR, BEHIND = 450, 160, 40
"""Characters of a clause that are looked at, and those before and behind a date that say what it is."""

ENDS = (
    r"(?:\b(?:expir\w+|terminat\w+|end(?:s|ing)?|until|through|continue\w*|up\s+to|conclud\w+)\b|@ends)[^.;]{0,70}$"
    r"|\b(?:Termination|Expiration|Expiry|End)\s+Date\b[^.;]{0,40}$"
)
FAR_END = r"\bexpir\w+\s+(?:up)?on\s+the\s+(?:later|earlier)\s+of\b[^.;]{0,130}$"
ENDS_BEHIND = r"^(?:(?!@also)[^.;:,\d]){0,25}@ends"
STARTS_BEFORE = r"(?:\b(?:from|commenc\w+|begin\w*|start\w*)\b|@starts)[^.;]{0,40}$"
FROM = re.compile(r"\b(?:from|beginning|commencing|starting)\s+(?:on\s+|as\s+of\s+)?$", re.IGNORECASE)
MATURES = re.compile(
    r"\b(?:repa\w+|payable)\b[^.;]{0,60}\bin\s+full\b[^.;]{0,40}\bon\s+(?:or\s+before\s+)?$|\bmatur\w+\b[^.;:\d]{0,40}$",
    re.IGNORECASE,
)
"""A loan ends when it is to be paid back."""

MATURITY = re.compile(r"\b(?:repa(?:y|id|yable)|due\s+and\s+payable|matur(?:e|es|ity))\b", re.IGNORECASE)

FORMER = re.compile(r"\b(?:scheduled|currently|presently|originally|previously)\b", re.IGNORECASE)
EXTENDED = re.compile(r"\bhereby\s+(?:amended|extended)\b", re.IGNORECASE)
AMENDED, FORMERLY = 1.0, -1.5
"""What it adds to a last day that the contract is an amendment's, or the one before."""

AFTER_END = re.compile(r"\s+(?:following|after|from)\s+(?:the\s+)?(?:\w+\s+)?(?:terminat|expir|disclos)", re.IGNORECASE)

FROM_START = re.compile(
    r"[^.;\d]{0,20}\b(?:from|after|commencing|beginning|starting)\b[^.;\d]{0,30}\b(?:effective|commencement|start)\s+date\b",
    re.IGNORECASE,
)

LABELLED_END = (
    r"\b(?:end|expir\w+|expiry|termination)\s+date\b[\"”]?\s*(?::|\bmeans\b|\bshall\s+mean\b|\bis\b|\bshall\s+be\b)?\s*"
    r"|(?:^|\n|\s\s)(?:@ends)(?:[ ]\w+)?\s*:\s*"
)
"""A definition or a label of the last day."""

LABEL_REACH = 40

SENTENCE_END = re.compile(r"(?<![\d.])(?<!\sr)(?<!\snr)(?<!\sul)[.;](?=\s)(?! \d)", re.IGNORECASE)

OTHER_LENGTH = (
    r"\b(?:renew\w*|notice|confidential\w*|surviv\w*|warrant\w*|payment|invoice|cure|insurance|exten\w+|audit|thereafter"
    r"|successive)\b|@other|@trial"
)
"""A length of time after one of these words is not the term."""

INTRODUCED = re.compile(
    r"\b(?:for|term|period|until|is|be|lasts?|duration|continues?)\s+(?:of\s+|be\s+)?(?:a\s+|an\s+|the\s+|approximately\s+)?"
    r"(?:\w+\s+)?(?:period\s+of\s+|term\s+of\s+)?$",
    re.IGNORECASE,
)

FOR_EVER = (
    r"\b(?:perpetual\w*|perpetuity|indefinite(?:ly)?)\b|@forever"
    r"|\b(?:continue|remain)\w*\b[^.;]{0,60}\buntil\s+(?:it\s+is\s+)?terminated\b"
)


def find_expiration(flow: Flow, start: Found | None) -> Found | None:
    """A stated date, or the term counted from ``start``, or "perpetual"."""
    return heaviest(
        [
            *_labelled(flow),
            *_matured(flow),
            *(found for clause in _clauses(flow) for found in _ended(flow, *clause, start)),
        ]
    )


def _labelled(flow: Flow) -> Iterator[Found]:
    """“End Date: 31 March 2027”."""
    for label in islice(flow.words.pattern(LABELLED_END).finditer(flow.text), MAX_CLAUSES):
        for day in flow.days(label.end(), label.end() + LABEL_REACH):
            if flow.text[label.end() : day.start].strip() in ("", "the", "on", "as of"):
                weight = 2.2 + earliness(flow.text, day.start)
                yield Found(day.value.isoformat(), day.start, day.end, "label:expiration_date", 0.85, weight)


def _matured(flow: Flow) -> Iterator[Found]:
    """“Shall be repaid in full on 11 October 2026”."""
    for match in islice(MATURITY.finditer(flow.text), MAX_CLAUSES):
        for day in flow.days(match.start(), match.start() + NEAR):
            if MATURES.search(flow.text[match.start() : day.start]):
                weight = 2.0 + earliness(flow.text, day.start)
                yield Found(day.value.isoformat(), day.start, day.end, "clause:maturity", 0.7, weight)


def _clauses(flow: Flow) -> Iterator[tuple[int, int]]:
    """From and to of each clause in which the contract or its term does something."""
    text = flow.text
    for clause in islice(flow.words.pattern(TERM_CLAUSE).finditer(text), MAX_CLAUSES):
        if not WITHIN_TERM.search(text[max(0, clause.start() - 30) : clause.start()]):
            yield clause.start(), clause.start() + CLAUSE
    last = ended = 0
    for clause in islice(flow.words.pattern(OTHER_TERM_CLAUSE).finditer(text), MAX_CLAUSES):
        if clause.start() >= min(last, ended):
            end = SENTENCE_END.search(text, clause.end(), clause.start() + CLAUSE)
            ended = end.start() if end else clause.start() + CLAUSE
            last = clause.start() + APART
            yield clause.start(), ended


def _ended(flow: Flow, first: int, last: int, start: Found | None) -> Iterator[Found]:
    text = flow.text
    under_heading = bool(re.search(r"\bterm\b", text[max(0, first - 80) : first + 20], re.IGNORECASE))
    weight = 0.8 * under_heading + earliness(text, first)
    days = flow.days(first, last)
    ends = [day for day in days if _is_end(flow, day, first)]
    for day in ends:
        before = text[first : day.start]
        changed = AMENDED * bool(EXTENDED.search(before)) + FORMERLY * bool(FORMER.search(before))
        yield Found(day.value.isoformat(), day.start, day.end, "clause:expiration_date", 0.88, 2.5 + weight + changed)
    length = _term(flow, first, last)
    until = _until(length, _begin(flow, length, days, ends), start) if length else None
    if length and until:
        yield Found(until.isoformat(), length.start, length.end, "term:expiration_date", 0.72, 2.0 + weight)
    elif ever := flow.words.pattern(FOR_EVER).search(text, first, last):
        yield Found("perpetual", ever.start(), ever.end(), "clause:perpetual", 0.5, 1.0 + weight)


def _begin(flow: Flow, length: Length, days: Sequence[Day], ends: Sequence[Day]) -> Day | None:
    """The day of the clause from which the term counts, unless it says that this is the effective date."""
    if FROM_START.match(flow.text, length.end):
        return None
    return next((day for day in days if day not in ends), None)


def _is_end(flow: Flow, day: Day, first: int) -> bool:
    before = flow.text[max(first, day.start - NEAR) : day.start]
    if FROM.search(before):
        return False
    near = flow.words.pattern(ENDS).search(before) or flow.words.pattern(FAR_END).search(before)
    if near or flow.words.pattern(STARTS_BEFORE).search(before):
        return bool(near)
    return bool(flow.words.pattern(ENDS_BEHIND).search(flow.text[day.end : day.end + BEHIND]))


def _term(flow: Flow, first: int, last: int) -> Length | None:
    """The first length of a clause, unless something else is said to last so long. Terms are not in days, and in
    months only where words lead to them."""
    for length in flow.lengths(first, last):
        if flow.words.pattern(OTHER_LENGTH).search(flow.text, first, length.start):
            return None
        if flow.words.pattern("@other").search(flow.text, first, _clause_end(flow.text, length.end, last)):
            return None
        if AFTER_END.match(flow.text, length.end):
            continue
        if length.unit == "year" or (length.unit == "month" and _is_introduced(flow.text, first, length)):
            return length
    return None


def _clause_end(text: str, start: int, last: int) -> int:
    """The next comma or the end, but not far."""
    comma = text.find(",", start, min(start + BEHIND, last))
    return comma if comma >= 0 else min(start + BEHIND, last)


def _is_introduced(text: str, first: int, length: Length) -> bool:
    """In English, months are also what fees are paid by and orders are counted in."""
    is_english = "month" in text[length.start : length.end].casefold()
    return not is_english or bool(INTRODUCED.search(text[max(first, length.start - 45) : length.start]))


def _until(length: Length, stated: Day | None, start: Found | None) -> date | None:
    """The anniversary; but a term stated to begin with a month ends with one: 1 January, five years, 31 December."""
    begin = stated.value if stated else start.value if start else None
    after = length.after(begin) if isinstance(begin, date) else None
    commences = stated or (start and start.rule == "clause:effective_date")
    return after - timedelta(days=1) if after and commences and after.day == 1 else after


def earliness(text: str, at: int) -> float:
    """Terms stand in the first half of most contracts: 0.6 at the beginning, 0 at the end."""
    return 0.6 * (1 - at / max(len(text), 1))
