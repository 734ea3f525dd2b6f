"""PDFs with an e-invoice inside: where page and XML differ, it is told; where they agree, in any notation, it is not.

The pages are those of the samples, in further arrangements.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
import pikepdf
import pytest

from extraction.engine import output, pipeline
from extraction.engine.extractors import einvoice
from extraction.engine.extractors.einvoice.said import Said, fold
from extraction.engine.values import Attachment, Options, ParsedDocument, Source, Word
from tests.engine.drawn import page
from tests.engine.einvoices import cii, ubl
from training import sample_bills as bills
from training import samples
from training.generator import einvoices, render

OPTIONS = Options(today=date(2026, 6, 1))
SHORT = {
    "english": (bills.ENGLISH_INVOICE, samples.ENGLISH),
    "french": (bills.FRENCH_INVOICE, samples.FRENCH),
    "workshop": (bills.FACTURX_INVOICE, samples.WORKSHOP),
}
LAYOUTS = ("letter", "split", "band", "form", "plain", "sidebar", "compact")


def xml_of(bill, issuer):
    return einvoices.xml(bill, issuer.language)


def read(tmp_path, shown, issuer, content, options=OPTIONS):
    path = tmp_path / "a.pdf"
    path.write_bytes(einvoices.attached(render.pdf(samples.page(shown, issuer)), content))
    return pipeline.process(Source(path=str(path), media_type="application/pdf", filename="a.pdf"), options)


def differences(extraction):
    return {issue.field: issue for issue in extraction.issues if issue.code == "page_differs_from_xml"}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("invoice", "issuer"), SHORT.values(), ids=SHORT)
def test_a_page_that_agrees_raises_nothing(tmp_path, invoice, issuer, layout):
    arranged = replace(issuer, style=replace(issuer.style, skeleton=layout))

    found = read(tmp_path, invoice, arranged, xml_of(invoice, issuer))

    assert not differences(found)
    assert output.is_valid(found)
    reasons = {field.name: field.why.reasons for field in found.fields if field.evidence.source == "xml"}
    assert reasons["total_amount"] == ("stated in the XML", "the page says the same")


def test_two_pages_that_agree_raise_nothing(tmp_path):
    bill = bills.GERMAN_INVOICE

    found = read(tmp_path, bill, samples.GERMAN, xml_of(bill, samples.GERMAN))

    assert not differences(found)
    assert found.field("total_amount").evidence.page == 2


def scaled(invoice, factor):
    return replace(
        invoice, lines=tuple(replace(line, unit_price=line.unit_price * Decimal(factor)) for line in invoice.lines)
    )


def paid_to(invoice, iban):
    return replace(invoice, seller=replace(invoice.seller, iban=iban))


CHANGES = {
    "number": (lambda invoice: replace(invoice, number="ZQ-99-4711"), {"invoice_number"}),
    "issued": (lambda invoice: replace(invoice, issued=date(2025, 11, 5)), {"invoice_date"}),
    "due": (lambda invoice: replace(invoice, due=date(2026, 8, 30)), {"due_date"}),
    "account": (lambda invoice: paid_to(invoice, "LT121000011101001000"), {"iban"}),
    "one digit of the account": (lambda invoice: paid_to(invoice, invoice.seller.iban[:-1] + "9"), {"iban"}),
    "sums": (lambda invoice: scaled(invoice, "10"), {"total_amount", "tax_amount", "subtotal_amount"}),
    "one line": (
        lambda invoice: replace(invoice, lines=(*invoice.lines[:-1], replace(invoice.lines[-1], quantity=Decimal(3)))),
        {"total_amount", "tax_amount", "subtotal_amount"},
    ),
    "currency": (lambda invoice: replace(invoice, currency="SEK"), {"currency"}),
    "VAT id of the seller": (
        lambda invoice: replace(invoice, seller=replace(invoice.seller, vat_id="DE811907980")),
        {"vendor_vat_id"},
    ),
    "one digit of it": (
        lambda invoice: replace(invoice, seller=replace(invoice.seller, vat_id=invoice.seller.vat_id[:-1] + "9")),
        {"vendor_vat_id"},
    ),
    "vendor": (
        lambda invoice: paid_to(
            replace(invoice, seller=replace(invoice.seller, name="Quarvel Zyxomat", vat_id="")), "LT121000011101001000"
        ),
        {"vendor_name", "iban"},
    ),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(("invoice", "issuer"), [SHORT["english"], SHORT["workshop"]])
def test_what_the_page_says_otherwise_is_told(tmp_path, invoice, issuer, change, expected):
    found = read(tmp_path, invoice, issuer, xml_of(change(invoice), issuer))

    assert set(differences(found)) == expected
    assert {issue.severity for issue in differences(found).values()} == {"error"}
    assert not output.is_valid(found)


@pytest.mark.parametrize("vat_id", ["", "DE811907980"])
@pytest.mark.parametrize(("invoice", "issuer"), SHORT.values(), ids=SHORT)
def test_another_buyers_vat_id_is_not_the_sellers(tmp_path, invoice, issuer, vat_id):
    changed = replace(invoice, buyer=replace(invoice.buyer, vat_id=vat_id))

    assert not differences(read(tmp_path, invoice, issuer, xml_of(changed, issuer)))


def test_a_difference_names_both_values_and_where_the_page_says_its_own(tmp_path):
    invoice, issuer = SHORT["workshop"]

    found = read(tmp_path, invoice, issuer, xml_of(replace(invoice, due=date(2026, 8, 30)), issuer))

    issue = differences(found)["due_date"]
    assert issue.params == {"label": "due date", "page": "2026-05-20", "xml": "2026-08-30"}
    assert issue.message == "The due date is 2026-05-20 on the page, but 2026-08-30 in the XML."
    stated, shown = found.field("due_date").why.considered
    assert (stated.value, shown.value) == ("2026-08-30", "2026-05-20")
    assert shown.page == 1
    assert shown.box is not None
    assert found.value("due_date") == date(2026, 8, 30), "the XML counts until a person decides"


def test_a_persons_decision_settles_it(tmp_path):
    invoice, issuer = SHORT["workshop"]
    found = read(tmp_path, invoice, issuer, xml_of(replace(invoice, number="ZQ-1"), issuer))
    number = msgspec.structs.replace(found.field("invoice_number"), value="VR-10266", why=None)
    others = tuple(field for field in found.fields if field.name != "invoice_number")

    corrected = pipeline.validate(msgspec.structs.replace(found, fields=(*others, number)), OPTIONS)

    assert differences(found)
    assert not differences(corrected)


@pytest.mark.parametrize(("setting", "severities"), [("off", []), ("warning", ["warning"])])
def test_a_workspace_may_weigh_it_otherwise(tmp_path, setting, severities):
    invoice, issuer = SHORT["workshop"]
    options = msgspec.structs.replace(OPTIONS, rules={"page_differs_from_xml": setting})

    found = read(tmp_path, invoice, issuer, xml_of(replace(invoice, number="ZQ-1"), issuer), options)

    assert [issue.severity for issue in differences(found).values()] == severities


# --- Pages drawn in characters ----------------------------------------------------------------------------------------
AGREEING = """\
Holz & Söhne GmbH
Am Kai 3
20095 Hamburg
                                          Invoice
Café Mitte
                                          Invoice number  {number}
                                          Invoice date    {issued}
                                          Due date        {due}

Description          Quantity   Unit price      Amount
Blue chair                  2     {forty}       {eighty}
Delivery                    1     {twenty}       {twenty}

                                Net             {net}
                                VAT 19 %        {tax}
                                Total {mark}       {total}

IBAN {iban}
"""
PLAIN = {
    "number": "A-77",
    "issued": "2026-04-01",
    "due": "2026-05-01",
    "forty": "40.00",
    "eighty": "80.00",
    "twenty": "20.00",
    "net": "100.00",
    "tax": "19.00",
    "total": "119.00",
    "mark": "EUR",
    "iban": "DE89370400440532013000",
}


def beside(text, content=None, *, origin="text"):
    """A page of characters with the small invoice of ``einvoices`` in it."""
    drawn = page(text)
    words = tuple(Word(word.text, word.box, word.confidence, origin) for word in drawn.words)
    document = ParsedDocument(
        media_type="application/pdf",
        pages=(msgspec.structs.replace(drawn, words=words),),
        attachments=(Attachment(name="factur-x.xml", media_type="text/xml", content=content or cii()),),
    )
    return pipeline.validate(pipeline.extract(document, OPTIONS), OPTIONS)


@pytest.mark.parametrize(
    "notation",
    [
        {},
        {"issued": "1 April 2026", "due": "May 1, 2026"},
        {"issued": "1.4.26", "due": "01/05/2026"},
        {"issued": "1. huhtikuuta 2026"},
        {"iban": "DE89 3704 0044 0532 0130 00", "mark": "€"},
        {"iban": "DE 89-3704-0044-0532-0130-00"},
        {"number": "A 77"},
        {"number": "#A-77/2026"},
        {"net": "100,00", "tax": "19,00", "total": "119,00", "forty": "40,00", "eighty": "80,00", "twenty": "20,00"},
        {"net": "100.-", "tax": "19.-", "total": "119.-"},
        {"net": "100", "tax": "19", "total": "119"},
        {"net": "-100.00", "tax": "-19.00", "total": "-119.00"},
        {"net": "(100.00)", "tax": "(19.00)", "total": "(119.00)"},
        {"total": "69.00"},
        {"due": "2026-05-01 (3 % discount until 2026-04-15)"},
        {"tax": "12.00\n                                VAT 7 %          7.00"},
    ],
    ids=str,
)
def test_other_notations_and_values_of_another_role_are_no_difference(notation):
    found = beside(AGREEING.format(**PLAIN | notation))

    assert not differences(found)


@pytest.mark.parametrize(("stated", "mark"), [("CAD", "$"), ("DKK", "kr"), ("GBP", "£")])
def test_a_mark_of_several_currencies_is_any_of_them(stated, mark):
    content = cii().replace(b"DKK", b"PLN").replace(b"EUR", stated.encode())

    assert not differences(beside(AGREEING.format(**PLAIN | {"mark": mark}), content))


@pytest.mark.parametrize(
    ("printed", "field"),
    [
        ({"total": "911.00"}, "total_amount"),
        ({"iban": "GB29NWBK60161331926819"}, "iban"),
        ({"number": "B-91834"}, "invoice_number"),
        ({"issued": "2026-03-17"}, "invoice_date"),
        ({"due": "2026-06-09"}, "due_date"),
        ({"mark": "USD"}, "currency"),
    ],
)
def test_each_value_on_a_page_of_characters(printed, field):
    assert field in differences(beside(AGREEING.format(**PLAIN | printed)))


@pytest.mark.parametrize(
    ("stated", "printed", "told"),
    [
        ("DE811907980", "VAT ID DE136695976", True),
        ("DE811907980", "VAT ID DE811907980", False),
        ("DE811907980", "VAT ID: DE 811 907 980", False),
        ("CHE-116.281.710 MWST", "VAT ID CHE-116.281.710 TVA", False),
        ("CHE-116.281.710 MWST", "VAT ID CHE-109.322.551 MWST", True),
        ("BE0411905847", "VAT ID BE 411.905.847", False),
        ("GB901427711", "VAT no 901 4277 11", False),
        ("GB901427711", "VAT no 980 7806 84", True),
        ("DE811907980", "", False),
        ("DE811907980", "VAT ID DE136695976          Agent of DE811907980", False),
        ("DE811907980", "Customer VAT ID DE136695976", False),
        ("DE811907980", "Your VAT ID DE136695976", False),
        ("not applicable", "VAT ID DE136695976", False),
    ],
)
def test_the_sellers_vat_id_is_another_one_only_where_it_is_clear(stated, printed, told):
    content = cii().replace(b"DE136695976", stated.encode())
    found = beside(AGREEING.format(**PLAIN) + f"\n{printed}\n", content)

    assert found.value("vendor_vat_id") == stated
    assert ("vendor_vat_id" in differences(found)) == told


def test_an_id_of_the_buyer_that_looks_like_the_sellers_is_no_difference():
    """Where the XML states it as the buyer's."""
    buyer = '<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE136695976</ram:ID></ram:SpecifiedTaxRegistration>'
    content = cii().decode().replace("DE136695976", "DE811907980")
    content = content.replace("</ram:BuyerTradeParty>", f"{buyer}</ram:BuyerTradeParty>")

    found = beside(AGREEING.format(**PLAIN) + "\nVAT ID DE136695976\n", content.encode())

    assert found.value("customer_vat_id") == "DE136695976"
    assert not differences(found)


NUMBER, ISSUED = "<ram:ID>A-77<", '<udt:DateTimeString format="102">20260401<'
SETTLEMENT = "<ram:ApplicableHeaderTradeSettlement>"
IBAN, ANOTHER = "<ram:IBANID>DE89370400440532013000", "<ram:IBANID>GB29NWBK60161331926819"
TERMS = "</ram:SpecifiedTradePaymentTerms>"
DELIVERED = (
    "<ram:ApplicableHeaderTradeDelivery><ram:ActualDeliverySupplyChainEvent><ram:OccurrenceDateTime>"
    '<udt:DateTimeString format="102">20260401</udt:DateTimeString>'
    "</ram:OccurrenceDateTime></ram:ActualDeliverySupplyChainEvent></ram:ApplicableHeaderTradeDelivery>"
)
UNPAID = {"<ram:TotalPrepaidAmount>50.00<": "<ram:TotalPrepaidAmount>0.00<", ">69.00<": ">119.00<"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (UNPAID, set()),
        (UNPAID | {"GrandTotalAmount>119.00": "GrandTotalAmount>911.50"}, {"total_amount"}),
        ({"GrandTotalAmount>119.00": "GrandTotalAmount>911.50"}, {"total_amount"}),
        ({"<ram:TotalPrepaidAmount>50.00<": "<ram:TotalPrepaidAmount>0.00<", ">69.00<": ">691.10<"}, {"amount_due"}),
        ({'"EUR">19.00': '"EUR">91.00'}, {"tax_amount"}),
        (
            {NUMBER: "<ram:ID>A-78<", SETTLEMENT: f"{SETTLEMENT}<ram:PaymentReference>A-77</ram:PaymentReference>"},
            {"invoice_number"},
        ),
        ({ISSUED: ISSUED.replace("0401", "0329"), SETTLEMENT: DELIVERED + SETTLEMENT}, {"invoice_date"}),
        ({IBAN: ANOTHER, TERMS: f"<ram:Description>To {IBAN[12:]}</ram:Description>{TERMS}"}, {"iban"}),
        ({IBAN: f"{ANOTHER}</ram:IBANID>{IBAN}"}, set()),
    ],
)
def test_what_was_changed_in_one_place_of_the_xml_is_told(changes, expected):
    """Though what the page says still stands in another place of the XML."""
    content = cii().decode()
    for old, new in changes.items():
        assert old in content, old
        content = content.replace(old, new, 1)

    assert set(differences(beside(AGREEING.format(**PLAIN), content.encode()))) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (
            {"issued": "2026-04-19\n                                          Delivery date   2026-04-01"},
            {"invoice_date"},
        ),
        ({"issued": "2026-04-01\n                                          Delivery date   2026-03-30"}, set()),
        ({"issued": "2026-04-01\n                                          Order date      2026-03-30"}, set()),
    ],
)
def test_the_day_of_the_invoice_is_told_though_another_day_is_that_of_the_xml(printed, expected):
    assert set(differences(beside(AGREEING.format(**PLAIN | printed)))) == expected


@pytest.mark.parametrize(("total", "told"), [("111.00", False), ("911.50", True)])
def test_recognised_text_may_be_off_by_a_character(total, told):
    found = beside(AGREEING.format(**PLAIN | {"total": total}), origin="ocr")

    assert ("total_amount" in differences(found)) == told


def test_a_page_without_an_invoice_is_no_difference():
    assert not differences(beside("Please find the invoice attached as data.\nKind regards"))


def test_an_empty_page_is_no_difference():
    found = beside("")

    assert not differences(found)
    assert found.value("total_amount") == Decimal("119.00")


LINES = cii()[cii().index(b"<ram:IncludedSupply") : cii().index(b"<ram:ApplicableHeaderTradeAgreement>")]


def test_what_the_xml_leaves_out_is_taken_from_the_page():
    """The smallest profiles hold neither lines nor terms."""
    minimum = cii(terms="").replace(LINES, b"")

    found = beside(AGREEING.format(**PLAIN), minimum)

    due = found.field("due_date")
    assert (due.value, due.evidence.source) == (date(2026, 5, 1), "text")
    assert due.confidence < 1.0
    assert [item.value("amount") for item in found.line_items] == [Decimal("80.00"), Decimal("20.00")]
    assert not differences(found)


def test_a_value_that_the_xml_has_in_another_place_is_not_added():
    note = b"<ram:IncludedNote><ram:Content>Customer 5512 of old</ram:Content></ram:IncludedNote>"
    text = AGREEING.format(**PLAIN).replace("Caf\u00e9 Mitte", "Caf\u00e9 Mitte             Customer no 5512")

    without = beside(text)
    within = beside(text, cii().replace(b"</rsm:ExchangedDocument>", note + b"</rsm:ExchangedDocument>"))

    assert within.field("customer_number") is None
    assert without.field("customer_number") is None or without.value("customer_number") == "5512"


# --- Several attachments, and broken ones -----------------------------------------------------------------------------
ORDER = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"><ID>1</ID></Order>'


@pytest.mark.parametrize(
    ("attachments", "number"),
    [
        ([("order.xml", ORDER), ("any.xml", cii())], "A-77"),
        ([("old.xml", ubl()), ("factur-x.xml", cii())], "A-77"),
        ([("old.xml", ubl()), ("ZUGFeRD-invoice.xml", cii())], "A-77"),
        ([("xrechnung.xml", cii()[:-100]), ("other.xml", ubl())], "U/5"),
        ([("a.xml", ubl()), ("b.xml", cii())], "U/5"),
        ([("order.xml", ORDER)], None),
    ],
)
def test_of_several_files_the_invoice_counts(attachments, number):
    files = tuple(Attachment(name=name, media_type="text/xml", content=content) for name, content in attachments)

    found = einvoice.extract(ParsedDocument(media_type="application/pdf", attachments=files), OPTIONS)

    assert (found.value("invoice_number") if found else None) == number


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("factur-x.xml", cii()[:-100], True),
        ("factur-x.xml", ORDER, True),
        ("other.xml", cii()[:-100], True),
        ("factur-x.xml", cii().decode().encode("latin-1"), True),
        ("order.xml", ORDER, False),
    ],
)
def test_without_a_good_invoice_in_it_a_pdf_is_read_by_its_page(tmp_path, name, content, told):
    invoice, issuer = SHORT["english"]
    path = tmp_path / "a.pdf"
    path.write_bytes(render.pdf(samples.page(invoice, issuer)))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
        pdf.save(path)

    found = pipeline.process(Source(path=str(path), media_type="application/pdf", filename="a.pdf"), OPTIONS)

    assert found.value("total_amount") == invoice.total
    assert found.field("total_amount").evidence.source == "text"
    issues = [issue for issue in found.issues if issue.code == "attachment_unreadable"]
    assert [issue.params for issue in issues] == ([{"name": name}] if told else [])


# --- Everything that is said ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name", "value", "said"),
    [
        ("Total 1.234,56 €", "total_amount", Decimal("1234.56"), True),
        ("Total 1,234.56", "total_amount", Decimal("1234.56"), True),
        ("Total 1 234,56", "total_amount", Decimal("1234.560"), True),
        ("Total 1'234.56", "total_amount", Decimal("-1234.56"), True),
        ("Total 1234.5", "total_amount", Decimal("1234.56"), False),
        ("12345.6", "total_amount", Decimal("1234.56"), False),
        ("1.500", "total_amount", Decimal(1500), True),
        ("1.500", "total_amount", Decimal("1.5"), True),
        ("3. Mai 2026", "invoice_date", date(2026, 5, 3), True),
        ("03/05/2026", "invoice_date", date(2026, 3, 5), True),
        ("20260503", "invoice_date", date(2026, 5, 3), True),
        ("3. Mai 2025", "invoice_date", date(2026, 5, 3), False),
        ("in Euro", "currency", "EUR", True),
        ("5,00 €", "currency", "EUR", True),
        ("5.00 $", "currency", "CAD", True),
        ("5.00 $", "currency", "EUR", False),
        ("EUROPE", "currency", "EUR", False),
        ("RE-2026 / 001", "invoice_number", "re2026001", True),
        ("RE-2026-002", "invoice_number", "RE-2026-001", False),
    ],
)
def test_said(text, name, value, said):
    assert Said([text]).says(name, value) == said


def test_folding():
    assert fold("É. Müller & Ço. №7") == "emullercono7"
