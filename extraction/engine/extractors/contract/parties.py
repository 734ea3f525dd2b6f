"""Who makes the contract: in the preamble ("by and between X … and Y"), behind labels, or in the signature block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from extraction.engine.clauses import Words
from extraction.engine.extractors.contract.flow import HEAD, Flow, Found, Span
from extraction.engine.extractors.contract.names import ASIDE, INSIDE, KIND, LEGAL_FORM, name_at, names_in
from extraction.engine.extractors.contract.signatures import is_company, signature_pieces, signatures

BETWEEN = (
    r"(?:\b(?:(?P<by>by\s+and\s+)?(?:between|among(?:st)?)|(?:made|entered\s+into|executed|concluded)\s+by(?!\s+and\b))\b"
    r"|@between)(?:\s+the\s+(?:following\s+)?parties\b)?[ \t]*:?|(?:^|\n)[ \t]*parties[ \t]*:?[ \t]*(?=\n)"
)
MAKING = r"\b(?:made|entered|dated|effective|executed|concluded|signed)\b|@made"
BEFORE, AFTER, SOON = 300, 1_500, 600
"""Characters around "between" in which the signs of a preamble are looked for, and in which a party is explained."""

ENOUGH_SIGNS, CLEAR_SIGNS = 4, 5
PENALTY = 4_000
"""So many characters further down, a place is worth one sign less."""

PREAMBLE = 3_500
"""Characters of the longest preamble."""

PREAMBLE_END = (
    r"\bW\s?I\s?T\s?N\s?E\s?S\s?S\s?E\s?T\s?H\b|\b(?-i:RECITALS?|WHEREAS|BACKGROUND|PREAMBLE|Recitals|Background)\b"
    r"|\btable\s+of\s+contents\b|\bWHEREAS\b|\bNOW,?\s+THEREFORE|\bin\s+consideration\b|\bhereby\b"
    r"|\bagrees?\s+(?:as\s+follows|to|that|with)\b|\bwith\s+respect\s+to\b|\bin\s+order\s+to\b"
    r"|\n\s*1\.\s+(?-i:[A-Z][\w ]{2,40}[.\n])(?!\w)"
    r"|\bfor\s+the\s+purpose\b|\beach\s+of\b|\bdated\s+as\s+of\b|@agreed"
)

LABELLED = (
    r"(?:^|\n|(?<=\s\s)|(?<=[.;]\s))"
    r"(?:the\s+)?(?P<role>party\s+(?:[A-D1-4]|one|two|three)|@roles)(?:\s*/\s*[\w -]{1,20})?\s?:[ \t]*"
)
NEXT_LABEL = r"\n|\s\s|@roles\s?:"
LABELS_WITHIN, LABELLED_VALUE = 6_000, 160
"""Characters from the beginning in which labels stand, and those of a value behind one."""

ABBREVIATION = re.compile(r"(?:inc|corp|co|ltd|ltda|lda|bros|assn|jr|sr|şti)\.", re.IGNORECASE)

SIGNED = re.compile(
    r"(?<![\w&.'’/-])(?P<name>(?:(?:[A-Z][\w&.'’/-]*|&|of|the),?[ ]){0,8}[A-Z][\w&.'’/-]*)\s+(?:Per\s*:|By\s*:|/s/)"
)
UNDERSIGNED = re.compile(r"\bthe\s+undersigned\b|\bjoint\s+filing\b", re.IGNORECASE)
"""The contract names its parties where they sign."""

SIGNATURE_BLOCK, MAX_LINE = 6_000, 80
"""Characters at the end in which the signatures stand."""


class Parties(NamedTuple):
    """The list as a value, and of each party where it stands and the label before it, if it has one."""

    found: Found
    spans: tuple[Span, ...]
    labels: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.found.value if isinstance(self.found.value, tuple) else ()


class Attempt(NamedTuple):
    rule: str
    confidence: float
    spans: list[Span]
    labels: list[str]


def find_parties(flow: Flow, body: int) -> Parties | None:
    """All parties, in the order in which they are named. ``body``: where the text begins, after the title."""
    for attempt in _attempts(flow, body):
        named: dict[str, tuple[Span, str]] = {}
        labels = attempt.labels or [""] * len(attempt.spans)
        for (start, end), label in zip(attempt.spans, labels, strict=True):
            named.setdefault(_clean(flow.text[start:end]), ((start, end), label))
        if len(named) > 1:
            spans, roles = zip(*named.values(), strict=True)
            found = Found(tuple(named), spans[0][0], spans[-1][1], attempt.rule, attempt.confidence)
            return Parties(found, spans, roles)
    return None


def _attempts(flow: Flow, body: int) -> Iterator[Attempt]:
    """What each place says, the most telling place first."""
    text, words = flow.text, flow.words
    scored = sorted(_preambles(text, words), key=lambda item: (-item[0], item[1]))
    for score, start in scored[:2]:
        confidence = 0.8 if score >= CLEAR_SIGNS else 0.7
        yield Attempt("preamble", confidence, list(names_in(text, start, _end(text, start, words), words)), [])
    labelled = _labelled(text, words)
    yield Attempt("labels", 0.6, list(labelled.values()), list(labelled))
    if UNDERSIGNED.search(text, 0, body + AFTER):
        yield Attempt("signatures", 0.5, _signed(flow), [])
    yield Attempt("opening", 0.6, list(names_in(text, body, _end(text, body, words), words, opening=True)), [])
    yield Attempt("signatures", 0.3, _signed(flow), [])


def _preambles(text: str, words: Words) -> Iterator[tuple[float, int]]:
    """Signs at and place of each "between": is a contract made before it, are parties described after it?"""
    for match in words.pattern(BETWEEN).finditer(text, 0, HEAD):
        before = text[max(0, match.start() - BEFORE) : match.start()]
        after = text[match.end() : match.end() + AFTER]
        signs = 2 * bool(match["by"]) + 2 * bool(words.pattern("@nouns").search(before))
        signs += bool(words.pattern(MAKING).search(before))
        aside = words.pattern(ASIDE).search(after)
        signs += 0 if aside is None else 2 if aside.start() < SOON else 1
        signs += any(map(LEGAL_FORM.fullmatch, after[:400].replace(",", " ").split()))
        if signs + 2 * _stands_alone(match) >= ENOUGH_SIGNS:
            yield signs - match.start() / PENALTY, match.end()


def _stands_alone(match: re.Match[str]) -> bool:
    """“Between” on a line of its own."""
    text = match.string
    begins = match.start() == 0 or "\n" in (text[match.start() - 1], text[match.start()])
    return begins and text[match.end() : match.end() + 1] in ("", "\n")


def _end(text: str, start: int, words: Words) -> int:
    end = words.pattern(PREAMBLE_END).search(text, start, start + PREAMBLE)
    return end.start() if end else min(len(text), start + PREAMBLE)


def _labelled(text: str, words: Words) -> dict[str, Span]:
    """The first name behind each label, by the label."""
    found: dict[str, Span] = {}
    for match in words.pattern(LABELLED).finditer(text, 0, LABELS_WITHIN):
        end = words.pattern(NEXT_LABEL).search(text, match.end(), match.end() + LABELLED_VALUE)
        name = name_at(text, match.end(), end.start() if end else match.end() + LABELLED_VALUE, words)
        if name and match["role"].casefold() not in map(str.casefold, found):
            found[match["role"]] = name
    return found


def _signed(flow: Flow) -> list[Span]:
    """Names of companies above "By:", and people who sign for themselves."""
    companies = {
        match.span("name")
        for match in SIGNED.finditer(flow.text, max(0, len(flow.text) - SIGNATURE_BLOCK))
        if any(LEGAL_FORM.fullmatch(word) or KIND.fullmatch(word) for word in match["name"].replace(",", " ").split())
    }
    if UNDERSIGNED.search(flow.text):
        pieces = (piece for piece in signature_pieces(flow) if is_company(piece.text))
        companies |= {(piece.start, piece.end) for piece in pieces if _is_name(piece.text)}
    people = [one for one in signatures(flow) if not one.title and not one.party] if companies else []
    return sorted(companies) + [
        (at, at + len(one.name)) for one in people if (at := flow.text.find(one.name, one.start, one.end)) >= 0
    ]


def _is_name(line: str) -> bool:
    """A line of capitalised words, without "By:" before it."""
    return (
        len(line) <= MAX_LINE and ":" not in line and all(word[0].isupper() or word in INSIDE for word in line.split())
    )


def _clean(name: str) -> str:
    """On one line, once where two columns print it twice; without the full stop of a sentence, unless an abbreviation
    ends the name.
    """
    words = " ".join(name.split()).strip(" ,;:*_").split(" ")
    half = len(words) // 2
    text = " ".join(words[:half] if half and words[:half] == words[half:] else words)
    last = text.rpartition(" ")[2]
    return text.rstrip(".") if "." not in last[:-1] and not ABBREVIATION.fullmatch(last) else text
