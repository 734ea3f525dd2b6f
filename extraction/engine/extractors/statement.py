"""Reads statements of banks, cards and accounts: whose, of which time, from which balance to which by what bookings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from extraction.engine.candidates import Candidate, trimmed
from extraction.engine.classify import Classification
from extraction.engine.dates import decide_order, resolve
from extraction.engine.fields.bookings import Booking, Ledger, read_ledger
from extraction.engine.fields.currency import read_currency
from extraction.engine.fields.identifiers import read_iban
from extraction.engine.fields.merchant import read_merchant
from extraction.engine.fields.names import same_name
from extraction.engine.fields.parties import Parties, read_parties
from extraction.engine.fields.results import field
from extraction.engine.ledger import is_ledger_head
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Extraction, Field, LineItem, Options

CLEAR, PROVED = 3.0, 4.0
"""Scores of a value behind its label, and of one that arithmetic proves."""

LEAD = 1.0


def extract(reading: Reading, kind: Classification, options: Options) -> Extraction:
    ledger = read_ledger(reading)
    return Extraction(
        document_type=kind.document_type,
        document_type_confidence=kind.confidence,
        fields=tuple(_fields(reading, ledger)),
        line_items=tuple(_line(booking) for booking in ledger.bookings),
        steps=("layout", "parties", "bookings"),
    )


def _fields(reading: Reading, ledger: Ledger) -> Iterator[Field]:
    yield from _who(reading)
    iban = read_iban(reading)
    if iban:
        yield field("iban", *iban)
    currency = read_currency(reading)
    if currency:
        yield field("currency", *currency)
    yield from _period(reading, currency[0].value if currency else None)
    score = PROVED if ledger.proved else CLEAR
    for name, found in (("opening_balance", ledger.opening), ("closing_balance", ledger.closing)):
        if found is not None:
            yield _placed(name, found[0], found[1], f"label:{name}", score)


def _who(reading: Reading) -> Iterator[Field]:
    """The bank and the holder, each with its address: the holder by label, else in the address window."""
    vendor, customer = read_parties(reading, Parties(reading, frozenset()))
    holder = _holder(reading)
    if holder is not None:
        yield _placed("customer_name", holder.text, holder, "label:holder", CLEAR)
    elif customer is not None:
        yield field("customer_name", customer[0].name, customer[1])
    named = holder.text if holder is not None else customer[0].name.value if customer is not None else ""
    if customer is not None and customer[0].address is not None and same_name(named, customer[0].name.value):
        yield field("customer_address", customer[0].address, customer[1])
    merchant = read_merchant(reading)
    if merchant is not None and _can_be_issuer(reading, merchant.name.place) and merchant.name.value != named:
        yield field("vendor_name", merchant.name, merchant.lead)
        address = vendor[0].address if vendor and same_name(vendor[0].name.value, merchant.name.value) else None
        if address := address or merchant.address:
            yield field("vendor_address", address, merchant.lead)
    elif vendor is not None and vendor[0].address is not None and not same_name(vendor[0].name.value, named):
        yield field("vendor_name", vendor[0].name, vendor[1])
        yield field("vendor_address", vendor[0].address, vendor[1])


def _can_be_issuer(reading: Reading, place: Place) -> bool:
    """No label, and no head of a column."""
    row = place.layout.rows[place.segment.row]
    return not reading.section(place.segment, "statement") and not is_ledger_head(row)


def _holder(reading: Reading) -> Place | None:
    """The name behind "Account holder", in its cell or in the next."""
    for layout, segment in reading.segments_with("statement"):
        for hit in reading.section(segment, "statement"):
            if hit.concept != "holder":
                continue
            row = layout.rows[segment.row].segments
            right = next((other for other in row if other.box.x0 > segment.box.x1), None)
            place = trimmed(layout, segment, hit.end, len(segment.text))
            place = place or (trimmed(layout, right, 0, len(right.text)) if right is not None else None)
            if place is not None and any(map(str.isalpha, place.text)):
                return place
    return None


def _period(reading: Reading, currency: str | None) -> Iterator[Field]:
    """Two dates in one row of the first page, above the bookings: from and to."""
    if not reading.pages:
        return
    printed = [item for _, segment in reading.segments() for item in reading.dates(segment)]
    order = decide_order(printed, month_first_likely=currency == "USD")
    layout = reading.pages[0]
    for row in layout.rows:
        if any(amount.is_money for segment in row.segments for amount in reading.amounts(segment)):
            continue
        found = [
            (day, Place(layout, segment, item.start, item.end))
            for segment in row.segments
            for item in reading.dates(segment)
            if (day := resolve(item, order)) is not None
        ]
        if len(found) == 2 and found[0][0] < found[1][0]:
            yield _placed("service_start", found[0][0], found[0][1], "period", CLEAR)
            yield _placed("service_end", found[1][0], found[1][1], "period", CLEAR)
            return


def _placed(name: str, value: str | date | Decimal, place: Place, rule: str, score: float) -> Field:
    return field(name, Candidate(value, place.text, score, rule, place), LEAD)


def _line(booking: Booking) -> LineItem:
    cells: list[Field] = []
    if booking.text:
        first = booking.text[0]
        text = " ".join(place.text for place in booking.text)
        described: Any = Candidate(text, first.text, PROVED, "booking:description", first)
        cells.append(field("description", described, LEAD))
    cells.append(
        field("amount", Candidate(booking.value, booking.amount.text, PROVED, "booking:amount", booking.amount), LEAD)
    )
    return LineItem(cells=tuple(cells))
