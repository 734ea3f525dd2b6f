"""Does an invoice state what the law of the vendor's country demands? Without it the buyer may not deduct the tax."""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.rules.countries import Country, country_of
from extraction.engine.rules.required import ABSENT
from extraction.engine.rules.rule import Doubt, amount, doubt, rule, text
from extraction.engine.values import Extraction, Options

ALWAYS = {
    "vendor_name": "the vendor's name",
    "vendor_address": "the vendor's address",
    "invoice_date": "the date",
}
ABOVE_THE_LIMIT = {
    "invoice_number": "a number",
    "customer_name": "the customer's name",
    "customer_address": "the customer's address",
}
"""What may be missing on a simplified invoice."""


@rule(
    "legal_content_missing",
    "warning",
    ["invoice", "credit_note"],
    "An invoice from {country} must state {missing} ({law}).",
)
def legal_content_missing(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    country = country_of(extraction)
    if country is None or country.law is None:
        return
    missing = list(_missing(extraction, country))
    if missing:
        yield doubt(None, country=country.name, missing=", ".join(missing), law=country.law)


def _missing(extraction: Extraction, country: Country) -> Iterator[str]:
    wanted = ALWAYS if _is_simplified(extraction, country) else ALWAYS | ABOVE_THE_LIMIT
    yield from (name for field, name in wanted.items() if extraction.value(field) in ABSENT)
    if not text(extraction, "vendor_vat_id") and not text(extraction, "vendor_tax_number"):
        yield "the vendor's VAT id or tax number"
    if amount(extraction, "tax_amount") is None and not extraction.tax_lines:
        yield "the tax"


def _is_simplified(extraction: Extraction, country: Country) -> bool:
    total = amount(extraction, "total_amount")
    return total is not None and total <= country.simplified and text(extraction, "currency") == country.currency


RULES = (legal_content_missing,)
