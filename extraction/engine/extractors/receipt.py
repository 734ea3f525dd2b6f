"""Reads receipts: who was paid, when, and how much."""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.classify import Classification
from extraction.engine.extractors.invoice import sums_fields
from extraction.engine.fields.currency import read_currency
from extraction.engine.fields.dates import read_dates
from extraction.engine.fields.identifiers import read_vat_ids
from extraction.engine.fields.merchant import read_merchant
from extraction.engine.fields.numbers import read_invoice_number
from extraction.engine.fields.results import field
from extraction.engine.fields.totals import read_sums
from extraction.engine.reading import Reading
from extraction.engine.values import Extraction, Field, Options, ParsedDocument


def extract(document: ParsedDocument, kind: Classification, options: Options) -> Extraction:
    reading = Reading(document, today=options.today)
    return Extraction(
        document_type=kind.document_type,
        document_type_confidence=kind.confidence,
        fields=(*_head(reading), *_dated(reading), *sums_fields(read_sums(reading))),
        steps=("layout", "merchant", "numbers", "dates", "sums"),
    )


def _head(reading: Reading) -> Iterator[Field]:
    merchant = read_merchant(reading)
    if merchant is not None:
        yield field("vendor_name", merchant.name, merchant.lead)
        if merchant.address is not None:
            yield field("vendor_address", merchant.address, merchant.lead)
    vat_ids = read_vat_ids(reading, lambda place: "vendor")
    if "vendor" in vat_ids:
        yield field("vendor_vat_id", *vat_ids["vendor"])
    number = read_invoice_number(reading)
    if number:
        yield field("invoice_number", *number)


def _dated(reading: Reading) -> Iterator[Field]:
    currency = read_currency(reading)
    if currency:
        yield field("currency", *currency)
    dates = read_dates(reading, currency[0].value if currency else None)
    if "invoice_date" in dates:
        yield field("invoice_date", *dates["invoice_date"])
