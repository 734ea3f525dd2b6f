"""Bills without a page: as the table of a spreadsheet, and as lines of text that somebody typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from training.generator import truth
from training.generator.bill import ZERO, Bill
from training.generator.issuer import Issuer

HEADS = {
    "vendor_name": {"en": "Vendor", "de": "Lieferant", "fr": "Fournisseur"},
    "customer_name": {"en": "Customer", "de": "Kunde", "fr": "Client"},
    "invoice_number": {"en": "Invoice number", "de": "Rechnungsnummer", "fr": "Numéro de facture"},
    "invoice_date": {"en": "Invoice date", "de": "Rechnungsdatum", "fr": "Date de facture"},
    "due_date": {"en": "Due date", "de": "Fälligkeitsdatum", "fr": "Date d'échéance"},
    "currency": {"en": "Currency", "de": "Währung", "fr": "Devise"},
    "tax_amount": {"en": "Tax", "de": "Umsatzsteuer", "fr": "TVA"},
    "description": {"en": "Description", "de": "Bezeichnung", "fr": "Désignation"},
    "quantity": {"en": "Quantity", "de": "Menge", "fr": "Quantité"},
    "unit_price": {"en": "Unit price", "de": "Einzelpreis", "fr": "Prix unitaire"},
    "amount": {"en": "Amount", "de": "Betrag", "fr": "Montant"},
}
"""What the columns are called, from left to right; English where a language has no words of its own."""
CELLS = ("description", "quantity", "unit_price", "amount")
NOTED = ("vendor_name", "customer_name", "invoice_number", "invoice_date", "due_date", "tax_amount", "total_amount")
LABELS = {"vendor_name": "from", "customer_name": "bill_to", "tax_amount": "tax_plain", "total_amount": "total"}
"""The key of a field's label where it is not the field's own name."""


def bare(bill: Bill) -> Bill:
    """The same with prices that contain the tax, and nothing added or taken off: its total is the sum of its lines."""
    lines = tuple(replace(line, discount=ZERO) for line in bill.lines)
    return replace(bill, lines=lines, gross_prices=True, discount_percent=ZERO, shipping=ZERO, withholding_rate=ZERO,
                   paid=ZERO)  # fmt: skip


def table(bill: Bill, issuer: Issuer) -> bytes:
    """A CSV file of a bare bill: a row for each line, with the head's values in each of them.

    Semicolons where the comma is the decimal mark; the letters of Windows where they suffice, as spreadsheets do it.
    """
    formats, heads = (
        issuer.formats,
        {name: words.get(issuer.language.name, words["en"]) for name, words in HEADS.items()},
    )
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if formats.decimal == "," else ",", lineterminator="\r\n")
    writer.writerow(heads.values())
    head = [
        bill.seller.name,
        bill.buyer.name,
        bill.number,
        formats.day(bill.issued),
        formats.day(bill.due) if bill.due else "",
        bill.currency,
        formats.quantity(bill.tax),
    ]
    for line in bill.lines:
        figures = (line.quantity, line.unit_price, line.amount)
        writer.writerow([*head, line.description, *(formats.quantity(figure) for figure in figures)])
    text = buffer.getvalue()
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return text.encode()


def table_truth(bill: Bill) -> dict[str, Any]:
    """The total of a table is the sum of its amounts."""
    head = {name for name in HEADS if name not in CELLS} | {"total_amount"}
    return _stated(bill, {*head, *(f"line_items.{index}.{cell}" for index in range(len(bill.lines)) for cell in CELLS)})


def note(bill: Bill, issuer: Issuer) -> str:
    """A line for each of the most important values, with the issuer's labels."""
    formats = issuer.formats
    texts = {
        "vendor_name": bill.seller.name,
        "customer_name": bill.buyer.name,
        "invoice_number": bill.number,
        "invoice_date": formats.day(bill.issued),
        "due_date": formats.day(bill.due) if bill.due else "",
        "tax_amount": formats.number(bill.tax),
        "total_amount": f"{bill.currency} {formats.number(bill.total)}",
    }
    lines = (f"{issuer.words.label(LABELS.get(name, name))}: {texts[name]}\n" for name in NOTED if texts[name])
    return "".join(lines)


def note_truth(bill: Bill) -> dict[str, Any]:
    """Of its lines and their sum without tax the note says nothing."""
    return _stated(bill, {*NOTED, "currency"})


def _stated(bill: Bill, names: Iterable[str]) -> dict[str, Any]:
    return {**truth.of_bill(bill, {name: [] for name in names}), "places": {}}
