"""What a contract calls each party: "Acme Inc. (the "Supplier")", "- nachfolgend Vermieter genannt -", "Tenant: …"."""

from __future__ import annotations

import re
from itertools import islice

from extraction.engine.clauses import Words
from extraction.engine.extractors.contract.flow import HEAD, Flow, Found
from extraction.engine.extractors.contract.names import ASIDE, CALLED, KIND, QUOTED
from extraction.engine.extractors.contract.parties import Parties

REACH = 700
"""Characters behind a name in which its role is said; another party's name ends them sooner."""

MAX_PLACES = 4
MAX_ROLE = 40
ROLE_WORDS = 3
ARTICLE = re.compile(
    r"^(?:(?:the|der|die|das|den|dem|le|la|les|l['’]|il|lo|gli|i|el|los|las|o|a|os|as|de|het|together|collectively|as)\b\s?)+",
    re.IGNORECASE,
)
BODY = re.compile(
    r"board|league|city|club|district|authority|town|state|school|college|council|commission|department|agency|hospital"
    r"|church|municipality|foundation|society|committee",
    re.IGNORECASE,
)
"""What a body is may be its role, though the word is part of its name."""

ACRONYM = re.compile(r"[A-Z0-9&.-]{2,6}")
WORD = re.compile(r"[^\W\d_]{2,}")


def find_roles(flow: Flow, parties: Parties) -> Found | None:
    """A role for each party in their order, "" where none is said; ``None`` where no party has one."""
    roles = []
    for (_, end), name, label in zip(parties.spans, parties.names, parties.labels, strict=True):
        others = [re.escape(other) for other in parties.names if other != name]
        roles.append(label or _defined(flow, name, end, re.compile("|".join(others))))
    if not any(roles):
        return None
    return Found(tuple(roles), parties.found.start, parties.found.end, "definition:party_roles", 0.75)


def _defined(flow: Flow, name: str, end: int, others: re.Pattern[str]) -> str:
    """What is said behind the name where it was read, or where it stands again (after a cover page)."""
    again = (match.end() for match in re.finditer(re.escape(name), flow.text[:HEAD]) if match.end() > end)
    for place in (end, *islice(again, MAX_PLACES)):
        other = others.search(flow.text, place, place + REACH)
        role = _role(flow.text[place : other.start() if other else place + REACH], name, flow.words)
        if role is not None:
            return role
    return ""


def _role(text: str, name: str, words: Words) -> str | None:
    """The role that the first definition behind a name gives; "" where it is a short name; ``None`` without one."""
    for aside in words.pattern(f"{CALLED}|{ASIDE}").finditer(text):
        quoted = [term.strip('"“”„«»‟ ,.') for term in re.findall(QUOTED, aside[0])]
        for term in quoted or [_unquoted(aside[0], words)]:
            role = ARTICLE.sub("", " ".join(term.split())).strip(" ,.")
            if role and _is_role(role, name, words):
                return role
        if quoted:
            return ""
    return None


def _unquoted(aside: str, words: Words) -> str:
    """Of "(Supplier)" or "hereinafter called the Lessor": the known role, or a few capitalised words in brackets."""
    known = words.pattern("@roles").search(aside)
    if known and words.pattern("@called").search(aside):
        return known[0]
    if not aside.startswith("("):
        return ""
    inner = aside.strip("() ")
    told = inner.split()
    return inner if 0 < len(told) <= ROLE_WORDS and (known or all(word[0].isupper() for word in told)) else ""


def _is_role(term: str, name: str, words: Words) -> bool:
    if words.pattern("@roles").fullmatch(term) or KIND.fullmatch(term) or BODY.fullmatch(term):
        return True
    if words.pattern(r"part(?:y|ies)|@nouns").fullmatch(term):
        return False
    if len(term) > MAX_ROLE or len(term.split()) > ROLE_WORDS or ACRONYM.fullmatch(term) or not term[0].isupper():
        return False
    own = {word.casefold() for word in WORD.findall(name)}
    return not any(word.casefold() in own or _initial(word, name) for word in WORD.findall(term))


def _initial(word: str, name: str) -> bool:
    """A word of capitals only, made of the name's first letters: T&L, MEHG."""
    return word.isupper() and word[0] == name[0].upper() and len(word) <= 6
