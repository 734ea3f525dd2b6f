"""How to reach the seller: e-mail, phone and website. Never the buyer's or somebody else's: better none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extraction.engine.candidates import Candidate, begins_with_label, labelled
from extraction.engine.fields.names import PUBLIC_HOSTS, is_called
from extraction.engine.fields.ownership import Owners
from extraction.engine.layout import PageLayout, Segment
from extraction.engine.ranking import choose
from extraction.engine.reading import Place, Reading

LEAST = 1.5
"""What an address must score: named, or near the seller's name, or like it."""

HEAD, FOOT = 0.25, 0.8
"""Shares of the page's height where a seller says who he is."""

FEWEST_DIGITS, MOST_DIGITS = 6, 15
"""Of a phone number; ITU-T E.164 allows 15."""

SEARCHED = 300
"""Characters of a cell that are looked through."""

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}(?![\w@])")
_PHONE = re.compile(r"(?<![\w/.+,-])(?:\+\s?|00)?[(\d][\d()\s./\-–]{4,24}\d(?![\w%€$£])(?![.,]\d)")
_NORTH_AMERICAN = re.compile(r"(?:\+?1[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[.-])\d{3}[.-]\d{4}")
_ABBREVIATED = re.compile(r"(?<!\w)(?:(?:Tfn|Tlf|Tel|Ruf|Fon|Mob|Ph|Tf)\.?:?|[TPM][.:])\s{0,2}(?=[+(\d])")
_WEB = re.compile(
    r"(?<![\w@.-])(?P<known>https?://|www\.)?(?P<host>[\w-]{2,63}(?:\.[\w-]{2,63}){0,3}\.[a-z]{2,24})(?![\w@])"
    r"(?P<path>/[\w./?=&%#-]{0,80})?",
    re.IGNORECASE,
)
_AND_FAX = re.compile(r"\W{0,2}(?:[/&+]|und|and|et|e|y|u|och|og|i|a|en)\W{0,2}(?:tele)?fax")


def read_contacts(reading: Reading, owners: Owners) -> Iterator[tuple[str, tuple[Candidate, float]]]:
    """``vendor_email``, ``vendor_phone`` and ``vendor_website``, each with its lead."""
    vendor, customer = owners.name_of("vendor"), owners.name_of("customer")
    emails = list(_emails(reading, owners, vendor, customer))
    found = choose("vendor_email", reading, emails)
    if found:
        yield "vendor_email", found
    phone = choose("vendor_phone", reading, _phones(reading, owners))
    if phone:
        yield "vendor_phone", phone
    host = _host(found[0].value.partition("@")[2]) if found else ""
    website = choose("vendor_website", reading, _websites(reading, owners, vendor, customer, host))
    if website:
        yield "vendor_website", website


def _standing(place: Place, owners: Owners) -> float | None:
    """In favour of the seller, by place; ``None`` where it is the buyer's."""
    if owners.is_customers(place):
        return None
    if owners.side_of(place) == "vendor":
        return 1.5
    if owners.issuer != "vendor":
        return None
    height = place.segment.box.y0 / max(1.0, place.layout.page_height)
    return 0.9 if height < HEAD or height > FOOT else 0.2


def _likeness(host: str, vendor: str, customer: str) -> float | None:
    """In favour of a domain that is called like the seller; ``None`` where it is called like the buyer."""
    if is_called(host, vendor):
        return 1.5
    return None if is_called(host, customer) else 0.0


def _host(domain: str) -> str:
    """``shop.example.co.uk`` → ``example``: the longest part, apart from the last."""
    parts = domain.casefold().removeprefix("www.").split(".")[:-1]
    return max(parts, key=len, default="")


def _emails(reading: Reading, owners: Owners, vendor: str, customer: str) -> Iterator[Candidate]:
    for layout, segment in reading.segments():
        text = segment.text[:SEARCHED]
        if "@" not in text:
            continue
        for match in _EMAIL.finditer(text):
            place = Place(layout, segment, match.start(), match.end())
            standing = _standing(place, owners)
            likeness = _likeness(_host(match.group().partition("@")[2]), vendor, customer)
            if standing is None or likeness is None:
                continue
            named = 0.4 if any(hit.concept == "email" for hit in reading.section(segment, "fields")) else 0.0
            score = 0.8 + standing + likeness + named
            if score >= LEAST:
                yield Candidate(match.group().rstrip("."), place.text, score, "form:email", place)


def _phones(reading: Reading, owners: Owners) -> Iterator[Candidate]:
    seen: set[tuple[int, int]] = set()
    for found in labelled(reading, ("phone",)):
        number = _phone_in(reading, found.place, 14)
        standing = _standing(number, owners) if number else None
        if number is None or standing is None:
            continue
        seen.add((id(number.segment), number.start))
        yield Candidate(_spaced(number.text), number.text, 1.0 + standing + found.score, "label:phone", number)
    for number, score in _abbreviated(reading, owners):
        if (id(number.segment), number.start) not in seen:
            seen.add((id(number.segment), number.start))
            yield Candidate(_spaced(number.text), number.text, score, "form:phone", number)
    for layout, segment in reading.segments():
        if len(segment.text) > 30 or sum(map(str.isdigit, segment.text)) < FEWEST_DIGITS:
            continue
        number = _phone_in(reading, Place(layout, segment, 0, len(segment.text)), 2)
        if number is None or (id(segment), number.start) in seen or len(number.text) < len(segment.text) - 3:
            continue
        if _is_clearly_phone(number.text) and not _is_labelled(reading, layout, segment):
            standing = _standing(number, owners)
            if standing is not None and standing > 1.0:
                yield Candidate(_spaced(number.text), number.text, 0.8 + standing, "form:phone", number)


def _abbreviated(reading: Reading, owners: Owners) -> Iterator[tuple[Place, float]]:
    """``Name · Street · Town · T: +41 44 555 01 10``: behind a letter or two within a line."""
    for layout, segment in reading.mixed:
        for match in _ABBREVIATED.finditer(segment.text[:SEARCHED]):
            number = _phone_in(reading, Place(layout, segment, match.end(), len(segment.text)), 2)
            standing = _standing(number, owners) if number and _is_clearly_phone(number.text) else None
            if number is not None and standing is not None:
                yield number, 1.6 + standing


def _phone_in(reading: Reading, place: Place, reach: int) -> Place | None:
    """The first phone number in ``place``, if it begins within ``reach`` characters and is not that of a fax."""
    text = place.text[: reach + 40]
    match = next(iter(_PHONE.finditer(text)), None)
    if match is None or match.start() > reach:
        return None
    between = text[: match.start()].casefold()
    if "fax" in between and not _AND_FAX.match(between):
        return None
    whole, start, end = place.segment.text, place.start + match.start(), place.start + match.end()
    if start and whole[start - 1] == "(" and ")" in match.group() and "(" not in match.group():
        start -= 1  # it was taken for punctuation around the number
    number = whole[start:end]
    if sum(map(str.isdigit, number)) > MOST_DIGITS:  # two numbers with a stroke between them
        number = re.split(r"\s[/–-]\s", number)[0].rstrip(" ./-–(")
    if not FEWEST_DIGITS <= sum(map(str.isdigit, number)) <= MOST_DIGITS:
        return None
    if any(item.raw in number for item in reading.dates(place.segment)):
        return None
    return Place(place.layout, place.segment, start, start + len(number))


def _is_clearly_phone(number: str) -> bool:
    """With the code of a country or area in front and in groups: other numbers look otherwise."""
    grouped = bool(re.search(r"[\s./()–-]", number.strip("+")))
    return bool(_NORTH_AMERICAN.fullmatch(number)) or (grouped and number.startswith(("+", "0", "(0", "(+")))


def _is_labelled(reading: Reading, layout: PageLayout, segment: Segment) -> bool:
    """A label stands in the cell to the left: it is the number that the label names."""
    left = [other for other in layout.rows[segment.row].segments if other.box.x1 <= segment.box.x0]
    return bool(left) and begins_with_label(reading, left[-1])


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _websites(reading: Reading, owners: Owners, vendor: str, customer: str, mail_host: str) -> Iterator[Candidate]:
    for layout, segment in reading.segments():
        text = segment.text[:SEARCHED]
        if "." not in text:
            continue
        for match in _WEB.finditer(text):
            place = Place(layout, segment, match.start(), match.end())
            host = _host(match["host"])
            likeness = _likeness(host, vendor, customer)
            if likeness is None or not host or host.isdigit():
                continue
            if likeness == 0.0 and host == mail_host and host not in PUBLIC_HOSTS:
                likeness = 1.2
            before = text[max(0, match.start() - 20) : match.start()]
            labels = (hit for hit in reading.section(segment, "fields") if hit.concept == "website")
            named = any(0 <= match.start() - hit.end <= 3 for hit in labels)
            if not (match["known"] or named or likeness > 0) or "@" in before.rpartition(" ")[2]:
                continue
            standing = _standing(place, owners)
            score = 0.5 + (standing or 0.0) + likeness + 0.5 * bool(match["known"]) + 0.4 * named
            if standing is not None and score >= LEAST:
                value = match.group().rstrip("./,")
                whole = Place(layout, segment, match.start(), match.start() + len(value))
                yield Candidate(value, value, score, "form:website", whole)
