"""What shows a contract that is too short to be known by its many clauses: parties that it names and a law it obeys."""

from __future__ import annotations

from itertools import islice

from extraction.engine.clauses import Words

DEFINITION = (
    r"[(\[–-]\s?[^()\"“”„«»\n\d]{0,40}[\"“„«]\s?(?P<term>(?-i:[A-ZÀ-Þ])[^\W\d_][^\"“”«»\n\d]{1,38})\s?[\"”“»]"
    r"|\(\s?(?:as\s+|the\s+)?(?P<role>(?-i:(?=[A-ZÀ-Þ]))@roles)\s?\)"
)
"""The short name of a party: (the "Supplier"), (Borrower), – nachfolgend „Mieter“ genannt –."""

GOVERNED = r"(?:\b(?:govern(?:ed|ing|s)?|construed)\b|@governed)[^.;]{0,120}?(?:\blaws?\b|@law)"
GOVERNS = r"(?:\blaws?\b|@law)[^.;]{0,120}?(?:\bgoverns?\b|@governed)"

PARTIES = 2
DEFINED, LAW = 1.5, 1.0
"""How much two defined names and a clause on the law say."""

READ, MOST = 12_000, 40
"""Characters and definitions that are looked at."""


def deed(text: str, words: Words) -> float:
    """How much ``text`` looks like a deed: 0.0 to 2.5."""
    defined = {
        (match["term"] or match["role"]).casefold()
        for match in islice(words.pattern(DEFINITION).finditer(text, 0, READ), MOST)
    }
    law = any(words.pattern(pattern).search(text, 0, READ) for pattern in (GOVERNED, GOVERNS))
    return DEFINED * (len(defined) >= PARTIES) + LAW * law
