"""Which countries a document shows: by its addresses, its tax and bank numbers, its phone numbers."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from babel import Locale, UnknownLocaleError

from extraction.engine.dates import Order
from extraction.engine.fields import addresses
from extraction.engine.reading import Reading

SEARCHED = 120
"""Characters of a cell that are looked through."""

_NUMBER = re.compile(
    r"(?<![A-Z0-9])(?:(?P<iban>[A-Z]{2})\d{2}(?:\s?[A-Z0-9]{4}){3,7}|"
    r"(?P<vat>AT|BE|DE|DK|ES|FI|FR|GB|IE|IT|NL|PL|PT|SE|CZ)\s?(?=[A-Z0-9.\s]{8,14})[A-Z]?\d{2}[\dB.\s]{6,12})(?![A-Z0-9])"
)
_FORMS = (
    (
        re.compile(
            r"(?<![\w.])(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY])\.?,?\s{1,2}\d{5}(?:-\d{4})?(?!\d)"
        ),
        "US",
    ),
    (re.compile(r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}(?!\w)"), "GB"),
    (re.compile(r"(?<!\w)[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d(?!\w)"), "CA"),
    (re.compile(r"(?<!\w)\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z\d]{2}(?!\w)"), "IN"),  # GSTIN
    (re.compile(r"CHE[\s-]?\d{3}\.?\d{3}\.?\d{3}"), "CH"),
    (re.compile(r"(?<!\w)ABN[\s:.]{1,3}\d{2}\s?\d{3}\s?\d{3}\s?\d{3}(?!\d)"), "AU"),
    (re.compile(r"(?<!\w)(?:NSW|VIC|QLD|TAS|ACT)\s{1,2}\d{4}(?!\d)"), "AU"),
    (re.compile(r"(?<!\w)CUIT\D{1,8}\d{2}-?\d{8}-?\d(?!\d)"), "AR"),
    (re.compile(r"(?<!\w)RFC\W{1,3}[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}(?!\w)"), "MX"),
    (re.compile(r"(?<!\d)\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}(?!\d)"), "BR"),  # CNPJ
    (re.compile(r"(?<!\w)RUT\D{1,4}\d{1,2}\.?\d{3}\.?\d{3}-[\dkK](?!\w)"), "CL"),
    (re.compile(r"(?<!\w)RT\s?0001(?!\d)|\d{4}RT0001(?!\d)|(?<!\w)(?:HST|TVQ|QST)(?!\w)"), "CA"),
    (re.compile(r"[^\W\d_]{3,}(?:,?\s{1,2}(?:BC|QC|MB|SK|NS|NB)|,\s{1,2}AB)$"), "CA"),  # "Livs AB" is Swedish
    (re.compile(r"(?<!\w)\d{3}\s?\d{3}\s?\d{3}\s?MVA(?!\w)|^MVA(?!\w)"), "NO"),
    (re.compile(r"(?<!\w)GST\D{1,12}\d{2,3}-\d{3}-\d{3}(?![\d-])"), "NZ"),
    (re.compile(r"(?<!\w)(?:UEN|GST)[^\d]{1,16}(?:(?:19|20)\d{7}[A-Z]|M\d-?\d{7}-?[A-Z\d])(?!\w)"), "SG"),
    (re.compile(r"(?<!\w)TRN\W{1,3}1\d{14}(?!\d)"), "AE"),
    (re.compile(r"(?<!\w)VAT\D{1,12}4\d{9}(?!\d)"), "ZA"),
    (re.compile(r"(?<!\w)T\d{13}(?!\d)"), "JP"),  # number of qualified invoice issuers
    (re.compile(r"(?<!\w)(?i:biz|business)\D{1,24}\d{3}-\d{2}-\d{5}(?!\d)"), "KR"),
    (re.compile(r"(?<!\w)V\.\s?D\.|VERG[İI] DA[İI]RES[İI]"), "TR"),
)
_BEFORE_NAME = re.compile(r"[,\d|·]")
_CALLING = re.compile(r"(?<![\w+])(?:\+\s?(?P<code>\d{1,3})|00(?P<code2>\d{1,3})(?=[\s()./-]))(?=[\s()./-]{0,2}\d)")
_CODES = {
    "1": "US", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "36": "HU", "39": "IT",
    "40": "RO", "41": "CH", "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL", "49": "DE",
    "52": "MX", "54": "AR", "55": "BR", "60": "MY", "61": "AU", "63": "PH", "64": "NZ", "65": "SG", "81": "JP",
    "90": "TR", "91": "IN", "351": "PT", "352": "LU", "353": "IE", "358": "FI", "420": "CZ", "421": "SK", "971": "AE",
}  # fmt: skip
"""Codes of countries in phone numbers (ITU-T E.164); those of one to three digits begin no other."""


def territory_of(text: str) -> str | None:
    """The country (ISO 3166 code) that a line shows: by a number, a postal code, or its name at the end."""
    match = _NUMBER.search(text)
    if match:
        return match["iban"] or match["vat"]
    for form, territory in _FORMS:
        if form.search(text):
            return territory
    part = _BEFORE_NAME.split(text)[-1].strip(" .")
    return addresses.territory(part) if 3 < len(part) <= 30 else None


def called(text: str) -> str | None:
    """The country of an international phone number in ``text``."""
    match = _CALLING.search(text)
    code = (match["code"] or match["code2"]) if match else ""
    return next((_CODES[code[:length]] for length in (3, 2, 1) if code[:length] in _CODES), None)


def territories(reading: Reading) -> Counter[str]:
    """How many lines show each country."""
    found: Counter[str] = Counter()
    for _, segment in reading.segments():
        text = segment.text[:SEARCHED]
        found.update(filter(None, (territory_of(text), called(text))))
    return found


@cache
def usual_order(territory: str) -> Order | None:
    """Whether people there write the day or the month first (CLDR's short dates); ``None`` for the year."""
    try:
        pattern = str(Locale.parse(f"und_{territory}").date_formats["short"].pattern)
    except (UnknownLocaleError, ValueError):
        return None
    day, month, year = (pattern.find(letter) for letter in "dMy")
    if year < min(day, month):
        return None
    return "dmy" if day < month else "mdy"
