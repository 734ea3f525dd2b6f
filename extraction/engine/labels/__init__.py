"""What documents call things, in each language: one TOML file a language, found in text whatever the spelling.

A phrase matches without regard to case, accents, spaces, hyphens and dots (``Rechnungs-Nr.``, ``RECHNUNGSNR``,
``R e c h n u n g s n r`` are one), and, in recognised text, with a wrong letter or two. To add a language, add its
file: its name is the code of the language, and nothing else has to know of it.

Sections of a file: ``fields`` (labels of values), ``amounts`` (words that say what a sum is), ``columns`` (heads of
line item columns), ``titles`` (what the document calls itself), ``suffixes`` (ends of compound titles), ``methods``
(of payment) and ``words`` (frequent words, to recognise the language). Three are read by others, as beginnings or parts
of expressions: ``terms`` (words of sentences about payment), ``periods`` (words between two days, names of a quarter)
and ``months`` (names that the locale does not have, by number; may be left out); and
``clauses`` (words of contracts, in a notation of their own: :mod:`extraction.engine.clauses`).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extraction.engine.languages import LANGUAGES, data

SECTIONS = ("fields", "amounts", "columns", "titles", "statement", "methods", "words")
MAX_TOKENS = 7
MAX_KEY = 60
HEAD = 4
"""Letters by which a text that begins no phrase is given up early."""

_TOKEN = re.compile(r"[^\W\d_ºª]+|\d+|[#№]")  # "N.º" and "nº" are "n"
_RECOGNISED = re.compile(r"[^\W_ºª]+|[#№]")
_PLAIN = str.maketrans({"ł": "l", "ı": "i", "ø": "o", "æ": "ae", "đ": "d", "ß": "ss", "œ": "oe"})
_LIKE_LETTERS = str.maketrans({"0": "o", "1": "i", "5": "s", "8": "b", "6": "g", "4": "a", "3": "e"})
_NUMBER_WORDS = dict.fromkeys(("n", "nr", "nro", "num", "numero", "number", "nummer", "numer", "nbr", "#", "№"), "no")


class Label(msgspec.Struct, frozen=True):
    """One meaning of a phrase. ``alone``: it counts only before a colon or as all there is in its cell."""

    section: str
    concept: str
    languages: frozenset[str]
    alone: bool


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A phrase found at ``text[start:end]``."""

    section: str
    concept: str
    languages: frozenset[str]
    start: int
    end: int


class Token(msgspec.Struct, frozen=True, gc=False):
    text: str  # folded
    start: int
    end: int


class Phrases(NamedTuple):
    """What begins at one token: phrases (last token, end in the text, meanings), the longest first, and compounds."""

    first: int
    start: int
    known: list[tuple[int, int, list[Label]]]
    compounds: list[Hit]


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Lower case without accents; the ways to write "number" become ``no``."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    folded = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NUMBER_WORDS.get(folded, folded)


class Lexicon:
    """All phrases of all languages, by their folded letters without spaces."""

    def __init__(self, languages: Iterable[str]) -> None:
        found: dict[tuple[str, str, str, bool], set[str]] = defaultdict(set)
        self.suffixes: dict[str, str] = {}
        self.vocabulary: dict[str, set[str]] = {}
        for language in languages:
            sections = data(language)
            words: set[str] = set()
            for section in SECTIONS:
                for concept, phrases in sections[section].items():
                    for phrase in phrases:
                        for tokens in _spellings(phrase):
                            found["".join(tokens), section, concept, phrase.endswith(":")].add(language)
                            words.update(token for token in tokens if len(token) >= 4)
                            words.add("".join(tokens))
            self.vocabulary[language] = {word for word in words if 4 <= len(word) <= 24}
            self.suffixes.update(
                (suffix, concept) for concept, ends in sections.get("suffixes", {}).items() for suffix in ends
            )
        self.labels: dict[str, list[Label]] = defaultdict(list)
        self._heads = {key[:length] for key, *_ in found for length in range(1, HEAD + 1)}
        self._ends = tuple(self.suffixes)
        for (key, section, concept, alone), spoken in found.items():
            self.labels[key].append(Label(section, concept, frozenset(spoken), alone))

    def scan(self, text: str, tokens: list[Token], active: frozenset[str] | None = None) -> Iterator[Hit]:
        """The longest phrases of each section, from left to right, in the ``active`` languages (all when ``None``)."""
        return self.hits(text, self.phrases(tokens), active)

    def phrases(self, tokens: list[Token]) -> list[Phrases]:
        """All phrases of all languages, by the token that they begin at."""
        found = []
        for first, token in enumerate(tokens):
            known = self._known(tokens, first) if token.text[:HEAD] in self._heads else []
            compounds = list(self._compound(token)) if token.text.endswith(self._ends) else []
            if known or compounds:
                found.append(Phrases(first, token.start, known[::-1], compounds))
        return found

    def hits(self, text: str, phrases: Iterable[Phrases], active: frozenset[str] | None) -> Iterator[Hit]:
        """Of ``phrases`` those that :meth:`scan` finds."""
        taken = dict.fromkeys(SECTIONS, 0)  # the first token that a section may still use
        for first, start, known, compounds in phrases:
            for last, end, found in known:
                usable = [
                    label
                    for label in found
                    if taken[label.section] <= first
                    and (active is None or not label.languages.isdisjoint(active))
                    and not (label.alone and not _stands_alone(text, start, end))
                ]
                for label in usable:
                    yield Hit(label.section, label.concept, label.languages, start, end)
                    taken[label.section] = last + 1
            yield from compounds

    def _known(self, tokens: list[Token], first: int) -> list[tuple[int, int, list[Label]]]:
        """The phrases that begin at a token, the shortest first, each with its last token and its end."""
        known = []
        key = ""
        for last, token in enumerate(tokens[first : first + MAX_TOKENS], start=first):
            key += token.text
            if key[:HEAD] not in self._heads or len(key) > MAX_KEY:
                break
            found = self.labels.get(key)
            if found:
                known.append((last, token.end, found))
        return known

    def _compound(self, token: Token) -> Iterator[Hit]:
        for suffix, concept in self.suffixes.items():
            if token.text.endswith(suffix) and len(token.text) > len(suffix) and token.text not in self.labels:
                yield Hit("titles", concept, frozenset(), token.start, token.end)


def _spellings(phrase: str) -> Iterator[list[str]]:
    """The folded tokens of a phrase; German umlauts also as two letters."""
    plain = [fold(match.group()) for match in _TOKEN.finditer(phrase)]
    yield plain
    written_out = phrase.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    spelled = [fold(match.group()) for match in _TOKEN.finditer(written_out)]
    if spelled != plain:
        yield spelled


def _stands_alone(text: str, start: int, end: int) -> bool:
    rest = text[end : end + 4].lstrip(" .")
    return text[:start].strip(" -*(") == "" and (rest == "" or rest[0] in ":：")


@cache
def lexicon() -> Lexicon:
    return Lexicon(LANGUAGES)


def tokenize(text: str) -> list[Token]:
    """Runs of letters, runs of digits and number signs, folded."""
    return [Token(fold(match.group()), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def find(text: str, active: frozenset[str] | None = None) -> Iterator[Hit]:
    """As :meth:`Lexicon.scan`, for one cell (at most a paragraph): a document's cells are looked through repeatedly."""
    return lexicon().hits(text, _phrases_of(text), active)


@lru_cache(maxsize=512)
def _phrases_of(text: str) -> list[Phrases]:
    return lexicon().phrases(tokenize(text))


def tokenize_recognised(text: str, languages: frozenset[str]) -> list[Token]:
    """As :func:`tokenize`, for text from OCR: words that are nearly a word of a label become that word."""
    tokens: list[Token] = []
    for match in _RECOGNISED.finditer(text):
        word = match.group()
        if word.isdigit():
            tokens.append(Token(word, match.start(), match.end()))
            continue
        known = _nearest(word, languages)
        if known is not None:
            tokens.append(Token(known, match.start(), match.end()))
            continue
        for part in _TOKEN.finditer(word):
            start = match.start() + part.start()
            tokens.append(Token(fold(part.group()), start, start + len(part.group())))
    return tokens


@lru_cache(maxsize=50_000)
def _nearest(word: str, languages: frozenset[str]) -> str | None:
    """The word of a label that ``word`` was probably meant to be; ``None`` when there is none near enough."""
    folded = fold(word)
    letters = sum(char.isalpha() for char in folded)
    if not 4 <= len(folded) <= 24 or letters * 2 < len(folded):
        return None
    words = _vocabulary(languages)
    if folded in words:
        return folded
    mended = folded.translate(_LIKE_LETTERS) if letters < len(folded) else folded
    if mended in words:
        return mended
    allowed = 2 if len(mended) >= 9 else 1 if len(mended) >= 5 else 0
    if not allowed:
        return None
    best = process.extractOne(mended, words.keys(), scorer=Levenshtein.distance, score_cutoff=allowed)
    # The first letter is the one that is misread least.
    return best[0] if best and best[0][0] == mended[0] else None


@lru_cache(maxsize=64)
def _vocabulary(languages: frozenset[str]) -> dict[str, None]:
    return dict.fromkeys(sorted(word for language in languages for word in lexicon().vocabulary[language]))


def languages_of(texts: Iterable[str], *, limit: int = 120) -> dict[str, float]:
    """How much speaks for each language in the first ``limit`` lines; a phrase that few languages share counts more."""
    votes: dict[str, float] = defaultdict(float)
    for number, text in enumerate(texts):
        if number >= limit:
            break
        if not text or text[0].isdigit():
            continue
        for hit in find(text):
            for language in hit.languages:
                votes[language] += 1 / len(hit.languages) ** 2
    return dict(votes)


def active_languages(votes: Mapping[str, float]) -> frozenset[str]:
    """The languages to read a document in: the strongest, those close to it, and English, which is everywhere."""
    if not votes:
        return frozenset(LANGUAGES)
    top = max(votes.values())
    return frozenset(language for language, vote in votes.items() if vote >= 0.4 * top) | {"en"}
