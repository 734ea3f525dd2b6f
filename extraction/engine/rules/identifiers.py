"""Do account numbers, VAT ids and currency codes have the right form and check digits?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from babel.numbers import list_currencies
from stdnum import bic, iban, vatin
from stdnum.de import stnr
from stdnum.es import nif
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.fr import siren, siret
from stdnum.it import codicefiscale
from stdnum.it import iva as partita_iva
from stdnum.pl import nip

from extraction.engine.rules.countries import country_of
from extraction.engine.rules.required import MONEY
from extraction.engine.rules.rule import Doubt, doubt, label, rule, text
from extraction.engine.values import Extraction, Options

VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9 .+*-]{6,20}", re.IGNORECASE)
"""A country and its number; anything else (a national tax number) has no check that is known here."""


@rule("iban_invalid", "warning", MONEY, "The IBAN {value} has wrong check digits or a wrong form.")
def iban_invalid(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    value = text(extraction, "iban")
    if value and not iban.is_valid(value):
        yield doubt("iban", value=value)


@rule("bic_invalid", "warning", MONEY, "The BIC {value} does not have the form of one.")
def bic_invalid(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    value = text(extraction, "bic")
    if value and not bic.is_valid(value):
        yield doubt("bic", value=value)


@rule("vat_id_invalid", "warning", MONEY, "The {label} {value} is not a valid number of its country.")
def vat_id_invalid(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    for name in ("vendor_vat_id", "customer_vat_id"):
        value = text(extraction, name)
        if value and VAT_ID.fullmatch(value) and _has_wrong_digits(value):
            yield doubt(name, label=label(name), value=value)


TAX_NUMBERS = {
    "DE": (stnr,),
    "ES": (nif,),
    "FR": (siren, siret),
    "IT": (codicefiscale, partita_iva),
    "PL": (nip,),
}
"""The forms that a national tax number can have, by country."""


@rule("tax_number_invalid", "warning", MONEY, "The tax number {value} is not a valid one of {country}.")
def tax_number_invalid(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    value, country = text(extraction, "vendor_tax_number"), country_of(extraction)
    forms = TAX_NUMBERS.get(country.code, ()) if country else ()
    if value and country and forms and not any(form.is_valid(value) for form in forms):
        yield doubt("vendor_tax_number", value=value, country=country.name)


@rule("currency_unknown", "warning", MONEY, "The currency {value} is not an ISO 4217 code.")
def currency_unknown(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    value = text(extraction, "currency")
    if value and value not in _currencies():
        yield doubt("currency", value=value)


def _has_wrong_digits(vat_id: str) -> bool:
    try:
        vatin.validate(vat_id)
    except InvalidComponent:  # a country whose numbers are not known here
        return False
    except ValidationError:
        return True
    return False


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


RULES = (iban_invalid, bic_invalid, vat_id_invalid, tax_number_invalid, currency_unknown)
