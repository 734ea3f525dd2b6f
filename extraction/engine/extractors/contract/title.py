"""What a contract calls itself: in its heading, and where it speaks of itself ("This Lease Agreement …")."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extraction.engine.clauses import Words
from extraction.engine.extractors.contract.flow import Flow, Found, Piece, Span

NOUN = r"@nouns|\bletter\s+of\s+intent\b|\bterms\s+and\s+conditions\b|\bschedule\s+to\b"
NUMBERED = re.compile(r"\s*[,–-]?\s*(?:No\.?|Nr\.?|#)\s*\d+", re.IGNORECASE)

SKIPPED = re.compile(
    r"(?:exhibit|annex|appendix|attachment|anlage|annexe|allegato)\s+[\dA-Z][\w.()-]*\s*[:–-]?\s*(?:form of\s+)?",
    re.IGNORECASE,
)
CONTINUES = re.compile(r"(?:\b(?:to|of|and|for|the|with)|[,&–-])\s*$", re.IGNORECASE)
CONTINUED = re.compile(r"(?:to|of|and|for)\b", re.IGNORECASE)

MAX_PIECES, MAX_HEADING, MAX_WORDS = 150, 140, 16
SELF_REFERENCE_WITHIN = 12_000
RUN_ON_WITHIN = 800
"""How far into the text: pieces and characters."""

_WORD = r"[A-Z0-9ÄÖÜÉ&][\w&'’®™,/#-]*(?:\.\w+)*"
_SMALL = r"of|and|the|to|for|in|on|und|de|di|del|du"
ITSELF = (
    rf"\bthis\s+(?P<title>(?-i:(?:(?!(?:this|THIS)\b)(?:{_WORD}|{_SMALL}|[-–])\s+){{0,14}}?)@nouns"
    r"(?:\s+(?:addendum|amendment)(?:\s+(?-i:[IVX]+|No\.\s*\d+))?)?)"
    r"\s*(?=[(,\"“]|(?:is|dated|made|entered|between|by|effective|executed|has|shall|sets|contains)\b)"
)
"""Where the text speaks of itself: "This Supply Agreement (the "Agreement") is made …"."""

CAPITALS = (
    r"(?-i:(?P<title>(?!THIS\b)(?:(?:[A-Z][A-Z&'’®.,/-]*|&)\s+){1,10}?(?=[A-Z\s]+\b)(?i:@nouns)))"
    r"(?=\s+(?-i:THIS|DATED|BETWEEN|BY AND|AMONG|[A-Z]?[a-z]))"
)
"""A heading in capitals that runs on into the text."""


def find_title(flow: Flow) -> Found | None:
    """The heading, unless the text calls itself something else; then that is the more careful name."""
    itself, heading = _itself(flow), _heading(flow)
    if heading and itself:
        own, printed = (_letters(flow.text[start:end]) for start, end in (itself, heading))
        if own in printed:
            return _found(flow, heading, "heading", 0.95 if own == printed else 0.88)
        return _found(flow, itself, "self_reference", 0.8)
    if heading:
        return _found(flow, heading, "heading", 0.88)
    return _found(flow, itself, "self_reference", 0.8) if itself else None


def _found(flow: Flow, span: Span, rule: str, confidence: float) -> Found:
    value = " ".join(flow.text[slice(*span)].split()).strip(" -–:;,.\"“”'")
    return Found(value, *span, rule, confidence)


def _itself(flow: Flow) -> Span | None:
    """The first name of two or more words; "this Agreement" alone names nothing."""
    for match in flow.words.pattern(ITSELF).finditer(flow.text, 0, SELF_REFERENCE_WITHIN):
        words = match["title"].split()
        if len(words) > 1 and words[-1][0].isupper():
            return match.span("title")
    return None


def _heading(flow: Flow) -> Span | None:
    pieces = flow.pieces(limit=MAX_PIECES)
    for number, piece in enumerate(pieces):
        text = piece.text
        skipped = SKIPPED.match(text) or (len(text) > MAX_HEADING and SKIPPED.search(text, 0, RUN_ON_WITHIN))
        start = skipped.end() if skipped else 0
        if _is_heading(text[start:], flow.words) and not _is_number(text[start:], flow.words):
            if flow.words.pattern(NOUN).search(text, start):
                return _joined(pieces, number, piece.start + start, flow.words)
        elif run := flow.words.pattern(CAPITALS).match(text, start):
            return piece.start + run.start("title"), piece.start + run.end("title")
    return None


def _is_number(text: str, words: Words) -> bool:
    """“Contract No. 4711”, which names no kind."""
    return bool(words.pattern(r"(?:contract|agreement)\s*(?:no|nr|number|#)\b[.:]?\s*[\w./-]+").fullmatch(text.strip()))


def _is_heading(text: str, words: Words) -> bool:
    """A short line of capitalised words that is no sentence."""
    if len(text) > MAX_HEADING or text.rstrip().endswith((".", ";", ":")) or re.match(r"this\b", text, re.IGNORECASE):
        return False
    found: list[str] = re.findall(r"[^\W\d_]+", text)
    telling = [word for word in found if not words.pattern("@small").fullmatch(word)]
    return 0 < len(telling) <= MAX_WORDS and sum(word[0].isupper() for word in telling) >= 0.75 * len(telling)


def _joined(pieces: Sequence[Piece], number: int, start: int, words: Words) -> Span:
    """A heading may be broken: "AMENDMENT NO. 1 TO" over "SUPPLY AGREEMENT"."""
    first = last = number
    while first > 0 and _goes_on(pieces[first - 1].text, pieces[first].text, words):
        first -= 1
    while last + 1 < len(pieces) and _goes_on(pieces[last].text, pieces[last + 1].text, words):
        last += 1
    return start if first == number else pieces[first].start, pieces[last].end


def _goes_on(above: str, below: str, words: Words) -> bool:
    return all(_is_heading(text, words) or CONTINUED.fullmatch(text) for text in (above, below)) and bool(
        CONTINUES.search(above) or CONTINUED.match(below)
    )


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
