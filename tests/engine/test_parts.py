"""Where another document begins in a file, and that each is read from its own pages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from extraction.engine import output, parts, pipeline
from extraction.engine.values import Extraction, Field, Options, ParsedDocument, Unit, decode, encode
from tests.engine.drawn import OPTIONS, extract, page, reading, stored, stored_names

INVOICE = """\
Birchwood Interiors Ltd                      INVOICE
8 Canal Street, Leeds LS1 4AB                VAT no GB 340 7712 06

Bill to: {customer}
Invoice number: {number}
Invoice date: {date}

Description            Qty    Unit price    Amount
Oak panel                4         25.00    100.00
Fitting                  1         {fitting}     {fitting}

Subtotal                                    {net}
VAT 20%                                     {tax}
Total GBP                                   {total}
"""
FIRST = INVOICE.format(
    customer="Hollis & Co", number="B-1041", date="3 May 2026", fitting="50.00", net="150.00", tax="30.00",
    total="180.00",
)  # fmt: skip
SECOND = INVOICE.format(
    customer="Vane Studios", number="B-1042", date="9 May 2026", fitting="60.00", net="160.00", tax="32.00",
    total="192.00",
)  # fmt: skip
CREDIT = """\
Birchwood Interiors Ltd                      CREDIT NOTE
Credit note number: C-77
Date: 20 May 2026
To invoice B-1041
Returned: oak panel                         -25.00
VAT 20%                                      -5.00
Total GBP                                   -30.00
"""
SHEET_ONE = """\
Birchwood Interiors Ltd                      INVOICE
Invoice number: B-2000
Invoice date: 3 May 2026                     Page 1 of 2

Description            Qty    Unit price    Amount
Oak panel                4         25.00    100.00
Carried forward                             100.00
"""
SHEET_TWO = """\
Birchwood Interiors Ltd                      INVOICE
Invoice number: B-2000                       Page 2 of 2

Description            Qty    Unit price    Amount
Brought forward                             100.00
Fitting                  1         50.00     50.00
Subtotal                                    150.00
VAT 20%                                      30.00
Total GBP                                   180.00
"""
UNTOLD = SHEET_ONE.replace(" of 2", "")
UNCOUNTED = SHEET_ONE.replace("Page 1 of 2", "")
TERMS = """\
Terms and conditions of sale                 Page 1 of 1
1. These terms apply to every invoice of Birchwood Interiors Ltd.
2. Payment is due within 30 days of the invoice date. Late payment: 8 % a year above base rate.
3. Title passes when the total has been paid. Complaints within 14 days of delivery.
"""
TIME_SHEET = """\
TIME SHEET                                   Project 771
Date          Name           Hours
02/05/2026    R. Oake         7.50
03/05/2026    R. Oake         6.00
Total hours                  13.50
"""
DELIVERY_NOTE = """\
Birchwood Interiors Ltd                      DELIVERY NOTE
Delivery note number: D-5520                 Date: 2 May 2026
Order: 4471
Quantity   Description
4          Oak panel
1          Fitting
"""
LETTER = """\
Dear Ms Hollis,

please find our invoice enclosed. Thank you for your order; we hope that the panels please you.

Kind regards
Birchwood Interiors Ltd
"""
SLIP = """\
Receipt                      Payment part
Account / Payable to         CH44 3199 9123 0008 8901 2
Birchwood Interiors Ltd
Reference 21 00000 00003 13947 14300 09017
Currency   Amount
GBP        180.00
"""
RECEIPT = """\
{merchant}
14 High Street
{date}  {time}
Coffee             3.20
Cake               {cake}
TOTAL              {total}
CARD               {total}
THANK YOU
"""
CAFE = RECEIPT.format(merchant="CAFE AURORA", date="04/05/2026", time="09:12", cake="4.10", total="7.30")
AGAIN = RECEIPT.format(merchant="CAFE AURORA", date="04/05/2026", time="16:40", cake="2.10", total="5.30")
BAKER = RECEIPT.format(merchant="OLD MILL BAKERY", date="11/05/2026", time="08:03", cake="3.00", total="6.20")
SAME_DAY = RECEIPT.format(merchant="OLD MILL BAKERY", date="3 May 2026", time="08:03", cake="3.00", total="6.20")
CARD_SLIP = "TERMINAL 0041 2233\nMERCHANT COPY\nSALE\n04/05/2026 09:13\nAMOUNT 7.30\nAPPROVED\n"
GERMAN_SHEET = """\
Gartenbau Lenz GmbH
Rechnung Nr. {number}                    Seite {page}
Datum: 12.04.2026      Kunde: Gemeinde Aalen
Pos  Leistung            Menge   Preis    Betrag
{lines}
"""
GERMAN = [
    GERMAN_SHEET.format(number="26-501", page=page, lines=lines)
    for page, lines in (
        ("1/3", "1    Heckenschnitt          10   40,00   400,00\nÜbertrag                                400,00"),
        ("2/3", "Übertrag                                400,00\n2    Baumfällung             2  150,00   300,00"),
        ("3/3", "3    Entsorgung              1   80,00    80,00\nMwSt 19 % 148,20\nGesamtbetrag 928,20 EUR"),
    )
]
GERMAN_NEXT = GERMAN_SHEET.format(
    number="26-502", page="1/1", lines="1    Rasenmähen   1   80,00    80,00\nMwSt 19 % 15,20\nGesamtbetrag 95,20 EUR"
)
CANCELLATION = """\
Gartenbau Lenz GmbH
Stornorechnung Nr. 26-510
Datum: 21.04.2026
Storno der Rechnung 26-501
MwSt 19 %    -148,20
Gesamtbetrag -928,20 EUR
"""
REMINDER = """\
Gartenbau Lenz GmbH
Zahlungserinnerung
Datum: 20.05.2026
Rechnung Nr. 26-502 vom 12.04.2026     95,20 EUR
Bitte überweisen Sie den Betrag bis 01.06.2026.
"""
STATEMENT = """\
Harbour Bank                  Account statement no {number}
Account holder: M. Vane       Page 1 of 1
Date         Description      Debit    Credit   Balance
01/0{month}/2026   Opening balance                    {opening}
12/0{month}/2026   Rent             500.00            {closing}
"""
ORDER = """\
PURCHASE ORDER
PO number: {number}
Buyer: Vane Studios
Item      Qty   Price   Total
Panel       4   25.00   {total}
"""
MARCH = STATEMENT.format(number=3, month=3, opening="900.00", closing="400.00")
APRIL = STATEMENT.format(number=4, month=4, opening="400.00", closing="-100.00")

FILES = [
    ("two invoices of one vendor", [FIRST, SECOND], [1, 2]),
    ("an invoice of two pages, then another", [SHEET_ONE, SHEET_TWO, SECOND], [1, 3]),
    ("an invoice, then one of two pages", [FIRST, SHEET_ONE, SHEET_TWO], [1, 2]),
    ("an invoice and its credit note", [FIRST, CREDIT], [1, 2]),
    ("an invoice over two pages", [SHEET_ONE, SHEET_TWO], [1]),
    ("over two pages that do not say of how many", [UNTOLD, SHEET_TWO.replace(" of 2", "")], [1]),
    ("over two pages without any count", [UNCOUNTED, SHEET_TWO.replace("Page 2 of 2", "")], [1]),
    ("with terms that count their own pages", [FIRST, TERMS], [1]),
    ("with a time sheet", [FIRST, TIME_SHEET], [1]),
    ("with a delivery note", [FIRST, DELIVERY_NOTE], [1]),
    ("after a covering letter", [LETTER, FIRST], [1]),
    ("after a delivery note", [DELIVERY_NOTE, FIRST], [1]),
    ("with a payment slip", [FIRST, SLIP], [1]),
    ("two invoices, each with its delivery note", [FIRST, DELIVERY_NOTE, SECOND, DELIVERY_NOTE], [1, 3]),
    ("two letters with their invoices", [LETTER, FIRST, LETTER, SECOND], [1, 4]),
    ("a copy of the same invoice", [FIRST, FIRST.replace("INVOICE", "INVOICE - COPY")], [1]),
    ("receipts of two shops", [CAFE, BAKER], [1, 2]),
    ("two receipts of one shop on one day", [CAFE, AGAIN], [1, 2]),
    ("a receipt and its card slip", [CAFE, CARD_SLIP], [1]),
    ("an invoice and a receipt", [FIRST, BAKER], [1, 2]),
    ("a finished invoice and a receipt of its day", [SHEET_ONE, SHEET_TWO, SAME_DAY], [1, 3]),
    ("an invoice of three pages, then another", [*GERMAN, GERMAN_NEXT], [1, 4]),
    ("an invoice and its cancellation", [*GERMAN, CANCELLATION], [1, 4]),
    ("an invoice with a reminder of it", [GERMAN_NEXT, REMINDER], [1]),
    ("statements of two months", [MARCH, APRIL], [1, 2]),
    ("two orders", [ORDER.format(number="71-A", total="100.00"), ORDER.format(number="72-B", total="100.00")], [1, 2]),
    ("an invoice with the order", [FIRST, ORDER.format(number="71-A", total="100.00")], [1]),
    ("a blank page between", [FIRST, "", SECOND], [1, 3]),
    ("a blank page behind", [FIRST, ""], [1]),
    ("a contract with a form of invoice", [stored("contract_en")[1], FIRST, SECOND], [1]),
    ("letters only", [LETTER, LETTER], [1]),
]  # fmt: skip


@pytest.mark.parametrize("unit", ["char", "pt"])
@pytest.mark.parametrize(("pages", "firsts"), [file[1:] for file in FILES], ids=[file[0] for file in FILES])
def test_documents_of_a_file(pages: list[str], firsts: list[int], unit: Unit) -> None:
    assert [first + 1 for first, _ in parts.ranges(reading(*pages, unit=unit))] == firsts


def names_of_one_page() -> list[str]:
    return [
        name
        for name in stored_names()
        if name.startswith(("invoice", "credit_note", "receipt")) and name != "invoice_two_pages"
    ]


@pytest.mark.parametrize("names", list(pairwise(names_of_one_page())), ids=lambda names: "+".join(names))
def test_any_two_documents_are_two_and_each_is_read_as_if_alone(names: tuple[str, str]) -> None:
    texts = [stored(name)[1] for name in names]
    found = extract(*texts)
    assert [(part.first_page, part.last_page) for part in found.parts] == [(1, 1), (2, 2)]
    for part, text in zip(found.parts, texts, strict=True):
        alone = extract(text)
        assert part.extraction.document_type == alone.document_type
        assert {field.name: field.value for field in part.extraction.fields} == {
            field.name: field.value for field in alone.fields
        }


def test_the_values_of_the_file_are_those_of_its_first_document() -> None:
    found = extract(SHEET_ONE, SHEET_TWO, SECOND, CREDIT)
    assert [(part.first_page, part.last_page) for part in found.parts] == [(1, 2), (3, 3), (4, 4)]
    assert [part.extraction.document_type for part in found.parts] == ["invoice", "invoice", "credit_note"]
    assert found.value("invoice_number") == "B-2000"
    assert found.fields == found.parts[0].extraction.fields
    assert [str(part.extraction.value("total_amount")) for part in found.parts] == ["180.00", "192.00", "-30.00"]


def places(extraction: Extraction) -> set[int]:
    cells = [cell for item in extraction.line_items for cell in item.cells]
    fields: list[Field] = [*extraction.fields, *cells]
    considered = [item.page for field in fields if field.why for item in field.why.considered]
    return {page for page in [*(field.evidence.page for field in fields), *considered] if page is not None}


def test_values_stand_on_the_pages_of_their_own_document() -> None:
    found = extract(FIRST, SECOND, SHEET_ONE, SHEET_TWO)
    assert [places(part.extraction) for part in found.parts] == [{1}, {2}, {3, 4}]
    assert [len(part.extraction.line_items) for part in found.parts] == [2, 2, 2]


def test_a_file_with_several_documents_is_not_valid_and_says_where_they_are() -> None:
    found = pipeline.validate(extract(SHEET_ONE, SHEET_TWO, SECOND), OPTIONS)
    issue = next(issue for issue in found.issues if issue.code == "several_documents")
    assert issue.severity == "error"
    assert issue.params == {"count": "2", "where": "pages 1–2, 3"}
    assert "pages 1–2, 3" in issue.message
    assert not output.is_valid(found)
    assert not found.missing_fields


def test_what_is_missing_in_a_later_document_is_told_with_its_pages() -> None:
    nameless = "INVOICE\nInvoice number: B-9\nInvoice date: 9 May 2026\n"
    found = pipeline.validate(extract(FIRST, nameless), OPTIONS)
    told = [issue for issue in found.issues if issue.code == "missing_field"]
    assert {issue.field for issue in told} >= {"total_amount", "currency"}
    assert {(issue.params["document"], issue.params["first_page"]) for issue in told} == {("2", "2")}
    assert all(issue.message.startswith("Page 2: ") for issue in told)
    assert found.parts[1].extraction.missing_fields
    assert found.missing_fields == ()


def test_validating_twice_is_validating_once() -> None:
    once = pipeline.validate(
        extract(FIRST, "PRO FORMA INVOICE\nPro forma no: P-1\nDate: 8 May 2026\nTotal 5.00"), OPTIONS
    )
    assert "pro_forma" in {issue.code for issue in once.issues}
    assert pipeline.validate(once, OPTIONS) == once


def test_a_workspace_may_accept_files_with_several_documents() -> None:
    options = replace(OPTIONS, rules={"several_documents": "off"})
    found = pipeline.validate(extract(FIRST, SECOND), options)
    assert "several_documents" not in {issue.code for issue in found.issues}


def test_parts_survive_the_boundary_and_are_written() -> None:
    found = pipeline.validate(extract(FIRST, SECOND), OPTIONS)
    assert decode(encode(found), Extraction) == found
    written = output.extracted_data(found)["parts"]
    assert [(part["first_page"], part["last_page"], part["invoice_number"]) for part in written] == [
        (1, 1, "B-1041"),
        (2, 2, "B-1042"),
    ]


def test_a_long_file_of_many_invoices() -> None:
    pages = [text for number in range(12) for text in (
        SHEET_ONE.replace("B-2000", f"B-{2000 + number}"), SHEET_TWO.replace("B-2000", f"B-{2000 + number}")
    )]  # fmt: skip
    found = extract(*pages, unit="pt")
    assert [(part.first_page, part.last_page) for part in found.parts] == [(n, n + 1) for n in range(1, 24, 2)]
    assert [part.extraction.value("invoice_number") for part in found.parts] == [f"B-{2000 + n}" for n in range(12)]


def test_of_very_many_documents_the_first_are_read_and_the_rest_is_told() -> None:
    short = "INVOICE\nInvoice number: B-{number}\nInvoice date: 9 May 2026\nTotal GBP 5.00"
    found = extract(*(short.format(number=5000 + number) for number in range(parts.MAX_DOCUMENTS + 3)))
    assert len(found.parts) == parts.MAX_DOCUMENTS
    issue = next(issue for issue in found.issues if issue.code == "too_many_documents")
    assert issue.params == {"count": "503", "read": "500"}


def test_a_long_invoice_that_repeats_its_head_is_one() -> None:
    pages = [SHEET_ONE.replace("Page 1 of 2", f"Sheet {number}") for number in range(1, 12)]
    assert parts.ranges(reading(*pages, unit="pt")) == [(0, 10)]


def test_a_number_that_was_misread_on_the_second_page_is_the_same() -> None:
    texts = SHEET_ONE.replace("Page 1 of 2", ""), SHEET_TWO.replace("Page 2 of 2", "").replace("B-2000", "B-2O00")
    texts = texts[0], texts[1].replace("Brought forward                             100.00", "")
    seen = [
        replace(sheet, words=tuple(replace(word, origin="ocr", confidence=0.9) for word in sheet.words))
        for sheet in (page(text, unit="pt", number=number) for number, text in enumerate(texts, start=1))
    ]
    parsed = ParsedDocument(media_type="application/pdf", pages=tuple(seen))
    assert pipeline.extract(parsed, Options(today=OPTIONS.today)).parts == ()
