"""Reads invoices, credit notes and purchase orders from words with boxes."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from extraction.engine.candidates import Candidate
from extraction.engine.classify import Classification
from extraction.engine.fields.contact import read_contacts
from extraction.engine.fields.currency import read_currency
from extraction.engine.fields.dated import Dates
from extraction.engine.fields.dates import read_dates
from extraction.engine.fields.due_dates import COUNTED
from extraction.engine.fields.identifiers import read_bic, read_iban, read_tax_number, read_vat_ids
from extraction.engine.fields.line_items import read_items
from extraction.engine.fields.loose_items import read_loose_items
from extraction.engine.fields.money import adds_up, rows_of, sums_with
from extraction.engine.fields.numbers import (
    read_customer_number,
    read_invoice_number,
    read_order_number,
    read_purchase_order,
)
from extraction.engine.fields.ownership import Owners, Side
from extraction.engine.fields.parties import Parties, Party, read_parties
from extraction.engine.fields.payment import read_payment_method, read_payment_reference, read_payment_terms
from extraction.engine.fields.period import read_period
from extraction.engine.fields.results import field, line_item, named_fields
from extraction.engine.fields.sum_fields import sums_fields, tax_line_items
from extraction.engine.fields.sums import facts_of
from extraction.engine.fields.table_cells import Item
from extraction.engine.fields.times import read_time
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Extraction, Field, Options

TOTALS = ("gross", "total", "subtotal", "due")


def extract(reading: Reading, kind: Classification, options: Options) -> Extraction:
    items = read_items(reading) or _loose_items(reading)
    sums = sums_with(reading, items)
    proved = adds_up(items, sums)
    lines = tuple(line_item(item, proved=proved) for item in items)
    fields = (*_who(reading, kind, rows_of(items)), *_what(reading, kind), *sums_fields(sums))
    return Extraction(
        document_type=kind.document_type,
        document_type_confidence=kind.confidence,
        fields=fields,
        line_items=lines,
        tax_lines=tax_line_items(reading, sums),
        steps=("layout", "parties", "numbers", "dates", "line_items", "sums"),
    )


def _loose_items(reading: Reading) -> list[Item]:
    """Rows that add up to a sum printed elsewhere."""
    totals = [fact for fact in facts_of(reading) if fact.role in TOTALS]
    items = read_loose_items(reading, {fact.value for fact in totals})
    rows = rows_of(items)
    elsewhere = any((fact.place.page, fact.place.segment.row) not in rows for fact in totals)
    return items if elsewhere else []


def _who(reading: Reading, kind: Classification, item_rows: frozenset[tuple[int, int]]) -> Iterator[Field]:
    writer: Side = "customer" if kind.document_type == "purchase_order" else "vendor"
    parties = Parties(reading, item_rows, writer=writer)
    vendor, customer = read_parties(reading, parties)
    yield from _party("vendor", vendor)
    yield from _party("customer", customer)
    names: list[tuple[Side, Place]] = []
    if vendor is not None:
        names.append(("vendor", vendor[0].name.place))
    if customer is not None:
        names.append(("customer", customer[0].name.place))
    owners = Owners(parties, names, issuer=writer)
    for side, (candidate, lead) in read_vat_ids(reading, owners.side_of, owners.issuer).items():
        yield field(f"{side}_vat_id", candidate, lead)
    yield from named_fields(
        vendor_tax_number=read_tax_number(reading, owners.side_of), iban=read_iban(reading), bic=read_bic(reading)
    )
    for name, chosen in read_contacts(reading, owners):
        yield field(name, *chosen)


def _party(role: Side, found: tuple[Party, float] | None) -> Iterator[Field]:
    if found is None:
        return
    party, lead = found
    yield field(f"{role}_name", party.name, lead)
    if party.address is not None:
        yield field(f"{role}_address", party.address, lead)


def _what(reading: Reading, kind: Classification) -> Iterator[Field]:
    if kind.document_type == "purchase_order":
        number, order = None, read_order_number(reading)
    else:
        number, order = read_invoice_number(reading), read_purchase_order(reading)
    if order and number and order[0].value == number[0].value:
        order = None
    currency = read_currency(reading)
    yield from named_fields(
        invoice_number=number,
        purchase_order=order,
        customer_number=read_customer_number(reading),
        currency=currency,
        payment_reference=read_payment_reference(reading),
    )
    dates = Dates(reading, currency[0].value if currency else None)
    yield from dated_fields(dates)
    yield from named_fields(
        payment_terms=read_payment_terms(reading, dates.terms), payment_method=read_payment_method(reading)
    )


def dated_fields(dates: Dates) -> Iterator[Field]:
    """Dates of issue and payment, the period of service and the time of day."""
    found = read_dates(dates)
    yield from (_dated(name, chosen) for name, chosen in found.items())
    yield from named_fields(**read_period(dates))
    issued = found.get("invoice_date")
    yield from named_fields(receipt_time=read_time(dates, issued[0].value if issued else None))


def _dated(name: str, chosen: tuple[Candidate, float]) -> Field:
    """A date that was counted from the terms is marked so; its place is that of the terms."""
    read = field(name, *chosen)
    if chosen[0].rule != COUNTED:
        return read
    return msgspec.structs.replace(read, evidence=msgspec.structs.replace(read.evidence, source="derived"))
