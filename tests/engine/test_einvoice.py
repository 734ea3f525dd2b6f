"""Invoices as XML: each syntax gives the same fields; hostile XML gives nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from extraction.engine import output
from extraction.engine.errors import DamagedDocument
from extraction.engine.extractors import einvoice
from extraction.engine.extractors.einvoice.reading import MAX_PARTS
from extraction.engine.extractors.einvoice.terms import last_payment_date
from extraction.engine.values import Attachment, Box, Options, Page, ParsedDocument, Word, encode
from tests.engine.einvoices import CII_NAMESPACES, ZUGFERD_1, cii, fattura, fattura_body, ubl

OPTIONS = Options(today=date(2026, 6, 1))


def attached(*contents: bytes) -> tuple[Attachment, ...]:
    return tuple(Attachment(name="a.xml", media_type="application/xml", content=content) for content in contents)


def read(content: bytes):
    return einvoice.extract(ParsedDocument(media_type="application/xml", attachments=attached(content)), OPTIONS)


def data(content: bytes) -> dict:
    return output.extracted_data(read(content))


def test_cii():
    found = data(cii())

    assert {key: found[key] for key in found if key not in ("line_items", "confidence_score")} == {
        "document_type": "invoice",
        "vendor_name": "Holz & Söhne GmbH",
        "customer_name": "Café Mitte",
        "invoice_number": "A-77",
        "invoice_date": "2026-04-01",
        "due_date": "2026-05-01",
        "total_amount": 119.0,
        "currency": "EUR",
        "tax_amount": 19.0,
        "subtotal_amount": 100.0,
        "amount_paid": 50.0,
        "amount_due": 69.0,
        "iban": "DE89370400440532013000",
        "vendor_vat_id": "DE136695976",
        "vendor_tax_number": "22/111/333",
        "purchase_order": "PO 9",
        "vendor_address": "Am Kai 3, 20095 Hamburg",
    }
    assert found["line_items"] == [
        {
            "description": "Blue chair",
            "quantity": 2.0,
            "unit_price": 40.0,
            "amount": 80.0,
            "unit": "H87",
            "tax_rate": 19.0,
            "product_code": "P1",
        },
        {"description": "Delivery", "quantity": None, "unit_price": None, "amount": 20.0},
    ]


def test_every_value_is_certain_and_comes_from_the_xml():
    extraction = read(cii())
    cells = [cell for item in extraction.line_items for cell in item.cells]

    assert {(field.confidence, field.evidence.source) for field in [*extraction.fields, *cells]} == {(1.0, "xml")}
    assert extraction.field("invoice_date").raw == "20260401"


def test_zugferd_1():
    found = data(ZUGFERD_1)

    assert (found["vendor_name"], found["customer_name"]) == ("Mill Ltd", "Baker Ltd")
    assert (found["total_amount"], found["tax_amount"], found["currency"]) == (12.0, 2.0, "GBP")
    assert found["line_items"] == [
        {"description": "Flour", "quantity": 5.0, "unit_price": None, "amount": 10.0, "unit": "KGM"}
    ]


@pytest.mark.parametrize(("kind", "expected"), [("Invoice", "invoice"), ("CreditNote", "credit_note")])
def test_ubl(kind, expected):
    found = data(ubl(kind))

    assert found["document_type"] == expected
    assert (found["vendor_name"], found["customer_name"]) == ("Snickeri AB", "Skola 12")
    assert (found["invoice_number"], found["invoice_date"], found["due_date"]) == ("U/5", "2026-05-01", "2026-05-31")
    assert (found["subtotal_amount"], found["tax_amount"], found["total_amount"]) == (100.0, 25.0, 125.0)
    assert found["vendor_vat_id"] == "SE556012579001"


def test_a_price_for_a_hundred_is_brought_down_to_one():
    assert data(ubl())["line_items"][0]["unit_price"] == 0.5


def test_a_price_base_that_contradicts_the_amount_is_ignored():
    price = "<ram:ChargeAmount>40.00</ram:ChargeAmount><ram:BasisQuantity>40</ram:BasisQuantity>"

    assert data(cii(price=price))["line_items"][0]["unit_price"] == 40.0


@pytest.mark.parametrize("base", ["0", "0.0", "-1", "x", "NaN"])
def test_a_senseless_price_base_does_no_harm(base):
    price = f"<ram:ChargeAmount>40.00</ram:ChargeAmount><ram:BasisQuantity>{base}</ram:BasisQuantity>"

    assert data(cii(price=price))["line_items"][0]["unit_price"] == 40.0


def test_fattura_pa():
    found = data(fattura())

    assert (found["vendor_name"], found["customer_name"]) == ("Ada Verdi", "Bar Uno SRL")
    assert found["vendor_address"] == "Via Po 7, 10123 Torino"
    assert found["vendor_vat_id"] == "IT00743110157"
    assert "customer_vat_id" not in found
    assert (found["subtotal_amount"], found["tax_amount"]) == (110.0, 22.4)
    assert found["total_amount"] is None, "a total that is not stated is not made up"
    assert found["due_date"] == "2026-04-01", "of two instalments the last one completes the payment"


def test_several_invoices_in_one_file_are_parts():
    extraction = read(fattura(fattura_body("1"), fattura_body("2", kind="TD04"), fattura_body("3")))

    parts = [(part.first_page, part.last_page, part.extraction) for part in extraction.parts]
    assert [(first, last) for first, last, _ in parts] == [(0, 0)] * 3
    assert [part.value("invoice_number") for *_, part in parts] == ["1", "2", "3"]
    assert [part.document_type for *_, part in parts] == ["invoice", "credit_note", "invoice"]
    assert {part.value("vendor_name") for *_, part in parts} == {"Ada Verdi"}
    assert [len(part.line_items) for *_, part in parts] == [1, 1, 1]
    assert extraction.value("invoice_number") == "1"
    assert extraction.value("tax_amount") == Decimal("22.40")


def test_of_very_many_invoices_in_one_file_the_rest_is_told():
    extraction = read(fattura(*(fattura_body(str(number)) for number in range(MAX_PARTS + 3))))

    assert len(extraction.parts) == MAX_PARTS
    assert [issue.code for issue in extraction.issues] == ["invoices_left_out"]
    assert extraction.issues[0].params == {"count": "203", "read": "200"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (cii(), "invoice"),
        *((cii(type_code=code), "invoice") for code in ("326", "383", "384", "386", "389", "751", "877", "x")),
        *((cii(type_code=code), "credit_note") for code in ("261", "381", "396")),
        (cii(type_code=""), "invoice"),
        (fattura(fattura_body("1", kind="TD04")), "credit_note"),
        *((fattura(fattura_body("1", kind=kind)), "invoice") for kind in ("TD01", "TD02", "TD05", "TD24")),
    ],
)
def test_the_type_code_tells_credit_notes(content, expected):
    assert read(content).document_type == expected


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("30 Tage netto bis 04.07.2026, 3% Skonto bis 15.06.2026", date(2026, 7, 4)),
        ("2% Skonto bis zum 15.06.2026; zahlbar bis zum 4. Juli 2026 ohne Abzug", date(2026, 7, 4)),
        ("Bei Zahlung bis 15.06.2026 2% Skonto", None),
        ("Zahlbar bis 04.07.2026 ohne Skonto", date(2026, 7, 4)),
        ("Payable by 2026-07-04", date(2026, 7, 4)),
        ("À payer au plus tard le 4 juillet 2026", date(2026, 7, 4)),
        ("Da pagare entro il 04/07/2026", date(2026, 7, 4)),
        ("Te betalen uiterlijk op 4-7-2026", date(2026, 7, 4)),
        ("Betalas senast 2026-07-04", date(2026, 7, 4)),
        ("Please pay on or before July 4, 2026", date(2026, 7, 4)),
        ("Zahlungsziel: 04.07.2026", date(2026, 7, 4)),
        ("Date d'échéance : 04/07/2026", date(2026, 7, 4)),
        ("Förfallodatum 2026-07-04", date(2026, 7, 4)),
        ("Splatnost: 4. 7. 2026", date(2026, 7, 4)),
        ("Vade tarihi: 04.07.2026", date(2026, 7, 4)),
        ("#SKONTO#TAGE=14#PROZENT=2.25#BASISBETRAG=357.93# Zahlbar bis 04.07.2026", date(2026, 7, 4)),
        ("#SKONTO#TAGE=14#PROZENT=2.25#", None),
        ("Zahlbar bis 01.07.2026 unter Abzug von 2 % Skonto, bis 04.07.2026 rein netto", date(2026, 7, 4)),
        ("30 jours à compter du 04/07/2026", None),
        ("Zahlbar 30 Tage ab 04.07.2026", None),
        ("Delivered on 04.07.2026", None),
        ("14 days after receipt", None),
        ("bis 31.02.2026", None),
        ("", None),
    ],
)
def test_the_last_day_of_payment_may_be_stated_in_words(terms, expected):
    found = last_payment_date(terms)

    assert (found and found[0]) == expected


def test_terms_in_words_serve_where_there_is_no_due_date():
    extraction = read(cii(terms="<ram:Description>payable until 12.05.2026</ram:Description>"))

    assert extraction.value("due_date") == date(2026, 5, 12)
    assert extraction.field("due_date").raw == "12.05.2026"


@pytest.mark.parametrize("total", ["abc", "NaN", "Infinity", "1e30", "119,00", "0x10"])
def test_a_value_that_is_no_amount_is_left_out_and_told(total):
    extraction = read(cii(total=total))

    assert extraction.field("total_amount") is None
    assert [(issue.code, issue.field) for issue in extraction.issues] == [("unreadable_value", "total_amount")]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">%s]>'
    b"<rsm:CrossIndustryInvoice %s>&z;</rsm:CrossIndustryInvoice>"
)
LEVELS = b"".join(b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in range(ord("b"), ord("z") + 1))
NAMESPACES = CII_NAMESPACES.encode()


def with_doctype(doctype: bytes) -> bytes:
    return cii().replace(b"?>", b"?><!DOCTYPE r " + doctype + b">", 1)


DECLARING = {
    "external entity": with_doctype(b'[<!ENTITY f SYSTEM "file:///etc/hostname">]').replace(b"A-77", b"&f;"),
    "parameter entity": with_doctype(b'[<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]'),
    "external DTD": with_doctype(b'SYSTEM "http://127.0.0.1:1/x.dtd"'),
    "DTD without entities": with_doctype(b"[<!ELEMENT r ANY>]"),
    "attribute by default": with_doctype(b'[<!ATTLIST r a CDATA "b">]'),
    "billion laughs": BOMB % (LEVELS, NAMESPACES),
    "in UTF-16": with_doctype(b"[]").decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16"),
}
FOREIGN = {
    "wrong namespace": cii().replace(b"CrossIndustryInvoice:100", b"SomethingElse:100"),
    "no namespace": b"<Invoice><ID>1</ID></Invoice>",
    "an order": b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"><ID>1</ID></Order>',
    "a picture": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "an invoice too deep inside": b"<a><b>" + cii().split(b"?>", 1)[1] + b"</b></a>",
    "an invoice behind many others": b"<a>" + b"<b/>" * 5 + cii().split(b"?>", 1)[1] + b"</a>",
}
BROKEN = {
    "entity that was not declared": cii().replace(b"A-77", b"&nbsp;"),
    "too deep": b"<a>" * 100_000,
    "too deep, but closed": b"<a>" * 10_000 + b"</a>" * 10_000,
    "too long a text": cii().replace(b"A-77", b"9" * 11_000_000),
    "cut off": cii()[:-200],
    "empty": b"",
    "binary": b"\x00\x01",
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><a/>',
    "another encoding than it says": cii().decode().encode("latin-1"),
    "a control character": cii().replace(b"A-77", b"A\x0177"),
    "a number of no character": cii().replace(b"A-77", b"&#0;"),
    "two roots": cii() + b"<a/>",
    "a prefix that nobody declared": b"<x:Invoice/>",
}


@pytest.mark.parametrize("content", (ALL := {**DECLARING, **FOREIGN, **BROKEN}).values(), ids=ALL)
def test_hostile_or_foreign_xml_in_a_pdf_leaves_it_to_its_pages(content):
    pdf = ParsedDocument(media_type="application/pdf", attachments=attached(content))

    assert einvoice.extract(pdf, OPTIONS) is None


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_other_xml_alone_is_another_document(content):
    alone = read(content)

    assert (alone.document_type, alone.fields) == ("other", ())
    assert [issue.code for issue in alone.issues] == ["unknown_xml"]


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_broken_xml_alone_cannot_be_read(content):
    with pytest.raises(DamagedDocument, match="damaged"):
        read(content)


@pytest.mark.parametrize("content", DECLARING.values(), ids=DECLARING)
def test_a_document_type_is_refused_and_the_error_says_so(content):
    with pytest.raises(DamagedDocument, match="document type"):
        read(content)


@pytest.mark.parametrize("content", [cii(), ubl(), fattura()])
def test_utf_7_is_read_as_what_it_says_or_not_at_all(content):
    text = content.decode().replace("UTF-8", "UTF-7")
    pdf = ParsedDocument(media_type="application/pdf", attachments=attached(text.encode("utf-7")))

    found = einvoice.extract(pdf, OPTIONS)

    assert found is None or "+" not in str(found.value("vendor_name"))


def test_a_style_sheet_is_not_applied(tmp_path):
    sheet = tmp_path / "a.xsl"
    sheet.write_text(
        "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
        "<xsl:template match='/'><xsl:message terminate='yes'>ran</xsl:message></xsl:template></xsl:stylesheet>"
    )
    content = cii().replace(b"?>", f"?><?xml-stylesheet type='text/xsl' href='file://{sheet}'?>".encode(), 1)

    assert read(content).value("invoice_number") == "A-77"


def test_inclusions_are_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    include = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' parse='text' href='file://{secret}'/>"

    found = read(cii().replace(b"Blue  chair", include.encode()))

    assert b"SECRET" not in encode(found)


LINE = cii()[cii().index(b"<ram:IncludedSupplyChainTradeLineItem>") :].split(b"<ram:ApplicableHeaderTradeAgreement>")[0]
TOTAL = b'<ram:TaxTotalAmount currencyID="DKK">141.74</ram:TaxTotalAmount>'
ATTRIBUTES = b" ".join(b'a%d=""' % number for number in range(50_000))
CURRENCY = b"<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(cii().replace(LINE, LINE * 4_000), id="lines"),
        pytest.param(cii().replace(TOTAL, TOTAL * 30_000).replace(CURRENCY, CURRENCY * 30_000), id="equal currencies"),
        pytest.param(cii().replace(b"<ram:Name>Blue", b"<ram:x/>" * 300_000 + b"<ram:Name>Blue"), id="siblings"),
        pytest.param(cii().replace(b"<ram:ID>A-77", b"<ram:ID %s>A-77" % ATTRIBUTES), id="attributes"),
        pytest.param(fattura(*[fattura_body("1")] * 3_000), id="bodies"),
    ],
)
def test_large_trees_are_read(content):
    """Each of them would take minutes if anything were quadratic."""
    assert read(content).document_type == "invoice"


def test_markup_in_values_stays_text():
    extraction = read(cii().replace("Café Mitte".encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;"))

    assert extraction.value("customer_name") == "<script>alert(1)</script>"


def test_comments_and_processing_instructions_do_not_cut_values():
    extraction = read(cii().replace(b"A-77", b"A<!-- x -->-<?y z?>77"))

    assert extraction.value("invoice_number") == "A-77"


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("utf-16", "utf-16"),
        ("UTF-16", "utf-16-be"),
        ("UTF-8", "utf-16-le"),
        ("iso-8859-1", "iso-8859-1"),
        ("windows-1252", "cp1252"),
        ("utf-8", "utf-8-sig"),
    ],
)
def test_other_encodings(said, encoding):
    content = cii().decode().replace('encoding="UTF-8"', f'encoding="{said}"').encode(encoding)

    assert read(content).value("vendor_name") == "Holz & Söhne GmbH"


def test_white_space_before_the_declaration():
    assert read(b"\r\n  " + cii()).value("invoice_number") == "A-77"


def test_an_envelope_with_an_invoice():
    content = b"<e:Envelope xmlns:e='urn:example'><e:Header/>" + cii().split(b"?>", 1)[1] + b"</e:Envelope>"

    assert read(content).value("invoice_number") == "A-77"


def test_the_first_attachment_that_is_an_invoice_counts():
    document = ParsedDocument(media_type="application/pdf", attachments=attached(b"%PDF-1.4", b"<html/>", cii(), ubl()))

    assert einvoice.extract(document, OPTIONS).value("invoice_number") == "A-77"


def test_a_document_without_attachments_is_left_to_others():
    assert einvoice.extract(ParsedDocument(media_type="application/pdf"), OPTIONS) is None


def test_the_number_of_lines_is_bounded():
    limits = Options(today=OPTIONS.today, limits=OPTIONS.limits.__class__(max_table_rows=1))
    document = ParsedDocument(media_type="application/xml", attachments=attached(cii()))

    assert len(einvoice.extract(document, limits).line_items) == 1


def page(*lines: str) -> Page:
    """Character cells, as text files have them."""
    words = []
    for y, line in enumerate(lines):
        x = 0
        for text in line.split(" "):
            if text:
                words.append(Word(text, Box(x, y, x + len(text), y + 1)))
            x += len(text) + 1
    return Page(number=1, width=80, height=len(lines), unit="char", words=tuple(words))


def test_values_are_found_on_the_page():
    printed = page(
        "HOLZ & SÖHNE GMBH             Invoice A-77",
        "Date: 1 April 2026",
        "Blue chair    2    40,00      80,00",
        "Delivery                      20,00",
        "Total EUR                    119,00",
        "IBAN DE89 3704 0044 0532 0130 00",
    )
    document = ParsedDocument(media_type="application/pdf", pages=(printed,), attachments=attached(cii()))

    extraction = einvoice.extract(document, OPTIONS)

    places = {field.name: field.evidence.box for field in extraction.fields if field.evidence.page == 1}
    assert places["vendor_name"] == Box(0, 0, 17, 1)
    assert places["invoice_number"] == Box(38, 0, 42, 1)
    assert places["invoice_date"] == Box(6, 1, 18, 2)
    assert places["total_amount"] == Box(29, 4, 35, 5)
    assert places["iban"] == Box(5, 5, 32, 6)
    assert "customer_name" not in places
    assert extraction.value("customer_name") == "Café Mitte", "what is not printed keeps its value"
    first, second = ({cell.name: cell.evidence.box for cell in item.cells} for item in extraction.line_items)
    assert first["unit_price"] == Box(19, 2, 24, 3)
    assert first["amount"] == Box(30, 2, 35, 3)
    assert second["description"] == Box(0, 3, 8, 4)
    assert extraction.line_items[0].value("amount") == Decimal("80.00")


def test_cells_of_lines_and_of_taxes_are_found_too():
    printed = page(
        "P9           Something else  1    80,00      80,00",
        "P1 19 %      Blue chair      2    40,00      80,00",
        "P1 7 %       Delivery        1    20,00      20,00",
        "Net 100,00   VAT 19 %  19,00",
        "Total                             119,00",
    )
    tax = (
        b"<ram:ApplicableTradeTax><ram:CalculatedAmount>19.00</ram:CalculatedAmount>"
        b"<ram:BasisAmount>100.00</ram:BasisAmount><ram:RateApplicablePercent>19.00</ram:RateApplicablePercent>"
        b"</ram:ApplicableTradeTax>"
    )
    content = cii().replace(b"<ram:SpecifiedTradePaymentTerms>", tax + b"<ram:SpecifiedTradePaymentTerms>")
    document = ParsedDocument(media_type="application/pdf", pages=(printed,), attachments=attached(content))

    extraction = einvoice.extract(document, OPTIONS)

    line = {cell.name: cell.evidence.box for cell in extraction.line_items[0].cells}
    assert line["product_code"] == Box(0, 1, 2, 2)
    assert line["tax_rate"] == Box(3, 1, 7, 2)
    assert line["amount"].y0 == 1
    (taxes,) = extraction.tax_lines
    assert {cell.name: cell.evidence.box for cell in taxes.cells} == {
        "tax_rate": Box(17, 3, 21, 4),
        "tax_base": Box(4, 3, 10, 4),
        "tax_amount": Box(23, 3, 28, 4),
    }


def test_of_a_long_document_the_end_is_searched():
    first, last = page("Invoice A-77"), page("Total 119,00")
    pages = tuple(replace(last if number == 60 else first, number=number) for number in range(1, 61))
    document = ParsedDocument(media_type="application/pdf", pages=pages, attachments=attached(cii()))

    extraction = einvoice.extract(document, OPTIONS)

    assert extraction.field("total_amount").evidence.page == 60
    assert extraction.field("invoice_number").evidence.page == 1
