"""When a contract was made, and when it takes effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from extraction.engine.extractors.contract.flow import HEAD, Flow, Found, heaviest
from extraction.engine.extractors.contract.lengths import Day, days_in

NEAR = 120
"""Characters before a date that say what it is."""

SENTENCE = 300
"""Characters before a date in which the contract may speak of itself."""

MADE = (
    (re.compile(r"\b(?:made|entered(?:\s+into)?|executed|concluded|signed)\b[^.;]{0,60}$", re.IGNORECASE), 2.0),
    (re.compile(r"\b(?:dated|date|datum)\b\s*:?(?:\s*(?:as\s+of|this|the|on|effective))*\s*$", re.IGNORECASE), 1.5),
    (re.compile(r"\b(?:as\s+of|effective(?:\s+(?:as\s+of|on))?|on\s+this|this)\s*(?:the\s+)?$", re.IGNORECASE), 1.2),
)
"""What stands before the date of a contract, and how much it says."""

BESIDE_TITLE, TITLE_WEIGHT = 60, 1.0
"""A bare date so many characters from the end of the title is the contract's, too."""

ITSELF = re.compile(
    r"[\"“”(]\s*(?:the\s+|this\s+)?[\"“]?(?:agreement|contract|amendment|addendum)\b"
    r"|\bthis\s+[\w\s,&-]{0,80}?(?:agreement|contract|amendment|addendum)\b",
    re.IGNORECASE,
)
ANOTHER = re.compile(
    r"\b(?:that\s+certain|pursuant\s+to|to\s+(?:the|that)|under\s+(?:the|that)|amended)\b[^.;]{0,80}$", re.IGNORECASE
)
"""The date belongs to another contract that this one mentions."""

SIGNED = re.compile(r"\bdated?\s*:\s*(?:_+\s*)?$", re.IGNORECASE)
SIGNATURE_BLOCK = 6_000

DEFINES_START = re.compile(
    r"[^.;()\d]{0,30}\(?[^.;()\d]{0,30}[\"“'‘]?(?:the\s+)?[\"“]?(?:Effective|Commencement|Start)\s+Date", re.IGNORECASE
)
STARTS = (
    (re.compile(r"\beffective\s+date\b[^.;]{0,60}$", re.IGNORECASE), 2.2),
    (re.compile(r"\beffective\s*(?:as\s+of|on|from|date)?\s*(?:this|the)?\s*:?\s*$", re.IGNORECASE), 2.0),
    (re.compile(r"\b(?:commenc\w+|begin\w*|start\w*|take\s+effect|effective)\b[^.;]{0,50}$", re.IGNORECASE), 1.5),
)
"""What stands before the date on which a contract takes effect, and how much it says."""

FROM_SIGNING = re.compile(
    r"\b(?:commenc\w+|begin\w*|effective|start\w*)\b[^.;]{0,60}"
    r"\b(?:date\s+(?:first\s+)?(?:above|written|set\s+forth)|date\s+hereof|first\s+(?:above|set)\b)",
    re.IGNORECASE,
)


def find_agreement_date(flow: Flow, body: int) -> Found | None:
    """The date that the contract bears. ``body``: where the text begins, after the title."""
    return heaviest([*_made(flow.text, body), *_signed(flow.text)])


def find_effective_date(flow: Flow, made: Found | None) -> Found | None:
    """The date on which it takes effect; ``made`` where the text says that this is its date."""
    return heaviest(_started(flow.text, made))


def _made(text: str, body: int) -> Iterator[Found]:
    for day in days_in(text, 0, HEAD):
        before = _before(text, day, NEAR)
        sign = next((weight for pattern, weight in MADE if pattern.search(before)), 0.0)
        if not sign and abs(day.start - body) < BESIDE_TITLE:
            sign = TITLE_WEIGHT
        weight = sign + 0.8 * bool(ITSELF.search(_before(text, day, SENTENCE))) - 2.5 * bool(ANOTHER.search(before))
        weight -= day.start / 6_000
        if sign and weight > 0:
            confidence = 0.9 if weight > 1.5 else 0.6
            yield Found(day.value, day.start, day.end, "clause:agreement_date", confidence, weight)


def _signed(text: str) -> Iterator[Found]:
    """Dates beside signatures weigh less than any other."""
    for day in days_in(text, max(0, len(text) - SIGNATURE_BLOCK), len(text)):
        if SIGNED.search(_before(text, day, 40)):
            yield Found(day.value, day.start, day.end, "signature_date", 0.5)


def _started(text: str, made: Found | None) -> Iterator[Found]:
    for day in days_in(text, 0, HEAD):
        before, late = _before(text, day, NEAR), day.start / 8_000
        if DEFINES_START.match(text, day.end):
            yield Found(day.value, day.start, day.end, "definition:effective_date", 0.9, 3.0 - late)
        sign = next((weight for pattern, weight in STARTS if pattern.search(before)), 0.0)
        if sign and not ANOTHER.search(before):
            yield Found(day.value, day.start, day.end, "clause:effective_date", 0.75, sign - late)
    if made and isinstance(made.value, date) and FROM_SIGNING.search(text):
        yield Found(made.value, made.start, made.end, "date_first_above_written", 0.6, 0.5)


def _before(text: str, day: Day, reach: int) -> str:
    return text[max(0, day.start - reach) : day.start]
