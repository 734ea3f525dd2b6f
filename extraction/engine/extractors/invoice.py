"""Reads invoices, credit notes and purchase orders from words with boxes."""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.classify import Classification
from extraction.engine.fields.currency import read_currency
from extraction.engine.fields.dates import read_dates
from extraction.engine.fields.identifiers import Side, read_bic, read_iban, read_vat_ids
from extraction.engine.fields.line_items import read_items
from extraction.engine.fields.loose_items import read_loose_items
from extraction.engine.fields.money import adds_up, rows_of, sums_with
from extraction.engine.fields.numbers import read_invoice_number, read_purchase_order
from extraction.engine.fields.parties import Parties, Party, read_parties
from extraction.engine.fields.results import field, line_item
from extraction.engine.fields.sum_fields import sums_fields, tax_line_items
from extraction.engine.fields.sums import facts_of
from extraction.engine.fields.table_cells import Item
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Extraction, Field, Options

TOTALS = ("gross", "total", "subtotal", "due")

UNDER_ROWS = 10
"""Rows below a name in which a number is taken to be its owner's."""


def extract(reading: Reading, kind: Classification, options: Options) -> Extraction:
    items = read_items(reading) or _loose_items(reading)
    sums = sums_with(reading, items)
    proved = adds_up(items, sums)
    lines = tuple(line_item(item, proved=proved) for item in items)
    fields = (*_who(reading, rows_of(items)), *_what(reading, kind), *sums_fields(sums))
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


def _who(reading: Reading, item_rows: frozenset[tuple[int, int]]) -> Iterator[Field]:
    parties = Parties(reading, item_rows)
    vendor, customer = read_parties(reading, parties)
    yield from _party("vendor", vendor)
    yield from _party("customer", customer)
    names: list[tuple[Side, Place]] = []
    if vendor is not None:
        names.append(("vendor", vendor[0].name.place))
    if customer is not None:
        names.append(("customer", customer[0].name.place))

    def side_of(place: Place) -> Side | None:
        """Whose heading or name the number stands under."""
        role = parties.role_of(place.segment)
        if role is not None:
            return role if role != "ship_to" else None
        return next((side for side, name in names if _stands_under(place, name)), None)

    for side, (candidate, lead) in read_vat_ids(reading, side_of).items():
        yield field(f"{side}_vat_id", candidate, lead)
    iban = read_iban(reading)
    if iban:
        yield field("iban", *iban)
    bic = read_bic(reading)
    if bic:
        yield field("bic", *bic)


def _stands_under(place: Place, name: Place) -> bool:
    """In the column of the name, not far below it."""
    if place.page != name.page or not 0 < place.segment.row - name.segment.row <= UNDER_ROWS:
        return False
    return abs(place.segment.box.x0 - name.segment.box.x0) <= 2 * place.layout.line_height


def _party(role: Side, found: tuple[Party, float] | None) -> Iterator[Field]:
    if found is None:
        return
    party, lead = found
    yield field(f"{role}_name", party.name, lead)
    if party.address is not None:
        yield field(f"{role}_address", party.address, lead)


def _what(reading: Reading, kind: Classification) -> Iterator[Field]:
    number = read_invoice_number(reading)
    if number:
        yield field("invoice_number", *number)
    order = read_purchase_order(reading)
    if order and not (number and order[0].value == number[0].value):
        yield field("purchase_order", *order)
    currency = read_currency(reading)
    if currency:
        yield field("currency", *currency)
    for name, chosen in read_dates(reading, currency[0].value if currency else None).items():
        yield field(name, *chosen)
