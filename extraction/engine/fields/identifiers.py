"""IBAN, BIC and VAT ids: found by form, believed by check digit or label, given to seller or buyer by place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stdnum import iban as iban_number
from stdnum.exceptions import ValidationError

from extraction.engine.candidates import Candidate, Labelled, labelled
from extraction.engine.fields.ownership import Side
from extraction.engine.ranking import choose
from extraction.engine.reading import Place, Reading

SideOf = Callable[[Place], Side | None]

_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\s?\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?(?![A-Za-z0-9])")
_BUYERS = re.compile(
    r"(?<!\w)(?:käufer|kunden|ihre|ihrem|your|votre|debtor|payer|buyer|uw|debitor)[\s-]{1,2}(?:konto|account|compte)?.{0,12}iban",
    re.IGNORECASE,
)
_BIC = re.compile(r"(?<![A-Z0-9])[A-Z]{4}(?P<country>[A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])")
_VAT_FORMS = {
    "AT": r"U\d{8}", "BE": r"[01]?\d{9}", "BG": r"\d{9,10}", "CHE": r"\d{9}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}",
    "DE": r"\d{9}", "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-Z0-9]{2}\d{9}", "GB": r"\d{9}(?:\d{3})?", "HR": r"\d{11}", "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}", "LT": r"\d{9}(?:\d{3})?", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"\d{9}B\d{2}",
    "NO": r"\d{9}(?:MVA)?", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}",
    "SK": r"\d{10}", "T": r"\d{13}", "TR": r"\d{10}",
}  # fmt: skip
_VAT = re.compile(r"(?<![A-Z0-9])(?:" + "|".join(f"{c}{form}" for c, form in _VAT_FORMS.items()) + r")(?![A-Z0-9])")
_PREFIXED = re.compile(r"(?<![A-Za-z0-9])(?:CHE|[A-Z]{2})[\s.-]?[A-Z0-9](?:[\s.-]?[A-Z0-9]){6,13}(?![A-Za-z0-9])")
_TAX_NUMBER = re.compile(r"(?<!\w)(?=[\w .-]{0,4}\d)[A-Z0-9](?:[ .\-/]?[A-Z0-9]){4,19}(?!\w)")

_PRINTED = re.compile(
    r"(?<![A-Z0-9])(?:CHE[-\s]?\d{3}\.\d{3}\.\d{3}(?:\s(?:MWST|TVA|IVA))?|(?:NO\s?)?\d{3}\s?\d{3}\s?\d{3}\s?MVA)(?![A-Z0-9])"
)
"""VAT ids of Switzerland and Norway as they are printed, which need no label."""

_WORD = re.compile(r"\s(?!(?:MWST|TVA|IVA|MVA)\b)[^\W\d_]{3,}")
"""What follows a number and is none of it: ``IT00743110157 Tel. 035 ...``."""

_NATIONAL = re.compile(r"(?<!\w)(?=[A-Z0-9 ./-]{0,8}\d)[A-Z0-9](?:[ .\-/]{0,3}[A-Z0-9]){4,19}(?!\w)")


def read_iban(reading: Reading) -> tuple[Candidate, float] | None:
    """The seller's account. A buyer's (for a direct debit) is left out."""
    return choose("iban", reading, _ibans(reading))


def _ibans(reading: Reading) -> Iterator[Candidate]:
    for layout, segment in reading.mixed:
        for match in _IBAN.finditer(segment.text[:400].upper()):
            found = _iban_in(match.group())
            if found is None:
                continue
            text, valid = found
            start = match.start()
            end = start + _covering(match.group(), text)
            row = layout.rows[segment.row].text
            labels_before = {
                hit.concept for other in layout.rows[segment.row].segments for hit in reading.section(other, "fields")
            }
            named = "iban" in labels_before or "iban" in row.lower()
            if _is_buyers(row) or not (valid or named):
                continue
            place = Place(layout, segment, start, end)
            yield Candidate(text, place.text, 2.0 + 2.0 * valid + 1.5 * named, "form:iban", place)


def _is_buyers(row: str) -> bool:
    """A direct debit: the account that pays."""
    return bool(_BUYERS.search(row))


def _iban_in(text: str) -> tuple[str, bool] | None:
    """The longest valid IBAN that ``text`` begins with; else the whole, if it could be one."""
    packed = "".join(text.split())
    for length in range(min(34, len(packed)), 14, -1):
        try:
            return iban_number.validate(packed[:length], check_country=False), True
        except ValidationError:
            continue
    return (packed, False) if 15 <= len(packed) <= 34 else None


def _covering(text: str, packed: str) -> int:
    """How many characters of ``text`` hold ``packed``, spaces included."""
    count = 0
    for index, char in enumerate(text):
        count += not char.isspace()
        if count == len(packed):
            return index + 1
    return len(text)


def read_bic(reading: Reading) -> tuple[Candidate, float] | None:
    return choose("bic", reading, _bics(reading))


def _bics(reading: Reading) -> Iterator[Candidate]:
    for found in labelled(reading, ("bic",)):
        match = _BIC.search(found.place.text.upper())
        if match:
            place = _part(found.place, match.start(), match.end())
            yield Candidate(match.group(), place.text, 2.0 + found.score, "label:bic", place)


def _part(place: Place, start: int, end: int) -> Place:
    return Place(place.layout, place.segment, place.start + start, place.start + end)


def read_vat_ids(reading: Reading, side_of: SideOf, issuer: Side = "vendor") -> dict[Side, tuple[Candidate, float]]:
    """VAT (or sales tax) registration numbers of seller and buyer; where nothing says whose, it is the issuer's."""
    by_side: dict[Side, list[Candidate]] = {"vendor": [], "customer": []}
    for candidate, side in _vat_candidates(reading, side_of, issuer):
        by_side[side].append(candidate)
    theirs = {item.value for item in by_side["customer"] if item.rule == "label:customer_vat_id"}
    own = (item for item in by_side["vendor"] if item.rule.startswith("label:") or item.value not in theirs)
    vendor = choose("vendor_vat_id", reading, own)
    taken = vendor[0].value if vendor else None
    others = [candidate for candidate in by_side["customer"] if candidate.value != taken]
    customer = choose("customer_vat_id", reading, others)
    found: dict[Side, tuple[Candidate, float]] = {}
    if vendor:
        found["vendor"] = vendor
    if customer:
        found["customer"] = customer
    return found


def _vat_candidates(reading: Reading, side_of: SideOf, issuer: Side) -> Iterator[tuple[Candidate, Side]]:
    for found in labelled(reading, ("vat_id", "customer_vat_id")):
        candidate = _labelled_vat(reading, found)
        if candidate is not None:
            explicit: Side | None = "customer" if found.hit.concept == "customer_vat_id" else None
            yield candidate, explicit or side_of(candidate.place) or issuer
    for layout, segment in reading.mixed:
        text = segment.text[:400]
        if "iban" in text.casefold():
            continue
        for match in (*_VAT.finditer(text), *_PRINTED.finditer(text)):
            place = Place(layout, segment, match.start(), match.end())
            yield Candidate(match.group(), place.text, 1.0, "form:vat_id", place), side_of(place) or issuer


def _is_numeric(text: str) -> bool:
    """Digits with some letters, and no words."""
    digits = sum(map(str.isdigit, text))
    return digits >= 5 and sum(map(str.isalpha, text)) <= digits + 3


def _is_sum_or_day(reading: Reading, place: Place) -> bool:
    """Behind "GST" an amount of it may stand, or a rate and the day from which it holds."""
    text = place.text
    sums = (amount.raw for amount in reading.amounts(place.segment) if amount.is_money)
    days = (item.raw for item in reading.dates(place.segment))
    return any(raw in text or text in raw for raw in (*sums, *days))


def _labelled_vat(reading: Reading, found: Labelled) -> Candidate | None:
    text = found.place.text[:60].upper()
    word = _WORD.search(text, 4)
    text = text[: word.start()] if word is not None else text
    match = _PREFIXED.match(text)
    if match:
        packed = re.sub(r"[\s.-]", "", match.group())
        known = _VAT.match(packed)
        if known:
            place = _part(found.place, 0, _covering_alnum(text, known.group()))
            return Candidate(known.group(), place.text, 3.0 + found.score, f"label:{found.hit.concept}", place)
    match = _TAX_NUMBER.search(text[:30])
    if match and match.start() <= 3 and _is_numeric(match.group()):
        place = _part(found.place, match.start(), match.end())
        if _is_sum_or_day(reading, place):
            return None
        value = "".join(place.text.split())
        if not any(char.isalpha() for char in value):
            value = re.sub(r"[./-]", "", value)
        return Candidate(value, place.text, 0.8 + found.score, f"label:{found.hit.concept}", place)
    return None


def read_tax_number(reading: Reading, side_of: SideOf) -> tuple[Candidate, float] | None:
    """The seller's national tax number, which is no VAT id: a German Steuernummer, an American EIN."""
    return choose("vendor_tax_number", reading, _tax_numbers(reading, side_of))


def _tax_numbers(reading: Reading, side_of: SideOf) -> Iterator[Candidate]:
    for found in labelled(reading, ("tax_number",)):
        match = _NATIONAL.search(found.place.text[:40])
        if match is None or match.start() > 12 or sum(map(str.isdigit, match.group())) < 5:
            continue
        place = _part(found.place, match.start(), match.end())
        if _VAT.fullmatch("".join(filter(str.isalnum, place.text))) or side_of(place) == "customer":
            continue
        value = " ".join(place.text.split())
        yield Candidate(value, place.text, 1.8 + found.score, "label:tax_number", place)


def _covering_alnum(text: str, packed: str) -> int:
    count = 0
    for index, char in enumerate(text):
        count += char.isalnum()
        if count == len(packed):
            return index + 1
    return len(text)
