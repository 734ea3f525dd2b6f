"""Names of companies and people in a sentence: "X, a Delaware corporation ("Buyer"), and Y, with offices in …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extraction.engine.clauses import Words
from extraction.engine.extractors.contract.flow import Span

QUOTED = r"[\"“”„«»‟][^\"”“»«„\x01]{1,80}[\"”“»]"
ASIDE = rf"\((?!haftungsb)[^()]{{0,400}}\)|\[[^\[\]]{{0,200}}\]|{QUOTED}"
"""What explains a party, above all the short name that the contract gives it."""

CALLED = (
    rf"(?:[-–]\s?)?@called(?:[^,;.()\"“”„«»]{{0,60}}{QUOTED}|(?:(?!@also)[^,;.()\"“”„«»–-]){{3,60}})"
    r"(?:\s+(?:genannt|bezeichnet))?(?:\s?[-–])?"
)
"""The same without brackets: "hereinafter called the Lessor", "- nachfolgend „Vermieter“ genannt -"."""

NUMBERED = re.compile(r"(?:^|\n|(?<=\s))(?:\(\s?(?:\d|[a-d]|i{1,3}v?)\s?\)|\d[.)](?!\d))(?=\s)")
"""The number of a party in a list of them."""

ASIDE_MARK = "\x01"
"""Stands for each character of an aside, so that places stay the same."""

LEGAL_PHRASE = (
    r"Sp\.?\s?z\s?o\.?\s?o\.?(?:\s?Sp\.?\s?k\.?)?|S\.?\s?A\.?\s?P?\.?I?\.?\s+de\s+C\.?\s?V\.?|Ltd\.?\s+Şti\.?"
    r"|GmbH\s?&\s?Co\.?\s?KG(?:aA)?|(?:spol\.\s)?s\.?\s?r\.?\s?o\.|a\.\s?s\.|s\.\s?c\.|S\.\s?p\.\s?A\.|S\.\s?r\.\s?l\.s?\.?"
    r"|N\.\s?A\.?|P\.\s?C\.|P\.\s?A\.|L\.\s?L\.\s?C\.|L\.\s?L\.\s?P\.|L\.\s?P\.|P(?:te|ty|vt|rop)\.?\s+Ltd\.?|Unipessoal,?\sLda\.?|UG\s\(haftungsbeschränkt\)|e\.\s?U\.|e\.\s?V\.|A\.\s?Ş\."
)
"""Legal forms of several words, or with a small letter."""

TOKEN = re.compile(rf"{ASIDE_MARK}+|(?:{LEGAL_PHRASE})(?!\w)|[^\s,;:{ASIDE_MARK}]+|[,;:]")

LEGAL_FORM = re.compile(
    rf"(?:inc|incorporated|l\.?l\.?c|ltda?|limited|corp|corporation|l\.?l\.?p|l\.?p|p\.?l\.?c|gmbh|ag|kgaa|kg|ohg|mbh|ug|fsb"
    r"|s\.?a\.?s?|s\.?l\.?u?|n\.?v|b\.?v|s\.?p\.?a|s\.?r\.?l|sarl|ab|a/s|aps|oyj?|bhd|n\.?a|aktiengesellschaft|s\.r\.o|lda|eg"
    rf"|pllc|se|epp|me|mei|eireli|sasu|eurl|sci|v\.?o\.?f|asa|a\.ş)\.?|{LEGAL_PHRASE}",
    re.IGNORECASE,
)
"""A legal form: the end of a company's name, perhaps after a comma."""

WITHIN_NAME = re.compile(
    rf"\((?-i:[A-ZÀ-Þ])[\w.]{{1,20}}(?:\s[\w.&]{{1,20}}){{0,2}}\)(?=\s(?:{LEGAL_FORM.pattern})(?!\w))", re.IGNORECASE
)
"""“Acme (Ireland) Limited”: the country is part of the name."""

BODY = re.compile(r"board|trustees|regents|department|secretary|ministry|office|commissioners?", re.IGNORECASE)
"""The first word of names like "Board of Regents of the University"."""

ARTICLES = frozenset(("la", "le", "der", "die", "das", "il", "el", "de", "het", "a", "o"))

LOWER_FORMS = frozenset(("plc", "llp", "llc", "inc", "ltd", "gmbh", "mbh", "eG"))

ABBREVIATED = re.compile(
    r"(?:\w{1,2}|\w+\.\w+|bros|assn|intl|univ|mfg|dept|prof|corp|inc|ltd|ltda|lda|pty|pte|pvt|mrs|hon|şti|ind|san|tic)\.",
    re.IGNORECASE,
)
"""What ends in a full stop within a name."""

KIND = re.compile(
    r"(?:company|co|bank|trust|fund|association|university|foundation|institute|partners|partnership|holdings?|group"
    r"|organi[sz]ation|county|pty|pte|as)\.?",
    re.IGNORECASE,
)
"""Words with which names of companies may end or go on."""

INSIDE = frozenset(
    ("of", "the", "&", "de", "do", "da", "di", "del", "dos", "das", "du", "des", "della", "van", "von", "der", "den",
     "am", "bei", "ter", "d/b/a", "for", "und", "für", "-", "–", "/", "la", "les", "le", "sur", "las", "los")
)  # fmt: skip
"""Small words that a name may contain."""

LEADS = frozenset(
    (
        "its",
        "the",
        "by",
        "between",
        "on",
        "one",
        "other",
        "hand",
        "part",
        "of",
        "also",
        "and",
        "among",
        "you",
        "following",
    )
)
"""What may stand between "and" and the name: "and, on the other hand, X"."""

MEANINGLESS = (
    r"effective|dated?|exhibit|section|article|page|table|schedule|this|each|whereas|now|by|between|among|and|the|on|no|of"
    r"|witness|witnesseth|parts?|one|other|part(?:y|ies)|attention|address|first|second|third|individually|collectively|@nouns|@roles|@lead"
)
"""A "name" of these words only is none."""

OPENER = r"\b(?:a|an|having|with|whose|located|organi[sz]ed|residing)\b|@seat"
"""What begins the description of a party."""

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
    def is_break(self) -> bool:
        return self.text in (";", ",", ".")


class Name(NamedTuple):
    """Tokens ``first`` to ``last`` (exclusive)."""

    first: int
    last: int
    has_suffix: bool


def hide_asides(text: str, words: Words) -> str:
    """The text with a mark in place of each character of an aside, and numbers of parties as semicolons."""

    def mark(match: re.Match[str]) -> str:
        return match[0] if WITHIN_NAME.match(text, match.start()) else ASIDE_MARK * len(match[0])

    listed = NUMBERED.sub(lambda match: ";".rjust(len(match[0])), text)
    return words.pattern(ASIDE).sub(mark, words.pattern(CALLED).sub(mark, listed))


def names_in(text: str, start: int, end: int, words: Words, *, opening: bool = False) -> Iterator[Span]:
    """Each party's name in ``text[start:end]``. An ``opening`` may say other things before it names the parties."""
    yield from _Sentence(text, start, end, words).names(opening=opening)


def name_at(text: str, start: int, end: int, words: Words) -> Span | None:
    """The name with which ``text[start:end]`` begins."""
    return _Sentence(text, start, end, words).first()


class _Sentence:
    """The tokens of a preamble, and what each may be in these languages."""

    def __init__(self, text: str, start: int, end: int, words: Words) -> None:
        span = hide_asides(text[start:end], words)
        self.text = text
        self.words = words
        self.tokens = [Token(match[0], start + match.start(), start + match.end()) for match in TOKEN.finditer(span)]

    def first(self) -> Span | None:
        """The name at the beginning, behind "Mr"."""
        at = next((at for at, token in enumerate(self.tokens) if not self._is_courtesy(token)), len(self.tokens))
        name = self._name(at) if at < len(self.tokens) else None
        if name is None or all(says_nothing(token.text, self.words) for token in self.tokens[name.first : name.last]):
            return None
        return self.tokens[name.first].start, self.tokens[name.last - 1].end

    def names(self, *, opening: bool) -> Iterator[Span]:
        tokens = self.tokens
        at = count = ended = 0
        complete = defined = True  # only small words since the last party's definition; any definition since its name
        while at < len(tokens) and count < MAX_NAMES:
            name = self._name(at) if self._may_begin(at, complete, ended) else None
            acting = self._acts_for(name) if name else None
            if acting:
                at, complete = acting, True
                continue
            certain = complete and count < 2 and not opening
            if name is None and opening:
                name = self._defined_name(at)
            elif name and not self._is_party(name, certain=certain, defined=defined or at - 1 == ended):
                name = None
            if name:
                yield tokens[name.first].start, tokens[name.last - 1].end
                count, at, ended = count + 1, name.last, name.last
                complete = defined = False
                continue
            if count > 1 and complete and _is_sentence_end(tokens, at):
                return
            defines = self._defines(tokens[at])
            defined = defined or defines
            complete = defines or (complete and (count == 0 or self._leads(tokens[at]) or self._is_label(at)))
            at += 1

    def _is_label(self, at: int) -> bool:
        return at + 1 < len(self.tokens) and self.tokens[at + 1].text == ":"

    def _defines(self, token: Token) -> bool:
        """An aside that says more than a number of a register."""
        text = self.text[token.start : token.end]
        return token.is_aside and (not any(map(str.isdigit, text)) or any(quote in text for quote in "\"“„«'"))

    def _separates(self, token: Token) -> bool:
        return token.is_break or bool(self.words.pattern("@also").fullmatch(token.text))

    def _leads(self, token: Token) -> bool:
        small = token.text.casefold() in LEADS or self.words.pattern("@lead|@courtesy").fullmatch(
            token.text.rstrip(".")
        )
        return self._separates(token) or token.text == ":" or bool(small) or says_nothing(token.text, self.words)

    def _may_begin(self, at: int, complete: bool, ended: int) -> bool:
        """A party begins the span, or follows "and", or a comma where the party before is complete."""
        if at == 0 or ended == 0:
            return True
        before = self.tokens[at - 1]
        if before.is_aside and "\n" in self.text[before.end : self.tokens[at].start]:
            return True
        if before.text == ",":
            return complete or at - 1 == ended
        return self._separates(before) or (complete and self._leads(before))

    def _name(self, first: int) -> Name | None:
        tokens = self.tokens
        token = tokens[first]
        if token.text.casefold() in ARTICLES and first + 1 < len(tokens) and _is_legal_form(tokens[first + 1]):
            return None  # "La SCI Les Tilleuls"
        if not token.is_capitalised or self._separates(token) or self._is_courtesy(token) or self._describes(token):
            return None
        last, complete = first + 1, False
        has_suffix = _is_suffix(tokens[first])
        while last < len(tokens) and last - first < MAX_NAME and not _ends(tokens[last - 1]):
            token = tokens[last]
            following = tokens[last + 1] if last + 1 < len(tokens) else None
            if token.text == "," and following and _is_legal_form(following):
                has_suffix = complete = True
                last += 2
            elif _is_legal_form(token):
                has_suffix = complete = True
                last += 1
            elif token.is_capitalised and not self._separates(token) and not complete:
                has_suffix = _is_suffix(token)
                last += 1
            elif self._goes_on(tokens[first:last], token, following):
                last, complete = last + 1, False
            else:
                break
        return Name(first, last, has_suffix)

    def _defined_name(self, at: int) -> Name | None:
        """A company within a sentence that defines it: "… engages Acme LLC (the "Advisor")"."""
        if at == 0 or self.tokens[at - 1].is_capitalised:
            return None
        name = self._name(at)
        if name is None or not name.has_suffix or name.last == len(self.tokens):
            return None
        told = self.tokens[name.first : name.last]
        meant = self.tokens[name.last].is_aside and self._defines(self.tokens[name.last])
        return name if meant and not all(says_nothing(token.text, self.words) for token in told) else None

    def _acts_for(self, name: Name) -> int | None:
        """The token from which the party is named that this person signs for: "Ms Soto, on behalf of Acme Ltd"."""
        behind = name.last + (name.last < len(self.tokens) and self.tokens[name.last].text == ",")
        if behind >= len(self.tokens):
            return None
        phrase = self.words.pattern("@behalf").match(self.text, self.tokens[behind].start)
        if phrase is None:
            return None
        return next((at for at in range(behind, len(self.tokens)) if self.tokens[at].start >= phrase.end()), None)

    def _goes_on(self, name: Sequence[Token], token: Token, following: Token | None) -> bool:
        """A small word that capitals follow; the second "of" leads to the address."""
        again = token.text == "of" and any(part.text == "of" for part in name) and not BODY.fullmatch(name[0].text)
        return token.text.casefold() in INSIDE and following is not None and following.text[0].isupper() and not again

    def _is_courtesy(self, token: Token) -> bool:
        return bool(self.words.pattern("@courtesy").fullmatch(token.text.rstrip(".")))

    def _is_party(self, name: Name, *, certain: bool, defined: bool) -> bool:
        tokens = self.tokens
        told = [token.text for token in tokens[name.first : name.last] if token.text != ","]
        if all(says_nothing(word, self.words) for word in told) or self.words.pattern("@nouns").fullmatch(told[-1]):
            return False
        rest = tokens[name.last : name.last + 2]
        if rest and rest[0].text == ":":
            return False  # a label
        described = not rest or rest[0].is_aside or self._opens(rest[0])
        described = described or (rest[0].text == "," and (rest[-1].is_aside or self._opens(rest[-1])))
        return certain or name.has_suffix or (defined and described)

    def _describes(self, token: Token) -> bool:
        """“P. IVA”, "Org.nr": what begins a description, though with a capital."""
        found = self.words.pattern("@seat").match(self.text, token.start)
        ordinary = token.text.isalpha() and token.text.istitle()
        return found is not None and len(found[0]) > 2 and not ordinary

    def _opens(self, token: Token) -> bool:
        return bool(self.words.pattern(OPENER).match(self.text, token.start))


def _ends(token: Token) -> bool:
    """A full stop behind a whole word ends a sentence: "Fee. The Company"."""
    return token.text.endswith(".") and not ABBREVIATED.fullmatch(token.text)


def _is_legal_form(token: Token) -> bool:
    """Short forms count in capitals only: "AB", not "ab"."""
    written = token.is_capitalised or "." in token.text or token.text in LOWER_FORMS
    return written and bool(LEGAL_FORM.fullmatch(token.text))


def _is_suffix(token: Token) -> bool:
    return bool(LEGAL_FORM.fullmatch(token.text) or KIND.fullmatch(token.text))


def says_nothing(word: str, words: Words) -> bool:
    plain = word.strip(".'’")
    nothing = words.pattern(MEANINGLESS).fullmatch(plain)
    return plain.casefold() in INSIDE or bool(nothing or LEGAL_FORM.fullmatch(word))


def _is_sentence_end(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text == "." or (tokens[at].text.endswith(".") and at > 0 and tokens[at - 1].is_aside)
