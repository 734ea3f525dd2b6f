"""Which law governs a contract: "governed by the laws of Ohio", "es gilt österreichisches Recht", "English law"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice

from babel import Locale

from extraction.engine.clauses import Words
from extraction.engine.extractors.contract.flow import Flow, Found, heaviest
from extraction.engine.languages import LANGUAGES

GOVERNED = (
    r"\b(?:govern(?:ed|ing|s)?|construed|interpreted|interpretation|enforced|controlled\s+by)\b"
    r"|\bsubject\s+to(?=\s+(?:the\s+)?(?:\w+\s+)?laws?\b)"
    r"|@governed"
)
LAW = r"\blaws?\b|@law"
BEFORE, TO_LAW, TO_PLACE = 300, 250, 140
"""Characters before "governed" that say what is, from there to "laws", and from there to the place."""

LAW_FIRST, ADJECTIVE = 130, 30
"""Characters from "laws" to a "govern" that follows, and before "law" where its adjective stands."""

HEADING = r"governing\s+law|applicable\s+law|choice\s+of\s+law|law\s+and\s+jurisdiction|@lawheading"
NAMED = re.compile(r"(?:of|in)\s+(?:the\s+)?(?P<place>[A-Z][\w'’-]+(?:\s+(?:of\s+)?[A-Z][\w'’-]+){0,4})")

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

FEDERATIONS = frozenset(("United States", "Canada", "Australia", "United Kingdom"))
"""Whose states are named behind them: "the laws of the United States and the State of Utah"."""

OTHER_NAMES = {"People's Republic of China": "People's Republic of China", "Hong Kong": "Hong Kong"}

WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
MAX_WORDS = 5
"""Words of the longest name that is looked up."""


KNOWN, UNKNOWN = 0.92, 0.5
"""Confidence of a place that is a state or a country, and of another name."""

MAX_CLAUSES = 2_000
"""So many are looked at; a contract has a handful."""


def find_governing_law(flow: Flow) -> Found | None:
    """The place, in English, whose law is to govern this contract."""
    return heaviest(_Clauses(flow.text, flow.words).places())


class _Clauses:
    """Every place whose law is said to govern something; the place beside a word for law is looked for once."""

    def __init__(self, text: str, words: Words) -> None:
        self.text = text
        self.words = words
        self._places: dict[int, Found | None] = {}

    def places(self) -> Iterator[Found]:
        """Each with a weight that counts what speaks for this contract."""
        heading, nouns = self.words.pattern(HEADING), self.words.pattern("@nouns")
        for match in islice(self.words.pattern(GOVERNED).finditer(self.text), MAX_CLAUSES):
            place = self._governing(match)
            subject = match[0].casefold().startswith("subject")  # exports and securities are subject to laws, too
            if place is None or (subject and place.confidence != KNOWN):
                continue
            before = self.text[max(0, match.start() - BEFORE) : match.start()]
            headed = heading.search(before) or heading.match(self.text, match.start())
            weight = 2 * bool(headed) + bool(nouns.search(before)) + (place.confidence == KNOWN)
            yield place._replace(
                weight=place.weight + weight + 2 * match[0].casefold().startswith("govern") - 3 * subject
            )

    def _governing(self, governed: re.Match[str]) -> Found | None:
        """The place whose law is named behind "governed", else before it ("English law applies")."""
        law = self.words.pattern(LAW)
        behind = law.search(self.text, governed.end(), governed.end() + TO_LAW)
        if behind and (place := self._place(behind)):
            return place
        before = list(law.finditer(self.text, max(0, governed.start() - LAW_FIRST), governed.start()))
        for found in reversed(before):
            place = None if "." in self.text[found.end() : governed.start()] else self._place(found)
            if place and place.confidence == KNOWN:
                return place
        return None

    def _place(self, law: re.Match[str]) -> Found | None:
        if law.start() not in self._places:
            self._places[law.start()] = self._adjective(law) or self._named(law)
        return self._places[law.start()]

    def _adjective(self, law: re.Match[str]) -> Found | None:
        """Beside "law": "English law", "droit français"; only white space may stand between."""
        text = self.text
        for match in self.words.adjectives.finditer(text, max(0, law.start() - ADJECTIVE), law.end() + ADJECTIVE):
            first = match.start() < law.start()
            between = text[match.end() : law.start()] if first else text[law.end() : match.start()]
            place = None if between.strip() else self.words.jurisdiction(match[0])
            if place:
                return Found(place, match.start(), match.end(), "clause:governing_law", KNOWN)
        return None

    def _named(self, law: re.Match[str]) -> Found | None:
        """A state or country just before "law"; else behind it the first of them, or any name."""
        text, end = self.text, law.end() + TO_PLACE
        beside = _known(text, max(0, law.start() - ADJECTIVE), law.start())
        if beside and not text[beside.end : law.start()].strip():
            return beside
        if known := _known(text, law.end(), end):
            state = _known(text, known.end, end) if known.value in FEDERATIONS else None
            return state if state and state.value in STATES.split("|") else known
        other = NAMED.search(text, law.end(), end)
        if other is None:
            return None
        return Found(" ".join(other["place"].split()), *other.span("place"), "clause:governing_law", UNKNOWN)


def _known(text: str, start: int, end: int) -> Found | None:
    """The first state or country in ``text[start:end]``."""
    found = list(WORD.finditer(text, start, end))
    for number in range(len(found)):
        for length in range(min(MAX_WORDS, len(found) - number), 0, -1):
            name = _names().get(_key(word[0] for word in found[number : number + length]))
            if name and found[number][0][0].isupper():
                span = found[number].start(), found[number + length - 1].end()
                return Found(name, *span, "clause:governing_law", KNOWN)
    return None


@cache
def _names() -> dict[str, str]:
    """Names of countries in all languages and of states, by :func:`_key` → the name in English."""
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
