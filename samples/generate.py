"""Writes the sample documents and, beside each ``NAME.ext``, the right answers as ``NAME.truth.json``.

    python -m samples.generate [FOLDER]

Everything is invented. The same files come out each time; a test compares them with those in the repository.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from samples import agreement, data, facturx, layouts, paper
from samples.languages import ENGLISH, FRENCH, GERMAN
from samples.layouts import Fonts
from samples.model import Invoice, lines_as_truth, truth
from training.generator.bill import tax_within

HELVETICA = Fonts("Helvetica", "Helvetica-Bold")
TIMES = Fonts("Times-Roman", "Times-Bold")
COLUMNS = (
    "vendor",
    "customer",
    "invoice_number",
    "invoice_date",
    "due_date",
    "currency",
    "tax",
    "description",
    "quantity",
    "unit_price",
    "amount",
)


class Sample(NamedTuple):
    name: str
    content: Callable[[], bytes]
    answers: Callable[[], dict[str, Any]]


def text_note(invoice: Invoice) -> bytes:
    lines = (
        f"Vendor: {invoice.seller.name}",
        f"Customer: {invoice.buyer.name}",
        f"Invoice Number: {invoice.number}",
        f"Invoice Date: {invoice.issued}",
        f"Due Date: {invoice.due}",
        f"Tax: {invoice.tax}",
        f"Total: {invoice.currency} {invoice.total}",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def text_note_answers(invoice: Invoice) -> dict[str, Any]:
    """What the note says: no lines, no address, no sum without tax."""
    unsaid = ("line_items", "subtotal_amount", "amount_due", "vendor_address")
    return (
        invoice.truth()
        | dict.fromkeys(unsaid)
        | {"verified_absent": ["customer_vat_id", "iban", "purchase_order", "vendor_vat_id"]}
    )


def german_table(invoice: Invoice) -> bytes:
    """Semicolons and decimal commas, as a German spreadsheet writes them; prices contain the tax."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    head = (
        invoice.seller.name,
        invoice.buyer.name,
        invoice.number,
        f"{invoice.issued:%d.%m.%Y}",
        f"{invoice.due:%d.%m.%Y}",
        invoice.currency,
        _comma(_table_tax(invoice)),
    )
    for line in invoice.lines:
        cells = (_comma(line.quantity), _comma(line.unit_price), _comma(line.amount))
        writer.writerow((*head, line.description, *cells))
    return buffer.getvalue().encode("cp1252")


def _table_tax(invoice: Invoice) -> Decimal:
    return sum((tax_within(group.base, group.rate) for group in invoice.tax_groups), Decimal())


def german_table_answers(invoice: Invoice) -> dict[str, Any]:
    """The total of a table is the sum of its amounts."""
    return truth(
        document_type="invoice",
        vendor_name=invoice.seller.name,
        customer_name=invoice.buyer.name,
        invoice_number=invoice.number,
        invoice_date=invoice.issued,
        due_date=invoice.due,
        total_amount=invoice.subtotal,
        tax_amount=_table_tax(invoice),
        currency=invoice.currency,
        line_items=lines_as_truth(invoice.lines),
        verified_absent=["customer_vat_id", "iban", "purchase_order", "vendor_vat_id"],
    )


def _comma(number: Decimal) -> str:
    return f"{number:f}".replace(".", ",")


SAMPLES = (
    Sample(
        "invoice-english.pdf",
        lambda: layouts.draw(data.ENGLISH_INVOICE, layouts.ruled, ENGLISH, HELVETICA),
        data.ENGLISH_INVOICE.truth,
    ),
    Sample(
        "invoice-german-two-pages.pdf",
        lambda: layouts.draw(data.GERMAN_INVOICE, layouts.letter, GERMAN, TIMES),
        data.GERMAN_INVOICE.truth,
    ),
    Sample(
        "invoice-french.pdf",
        lambda: layouts.draw(data.FRENCH_INVOICE, layouts.band, FRENCH, HELVETICA),
        data.FRENCH_INVOICE.truth,
    ),
    Sample(
        "invoice-factur-x.pdf",
        lambda: facturx.draw(data.FACTURX_INVOICE, layouts.ruled, GERMAN),
        data.FACTURX_INVOICE.truth,
    ),
    Sample(
        "receipt-scan.png",
        lambda: paper.scan(paper.print_slip(paper.german_slip(data.SCANNED_RECEIPT)), seed=1),
        data.SCANNED_RECEIPT.truth,
    ),
    Sample(
        "receipt-photo.jpg",
        lambda: paper.photograph(paper.print_slip(paper.american_slip(data.PHOTOGRAPHED_RECEIPT)), seed=2),
        data.PHOTOGRAPHED_RECEIPT.truth,
    ),
    Sample("contract.pdf", agreement.draw, agreement.answers),
    Sample(
        "table-german.csv",
        lambda: german_table(data.TABLE_INVOICE),
        lambda: german_table_answers(data.TABLE_INVOICE),
    ),
    Sample(
        "note.txt",
        lambda: text_note(data.TEXT_NOTE),
        lambda: text_note_answers(data.TEXT_NOTE),
    ),
)


def generate(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        path = folder / sample.name
        path.write_bytes(sample.content())
        answers = json.dumps(sample.answers(), indent=1, ensure_ascii=False, sort_keys=True)
        path.with_suffix(".truth.json").write_text(f"{answers}\n", encoding="utf-8")
        print(path)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
