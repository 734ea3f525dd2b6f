"""Which currency the sums are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from extraction.engine.amounts import currencies_of, find_marks
from extraction.engine.candidates import Candidate, best, labelled
from extraction.engine.layout import Segment
from extraction.engine.reading import Place, Reading

CODES_OF_LANGUAGE = {"cs": "CZK", "pl": "PLN", "sv": "SEK", "da": "DKK", "tr": "TRY"}
"""What an ambiguous mark (``kr``) means in a language."""

CERTAIN = frozenset({"EUR", "USD", "GBP", "CHF"})

DOLLAR_COUNTRIES = {
    "canada": "CAD", "australia": "AUD", "new zealand": "NZD", "singapore": "SGD", "hong kong": "HKD", "mexico": "MXN",
    "méxico": "MXN", "gst/hst": "CAD", "hst": "CAD", "abn": "AUD",
}  # fmt: skip


def read_currency(reading: Reading) -> tuple[Candidate, float] | None:
    """By label, and by the marks beside sums and alone."""
    return best([*_labelled(reading), *_marks(reading)])


def _labelled(reading: Reading) -> Iterator[Candidate]:
    for found in labelled(reading, ("currency",)):
        mark = next(find_marks(found.place.text[:30]), None)
        if mark is not None and found.place.text.startswith(mark):
            code = _code(reading, mark)
            if code:
                yield Candidate(code, mark, 4.0 + found.score, "label:currency", found.place)


def _marks(reading: Reading) -> Iterator[Candidate]:
    """One candidate a currency: sums beside the mark count most."""
    seen: Counter[str] = Counter()
    first: dict[str, tuple[Place, str]] = {}
    for layout, segment in reading.segments():
        beside = {amount.mark for amount in reading.amounts(segment) if amount.mark and amount.mark != "%"}
        for mark in [*beside, *_alone(reading, segment)]:
            code = _code(reading, mark)
            if code is None:
                continue
            seen[code] += 3 if mark in beside else 1
            start = max(0, segment.text.find(mark))
            first.setdefault(code, (Place(layout, segment, start, start + len(mark)), mark))
    total = sum(seen.values())
    for code, count in seen.items():
        place, mark = first[code]
        yield Candidate(code, mark, 1.0 + 2.5 * count / total + min(1.0, 0.1 * count), "mark", place)


def _alone(reading: Reading, segment: Segment) -> Iterator[str]:
    """Marks without a number. Letters count only as capitals, in brackets or beside the words of a sum: "ft" may be feet."""
    text = segment.text[:200]
    named = bool(reading.section(segment, "amounts") or reading.section(segment, "columns"))
    for mark in find_marks(text):
        plain = mark in CERTAIN or not mark.isalpha()
        if plain or f"({mark})" in text or (named and not mark.islower()):
            yield mark


def _code(reading: Reading, mark: str) -> str | None:
    codes = currencies_of(mark)
    if len(codes) <= 1:
        return codes[0] if codes else None
    expected = CODES_OF_LANGUAGE.get(reading.language)
    if expected in codes:
        return expected
    if mark == "$":
        text = " ".join(segment.text for _, segment in reading.segments()).casefold()
        for name, code in DOLLAR_COUNTRIES.items():
            if name in text:
                return code
    return codes[0]
