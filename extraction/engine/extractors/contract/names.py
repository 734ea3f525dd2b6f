"""Names of companies and people in a sentence: "X, a Delaware corporation ("Buyer"), and Y, with offices in …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extraction.engine.extractors.contract.flow import Span

ASIDE = re.compile(r"\([^()]{0,400}\)|\[[^\[\]]{0,200}\]|[\"“„][^\"”“\n]{1,80}[\"”“]")
"""What explains a party, above all the short name that the contract gives it."""

ASIDE_MARK = "\x01"
"""Stands for each character of an aside, so that places stay the same."""

TOKEN = re.compile(rf"{ASIDE_MARK}+|[^\s,;:{ASIDE_MARK}]+|[,;:]|\n[ \t]*\n")

LEGAL_FORM = re.compile(
    r"(?:inc|incorporated|l\.?l\.?c|ltda?|limited|corp|corporation|l\.?l\.?p|l\.?p|p\.?l\.?c|gmbh|ag|kgaa|kg|ohg|mbh|ug|fsb"
    r"|s\.?a\.?s?|s\.?l|n\.?v|b\.?v|s\.?p\.?a|s\.?r\.?l|sarl|ab|a/s|aps|oyj?|bhd|n\.?a|aktiengesellschaft|s\.r\.o|lda)\.?",
    re.IGNORECASE,
)
"""A legal form: the end of a company's name, perhaps after a comma."""

KIND = re.compile(
    r"(?:company|co|bank|trust|fund|association|university|foundation|institute|partners|partnership|holdings?|group"
    r"|organi[sz]ation|county|pty|pte|as)\.?",
    re.IGNORECASE,
)
"""Words with which names of companies may end or go on."""

CONTRACT = re.compile(
    r"agreement|contract|amendment|addendum|lease|deed|vertrag|vereinbarung|contrat|accord|overeenkomst|umowa",
    re.IGNORECASE,
)

INSIDE = frozenset(
    ("of", "the", "&", "de", "do", "da", "di", "del", "van", "von", "d/b/a", "for", "und", "-", "–", "/")
)
"""Small words that a name may contain."""

AND = frozenset(("and", "und", "et", "y", "e", "en", "i", "och", "og", "ve"))

LEADS = AND | {"its", "the", "by", "between", "on", "one", "other", "hand", "part", "of", "also"}
"""What may stand between "and" and the name: "and, on the other hand, X"."""

OPENERS = frozenset(("a", "an", "having", "with", "whose", "located", "organized", "organised", "residing"))
"""What begins the description of a party."""

NO_NAME = re.compile(
    r"effective|dated?|exhibit|section|article|page|table|schedule|this|each|whereas|now|by|between|among|and|the|on|no|of"
    r"|witness|witnesseth|part(?:y|ies)|company|buyer|seller|vendor|supplier|customer|client|reseller|distributor|licensor"
    r"|licensee|landlord|tenant|lessor|lessee|borrower|lender|employer|employee|contractor|consultant|provider|sponsor"
    r"|shipper|carrier|franchisor|franchisee|attention|address|agreement|contract",
    re.IGNORECASE,
)
"""A "name" of these words only is none."""

MAX_NAME, MAX_NAMES = 14, 20
"""Tokens of a name, names of a sentence."""


class Token(NamedTuple):
    text: str
    start: int
    end: int

    @property
    def is_aside(self) -> bool:
        return self.text.startswith(ASIDE_MARK)

    @property
    def is_capitalised(self) -> bool:
        """Acme, eBay and 3M are."""
        has_digit = self.text[0].isdigit() and any(char.isalpha() for char in self.text)
        return has_digit or any(char.isupper() for char in self.text[:3])

    @property
    def separates(self) -> bool:
        return self.text.casefold() in AND or self.text in (";", ",", ".") or self.text.isspace()

    @property
    def leads(self) -> bool:
        return self.separates or self.text.casefold() in LEADS or says_nothing(self.text)


class Name(NamedTuple):
    """Tokens ``first`` to ``last`` (exclusive)."""

    first: int
    last: int
    has_suffix: bool


def names_in(text: str, start: int, end: int, *, opening: bool = False) -> Iterator[Span]:
    """Each party's name in ``text[start:end]``. An ``opening`` may say other things before it names the parties."""
    span = ASIDE.sub(lambda match: ASIDE_MARK * len(match[0]), text[start:end])
    tokens = [Token(match[0], start + match.start(), start + match.end()) for match in TOKEN.finditer(span)]
    at = count = ended = 0
    complete = defined = True  # only small words since the last party's definition; any definition since its name
    while at < len(tokens) and count < MAX_NAMES:
        name = _name(tokens, at) if _may_begin(tokens, at, complete, ended) else None
        certain = complete and count < 2 and not opening
        if name and _is_party(tokens, name, certain=certain, defined=defined or at - 1 == ended):
            yield tokens[name.first].start, tokens[name.last - 1].end
            count, at, ended = count + 1, name.last, name.last
            complete = defined = False
            continue
        if count > 1 and complete and _is_sentence_end(tokens, at):
            return
        defined = defined or tokens[at].is_aside
        complete = tokens[at].is_aside or (complete and (count == 0 or tokens[at].leads))
        at += 1


def _may_begin(tokens: Sequence[Token], at: int, complete: bool, ended: int) -> bool:
    """A party begins the span, or follows "and", or a comma where the party before is complete."""
    if at == 0 or ended == 0:
        return True
    before = tokens[at - 1]
    if before.text == ",":
        return complete or at - 1 == ended
    return before.separates or (complete and before.leads)


def _name(tokens: Sequence[Token], first: int) -> Name | None:
    if not tokens[first].is_capitalised or tokens[first].separates:
        return None
    last, complete = first + 1, False
    has_suffix = _is_suffix(tokens[first])
    while last < len(tokens) and last - first < MAX_NAME:
        token = tokens[last]
        following = tokens[last + 1] if last + 1 < len(tokens) else None
        if token.text == "," and following and LEGAL_FORM.fullmatch(following.text):
            has_suffix = complete = True
            last += 2
        elif token.is_capitalised and not token.separates and (not complete or LEGAL_FORM.fullmatch(token.text)):
            has_suffix, complete = _is_suffix(token), bool(LEGAL_FORM.fullmatch(token.text))
            last += 1
        elif token.text.casefold() in INSIDE and following and following.text[0].isupper():
            last, complete = last + 1, False
        else:
            break
    return Name(first, last, has_suffix)


def _is_suffix(token: Token) -> bool:
    return bool(LEGAL_FORM.fullmatch(token.text) or KIND.fullmatch(token.text))


def _is_party(tokens: Sequence[Token], name: Name, *, certain: bool, defined: bool) -> bool:
    words = [token.text for token in tokens[name.first : name.last] if token.text != ","]
    if all(map(says_nothing, words)) or CONTRACT.search(words[-1]):
        return False
    rest = [token.text.casefold() for token in tokens[name.last : name.last + 2]]
    described = (
        not rest or rest[0].startswith(ASIDE_MARK) or rest[0] in OPENERS or (rest[0] == "," and rest[-1] in OPENERS)
    )
    return certain or name.has_suffix or (defined and described)


def says_nothing(word: str) -> bool:
    plain = word.strip(".'’")
    return plain.casefold() in INSIDE or bool(NO_NAME.fullmatch(plain) or LEGAL_FORM.fullmatch(word))


def _is_sentence_end(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text == "." or (tokens[at].text.endswith(".") and at > 0 and tokens[at - 1].is_aside)
