"""Ways in which exporters write the same thing: each a change of a small e-invoice, with what must be read then."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.engine import output
from extraction.engine.extractors import einvoice
from extraction.engine.values import Attachment, Options, ParsedDocument
from tests.engine.einvoices import DUE_DATE, SIMPLIFIED, cii, fattura, ubl

SCREWS = ("Screws", 200.0, 0.5, 100.0)
CHAIR, DELIVERY = ("Blue chair", 2.0, 40.0, 80.0), ("Delivery", None, None, 20.0)
OIL = ("Olio", 2.0, 5.0, 10.0)


def data(content: bytes) -> dict:
    """What is exported; of the lines description, quantity, price and amount under ``lines``."""
    attachment = Attachment(name="a.xml", media_type="application/xml", content=content)
    document = ParsedDocument(media_type="application/xml", attachments=(attachment,))
    found = output.extracted_data(einvoice.extract(document, Options(today=date(2026, 6, 1))))
    cells = ("description", "quantity", "unit_price", "amount")
    return {**found, "lines": [tuple(line[cell] for cell in cells) for line in found["line_items"]]}


def changed(content: bytes, changes: dict[str, str]) -> bytes:
    """Every text that is to be changed has to be there."""
    text = content.decode()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def expect(content: bytes, expected: dict) -> None:
    found = data(content)
    assert {name: found.get(name) for name in expected} == expected


# --- UBL --------------------------------------------------------------------------------------------------------------
TAX = '<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">25.00</cbc:TaxAmount></cac:TaxTotal>'
NAME = "<cac:PartyName><cbc:Name>Trading name</cbc:Name></cac:PartyName>"
LEGAL = "<cac:PartyLegalEntity><cbc:RegistrationName>Snickeri AB</cbc:RegistrationName></cac:PartyLegalEntity>"
INCLUSIVE = '<cbc:TaxInclusiveAmount currencyID="SEK">125.00</cbc:TaxInclusiveAmount>'
PAYABLE = '<cbc:PayableAmount currencyID="SEK">125.00'
DUE = "<cbc:DueDate>2026-05-31</cbc:DueDate>"
PRICE = '50.00</cbc:PriceAmount><cbc:BaseQuantity unitCode="C62">100<'
TOTAL = "</cac:LegalMonetaryTotal>"


def tax_total(amount: str, currency: str, scheme: str = "") -> str:
    """With a breakdown where there is a ``scheme``."""
    stated = f'<cbc:TaxAmount currencyID="{currency}">{amount}</cbc:TaxAmount>'
    kind = f"<cac:TaxCategory><cac:TaxScheme><cbc:ID>{scheme}</cbc:ID></cac:TaxScheme></cac:TaxCategory>"
    breakdown = f"<cac:TaxSubtotal>{stated}{kind}</cac:TaxSubtotal>" if scheme else ""
    return f"<cac:TaxTotal>{stated}{breakdown}</cac:TaxTotal>"


def paid_to(account: str) -> dict[str, str]:
    means = f"<cac:PayeeFinancialAccount><cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount>"
    return {TAX: f"<cac:PaymentMeans>{means}</cac:PaymentMeans>{TAX}"}


IN_UBL: dict[str, tuple[dict[str, str], dict]] = {
    "tax in the seller's currency first": (
        {"Code>SEK<": "Code>\n SEK \n<", TAX: tax_total("2.20", "EUR") + TAX},
        {"tax_amount": 25.0, "currency": "SEK"},
    ),
    "tax in the same currency twice": ({TAX: tax_total("25.00", "SEK", "VAT") + TAX}, {"tax_amount": 25.0}),
    "two kinds of tax": (
        {TAX: tax_total("19.00", "SEK", "01") + tax_total("6.00", "SEK", "04")},
        {"tax_amount": 25.0},
    ),
    "two kinds of tax, also in another currency": (
        {TAX: tax_total("19.00", "SEK", "01") + tax_total("6.00", "SEK", "04") + tax_total("2.2", "EUR", "01")},
        {"tax_amount": 25.0},
    ),
    "no tax": ({">25.00<": ">0.00<", '"SEK">125.00': '"SEK">100.00'}, {"tax_amount": 0.0, "total_amount": 100.0}),
    "currency in small letters": ({"Code>SEK<": "Code>sek<"}, {"currency": "SEK"}),
    "a person": (
        {
            NAME: "",
            LEGAL: "<cac:Person><cbc:FirstName>Eva</cbc:FirstName><cbc:FamilyName>Lund</cbc:FamilyName></cac:Person>",
        },
        {"vendor_name": "Eva Lund"},
    ),
    "an empty name": ({"Snickeri AB": " \n "}, {"vendor_name": "Trading name"}),
    "no total but what is to be paid": ({INCLUSIVE: ""}, {"total_amount": 125.0, "amount_due": 125.0}),
    "no total, and something was paid": (
        {INCLUSIVE: "", PAYABLE: f"<cbc:PrepaidAmount>5</cbc:PrepaidAmount>{PAYABLE}"},
        {"total_amount": None, "amount_due": 125.0},
    ),
    "prepaid and rounded": (
        {PAYABLE: "<cbc:PrepaidAmount>20</cbc:PrepaidAmount><cbc:PayableAmount>105.30"},
        {"total_amount": 125.0, "amount_paid": 20.0, "amount_due": 105.3},
    ),
    "due date of an instalment": (
        {
            DUE: "",
            TAX: "<cac:PaymentTerms><cbc:InstallmentDueDate>2026-05-20</cbc:InstallmentDueDate>"
            f"</cac:PaymentTerms>{TAX}",
        },
        {"due_date": "2026-05-20"},
    ),
    "several due dates": (
        {
            DUE: "",
            TAX: "".join(
                f"<cac:PaymentMeans><cbc:PaymentDueDate>2026-0{month}-20</cbc:PaymentDueDate></cac:PaymentMeans>"
                for month in (7, 5)
            )
            + TAX,
        },
        {"due_date": "2026-07-20"},
    ),
    "dates with a zone": (
        {DUE: "<cbc:DueDate>2026-05-31+02:00</cbc:DueDate>", ">2026-05-01<": ">2026-05-01T23:59:59.000Z<"},
        {"due_date": "2026-05-31", "invoice_date": "2026-05-01"},
    ),
    "other prefixes": (
        {
            "<Invoice xmlns=": "<i:Invoice xmlns:i=",
            "</Invoice>": "</i:Invoice>",
            "cbc:": "n2:",
            ":cbc": ":n2",
            "cac:": "q:",
            ":cac": ":q",
        },
        {"total_amount": 125.0, "vendor_name": "Snickeri AB", "lines": [SCREWS]},
    ),
    "a namespace at the element": (
        {
            "<cbc:ID>U/5</cbc:ID>": "<ID"
            ' xmlns="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">U/5</ID>'
        },
        {"invoice_number": "U/5"},
    ),
    "CDATA": ({"Snickeri AB": "<![CDATA[Såg & Lim <AB>]]>"}, {"vendor_name": "Såg & Lim <AB>"}),
    "comments within values": (
        {"Snickeri AB": "Snic<!-- x -->keri AB", INCLUSIVE: INCLUSIVE.replace("125", "12<!--0-->5")},
        {"vendor_name": "Snickeri AB", "total_amount": 125.0},
    ),
    "a negative invoice": (
        {">125.00<": ">-125.00<", ">25.00<": ">-25.00<", "100.00</cbc:Line": "-100.00</cbc:Line", ">200<": ">-200<"},
        {
            "document_type": "invoice",
            "total_amount": -125.0,
            "tax_amount": -25.0,
            "lines": [("Screws", -200.0, 0.5, -100.0)],
        },
    ),
    "a type code amid white space": (
        {"<cbc:Doc": "<cbc:InvoiceTypeCode>\n381 </cbc:InvoiceTypeCode><cbc:Doc"},
        {"document_type": "credit_note"},
    ),
    "an account in small letters": (paid_to("se45 5000 0000 0583 9825 7466"), {"iban": "SE4550000000058398257466"}),
    "a national account": (paid_to("5000-1234"), {"iban": None}),
    "a price before the line's discount": (
        {
            PRICE: '0.60</cbc:PriceAmount><cbc:BaseQuantity unitCode="C62">1<',
            "<cac:Item>": "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:Amount>20.00"
            "</cbc:Amount>"
            "</cac:AllowanceCharge><cac:Item>",
        },
        {"lines": [("Screws", 200.0, 0.6, 100.0)]},
    ),
    "a price for a part of one": ({PRICE: "0.005</cbc:PriceAmount><cbc:BaseQuantity>0.01<"}, {"lines": [SCREWS]}),
    "a description alone": ({"Name>Screws</cbc:Name": "Description>Screws</cbc:Description"}, {"lines": [SCREWS]}),
    "a note alone": (
        {"<cac:Item><cbc:Name>Screws</cbc:Name></cac:Item>": "<cbc:Note>Screws</cbc:Note>"},
        {"lines": [SCREWS]},
    ),
    "lines within a line": (
        {
            "<cac:Price>": "<cac:SubInvoiceLine><cbc:LineExtensionAmount>100.00</cbc:LineExtensionAmount><cac:Item>"
            "<cbc:Name>Inner</cbc:Name></cac:Item></cac:SubInvoiceLine><cac:Price>"
        },
        {"lines": [SCREWS]},
    ),
    "a huge number": (
        {INCLUSIVE: INCLUSIVE.replace("125.00", "99999999999999.99")},
        {"total_amount": 99999999999999.99},
    ),
    "a number with sign and zeros": ({INCLUSIVE: INCLUSIVE.replace("125.00", "+0125.000")}, {"total_amount": 125.0}),
}


@pytest.mark.parametrize(("changes", "expected"), IN_UBL.values(), ids=IN_UBL)
def test_ubl(changes, expected):
    expect(changed(ubl(), changes), expected)


@pytest.mark.parametrize(
    ("root", "kind", "expected"),
    [
        ("SelfBilledInvoice", "Invoice", "invoice"),
        ("SelfBilledCreditNote", "CreditNote", "credit_note"),
        ("DebitNote", "Invoice", "invoice"),
    ],
)
def test_other_documents_of_ubl(root, kind, expected):
    changes = {f"<{kind} ": f"<{root} ", f"</{kind}>": f"</{root}>", f"{kind}-2": f"{root}-2"}
    if root == "DebitNote":
        changes |= {"InvoiceLine": "DebitNoteLine", "InvoicedQuantity": "DebitedQuantity"}
        changes |= {"LegalMonetaryTotal": "RequestedMonetaryTotal"}

    expect(
        changed(ubl(kind), changes),
        {"document_type": expected, "total_amount": 125.0, "vendor_name": "Snickeri AB", "lines": [SCREWS]},
    )


# --- CII --------------------------------------------------------------------------------------------------------------
SECOND = "</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradePaymentTerms>"
GRAND = "<ram:GrandTotalAmount>119.00"
IBAN = "<ram:IBANID>DE89370400440532013000</ram:IBANID>"
ISSUED = '<udt:DateTimeString format="102">20260401</udt:DateTimeString>'
FIRST = "<ram:IncludedSupplyChainTradeLineItem>\n      <ram:SpecifiedTradeProduct>\n        <ram:SellerAssignedID>P1"
NAMED = "<ram:SpecifiedTradeProduct><ram:Name>Delivery</ram:Name></ram:SpecifiedTradeProduct>"
NET = "<ram:NetPriceProductTradePrice><ram:ChargeAmount>40.00"


def line(name: str, amount: str, status: str = "") -> str:
    states = f"<ram:LineStatusReasonCode>{status}</ram:LineStatusReasonCode>" if status else ""
    total = f"<ram:LineTotalAmount>{amount}</ram:LineTotalAmount>" if amount else ""
    return (
        f"<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>{states}"
        f"<ram:IncludedNote><ram:Content>{name}</ram:Content></ram:IncludedNote></ram:AssociatedDocumentLineDocument>"
        "<ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"{total}</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>"
        "</ram:IncludedSupplyChainTradeLineItem>"
    )


IN_CII: dict[str, tuple[dict[str, str], dict]] = {
    "currency amid white space": ({"Code>EUR<": "Code> EUR\n<"}, {"tax_amount": 19.0, "currency": "EUR"}),
    "totals in two currencies": (
        {
            GRAND: '<ram:GrandTotalAmount currencyID="DKK">887.00</ram:GrandTotalAmount><ram:GrandTotalAmount'
            ' currencyID="EUR">119.00',
            "<ram:TaxBasisTotalAmount>": '<ram:TaxBasisTotalAmount currencyID="DKK">746.00</ram:TaxBasisTotalAmount>'
            '<ram:TaxBasisTotalAmount currencyID="EUR">',
        },
        {"total_amount": 119.0, "subtotal_amount": 100.0},
    ),
    "a line that only heads others": (
        {FIRST: line("Furniture", "80.00", "GROUP") + FIRST},
        {"lines": [CHAIR, DELIVERY]},
    ),
    "lines that only explain": (
        {FIRST: line("Wood", "50.00", "INFORMATION") + line("Paint", "30.00", "INFORMATION") + FIRST},
        {"lines": [CHAIR, DELIVERY]},
    ),
    "a line that is called a group, and counts": (
        {
            FIRST: line("Furniture", "80.00", "GROUP") + FIRST,
            ">100.00</ram:LineTotalAmount": ">180.00</ram:LineTotalAmount",
        },
        {"lines": [("Furniture", None, None, 80.0), CHAIR, DELIVERY]},
    ),
    "a text between the lines": ({FIRST: line("Thank you", "") + FIRST}, {"lines": [CHAIR, DELIVERY]}),
    "a line named by its note": (
        {
            NAMED: "<ram:AssociatedDocumentLineDocument><ram:IncludedNote><ram:Content>Delivery</ram:Content>"
            "</ram:IncludedNote>"
            "</ram:AssociatedDocumentLineDocument>"
        },
        {"lines": [CHAIR, DELIVERY]},
    ),
    "a price for a hundred, said at the gross price": (
        {
            NET: "<ram:GrossPriceProductTradePrice><ram:ChargeAmount>4500.00</ram:ChargeAmount><ram:BasisQuantity>100"
            "</ram:BasisQuantity></ram:GrossPriceProductTradePrice><ram:NetPriceProductTradePrice>"
            "<ram:ChargeAmount>4000.00"
        },
        {"lines": [CHAIR, DELIVERY]},
    ),
    "the gross price alone": ({"NetPriceProduct": "GrossPriceProduct"}, {"lines": [CHAIR, DELIVERY]}),
    "an account in the wrong place": (
        {IBAN: "<ram:ProprietaryID>DE89 3704 0044 0532 0130 00</ram:ProprietaryID>"},
        {"iban": "DE89370400440532013000"},
    ),
    "a national account": ({IBAN: "<ram:ProprietaryID>0532013000</ram:ProprietaryID>"}, {"iban": None}),
    "the payer's account before the payee's": (
        {
            "<ram:PayeePartyCreditor": "<ram:PayerPartyDebtorFinancialAccount><ram:IBANID>DE02100100100006820101"
            "</ram:IBANID>"
            "</ram:PayerPartyDebtorFinancialAccount><ram:PayeePartyCreditor"
        },
        {"iban": "DE89370400440532013000"},
    ),
    "several due dates": (
        {DUE_DATE: DUE_DATE.replace("0501", "0701") + SECOND + DUE_DATE},
        {"due_date": "2026-07-01"},
    ),
    "the day of a discount is no due date": (
        {
            DUE_DATE: f"<ram:ApplicableTradePaymentDiscountTerms><ram:BasisDateTime>{ISSUED}</ram:BasisDateTime>"
            "</ram:ApplicableTradePaymentDiscountTerms>"
        },
        {"due_date": None},
    ),
    "a later version": ({'CrossIndustryInvoice:100"': 'CrossIndustryInvoice:25"'}, {"total_amount": 119.0}),
    "a date with minutes": (
        {ISSUED: ISSUED.replace("102", "203").replace("0401<", "04011200<")},
        {"invoice_date": "2026-04-01"},
    ),
    "a date as in ISO 8601": ({ISSUED: ISSUED.replace("20260401", "2026-04-01")}, {"invoice_date": "2026-04-01"}),
    "a point in time": ({ISSUED: "<udt:DateTime>2026-04-01T00:00:00</udt:DateTime>"}, {"invoice_date": "2026-04-01"}),
    "VAT instead of VA": ({'"VA"': '"VAT"'}, {"vendor_vat_id": "DE136695976"}),
}


@pytest.mark.parametrize(("changes", "expected"), IN_CII.values(), ids=IN_CII)
def test_cii(changes, expected):
    expect(changed(cii(), changes), expected)


# --- FatturaPA --------------------------------------------------------------------------------------------------------
NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
PAID_LATER = "<DettaglioPagamento><DataScadenzaPagamento>2026-04-01</DataScadenzaPagamento></DettaglioPagamento>"

IN_ITALY: dict[str, tuple[dict[str, str], dict]] = {
    "a total": (
        {"<Numero>": "<ImportoTotaleDocumento>132.40</ImportoTotaleDocumento><Numero>"},
        {"total_amount": 132.4},
    ),
    "white space in names": ({"<Nome>Ada": "<Nome> Ada ", "<Cognome>": "<Cognome>\n "}, {"vendor_name": "Ada Verdi"}),
    "a title": ({"</Cognome>": "</Cognome><Titolo>Dott.ssa</Titolo>"}, {"vendor_name": "Ada Verdi"}),
    "an empty company": ({"<Nome>": "<Denominazione></Denominazione><Nome>"}, {"vendor_name": "Ada Verdi"}),
    "an older address": ({NAMESPACE: "http://www.fatturapa.gov.it/sdi/fatturapa/v1.1"}, {"vendor_name": "Ada Verdi"}),
    "a later version": ({NAMESPACE: f"{NAMESPACE}.2"}, {"invoice_number": "7/A"}),
    "no namespace": ({f' xmlns:p="{NAMESPACE}"': "", "p:Fattura": "Fattura"}, {"invoice_number": "7/A"}),
    "no tax, for a reason": (
        {
            "<AliquotaIVA>4.00<": "<Natura>N2.2</Natura><AliquotaIVA>0.00<",
            "Imposta>0.40": "Imposta>0.00",
            "Imposta>22.00": "Imposta>0.00",
        },
        {"tax_amount": 0.0, "lines": [OIL]},
    ),
    "a discount on the line": (
        {
            "<PrezzoTotale>10.00": "<ScontoMaggiorazione><Tipo>SC</Tipo><Percentuale>10.00</Percentuale>"
            "</ScontoMaggiorazione>"
            "<PrezzoTotale>9.00"
        },
        {"lines": [("Olio", 2.0, 5.0, 9.0)]},
    ),
    "tax withheld, pension fund and stamp": (
        {
            "<Numero>": "<DatiRitenuta><ImportoRitenuta>20.00</ImportoRitenuta></DatiRitenuta><DatiBollo>"
            "<ImportoBollo>2.00"
            "</ImportoBollo></DatiBollo><DatiCassaPrevidenziale><ImportoContributoCassa>4.00</ImportoContributoCassa>"
            "</DatiCassaPrevidenziale><ImportoTotaleDocumento>132.40</ImportoTotaleDocumento><Numero>",
            PAID_LATER: "",
            "<DataScadenzaPagamento>2026-03-01</DataScadenzaPagamento>": "<ImportoPagamento>112.40</ImportoPagamento>",
        },
        {"total_amount": 132.4, "amount_due": 112.4, "due_date": None, "tax_amount": 22.4},
    ),
    "a line that costs nothing": (
        {
            "<DettaglioLinee>": "<DettaglioLinee><Descrizione>DDT 5</Descrizione><PrezzoUnitario>0.00</PrezzoUnitario>"
            "<PrezzoTotale>0.00</PrezzoTotale></DettaglioLinee><DettaglioLinee>"
        },
        {"lines": [("DDT 5", None, 0.0, 0.0), OIL]},
    ),
}


@pytest.mark.parametrize(("changes", "expected"), IN_ITALY.values(), ids=IN_ITALY)
def test_fattura_pa(changes, expected):
    expect(changed(fattura(), changes), expected)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "invoice"),
        ({"TD07": "TD08"}, "credit_note"),
        ({"<Imposta>3.00</Imposta>": "<Aliquota>10.00</Aliquota>"}, "invoice"),
    ],
)
def test_simplified_fattura_pa(changes, kind):
    """Its amounts hold the tax, which is stated or follows from its rate."""
    expect(
        changed(SIMPLIFIED, changes),
        {
            "document_type": kind,
            "vendor_name": "Bar Luna",
            "vendor_vat_id": "IT00743110157",
            "vendor_address": "Via Po 7, 10123 Torino",
            "customer_name": "Ada Verdi",
            "invoice_number": "S/4",
            "invoice_date": "2026-02-03",
            "currency": "EUR",
            "total_amount": 35.0,
            "tax_amount": 3.0,
            "subtotal_amount": 32.0,
            "lines": [("Pranzo", None, None, 30.0), ("Marca da bollo", None, None, 2.0)],
        },
    )


# --- Bytes ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf\r\n " + ubl(),
        b"\n\xef\xbb\xbf" + ubl(),
        ubl().split(b"?>", 1)[1],
        ubl().replace(b"?>", b" standalone='yes'?>\n<!-- made by a program -->", 1),
    ],
    ids=["mark and white space", "white space and mark", "no declaration", "a comment first"],
)
def test_beginnings(content):
    expect(content, {"total_amount": 125.0})
