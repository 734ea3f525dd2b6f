"""Is the tax what the law of the vendor's country and arithmetic make it?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extraction.engine.rules.countries import Country, country_of
from extraction.engine.rules.required import MONEY
from extraction.engine.rules.rule import Doubt, amount, doubt, rule, text
from extraction.engine.rules.totals import CENT, ROUNDING
from extraction.engine.values import Extraction, LineItem, Options


@rule(
    "tax_rate_unusual",
    "warning",
    MONEY,
    "The tax rate {rate} % is not one of {country}, whose rates are {rates} %.",
)
def tax_rate_unusual(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """A seller may also charge the tax of the buyer's country (Directive 2006/112/EC, distance selling)."""
    vendor = country_of(extraction)
    if vendor is None:
        return
    customer = country_of(extraction, "customer")
    usual = vendor.rates | (customer.rates if customer else frozenset())
    for rate in sorted(_rates(extraction) - usual):
        yield doubt("tax_amount", rate=rate.normalize(), country=vendor.name, rates=_listed(vendor))


def _rates(extraction: Extraction) -> frozenset[Decimal]:
    """The rates above zero that are printed in the table of taxes, or else in the lines."""
    return _rates_in(extraction.tax_lines) or _rates_in(extraction.line_items)


def _rates_in(lines: tuple[LineItem, ...]) -> frozenset[Decimal]:
    found = (line.value("tax_rate") for line in lines)
    return frozenset(rate for rate in found if isinstance(rate, Decimal) and rate)


def _listed(country: Country) -> str:
    return ", ".join(f"{rate.normalize():f}" for rate in sorted(country.rates, reverse=True))


@rule("tax_line_mismatch", "warning", MONEY, "{rate} % of {base} is not {tax}.")
def tax_line_mismatch(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """Tax may be rounded line by line, so each line item may be half a cent off."""
    tolerance = CENT + CENT / 2 * max(1, len(extraction.line_items))
    for line in extraction.tax_lines:
        rate, base, tax = (line.value(name) for name in ("tax_rate", "tax_base", "tax_amount"))
        if not (isinstance(rate, Decimal) and isinstance(base, Decimal) and isinstance(tax, Decimal)):
            continue
        if abs(abs(base) * rate / 100 - abs(tax)) > tolerance:
            yield doubt("tax_amount", rate=rate.normalize(), base=base, tax=tax)


@rule("tax_lines_mismatch", "warning", MONEY, "The taxes by rate sum to {sum}, the document states {stated}.")
def tax_lines_mismatch(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    stated = amount(extraction, "tax_amount")
    taxes = [line.value("tax_amount") for line in extraction.tax_lines]
    known = [tax for tax in taxes if isinstance(tax, Decimal)]
    if stated is None or not known or len(known) < len(taxes):
        return
    if abs(sum(known) - stated) > ROUNDING:
        yield doubt("tax_amount", sum=sum(known), stated=stated)


@rule("currency_unusual", "info", MONEY, "The currency {currency} is not that of {country}, {usual}.")
def currency_unusual(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    country, currency = country_of(extraction), text(extraction, "currency")
    if country and currency and currency not in (country.currency, country.earlier_currency):
        yield doubt("currency", currency=currency, country=country.name, usual=country.currency)


RULES = (tax_rate_unusual, tax_line_mismatch, tax_lines_mismatch, currency_unusual)
