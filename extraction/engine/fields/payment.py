"""How and on what terms to pay: terms, method, and the reference that the payer is asked to quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stdnum import iso11649
from stdnum.ch import esr
from stdnum.exceptions import ValidationError

from extraction.engine.candidates import Candidate, Labelled, labelled
from extraction.engine.fields.numbers import number_in
from extraction.engine.fields.terms import Term
from extraction.engine.labels import Hit
from extraction.engine.languages import alternatives
from extraction.engine.layout import Segment
from extraction.engine.ranking import choose
from extraction.engine.reading import Place, Reading

METHODS = ("cash", "card", "bank_transfer", "direct_debit", "cheque", "wallet")

LONGEST = 120
"""Characters of terms that are taken as a whole."""

SENTENCE = 80
"""Characters of a sentence that is taken as a whole; of a longer one only the words around the days."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_])")
# The structured communications of Belgium (+++012/3456/78901+++) and Denmark (+71<000000012345678+12345678<).
_BELGIAN = re.compile(r"(?:\+{3}|\*{3})\s?\d{3}/\d{4}/\d{5}\s?(?:\+{3}|\*{3})")
_DANISH = re.compile(r"\+\s?(?:71|73|75)\s?<\s?\d{0,20}\s?\+\s?\d{8}\s?<?")
_SWISS = re.compile(r"(?<![\d.,])\d{2}(?: ?\d{5}){5}(?![\d.,])")  # the reference of a Swiss QR bill, 27 digits
_CREDITOR = re.compile(r"(?<![A-Z0-9])RF\d{2}(?:\s?[A-Z0-9]{1,4}){1,6}(?![A-Za-z0-9])")
_GROUPS = re.compile(r"(?<![\w.,])\d{2,6}(?:[ ]\d{2,6}){1,7}(?!\w|[.,]\d)")
_QUOTED = re.compile(rf"(?<!\w){alternatives('terms', 'quote')}(?!\w)", re.IGNORECASE)


def read_payment_terms(reading: Reading, terms: Sequence[Term]) -> tuple[Candidate, float] | None:
    """As printed: what stands behind the label, else the sentence that names the days."""
    return choose("payment_terms", reading, [*_labelled_terms(reading, terms), *_sentences(terms)])


def _labelled_terms(reading: Reading, terms: Sequence[Term]) -> Iterator[Candidate]:
    counted = {id(term.place.segment) for term in terms}
    for found in labelled(reading, ("terms",)):
        place = _first_sentence(found.place)
        text = place.text
        if found.hit.start > 2 and ":" not in found.place.segment.text[found.hit.end : found.hit.end + 3]:
            continue  # a word of a sentence
        if any(hit.concept == "terms" and hit.start == place.start for hit in reading.section(place.segment, "fields")):
            continue  # the label again in another language
        if not 2 <= len(text) <= LONGEST or not any(map(str.isalnum, text)) or _is_only_date(reading, place):
            continue
        if found.relation == "below" and not (found.aligned or _is_centred(found)):
            continue
        score = 0.4 if _is_only_method(reading, place) else 1.6
        days = 0.8 if id(place.segment) in counted else 0.0
        yield Candidate(text, text, score + found.score + days, "label:terms", place)


def _is_centred(found: Labelled) -> bool:
    """Right below the middle of its label, as in a form."""
    label, value = found.place.layout.rows, found.place.box
    heads = (segment for row in label[: found.place.segment.row][-1:] for segment in row.segments)
    middle = value.x0 + value.x1
    return any(abs(head.box.x0 + head.box.x1 - middle) <= 0.5 * found.place.layout.line_height for head in heads)


def _first_sentence(place: Place) -> Place:
    _, end = _sentence_around(place.text, 0)
    text = place.text[:end].rstrip(" -–")
    if end < len(place.text):
        text = text.rstrip(".")
    return Place(place.layout, place.segment, place.start, place.start + len(text))


def _is_only_date(reading: Reading, place: Place) -> bool:
    inside = (item for item in reading.dates(place.segment) if place.start <= item.start < place.end)
    covered = sum(item.end - item.start for item in inside)
    return covered >= 0.8 * max(1, place.end - place.start)


def _is_only_method(reading: Reading, place: Place) -> bool:
    hits = [hit for hit in reading.section(place.segment, "methods") if place.start <= hit.start < place.end]
    return bool(hits) and not any(map(str.isdigit, place.text))


def _sentences(terms: Sequence[Term]) -> Iterator[Candidate]:
    """The sentence around the days; of a long one, the word before the days and what follows up to a comma."""
    for term in terms:
        place = term.place
        start, end = _sentence_around(place.segment.text, place.start)
        if end - start > SENTENCE:
            start = place.segment.text.rfind(" ", start, max(start, place.start - 1)) + 1 if place.start else 0
            end = place.end
        whole = Place(place.layout, place.segment, start, end)
        yield Candidate(whole.text, whole.text, 1.2 + 0.6 * term.explicit, "sentence:terms", whole)


def _sentence_around(text: str, at: int) -> tuple[int, int]:
    start = max((match.end() for match in _SENTENCES.finditer(text) if match.end() <= at), default=0)
    end = min((match.start() for match in _SENTENCES.finditer(text) if match.start() >= at), default=len(text))
    return start, end


def read_payment_method(reading: Reading, *, paid: bool = False) -> tuple[Candidate, float] | None:
    """One of ``METHODS``: behind its label, or in a sentence that names only one; ``paid``: on a receipt's line."""
    named = _paid_by(reading) if paid else (*_named_methods(reading), *_debited(reading))
    candidates = [*_labelled_methods(reading), *named]
    return choose("payment_method", reading, candidates)


def _labelled_methods(reading: Reading) -> Iterator[Candidate]:
    for found in labelled(reading, ("payment_method", "terms")):
        hits = _methods(reading, found.place.segment, found.place.start, found.place.end)
        if hits and (found.hit.concept == "payment_method" or len({hit.concept for hit in hits}) == 1):
            hit = hits[0]
            place = Place(found.place.layout, found.place.segment, hit.start, hit.end)
            score = 2.0 if found.hit.concept == "payment_method" else 0.8
            yield Candidate(hit.concept, place.text, score + found.score, f"label:{found.hit.concept}", place)


def _methods(reading: Reading, segment: Segment, start: int = 0, end: int | None = None) -> list[Hit]:
    return [
        hit for hit in reading.section(segment, "methods") if start <= hit.start and (end is None or hit.end <= end)
    ]


def _named_methods(reading: Reading) -> Iterator[Candidate]:
    """``Paid with Visa ending in 4242``, ``Pago por transferencia``: a cell that names one method and its use."""
    for layout, segment in reading.segments_with("methods"):
        hits = _methods(reading, segment)
        if len({hit.concept for hit in hits}) != 1 or hits[0].concept == "cheque":
            continue
        before = segment.text[: hits[0].start]
        if _USED.search(before[-30:]) and not _OFFERED.search(segment.text[:LONGEST]):
            place = Place(layout, segment, hits[0].start, hits[0].end)
            yield Candidate(hits[0].concept, place.text, 1.6, "sentence:method", place)


def _debited(reading: Reading) -> Iterator[Candidate]:
    """``The amount will be debited from your account on 5 May``: a sentence with the day or the account."""
    for layout, segment in reading.segments():
        if not SENTENCE_WORDS <= len(segment.words) <= LONGEST:
            continue
        accounts = (hit for hit in reading.section(segment, "fields") if hit.concept in ("bank", "iban"))
        if not reading.dates(segment) and next(accounts, None) is None:
            continue
        match = _DEBIT.search(segment.text)
        if match is not None and not any(hit.concept == "card" for hit in _methods(reading, segment)):
            place = Place(layout, segment, match.start(), match.end())
            yield Candidate("direct_debit", place.text, 1.4, "sentence:debit", place)


SENTENCE_WORDS = 5
_DEBIT = re.compile(alternatives("terms", "debit"), re.IGNORECASE)
_USED = re.compile(
    r"(?<!\w)(?:paid|payment|charged|pay|bezahlt|zahlung|zahlbar|beglichen|per|payé|réglé|règlement|paiement|pagato|"
    r"pagamento|pago|pagado|betaald|voldaan|betaling|zapłacono|płatność|zaplaceno|platba|uhrazeno|betalat|betalning|betalt|"
    r"ödendi|ödeme)(?!\w)\W{0,3}(?:\w{1,12}\W{1,2}){0,2}$",
    re.IGNORECASE,
)
_OFFERED = re.compile(
    r"(?<!\w)(?:accept|akzeptier|acceptons|accettiamo|aceptamos|aceitamos|accepteren|or|oder|ou|o|of|lub|nebo|eller|veya)(?!\w)",
    re.IGNORECASE,
)


def _paid_by(reading: Reading) -> Iterator[Candidate]:
    """A line of a receipt that names a method, beside a sum or alone; change that is given back proves cash."""
    changed = any(
        hit.concept == "change"
        for _, segment in reading.segments_with("amounts")
        for hit in reading.section(segment, "amounts")
    )
    for layout, segment in reading.segments_with("methods"):
        hits = _methods(reading, segment)
        if not hits or hits[0].start > 12:
            continue
        row = layout.rows[segment.row]
        money = any(amount.is_money for other in row.segments for amount in reading.amounts(other))
        if not money and len(segment.text) > 40:
            continue
        low = segment.box.y0 / max(1.0, layout.page_height)
        score = 0.6 + 1.2 * money + 0.4 * low + (0.6 if changed and hits[0].concept == "cash" else 0.0)
        place = Place(layout, segment, hits[0].start, hits[0].end)
        yield Candidate(hits[0].concept, place.text, score, "line:method", place)


def read_payment_reference(reading: Reading) -> tuple[Candidate, float] | None:
    """By its label, or by the form that only references have."""
    found = [*_formed(reading), *_labelled_references(reading), *_quoted(reading), *_beside_account(reading)]
    return choose("payment_reference", reading, found)


def _formed(reading: Reading) -> Iterator[Candidate]:
    for layout, segment in reading.segments():
        text = segment.text[:300]
        marked = any(mark in text for mark in ("+", "*", "RF"))
        for pattern in (_BELGIAN, _DANISH, _CREDITOR) if marked else (_SWISS,) if text[:2].isdecimal() else ():
            match = pattern.search(text)
            if match and _has_good_digits(pattern, match.group()):
                yield _reference(Place(layout, segment, match.start(), match.end()), 3.2, "form:reference")


def _has_good_digits(pattern: re.Pattern[str], text: str) -> bool:
    """The check digits of ISO 11649, or those of Swiss payment slips, fit where the form has them."""
    try:
        if pattern is _CREDITOR:
            iso11649.validate(text)
        elif pattern is _SWISS:
            esr.validate(text)
    except ValidationError:
        return False
    return True


def _labelled_references(reading: Reading) -> Iterator[Candidate]:
    for found in labelled(reading, ("payment_reference",)):
        place = _reference_in(found.place)
        if place is None or place.start - found.place.start > 16:
            continue
        if any(item.raw == place.text for item in reading.dates(place.segment)):
            continue
        yield _reference(place, 1.8 + found.score, "label:payment_reference")


def _quoted(reading: Reading) -> Iterator[Candidate]:
    """``Please transfer the amount to the account below, quoting RF22 3729 3599.``"""
    for layout, segment in reading.mixed:
        text = segment.text[:200]
        match = _QUOTED.search(text) if len(segment.words) >= 4 and any(map(str.isdigit, text)) else None
        if match is None or reading.dates(segment):
            continue
        after = _reference_in(Place(layout, segment, match.end(), len(text)))
        before = _reference_in(Place(layout, segment, max(0, match.start() - 40), match.start()))
        place = after if after is not None and after.start - match.end() <= 30 else before
        if place is not None and not any(
            a.start < place.end and place.start < a.end and a.is_money for a in reading.amounts(segment)
        ):
            yield _reference(place, 1.4, "sentence:quote")


def _beside_account(reading: Reading) -> Iterator[Candidate]:
    """A plain ``Reference: ...`` counts where the account to pay to stands beside it."""
    for found in labelled(reading, ("other_number",)):
        label = found.place.segment.text[found.hit.start : found.hit.end] if found.relation == "same" else ""
        if not label.casefold().startswith(("ref", "réf", "viite")):
            continue
        rows = found.place.layout.rows[max(0, found.place.segment.row - 3) : found.place.segment.row + 4]
        concepts = {hit.concept for row in rows for cell in row.segments for hit in reading.section(cell, "fields")}
        place = _reference_in(found.place) if concepts & {"iban", "bic", "bank"} else None
        if place is not None and place.start - found.place.start <= 3:
            yield _reference(place, 0.8 + found.score, "label:reference_beside_account")


def _reference_in(place: Place) -> Place | None:
    """Digits in groups, else the first thing that can be a number of a document."""
    text = place.text[:80]
    for pattern in (_BELGIAN, _DANISH, _CREDITOR, _GROUPS):
        match = pattern.search(text)
        if match and match.start() <= 30:
            return Place(place.layout, place.segment, place.start + match.start(), place.start + match.end())
    return number_in(place)


def _reference(place: Place, score: float, rule: str) -> Candidate:
    value = " ".join(place.text.split())
    return Candidate(value, place.text, score, rule, place)
