"""Which currency the sums are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

import msgspec
from babel.numbers import get_territory_currencies

from extraction.engine.amounts import currencies_of, find_marks
from extraction.engine.candidates import Candidate, labelled
from extraction.engine.fields.country import SEARCHED, called, territories, territory_of
from extraction.engine.fields.sums import has_cents
from extraction.engine.layout import PageLayout, Segment
from extraction.engine.ranking import choose
from extraction.engine.reading import Place, Reading

CODES_OF_LANGUAGE = {
    "cs": "CZK", "pl": "PLN", "sv": "SEK", "da": "DKK", "tr": "TRY", "de": "EUR", "fr": "EUR", "it": "EUR", "es": "EUR",
    "pt": "EUR", "nl": "EUR", "id": "IDR", "hu": "HUF", "fi": "EUR",
}  # fmt: skip
"""What an ambiguous mark (``kr``) means in a language, and what is most likely where no mark is printed."""

DOLLARS_OF_LANGUAGE = {"fr": "CAD", "es": "MXN"}
"""What ``$`` most likely is where people who speak the language use it: neither France nor Spain does."""

CERTAIN = frozenset({"EUR", "USD", "GBP", "CHF"})

DOLLAR_COUNTRIES = {
    "canada": "CAD", "australia": "AUD", "new zealand": "NZD", "singapore": "SGD", "hong kong": "HKD", "mexico": "MXN",
    "méxico": "MXN", "gst/hst": "CAD", "hst": "CAD", "abn": "AUD",
}  # fmt: skip


def read_currency(reading: Reading) -> tuple[Candidate, float] | None:
    """By label, and by the marks beside sums and alone."""
    printed = choose("currency", reading, [*_labelled(reading), *_marks(reading)])
    if printed is None:
        return choose("currency", reading, _inferred(reading))
    chosen, lead = printed
    return (msgspec.structs.replace(chosen, doubt=1.0) if _is_open(reading, chosen) else chosen), lead


def _is_open(reading: Reading, chosen: Candidate) -> bool:
    """The mark stands for several currencies (``$``), and neither a printed code nor a country says which."""
    if len(currencies_of(chosen.raw)) <= 1 or chosen.value in _printed_codes(reading):
        return False
    return not any(currency_of(territory) == chosen.value for territory in territories(reading))


def _inferred(reading: Reading) -> Iterator[Candidate]:
    """Where no currency is printed: that of the country which the addresses and numbers show, else of the language."""
    for layout, segment in reading.segments():
        territory = territory_of(segment.text[:SEARCHED]) or called(segment.text[:SEARCHED])
        code = currency_of(territory) if territory else None
        if code:
            place = Place(layout, segment, 0, len(segment.text))
            yield Candidate(code, segment.text, 1.0, "country", place)
    code = CODES_OF_LANGUAGE.get(reading.language)
    if code == "IDR" and has_cents(reading):
        code = "MYR"  # Malay is nearly the same language, and the rupiah is not divided in practice
    if code:
        yield Candidate(code, "", 0.4, "language")


@cache
def currency_of(territory: str) -> str | None:
    """The ISO code of the money of a territory (``DE``)."""
    found = get_territory_currencies("GR" if territory == "EL" else territory)
    return found[-1] if found else None


def _labelled(reading: Reading) -> Iterator[Candidate]:
    for found in labelled(reading, ("currency",)):
        mark = next(find_marks(found.place.text[:30]), None)
        if mark is not None and found.place.text.startswith(mark):
            code = _code(reading, mark)
            if code:
                yield Candidate(code, mark, 4.0 + found.score, "label:currency", found.place)


def _marks(reading: Reading) -> Iterator[Candidate]:
    """One candidate a currency: sums beside the mark count most."""
    code_of = cache(lambda mark: _code(reading, mark))
    seen: Counter[str] = Counter()
    first: dict[str, tuple[Place, str]] = {}
    for layout, segment in reading.segments():
        beside = {amount.mark for amount in reading.amounts(segment) if amount.mark and amount.mark != "%"}
        for mark in [*beside, *_alone(reading, segment)]:
            code = code_of(mark)
            if code is None:
                continue
            seen[code] += 3 if mark in beside or _is_cell_of_sum(reading, layout, segment, mark) else 1
            start = max(0, segment.text.find(mark))
            first.setdefault(code, (Place(layout, segment, start, start + len(mark)), mark))
    total = sum(seen.values())
    for code, count in seen.items():
        place, mark = first[code]
        yield Candidate(code, mark, 1.0 + 2.5 * count / total + min(1.0, 0.1 * count), "mark", place)


def _is_cell_of_sum(reading: Reading, layout: PageLayout, segment: Segment, mark: str) -> bool:
    """The mark is a cell of its own beside a sum: ``Total | USD | 84.00``."""
    if segment.text != mark:
        return False
    return any(amount.is_money for other in layout.rows[segment.row].segments for amount in reading.amounts(other))


def _alone(reading: Reading, segment: Segment) -> Iterator[str]:
    """Marks without a number. Letters count in brackets or, as capitals, beside the words of a sum: "ft" is feet."""
    text = segment.text[:200]
    for mark in find_marks(text):
        plain = mark in CERTAIN or not mark.isalpha() or f"({mark})" in text
        if plain or (not mark.islower() and (len(segment.words) <= 2 or _is_named(reading, segment, mark))):
            yield mark


def _is_named(reading: Reading, segment: Segment, mark: str) -> bool:
    """The mark stands behind the words of a sum or the head of a column."""
    ends = [hit.end for hit in (*reading.section(segment, "amounts"), *reading.section(segment, "columns"))]
    text = segment.text[:200]
    return any(text[end : end + len(mark) + 3].strip(" :(").startswith(mark) for end in ends)


def _printed_codes(reading: Reading) -> set[str]:
    """ISO codes that are printed in full, as in ``Total CAD``: they tell what a mark such as ``$`` means."""
    return {mark for _, segment in reading.segments() for mark in find_marks(segment.text[:200]) if _is_code(mark)}


def _is_code(mark: str) -> bool:
    return len(mark) == 3 and mark.isalpha() and mark.isupper()


def _code(reading: Reading, mark: str) -> str | None:
    codes = currencies_of(mark)
    if len(codes) <= 1:
        return codes[0] if codes else None
    expected = CODES_OF_LANGUAGE.get(reading.language)
    if expected in codes:
        return expected
    printed = _printed_codes(reading)
    spelled = next((code for code in codes if code in printed), None)
    if spelled:
        return spelled
    shown = (currency_of(territory) for territory, _ in territories(reading).most_common())
    of_country = next((code for code in shown if code in codes), None)
    if of_country:
        return of_country
    if mark == "$":
        spoken = DOLLARS_OF_LANGUAGE.get(reading.language)
        if spoken:
            return spoken
        text = " ".join(segment.text for _, segment in reading.segments()).casefold()
        for name, code in DOLLAR_COUNTRIES.items():
            if name in text:
                return code
    return codes[0]
