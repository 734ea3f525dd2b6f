"""Which law governs a contract: the place that is named after "governed by … the laws of"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from babel import Locale

from extraction.engine.extractors.contract.flow import Flow, Found, heaviest
from extraction.engine.extractors.contract.names import CONTRACT

GOVERNED = re.compile(
    r"\b(?:govern(?:ed|ing)|construed|interpreted|enforced|controlled by|subject to the laws?|unterliegt|es gilt|régi"
    r"|soumise?|regolat[oa]|regid[oa]|beheerst|podlega)\b",
    re.IGNORECASE,
)
LAW = re.compile(r"\b(?:laws?|recht|droit|lois?|legge|leggi|ley(?:es)?|lei|prawo)\b", re.IGNORECASE)
BEFORE, TO_LAW, TO_PLACE = 300, 250, 140
"""Characters before "governed" that say what is, from there to "laws", and from there to the place."""

HEADING = re.compile(
    r"governing law|applicable law|choice of law|law and jurisdiction|anwendbares recht|droit applicable", re.I
)
NAMED = re.compile(r"(?:of|in)\s+(?:the\s+)?(?P<place>[A-Z][\w'’-]+(?:\s+(?:of\s+)?[A-Z][\w'’-]+){0,4})")

LANGUAGES = ("en", "de", "fr", "es", "it", "nl")

STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana"
    "|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska"
    "|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania"
    "|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin"
    "|Wyoming|District of Columbia|Alberta|British Columbia|Manitoba|New Brunswick|Newfoundland|Nova Scotia|Ontario"
    "|Prince Edward Island|Quebec|Saskatchewan|England and Wales|England|Wales|Scotland|Northern Ireland"
    "|New South Wales|Victoria|Queensland|South Australia|Western Australia|Tasmania|Dubai|Abu Dhabi"
)
"""Parts of countries with a law of their own, which lists of countries do not have."""

OTHER_NAMES = {"People's Republic of China": "People's Republic of China"}

WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
MAX_WORDS = 5
"""Words of the longest name that is looked up."""


KNOWN, UNKNOWN = 0.92, 0.5
"""Confidence of a place that is a state or a country, and of another name."""

MAX_CLAUSES = 2_000
"""So many are looked at; a contract has a handful."""


def find_governing_law(flow: Flow) -> Found | None:
    return heaviest(islice(_clauses(flow.text), MAX_CLAUSES))


def _clauses(text: str) -> Iterator[Found]:
    """Every place whose law is said to govern something; the weight counts what speaks for this contract."""
    for match in GOVERNED.finditer(text):
        law = LAW.search(text, match.end(), match.end() + TO_LAW)
        place = _place(text, law.start(), law.end() + TO_PLACE) if law else None
        if place is None:
            continue
        before = text[max(0, match.start() - BEFORE) : match.start()]
        weight = 2 * bool(HEADING.search(before)) + bool(CONTRACT.search(before)) + (place.confidence == KNOWN)
        yield place._replace(weight=weight + 2 * match[0].casefold().startswith("govern"))


def _place(text: str, start: int, end: int) -> Found | None:
    """The first state or country in ``text[start:end]``, else the first name after "of" or "in"."""
    words = list(WORD.finditer(text, start, end))
    for number in range(len(words)):
        for length in range(min(MAX_WORDS, len(words) - number), 0, -1):
            name = _names().get(_key(word[0] for word in words[number : number + length]))
            if name:
                span = words[number].start(), words[number + length - 1].end()
                return Found(name, *span, "clause:governing_law", KNOWN)
    other = NAMED.search(text, start, end)
    if other is None:
        return None
    return Found(" ".join(other["place"].split()), *other.span("place"), "clause:governing_law", UNKNOWN)


@cache
def _names() -> dict[str, str]:
    """Names of countries in several languages and of states, by :func:`_key` → the name in English."""
    english = Locale("en").territories
    countries = {
        name: english[code]
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and len(name) > 3
    }
    known = countries | {state: state for state in STATES.split("|")} | OTHER_NAMES
    return {_key(WORD.findall(name)): english_name for name, english_name in known.items()}


def _key(words: Iterable[str]) -> str:
    return " ".join(words).casefold().replace("’", "'")
