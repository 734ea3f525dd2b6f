"""Classification, the smallest documents, confidence, and input that means harm."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extraction.engine import classify, pipeline
from extraction.engine.confidence import probability
from extraction.engine.errors import UnsupportedType
from extraction.engine.values import Extraction, ParsedDocument, decode, encode
from tests.engine.drawn import OPTIONS, document, extract, page, reading, stored

SMALLEST = """Vendor: Northwind Supplies
Customer: Acme GmbH
Invoice Number: INV-1001
Invoice Date: 2026-04-15
Due Date: 2026-05-15
Tax: 19.00
Total: EUR 119.00"""


def test_the_smallest_example_gives_exactly_its_values() -> None:
    found = pipeline.validate(extract(SMALLEST), OPTIONS)

    assert found.document_type == "invoice"
    assert {field.name: field.value for field in found.fields if field.name != "amount_due"} == {
        "vendor_name": "Northwind Supplies",
        "customer_name": "Acme GmbH",
        "invoice_number": "INV-1001",
        "invoice_date": date(2026, 4, 15),
        "due_date": date(2026, 5, 15),
        "tax_amount": Decimal("19.00"),
        "total_amount": Decimal("119.00"),
        "currency": "EUR",
    }
    assert found.line_items == ()
    assert found.missing_fields == ()
    assert found.confidence >= 0.8


def test_the_order_of_plain_labels_does_not_matter() -> None:
    turned = "\n".join(reversed(SMALLEST.splitlines()))
    wanted = {field.name: field.value for field in extract(SMALLEST).fields}
    assert {field.name: field.value for field in extract(turned).fields} == wanted


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("INVOICE\nInvoice no 5\nTotal 10.00", "invoice"),
        ("TAX INVOICE\nCASH 20.00\nCHANGE 5.00\nTOTAL 15.00\n10:31\nTHANK YOU", "receipt"),
        ("TAX INVOICE\nInvoice no 5\nVAT no 12\nTea 15.00\nTOTAL 15.00\nCARD 15.00\n10:31", "receipt"),
        ("TAX INVOICE\nInvoice no 5\nVAT no 12\nTea 15.00\nTOTAL 15.00\nBank transfer to account 15\n10:31", "invoice"),
        ("SALE\nTea   5,500\nTotal   5,500\nReceived (card)   5,500\n11:31", "receipt"),
        ("GUTSCHRIFT\nRechnungsnummer 5\nGesamtbetrag 10,00 EUR", "credit_note"),
        ("Gutschrift (Selbst ausgestellte Rechnung) Nr. 5\nGesamtbetrag 10,00 EUR", "invoice"),
        ("PURCHASE ORDER\nPO number 5\nTotal 10.00", "purchase_order"),
        ("QUOTATION\nTotal 10.00\nVAT 2.00\nDate 1 May 2024", "other"),
        ("Dear friend,\nwe paid $10.00 for lunch.", "other"),
        ("", "other"),
    ],
)
def test_kind_of_document(text: str, kind: str) -> None:
    assert classify.classify(reading(text)).document_type == kind


def test_the_reason_for_the_kind_is_named() -> None:
    found = classify.classify(reading(stored("receipt_de")[1]))
    assert found.document_type == "receipt"
    assert "paid at once" in found.reason
    assert 0.5 < found.confidence < 1


def test_a_document_without_pages_is_not_supported() -> None:
    with pytest.raises(UnsupportedType):
        pipeline.extract(ParsedDocument(media_type="application/pdf"), OPTIONS)


def test_an_empty_page_is_a_document_of_no_known_kind() -> None:
    found = pipeline.extract(ParsedDocument(media_type="text/plain", pages=(page(""),)), OPTIONS)
    assert (found.document_type, found.fields) == ("other", ())


def test_the_result_survives_the_boundary() -> None:
    found = extract(stored("invoice_de_window")[1])
    assert decode(encode(found), Extraction) == found


def test_today_decides_nothing_but_what_lies_in_the_future() -> None:
    parsed = document(stored("invoice_fr")[1])
    later = pipeline.extract(parsed, OPTIONS.__class__(today=date(2030, 1, 1)))
    assert later.fields == pipeline.extract(parsed, OPTIONS).fields


def test_more_evidence_is_never_less_sure() -> None:
    scores = [probability(score / 4, lead / 4) for score in range(-8, 24) for lead in (0, 2, 8)]
    assert all(0 < value < 1 for value in scores)
    by_score = [probability(score / 4, 1.0) for score in range(-8, 24)]
    assert by_score == sorted(by_score)
    by_lead = [probability(2.0, lead / 4) for lead in range(12)]
    assert by_lead == sorted(by_lead)
    assert probability(3.0, 1.0, ocr=0.4) < probability(3.0, 1.0)


def test_a_contested_value_is_less_sure_than_a_clear_one() -> None:
    clear = extract("INVOICE\nInvoice number: A-1\nTotal: 100.00 EUR\nVendor: X Ltd")
    contested = extract("INVOICE\nInvoice number: A-1\nInvoice number: B-2\nTotal: 100.00 EUR\nVendor: X Ltd")
    sure, unsure = clear.field("invoice_number"), contested.field("invoice_number")
    assert sure is not None
    assert unsure is not None
    assert unsure.confidence < sure.confidence


HOSTILE = [
    "1" * 5_000,
    "1," * 3_000,
    "(" * 3_000,
    "a@" * 2_000 + ".",
    "A" * 10_000,
    " ".join(["12"] * 3_000),
    ".".join(["1"] * 4_000),
    "-" * 5_000,
    "DE" + "1 " * 3_000,
    "Total " * 2_000,
    "A1-" * 3_000,
    "Rue 12 " * 1_500,
    "İ" * 3_000,
    "٣" * 3_000,
    "１２３４，５６ € " * 300,
    "zahlen bis " + "wort " * 3_000,
    "12/" * 4_000,
    "1 000 " * 2_000,
    "<script>alert(1)</script> =1+1|cmd ../../etc/passwd \x00\x1b[31m",
]


@pytest.mark.parametrize("unit", ["char", "pt"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_read_to_the_end(text: str, unit: str) -> None:
    found = extract(f"Invoice\nInvoice Number: 5\nBill to: {text}\n{text}\nTotal: 5.00\n{text}", unit=unit)
    assert found.value("total_amount") == Decimal("5.00")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40), max_size=25))
def test_any_page_is_survived(lines: list[str]) -> None:
    found = extract("Invoice\n" + "\n".join(lines))
    assert decode(encode(found), Extraction) == found


def test_a_long_document_is_read_at_both_ends() -> None:
    first = "Long List GmbH\nRing 5\n10115 Berlin\n\nRechnung Nr. 4711\nRechnungsdatum: 01.02.2024\n\n"
    head = "Pos   Bezeichnung             Menge   Einzelpreis     Gesamt\n"
    middle = "\n".join(f"{row:<6}Artikel {row:<16}   {2:>5}          1,50       3,00" for row in range(1, 11))
    last = "\nNettosumme   900,00\nUSt 19 %   171,00\nGesamtbetrag EUR   1.071,00"
    pages = [first + head + middle, *[head + middle] * 28, head + middle + last]

    found = extract(*pages)

    assert found.value("invoice_number") == "4711"
    assert found.value("total_amount") == Decimal("1071.00")
    assert len(found.line_items) == 300
    assert {cell.evidence.page for item in found.line_items for cell in item.cells} == set(range(1, 31))
