"""How a contract is renewed, and by what notice it is ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from extraction.engine.extractors.contract.flow import Flow, Found, heaviest
from extraction.engine.extractors.contract.lengths import Length
from extraction.engine.extractors.contract.term import MAX_CLAUSES, SENTENCE_END, earliness

RENEWS = r"\b(?:renew\w*|extend\w*|extension\w*)\b|@renews"
REPEATED = r"\b(?:automatic\w*|successive|additional|further|subsequent|renewal\s+terms?)\b|@renews"
SUCCESSIVE = r"\b(?:successive|each\s+year|annually|from\s+\w+\s+to\s+\w+)\b|@each"
YEAR_TO_YEAR = re.compile(r"\b(?:from\s+)?(?P<unit>year|month)[\s-]to[\s-](?P=unit)\b", re.IGNORECASE)
NOTICE = r"\bnotice\b|\bnotif(?:y|ies)\b|@notice"
REFUSES = r"\bunless\b|\b(?:not\s+to|non-?)\s*(?:be\s+)?(?:renew|extend)\w*|\b(?:intent\w*|desire|wish)\w*\b|@renews"
NOTICE_OF = rf"(?:{NOTICE})\s+(?:of\s+)?(?:at\s+least\s+|not\s+less\s+than\s+|\w{{6,}}\s+)?$"
OF_NOTICE = rf"['’]?s?\s+(?:prior\s+|advance\s+|written\s+){{0,2}}(?:{NOTICE})"
BESIDE = 50
"""Characters before and behind a length that say it is the length of a notice: “mit einer Frist von mindestens …”."""

AROUND, NEAR = 260, 120
"""Characters around "renew" in which its length and the notice stand, and around "notice"."""

VERB_LAST = 70
"""Characters before "renew" in languages where the verb comes last."""

AT_WILL = (
    r"\bterminat\w+\b[^.;]{0,160}\b(?:upon|on|by\s+giving|by\s+providing|with|giving|at\s+least|not\s+less\s+than)\b"
    r"[^.;]{0,120}\bnotice\b"
)
FOR_CAUSE = r"\b(?:breach\w*|default\w*|cause|insolven\w*|bankrupt\w*|fail\w*|cure\w*)\b"
UNTIL_NOTICE = re.compile(
    r"\b(?:thereafter|year\s+to\s+year|month\s+to\s+month)\b[^.;]{0,80}\bterminat\w+\b[^.;]{0,120}\bnotice\b",
    re.IGNORECASE,
)
"""It goes on behind its term, until notice is given."""

PERIODS = re.compile(
    r"\b(?:periodos|períodos|périodes|periodi)\s+(?:anuales|anuais|annuelles|annuali)\b|\b(?:annual|yearly)\s+(?:terms|periods)\b",
    re.IGNORECASE,
)
"""“Periodos anuales”."""

FREELY = r"\b(?:without\s+cause|for\s+any\s+(?:or\s+no\s+)?reason|no\s+reason)\b"


def find_renewal_term(flow: Flow) -> Found | None:
    """How long the contract is renewed for: "successive 1 year", "3 years"."""
    return heaviest([*_renewed(flow), *_from_year_to_year(flow)])


def find_notice_period(flow: Flow, *, fixed: bool) -> Found | None:
    """The notice by which a renewal is refused: "30 days"; where the contract is not ``fixed``, that which ends it."""
    found = heaviest([*_noticed(flow), *_until_notice(flow), *_other_languages(flow)])
    return found if found or fixed else heaviest(_at_will(flow))


def _renewed(flow: Flow) -> Iterator[Found]:
    words, text = flow.words, flow.text
    for match in islice(words.pattern(RENEWS).finditer(text), MAX_CLAUSES):
        if not words.pattern(REPEATED).search(text, max(0, match.start() - 60), match.end() + 120):
            continue
        last = _sentence_end(text, match.end(), match.end() + AROUND)
        if annual := PERIODS.search(text, match.end(), last):
            weight = 1 + earliness(text, match.start())
            yield Found("successive 1 year", match.start(), annual.end(), "clause:renewal_term", 0.6, weight)
            continue
        length = _length(flow, match.end(), last)
        if length is None and words.pattern("@renews").fullmatch(match[0]):
            length = _length(flow, max(0, match.start() - VERB_LAST), match.start())
        if length:
            start, end = min(match.start(), length.start), max(match.end(), length.end)
            successive = bool(words.pattern(SUCCESSIVE).search(text, max(0, start - 25), end + 30))
            value = f"successive {length}" if successive else str(length)
            yield Found(value, start, end, "clause:renewal_term", 0.6, successive + earliness(text, match.start()))


def _length(flow: Flow, start: int, end: int) -> Length | None:
    """The first length of a renewal; that of a notice, which stands in the same sentence, is none."""
    longer = (item for item in flow.lengths(start, end) if item.unit in ("year", "month"))
    return next((item for item in longer if not _is_of_notice(flow, item)), None)


def _is_of_notice(flow: Flow, length: Length) -> bool:
    before = flow.text[max(0, length.start - BESIDE) : length.start]
    behind = flow.text[length.end : length.end + BESIDE]
    return bool(flow.words.pattern(NOTICE_OF).search(before) or flow.words.pattern(OF_NOTICE).match(behind))


def _from_year_to_year(flow: Flow) -> Iterator[Found]:
    """“And from year to year thereafter”."""
    for match in islice(YEAR_TO_YEAR.finditer(flow.text), MAX_CLAUSES):
        value = f"successive 1 {match['unit'].casefold()}"
        yield Found(value, match.start(), match.end(), "clause:renewal_term", 0.6, earliness(flow.text, match.start()))


def _noticed(flow: Flow) -> Iterator[Found]:
    """A notice in the clause of the renewal."""
    words, text = flow.words, flow.text
    for match in islice(words.pattern(RENEWS).finditer(text), MAX_CLAUSES):
        first, last = max(0, match.start() - AROUND), match.end() + 2 * AROUND
        if not words.pattern(REFUSES).search(text, first, last):
            continue
        notice = words.pattern(NOTICE).search(text, first, last)
        length = _nearest(flow, notice.start(), notice.end()) if notice else None
        if length:
            weight = 1 + earliness(text, match.start()) - abs(length.start - match.start()) / 1_000
            yield Found(str(length), length.start, length.end, "clause:notice_period", 0.7, weight)


def _until_notice(flow: Flow) -> Iterator[Found]:
    """“And thereafter until terminated by either party upon twelve months' notice”."""
    for match in islice(UNTIL_NOTICE.finditer(flow.text), MAX_CLAUSES):
        length = _nearest(flow, match.end(), match.end())
        if length:
            weight = 1 + earliness(flow.text, match.start())
            yield Found(str(length), length.start, length.end, "clause:notice_period", 0.7, weight)


def _other_languages(flow: Flow) -> Iterator[Found]:
    """Other languages have words that mean a notice of termination and nothing else."""
    for match in islice(flow.words.pattern("@notice").finditer(flow.text), MAX_CLAUSES):
        length = _nearest(flow, match.start(), match.end())
        around = flow.text[max(0, match.start() - NEAR) : match.end() + NEAR]
        if length and not flow.words.pattern("@trial").search(around):
            yield Found(
                str(length), length.start, length.end, "word:notice_period", 0.7, earliness(flow.text, match.start())
            )


def _at_will(flow: Flow) -> Iterator[Found]:
    """“Either party may terminate this Agreement upon ninety days' notice”, unless it needs a reason."""
    for match in islice(flow.words.pattern(AT_WILL).finditer(flow.text), MAX_CLAUSES):
        free = flow.words.pattern(FREELY).search(match[0])
        if not free and flow.words.pattern(FOR_CAUSE).search(flow.text, match.start(), match.end() + 80):
            continue
        length = next((item for item in flow.lengths(match.start(), match.end()) if item.unit != "year"), None)
        if length:
            yield Found(
                str(length),
                length.start,
                length.end,
                "clause:termination_notice",
                0.6,
                earliness(flow.text, length.start),
            )


def _nearest(flow: Flow, start: int, end: int) -> Length | None:
    """The length of a notice that stands nearest to the word for it."""
    near = flow.lengths(max(0, start - NEAR), end + NEAR)
    stated = (item for item in near if item.unit != "year")
    return min(stated, key=lambda item: max(item.start - end, start - item.end), default=None)


def _sentence_end(text: str, start: int, last: int) -> int:
    end = SENTENCE_END.search(text, start, last)
    return end.start() if end else last
