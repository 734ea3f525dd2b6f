"""Who makes the contract: in the preamble ("by and between X … and Y"), behind labels, or in the signature block."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extraction.engine.extractors.contract.flow import HEAD, Flow, Found, Span
from extraction.engine.extractors.contract.names import (
    ASIDE,
    CONTRACT,
    KIND,
    LEGAL_FORM,
    names_in,
    says_nothing,
)

BETWEEN = re.compile(
    r"\b(?:(?P<by>by\s+and\s+)?(?:between|among(?:st)?)|(?:made|entered\s+into|executed|concluded)\s+by(?!\s+and\b)"
    r"|zwischen|entre|tra|fra|tussen|pomiędzy|mezi|mellan|mellem)\b(?:\s+the\s+(?:following\s+)?parties)?\s*:?",
    re.IGNORECASE,
)
MAKING = re.compile(
    r"\b(?:made|entered|dated|effective|executed|concluded|signed|geschlossen|conclu|stipulato|celebrad[oa])\b",
    re.IGNORECASE,
)
BEFORE, AFTER = 300, 1_500
"""Characters around "between" in which the signs of a preamble are looked for."""

ENOUGH_SIGNS, CLEAR_SIGNS = 4, 5
PENALTY = 4_000
"""So many characters further down, a place is worth one sign less."""

PREAMBLE = 3_500
"""Characters of the longest preamble."""

PREAMBLE_END = re.compile(
    r"\bW\s?I\s?T\s?N\s?E\s?S\s?S\s?E\s?T\s?H\b|\b(?:RECITALS?|WHEREAS|BACKGROUND|PREAMBLE|TABLE OF CONTENTS)\b"
    r"|\bNOW,?\s+THEREFORE|\bin\s+consideration\b|\bhereby\b|\bagrees?\s+(?:as\s+follows|to|that|with)\b"
    r"|\bwith\s+respect\s+to\b|\bin\s+order\s+to\b|\n\s*1\.\s|\bfor\s+the\s+purpose\b|\beach\s+of\b|\bdated\s+as\s+of\b",
    re.IGNORECASE,
)

ROLE = (
    r"party\s+(?:[A-D1-4]|one|two|three)|(?:the\s+)?(?:buyer|seller|vendor|supplier|customer|client|licensor|licensee"
    r"|landlord|tenant|lessor|lessee|borrower|lender|employer|employee|contractor|consultant|provider|service provider"
    r"|franchisor|franchisee|company|purchaser|distributor|first party|second party|auftraggeber|auftragnehmer"
    r"|vermieter|mieter|verkäufer|käufer|vendeur|acheteur|bailleur|locataire)"
)
LABELLED = re.compile(
    rf"(?:^|\n|(?<=\s\s)|(?<=[.;]\s))(?P<role>{ROLE})(?:\s*/\s*[\w -]{{1,20}})?\s?:\s*"
    rf"(?P<name>[^\n]{{3,100}}?)(?=\s+(?:{ROLE})\s?:|\s{{2,}}|\n|$)",
    re.IGNORECASE,
)
LABELS_WITHIN = 6_000

ABBREVIATION = re.compile(r"(?:inc|corp|co|ltd|ltda|bros|assn|jr|sr)\.", re.IGNORECASE)

SIGNED = re.compile(
    r"(?<![\w&.'’/-])(?P<name>(?:(?:[A-Z][\w&.'’/-]*|&|of|the),?[ ]){0,8}[A-Z][\w&.'’/-]*)\s+(?:Per\s*:|By\s*:|/s/)"
)
SIGNATURE_BLOCK = 6_000
"""Characters at the end in which the signatures stand."""


def find_parties(flow: Flow, body: int) -> Found | None:
    """All parties, in the order in which they are named. ``body``: where the text begins, after the title."""
    for rule, confidence, found in _attempts(flow.text, body):
        names = tuple(dict.fromkeys(_clean(flow.text[start:end]) for start, end in found))
        if len(names) > 1:
            return Found(names, found[0][0], found[-1][1], rule, confidence)
    return None


def _attempts(text: str, body: int) -> Iterator[tuple[str, float, list[Span]]]:
    """What each place says, the most telling place first."""
    scored = sorted(_preambles(text), key=lambda item: (-item[0], item[1]))
    for score, start in scored[:2]:
        confidence = 0.8 if score >= CLEAR_SIGNS else 0.7
        yield "preamble", confidence, list(names_in(text, start, _end(text, start)))
    yield "labels", 0.6, _labelled(text)
    yield "opening", 0.6, list(names_in(text, body, _end(text, body), opening=True))
    yield "signatures", 0.3, _signed(text)


def _preambles(text: str) -> Iterator[tuple[float, int]]:
    """Signs at and place of each "between": is a contract made before it, are parties described after it?"""
    for match in BETWEEN.finditer(text, 0, HEAD):
        before = text[max(0, match.start() - BEFORE) : match.start()]
        after = text[match.end() : match.end() + AFTER]
        signs = 2 * bool(match["by"]) + 2 * bool(CONTRACT.search(before)) + bool(MAKING.search(before))
        signs += 2 * bool(ASIDE.search(after)) + any(map(LEGAL_FORM.fullmatch, after[:400].replace(",", " ").split()))
        if signs >= ENOUGH_SIGNS:
            yield signs - match.start() / PENALTY, match.end()


def _end(text: str, start: int) -> int:
    end = PREAMBLE_END.search(text, start, start + PREAMBLE)
    return end.start() if end else min(len(text), start + PREAMBLE)


def _labelled(text: str) -> list[Span]:
    """The first value behind each label."""
    found: dict[str, Span] = {}
    for match in LABELLED.finditer(text, 0, LABELS_WITHIN):
        start, end = match.span("name")
        aside = text.find(" (", start, end)
        if text[start].isupper() and not says_nothing(match["name"]):
            found.setdefault(match["role"].casefold(), (start, aside if aside > 0 else end))
    return list(found.values())


def _signed(text: str) -> list[Span]:
    """Names of companies above "By:"."""
    return [
        match.span("name")
        for match in SIGNED.finditer(text, max(0, len(text) - SIGNATURE_BLOCK))
        if any(LEGAL_FORM.fullmatch(word) or KIND.fullmatch(word) for word in match["name"].replace(",", " ").split())
    ]


def _clean(name: str) -> str:
    """On one line, and without the full stop of the sentence where the name does not end in an abbreviation."""
    text = " ".join(name.split()).strip(" ,;:*_")
    last = text.rpartition(" ")[2]
    return text.rstrip(".") if "." not in last[:-1] and not ABBREVIATION.fullmatch(last) else text
