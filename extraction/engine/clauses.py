"""The words of contracts in the languages of a document, put into the patterns of clauses.

They stand in the section ``clauses`` of each language's file: ``*`` is for more letters, ``…`` for up to 60 characters
of the same sentence. A pattern names them by concept: ``@made[^.;]{0,60}$``. English has its turns of phrase in the
patterns themselves, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache

from extraction.engine.languages import data

_CONCEPT = re.compile(r"@([a-z]+)")
_NEVER = r"(?!)"


class Words:
    """All phrases of some languages, by concept."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._clauses = [data(language)["clauses"] for language in sorted(languages)]
        self._patterns: dict[str, re.Pattern[str]] = {}

    def pattern(self, template: str) -> re.Pattern[str]:
        """``template`` with the phrases of each ``@concept`` in it; whole words, without regard to case."""
        found = self._patterns.get(template)
        if found is None:
            found = re.compile(_CONCEPT.sub(lambda match: _whole(self.phrases(match[1])), template), re.IGNORECASE)
            self._patterns[template] = found
        return found

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Words for numbers, in lower case; "thirty-six" is made of two of them."""
        return {
            word: int(number)
            for clauses in self._clauses
            for number, words in clauses["numbers"].items()
            for word in words.split("|")
        }

    @cached_property
    def adjectives(self) -> re.Pattern[str]:
        """Adjectives of law: "English", "österreichisches"."""
        return re.compile(_whole("|".join(pattern.pattern for pattern, _ in self._jurisdictions)), re.IGNORECASE)

    def jurisdiction(self, adjective: str) -> str | None:
        """The place that an adjective stands for, in English."""
        return next((place for pattern, place in self._jurisdictions if pattern.fullmatch(adjective)), None)

    @cached_property
    def _jurisdictions(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        return tuple(
            (re.compile(_alternatives(words.split("|")), re.IGNORECASE), place)
            for clauses in self._clauses
            for place, words in clauses["jurisdictions"].items()
        )

    def phrases(self, concept: str) -> str:
        """A regular expression for any phrase of a concept, the longest first; empty where there is none."""
        phrases = {phrase for clauses in self._clauses for phrase in clauses[concept]}
        return _alternatives(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


@lru_cache(maxsize=64)
def words_of(languages: frozenset[str]) -> Words:
    """The words of these languages; English ones are always known."""
    return Words(languages | {"en"})


def _whole(phrases: str) -> str:
    return rf"(?<!\w)(?:{phrases})(?!\w)" if phrases else _NEVER


def _alternatives(phrases: Iterable[str]) -> str:
    return "|".join(map(_expression, phrases))


def _expression(phrase: str) -> str:
    plain = re.escape(phrase).replace(r"\ ", r"\s{1,3}").replace("'", "['’]")
    return plain.replace(r"\*", r"\w*").replace("…", r"[^.;]{1,60}?")
