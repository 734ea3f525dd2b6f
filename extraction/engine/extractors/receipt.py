"""Reads receipts: who was paid, when, and how much."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from extraction.engine.classify import Classification
from extraction.engine.fields.contact import read_contacts
from extraction.engine.fields.currency import read_currency
from extraction.engine.fields.dated import Dates
from extraction.engine.fields.dates import read_dates
from extraction.engine.fields.identifiers import read_tax_number, read_vat_ids
from extraction.engine.fields.line_items import read_items
from extraction.engine.fields.loose_items import read_loose_items
from extraction.engine.fields.merchant import read_merchant
from extraction.engine.fields.money import adds_up, amounts_of, printed_sums, sums_with
from extraction.engine.fields.numbers import read_invoice_number
from extraction.engine.fields.ownership import Owners
from extraction.engine.fields.payment import read_payment_method
from extraction.engine.fields.results import field, line_item, named_fields
from extraction.engine.fields.sum_fields import sums_fields, tax_line_items
from extraction.engine.fields.sums import CENT
from extraction.engine.fields.table_cells import Item
from extraction.engine.fields.times import read_time
from extraction.engine.fields.totals import Sums, read_sums
from extraction.engine.reading import Reading
from extraction.engine.values import Extraction, Field, Options

SUMS_OF_LINES = frozenset({"subtotal", "total", "gross", "due"})


def extract(reading: Reading, kind: Classification, options: Options) -> Extraction:
    sums, items = _sums_and_items(reading)
    return Extraction(
        document_type=kind.document_type,
        document_type_confidence=kind.confidence,
        fields=(*_head(reading), *_dated(reading), *sums_fields(sums, at_once=True)),
        line_items=tuple(line_item(item, proved=True) for item in items),
        tax_lines=tax_line_items(reading, sums),
        steps=("layout", "merchant", "numbers", "dates", "line_items", "sums"),
    )


def _sums_and_items(reading: Reading) -> tuple[Sums, list[Item]]:
    """Rolls have no clear columns, so their lines count only when they add up to a printed sum."""
    table = read_items(reading)
    sums = sums_with(reading, table)
    if not (table and adds_up(table, sums) and all("description" in item.cells for item in table)):
        table, sums = [], read_sums(reading)
    possible = _possible_sums(sums)
    loose = read_loose_items(reading, possible)
    proved = any(abs(sum(amounts_of(loose)) - value) <= CENT for value in possible)
    return sums, _combined(table, loose if proved else [])


def _possible_sums(sums: Sums) -> set[Decimal]:
    """What rows may add up to: any printed total or sub-total, and the total without the tax that is added to it."""
    possible = {*printed_sums(sums), *(fact.value for fact in sums.facts if fact.role in SUMS_OF_LINES)}
    if sums.total is not None and sums.tax is not None:
        possible.add(sums.total.value - sums.tax.value)
    return possible


def _combined(table: list[Item], loose: list[Item]) -> list[Item]:
    """Lines read by the heads of columns and row by row: what both have, where they agree on the names.

    A row has the words of further columns behind the name; a name that the columns cut in two is whole in its row.
    """
    if not table or not loose:
        return table or loose
    if len(table) != len(loose) or not all(map(_begins_with, loose, table)):
        return loose
    for item, other in zip(table, loose, strict=True):
        for name, cell in other.cells.items():
            item.cells.setdefault(name, cell)
    return table


def _begins_with(longer: Item, item: Item) -> bool:
    texts = [str(found.cells["description"].value) for found in (longer, item)]
    return texts[0].startswith(texts[1]) and longer.number("amount") == item.number("amount")


def _head(reading: Reading) -> Iterator[Field]:
    merchant = read_merchant(reading)
    owners = Owners(None, [("vendor", merchant.name.place)] if merchant is not None else [])
    if merchant is not None:
        yield field("vendor_name", merchant.name, merchant.lead)
        if merchant.address is not None:
            yield field("vendor_address", merchant.address, merchant.lead)
    vat_ids = read_vat_ids(reading, owners.side_of)
    if "vendor" in vat_ids:
        yield field("vendor_vat_id", *vat_ids["vendor"])
    yield from named_fields(
        vendor_tax_number=read_tax_number(reading, owners.side_of), invoice_number=read_invoice_number(reading)
    )
    for name, chosen in read_contacts(reading, owners):
        yield field(name, *chosen)


def _dated(reading: Reading) -> Iterator[Field]:
    currency = read_currency(reading)
    dates = Dates(reading, currency[0].value if currency else None)
    found = read_dates(dates)
    issued = found.get("invoice_date")
    yield from named_fields(
        currency=currency,
        invoice_date=issued,
        receipt_time=read_time(dates, issued[0].value if issued else None),
        payment_method=read_payment_method(reading, paid=True),
    )
