"""Numbers that name a document: the invoice's own, and the buyer's order it belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from extraction.engine.candidates import Candidate, labelled, trimmed
from extraction.engine.dates import find_dates
from extraction.engine.fields.addresses import is_postal
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Segment
from extraction.engine.ranking import choose
from extraction.engine.reading import Place, Reading

# A number with its letters: RE-20151008/504, FA-2017-0008, 9314110911/00/M/00/N, R 18-31, CS-SA-0130363.
_NUMBER = re.compile(
    r"(?<![\w])(?:[A-ZÀ-ÝĀ-Ž]{1,5}[\s.\-/]{0,2}){0,2}(?=[\w\-/.]{0,12}\d)[^\W_][\w\-/.#:\u2013]{0,40}(?:(?:[-/]|\s?[-/]\s?(?=[\w\-/.]{0,19}\d))[\w\-/.]{1,20}){0,3}",
)
# One number printed in groups: 5 000 417 882, 2025 F 0338194.
_SPACED = re.compile(r"\d{1,4}(?:\s(?:\d{2,10}|[A-Z](?=\s\d))){1,6}")
_ACCOUNT = re.compile(r"acc|a/c|konto|conto|cuenta|conta|compte|rekening|hesap|účet", re.IGNORECASE)
_TIME = re.compile(r"^\d{1,2}:\d{2}")
_MONEY = re.compile(r"^(?:[A-Z]{3}\s)?\d{1,3}(?:[.,]\d{3})*[.,]\d{2}$")

# "(380) Nr. ", "No: ", "number " between a title and its number; 380 is the type code of an invoice.
_BETWEEN = re.compile(
    r"[\s.:(-]{0,3}(?:\d{2,4}\)\W{0,2})?(?P<named>n[or°º]?\b|nr\b|num\w{0,6}\b|no\b|#|č\.)?[\s.:#°º]{0,4}",
    re.IGNORECASE,
)

BILLS = ("invoice", "credit_note", "receipt")
ORDERS = ("purchase_order",)
ANOTHERS = 0.8
"""Against a number whose label can be that of another document."""


def read_invoice_number(reading: Reading) -> tuple[Candidate, float] | None:
    """By its label, by the title it stands behind, and by being printed again."""
    found = [*_by_label(reading, "invoice_number"), *_behind_title(reading, BILLS), *_near_title(reading, BILLS)]
    return choose("invoice_number", reading, _repeated(reading, found))


def read_order_number(reading: Reading) -> tuple[Candidate, float] | None:
    """The number of the document itself, which is an order; ``Order no.`` may also name another order."""
    found = [*_by_label(reading, "purchase_order"), *_behind_title(reading, ORDERS), *_near_title(reading, ORDERS)]
    found += [item.plus(-ANOTHERS) for item in _by_label(reading, "order_number")]
    return choose("purchase_order", reading, _repeated(reading, found))


def read_purchase_order(reading: Reading) -> tuple[Candidate, float] | None:
    return choose("purchase_order", reading, _by_label(reading, "purchase_order"))


def read_customer_number(reading: Reading) -> tuple[Candidate, float] | None:
    """The buyer's number at the seller. A number of an account beside those of a bank is none."""
    found = [item for item in _by_label(reading, "customer_number") if not _is_banks(reading, item.place)]
    return choose("customer_number", reading, found or _numbered_customers(reading))


def _numbered_customers(reading: Reading) -> Iterator[Candidate]:
    """``Debitor: 4711``: behind the buyer's heading stands a number in place of a name."""
    for found in labelled(reading, ("customer",)):
        number = number_in(found.place) if found.relation != "below" and found.hit.start == 0 else None
        if number is not None and number.text == found.place.text and " " not in number.text:
            yield Candidate(number.text, number.text, 2.0 + found.score, "label:customer", number)


def _is_banks(reading: Reading, place: Place) -> bool:
    """Named an account, and in a row or column with the bank's numbers."""
    row = place.layout.rows[place.segment.row]
    if not _ACCOUNT.search(row.text[:300]):
        return False
    block = place.layout.block_of.get(id(place.segment))
    near = [*row.segments, *(block.segments if block is not None else ())]
    concepts = {hit.concept for segment in near for hit in reading.section(segment, "fields")}
    return bool(concepts & {"bank", "iban", "bic"})


def _by_label(reading: Reading, concept: str) -> Iterator[Candidate]:
    for found in labelled(reading, (concept,)):
        if concept == "purchase_order" and found.hit.start > 3 and found.relation == "right":
            continue  # "..., your order" in a description
        between = _BETWEEN.match(found.place.text)
        skip = between.end() if between and between["named"] and found.place.text[between.end() :] else 0
        place = found.place
        number = number_in(Place(place.layout, place.segment, place.start + skip, place.end))
        if number is None or (concept == "purchase_order" and len(number.text) < 2):
            continue  # a single digit numbers a line
        if "%" in number.segment.text[number.start - 1 : number.end + 2]:
            continue
        top = 0.3 if _in_upper_half(found.place) else 0.0
        offset = number.start - found.place.start - skip
        if offset > 12:
            continue
        loose = 0.8 if offset > 3 else 0.0
        sentence = 1.5 if found.hit.start > 20 and len(found.place.segment.text.split()) > 7 else 0.0
        score = 2.5 + 1.5 * found.score + top - loose - sentence
        yield Candidate(number.text, number.text, score, f"label:{concept}", number)


def _in_upper_half(place: Place) -> bool:
    return place.page == 1 and place.box.y0 < 0.5 * place.layout.page_height


def number_in(place: Place) -> Place | None:
    """The first thing in ``place`` that can be a document's number: has a digit, is no date, time or sum of money."""
    text = place.text[:80]
    dates = list(find_dates(text))
    if _SPACED.fullmatch(text) and not dates:
        return place
    if text[:1].isdigit() and is_postal(text):
        return None
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        date = next((item for item in dates if item.start < end and start < item.end), None)
        if date is not None:
            if date.start <= start:
                continue
            end = date.start
        found = text[start:end].strip(" .:-,#/\u2013")
        if not any(char.isdigit() for char in found) or _TIME.match(found) or _MONEY.match(found):
            continue
        start = text.index(found, start)
        return Place(place.layout, place.segment, place.start + start, place.start + start + len(found))
    return None


def _behind_title(reading: Reading, kinds: Collection[str]) -> Iterator[Candidate]:
    """``Rechnung Nr. 471102 vom ...``, ``Invoice FA-2017-0008``."""
    for layout, segment in reading.segments_with("titles"):
        if layout.number > 2:
            return
        for hit in reading.section(segment, "titles"):
            if hit.concept in kinds and hit.start <= 40:
                candidate = _after_title(reading, layout, segment, hit)
                if candidate is not None:
                    yield candidate


def _after_title(reading: Reading, layout: PageLayout, segment: Segment, hit: Hit) -> Candidate | None:
    rest = trimmed(layout, segment, hit.end, len(segment.text)) or _next_cell(layout, segment)
    if rest is None:
        return None
    between = _BETWEEN.match(rest.text)
    skip = between.end() if between else 0
    place = Place(layout, rest.segment, rest.start + skip, rest.end)
    number = number_in(place) if place.text else None
    if number is None or number.start > place.start + 1:
        return None
    large = 0.8 if segment.height > 1.15 * layout.line_height else 0.0
    words = len(segment.text.split())
    named = 0.7 if between and between["named"] else 0.0
    inside = 1.0 if hit.start > 3 else 0.0
    score = 2.2 + large + named - inside - (1.5 if words > 9 else 0.0) - (1.0 if len(number.text) < 3 else 0.0)
    return Candidate(number.text, number.text, score, "title", number)


def _next_cell(layout: PageLayout, segment: Segment) -> Place | None:
    """The cell right of a title that stands alone in its own, when it holds nothing but a number."""
    right = next((other for other in layout.rows[segment.row].segments if other.box.x0 > segment.box.x1), None)
    if right is None or len(right.words) > 2 or not any(char.isdigit() for char in right.text):
        return None
    return trimmed(layout, right, 0, len(right.text))


def _near_title(reading: Reading, kinds: Collection[str]) -> Iterator[Candidate]:
    """A plain ``Number: 5`` or a bare number right below the title."""
    titles = [
        (layout, segment)
        for layout, segment in reading.segments_with("titles")
        if layout.number <= 2
        and any(
            hit.concept in kinds and hit.end - hit.start > 0.6 * len(segment.text)
            for hit in reading.section(segment, "titles")
        )
    ]
    for layout, title in titles[:6]:
        for below in layout.below(title.box, title.row, rows=3, reach=4.0):
            between = _BETWEEN.match(below.text)
            plain = between is not None and between["named"] is not None
            place = trimmed(layout, below, between.end() if between and plain else 0, len(below.text))
            number = number_in(place) if place else None
            if number is None or place is None or number.start > place.start + 2:
                continue
            if not plain and (len(number.text) < len(below.text) - 2 or not 4 <= len(number.text) <= 24):
                continue
            yield Candidate(number.text, number.text, 2.4 if plain else 1.5, "below_title", number)
    for found in labelled(reading, ("number",)):
        number = number_in(found.place)
        if number is not None and number.start <= found.place.start + 2:
            yield Candidate(number.text, number.text, 0.4 + found.score, "label:number", number)


def _repeated(reading: Reading, found: list[Candidate]) -> Iterator[Candidate]:
    if not found:
        return
    text = "\n".join(segment.text for _, segment in reading.segments())
    for candidate in found:
        again = text.count(candidate.value) - 1 if len(candidate.value) >= 4 else 0
        yield candidate.plus(min(0.5, 0.25 * again))
