"""Is a line of text the name of a company or person, and what belongs to the name?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extraction.engine.amounts import currencies_of
from extraction.engine.fields import addresses
from extraction.engine.labels import fold
from extraction.engine.layout import Segment
from extraction.engine.reading import Place, Reading

MAX_NAME = 80
LIKE_CAPITALS = frozenset("cosuvwxzóöúü")
"""Small letters that have the shape of the capital: at the beginning of a line nothing shows their height."""

_ID = re.compile(r"(?:n(?:o|r|umber)?[.:\s]{1,3})?(?:[A-Z]{1,4}[\s-]?)?\d", re.IGNORECASE)
REACHED_BY = frozenset({"phone", "fax", "email", "website"})
SALUTATION = re.compile(
    r"^(?:herrn?\s?/\s?frau(?:\s?/\s?firma)?|herrn? und frau|"
    r"mr\.? (?:and|&) mrs|m\. et mme|eheleute|herrn?|frau|firma|fa\.|mr|mrs|ms|monsieur|madame|mme|"
    r"sig\.?ra?|spett\.?(?:\s?le)?(?:\s+ditta(?!\w))?|sr\.?a?|señora?|exmo\.?|dhr\.?|mevr\.?|t\.a\.v\.?|sayın|pan|pani|hr\.|fru|company|an(?:\s+(?:die|den|das))?)"
    r"[.:]?\s{0,3}",
    re.IGNORECASE,
)
_ATTENTION = re.compile(
    r"^(?:attn|att|attention|z\.?\s?hd|zu händen|c/o|à l'attention|t\.a\.v|fao)(?!\w)", re.IGNORECASE
)
_BRACKETED = re.compile(r"^\(.{0,80}\)$")
PUBLIC_HOSTS = frozenset(
    {"gmail", "googlemail", "outlook", "hotmail", "yahoo", "icloud", "gmx", "web", "orange", "wanadoo"}
)
"""Hosts of mail for everybody: they say nothing about whose address it is."""

_WRITTEN = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ø", "oe"), ("å", "aa"), ("æ", "ae"))
"""Letters that domains spell with two."""
_TRAILING_ID = re.compile(r"\s*[\(\[](?=[^)\]]{0,40}\d)[^)\]]{3,40}[\)\]]?\s*$")
_TYPESETTING = (
    (re.compile(r"(?<=\w)\(|(?<=[.,])\("), " ("),  # KING(M) LTD
    (re.compile(r"\)(?=\w)"), ") "),
    (re.compile(r"\(\s+"), "("),  # KING ( M ) LTD
    (re.compile(r"\s+\)"), ")"),
    (re.compile(r"(?<=[A-Z]\.)(?=[A-Z]{3})"), " "),  # J.R.MILLER
    (re.compile(r"(?<=[A-Z]{3}\.)(?=[A-Z])"), " "),  # SDN.BHD
    (re.compile(r"(?<=[^\W\d_]{4})&(?=[^\W\d_]{4})"), " & "),  # but H&M
)
_PAGE = re.compile(r"(?:page|seite|pagina|página|strona|sida|side|sayfa|blatt|strana)\s{0,2}:?\s?\d", re.IGNORECASE)
_HOUSE = re.compile(r"(?:no|nr|num)[.:]{0,2}\s?\d{1,5}\s?[a-z]?(?:[/-]\d{1,4})?,?", re.IGNORECASE)
"""A line of an address by itself: ``No. 18``."""


def fold_name(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def same_name(one: str, other: str) -> bool:
    a, b = fold_name(one), fold_name(other)
    short, long_ = sorted((a, b), key=len)
    return short == long_ or (len(short) >= 5 and long_.startswith(short))


def is_called(host: str, name: str) -> bool:
    """The host and the name share a beginning or a word: ``coppercanyon`` and ``Copper Canyon Creative``."""
    host = "".join(filter(str.isalnum, host.casefold()))
    if len(host) < 3 or host in PUBLIC_HOSTS:
        return False
    long = [word for word in re.split(r"[\s&/.,-]+", name) if len(word) >= 4 and not addresses.has_legal_form(word)][:4]
    return any(_is_like(host, spelled(name), [spelled(word) for word in long]) for spelled in (_written_out, fold))


def _is_like(host: str, name: str, words: Sequence[str]) -> bool:
    name = "".join(filter(str.isalnum, name))
    whole = len(name) >= 3 and (name.startswith(host) or host.startswith(name))
    return whole or any(word in host for word in words)


def _written_out(text: str) -> str:
    """As domains spell it that have no umlauts: with two letters."""
    for letter, written in _WRITTEN:
        text = text.casefold().replace(letter, written)
    return text


def cleaned(place: Place, *, addressed: bool = True) -> Place | None:
    """The name without registration number in brackets and punctuation around it; one who is ``addressed`` also
    without salutation.
    """
    text, start, end = place.segment.text, place.start, place.end
    while start < end and text[start] in " :;,.|*-–•·_\"'":
        start += 1
    match = SALUTATION.match(text[start:end]) if addressed else None
    if match and addresses.letters(text[start + match.end() : end]) >= 3 and (match.end() > 2):
        boundary = text[start + match.end() - 1] in " .:" or match.group().strip().endswith((".", ":"))
        start = start + match.end() if boundary else start
    trailing = _TRAILING_ID.search(text[start:end])
    if trailing and trailing.start() >= 3:
        end = start + trailing.start()
    while start < end and text[end - 1] in " :;,|*-–•·_\"'=":
        end -= 1
    return Place(place.layout, place.segment, start, end) if addresses.letters(text[start:end]) >= 2 else None


def is_name(reading: Reading, text: str) -> bool:
    """Could this line be the name of a company or person?"""
    if not 2 < len(text) <= MAX_NAME or addresses.letters(text) < 0.5 * len(text.replace(" ", "")):
        return False
    if addresses.is_noise(text) or currencies_of(text):
        return False
    if text.endswith(":"):
        return False
    if ":" in text and not addresses.has_legal_form(text):
        return False  # a label with its value
    if _BRACKETED.match(text) or _HOUSE.fullmatch(text) or _ATTENTION.match(text) or _PAGE.search(text):
        return False
    if addresses.is_contact(text) and not addresses.has_legal_form(text):
        return bool(re.fullmatch(r"[\w-]+\.[a-z]{2,6}", text))
    if addresses.is_street(text) and not addresses.has_legal_form(text):
        return False
    sentence = text.endswith((".", "!", "?")) and len(text.split()) > 5 and not addresses.has_legal_form(text)
    if sentence or len(text.split()) > 9:
        return False
    postal = addresses.is_postal(text) and not addresses.ends_with_legal_form(text)  # Kiosk 2019 Limited
    return not postal and not addresses.is_country(text)


def is_numbered_name(lines: Sequence[Segment]) -> bool:
    """``BRF Måsen 4`` above ``Storgatan 12``: the first line looks like a street, but the street is another one."""
    town = next((index for index, line in enumerate(lines[:7]) if addresses.is_postal(line.text)), len(lines))
    first = lines[0].text
    words = first.rstrip("0123456789 ")
    if not 2 < len(words) <= MAX_NAME or addresses.letters(first) < 0.5 * len(first.replace(" ", "")):
        return False
    if not addresses.is_street(first) or addresses.begins_as_street(first):
        return False
    return any(addresses.is_street(line.text) for line in lines[1:town])


def is_label(reading: Reading, segment: Segment) -> bool:
    """Begins with a label that is followed by a colon or by nothing."""
    for hit in reading.section(segment, "fields"):
        rest = segment.text[hit.end :].strip()
        if hit.start <= 1 and (not rest or rest[0] in ":#." or _ID.match(rest) or hit.concept in REACHED_BY):
            return True
    return False


def is_title(reading: Reading, segment: Segment) -> bool:
    covered = sum(hit.end - hit.start for hit in reading.section(segment, "titles"))
    return covered >= 0.55 * len(segment.text)


def is_known_words(reading: Reading, segment: Segment) -> bool:
    """All of it is words of labels: the head of a column, the name of a sum."""
    known = {
        i for hit in reading.hits(segment) if hit.section not in ("words", "methods") for i in range(hit.start, hit.end)
    }
    return len(known) >= 0.75 * len(segment.text.strip(" :."))


def typeset(name: str) -> str:
    """A recognised name with spaces at brackets, points and ampersands as they are usually set.

    There the gap in print is often too narrow to be told from that between letters.
    """
    for pattern, usual in _TYPESETTING:
        name = pattern.sub(usual, name)
    first, *others = name.split() or [""]
    if first[:1] in LIKE_CAPITALS and first[1:].islower() and others and all(word[:1].isupper() for word in others):
        return name[:1].upper() + name[1:]
    return name
