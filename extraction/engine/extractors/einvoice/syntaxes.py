"""Where each value stands in the four XML syntaxes of invoices, as tables of XPaths without namespaces.

CII is the UN/CEFACT Cross Industry Invoice, D16B (ZUGFeRD 2, Factur-X, XRechnung) and the older form of ZUGFeRD 1;
UBL is OASIS UBL 2 (Peppol, XRechnung); FatturaPA is the Italian 1.x format. Names of business terms (BT-…) are those of
EN 16931-1. Of several paths the first one with a value counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CREDIT_NOTE_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
"""UNTDID 1001 codes of documents that give money back."""

Paths = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Syntax:
    """One XML syntax. All paths start at the root element, those of ``cells`` and ``price_base`` at a line.

    ``sums`` are added up over all nodes, ``joined`` put together with commas. ``due_dates`` may match several
    instalments; ``terms`` are the payment terms in words. ``body``: matches once for each invoice in the file.
    """

    name: str
    type_code: str
    credit_note_codes: frozenset[str]
    fields: dict[str, Paths]
    sums: dict[str, Paths] = field(default_factory=dict)
    joined: dict[str, tuple[Paths, ...]] = field(default_factory=dict)
    due_dates: Paths
    terms: str | None
    lines: str
    cells: dict[str, Paths]
    price_base: str | None = None
    body: str = "."


def _cii_address(party: str) -> tuple[Paths, ...]:
    address = f"{party}/PostalTradeAddress"
    return (
        (f"{address}/LineOne", f"{address}/StreetName"),
        (f"normalize-space(concat({address}/PostcodeCode, ' ', {address}/CityName))",),
    )


def _cii(
    *, agreement: str, settlement: str, header: str, summation: str, lines: str, cells: dict[str, Paths]
) -> Syntax:
    seller, buyer, totals = f"{agreement}/SellerTradeParty", f"{agreement}/BuyerTradeParty", f"{settlement}/{summation}"
    accounts = f"{settlement}/SpecifiedTradeSettlementPaymentMeans"
    return Syntax(
        name="cii",
        type_code=f"{header}/TypeCode",
        credit_note_codes=CREDIT_NOTE_CODES,
        fields={
            "vendor_name": (f"{seller}/Name", f"{seller}/SpecifiedLegalOrganization/TradingBusinessName"),
            "customer_name": (f"{buyer}/Name", f"{buyer}/SpecifiedLegalOrganization/TradingBusinessName"),
            "invoice_number": (f"{header}/ID",),
            "invoice_date": (f"{header}/IssueDateTime/DateTimeString", f"{header}/IssueDateTime/DateTime"),
            "currency": (f"{settlement}/InvoiceCurrencyCode", f"{totals}/GrandTotalAmount/@currencyID"),
            "total_amount": (f"{totals}/GrandTotalAmount",),
            # BT-110 is in the invoice's currency; BT-111, the same in the seller's, may stand beside it.
            "tax_amount": (
                f"{totals}/TaxTotalAmount[@currencyID = ../../InvoiceCurrencyCode]",
                f"{totals}/TaxTotalAmount",
            ),
            "subtotal_amount": (f"{totals}/TaxBasisTotalAmount", f"{totals}/LineTotalAmount"),
            "amount_paid": (f"{totals}/TotalPrepaidAmount",),
            "amount_due": (f"{totals}/DuePayableAmount",),
            "iban": (f"{accounts}/PayeePartyCreditorFinancialAccount/IBANID",),
            "bic": (f"{accounts}/PayeeSpecifiedCreditorFinancialInstitution/BICID",),
            "vendor_vat_id": (
                f"{seller}/SpecifiedTaxRegistration/ID[@schemeID = 'VA']",
                f"{seller}/SpecifiedTaxRegistration/ID",
            ),
            "customer_vat_id": (f"{buyer}/SpecifiedTaxRegistration/ID[@schemeID = 'VA']",),
            "purchase_order": (
                f"{agreement}/BuyerOrderReferencedDocument/IssuerAssignedID",
                f"{agreement}/BuyerOrderReferencedDocument/ID",
            ),
        },
        joined={"vendor_address": _cii_address(seller), "customer_address": _cii_address(buyer)},
        due_dates=(
            f"{settlement}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString",
            f"{settlement}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTime",
        ),
        terms=f"{settlement}/SpecifiedTradePaymentTerms/Description",
        lines=lines,
        cells=cells,
        price_base=cells["unit_price"][0].replace("ChargeAmount", "BasisQuantity"),
    )


CII = _cii(
    header="ExchangedDocument",
    agreement="SupplyChainTradeTransaction/ApplicableHeaderTradeAgreement",
    settlement="SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement",
    summation="SpecifiedTradeSettlementHeaderMonetarySummation",
    lines="SupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem",
    cells={
        "description": ("SpecifiedTradeProduct/Name", "SpecifiedTradeProduct/Description"),
        "quantity": ("SpecifiedLineTradeDelivery/BilledQuantity",),
        "unit": ("SpecifiedLineTradeDelivery/BilledQuantity/@unitCode",),
        "unit_price": ("SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount",),
        "amount": ("SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",),
        "tax_rate": ("SpecifiedLineTradeSettlement/ApplicableTradeTax/RateApplicablePercent",),
        "product_code": ("SpecifiedTradeProduct/SellerAssignedID", "SpecifiedTradeProduct/GlobalID"),
    },
)

CII_1 = _cii(
    header="HeaderExchangedDocument",
    agreement="SpecifiedSupplyChainTradeTransaction/ApplicableSupplyChainTradeAgreement",
    settlement="SpecifiedSupplyChainTradeTransaction/ApplicableSupplyChainTradeSettlement",
    summation="SpecifiedTradeSettlementMonetarySummation",
    lines="SpecifiedSupplyChainTradeTransaction/IncludedSupplyChainTradeLineItem",
    cells={
        "description": ("SpecifiedTradeProduct/Name", "SpecifiedTradeProduct/Description"),
        "quantity": ("SpecifiedSupplyChainTradeDelivery/BilledQuantity",),
        "unit": ("SpecifiedSupplyChainTradeDelivery/BilledQuantity/@unitCode",),
        "unit_price": ("SpecifiedSupplyChainTradeAgreement/NetPriceProductTradePrice/ChargeAmount",),
        "amount": ("SpecifiedSupplyChainTradeSettlement/SpecifiedTradeSettlementMonetarySummation/LineTotalAmount",),
        "tax_rate": ("SpecifiedSupplyChainTradeSettlement/ApplicableTradeTax/ApplicablePercent",),
        "product_code": ("SpecifiedTradeProduct/SellerAssignedID", "SpecifiedTradeProduct/GlobalID"),
    },
)


def _ubl_names(party: str) -> Paths:
    return (f"{party}/PartyLegalEntity/RegistrationName", f"{party}/PartyName/Name")


def _ubl_vat_id(party: str) -> Paths:
    return (f"{party}/PartyTaxScheme[TaxScheme/ID = 'VAT']/CompanyID",)


def _ubl_address(party: str) -> tuple[Paths, ...]:
    address = f"{party}/PostalAddress"
    return (
        (f"{address}/StreetName", f"{address}/AddressLine/Line"),
        (f"normalize-space(concat({address}/PostalZone, ' ', {address}/CityName))",),
    )


def _ubl(*, type_code: str, line: str, quantity: str, credit_note_codes: frozenset[str]) -> Syntax:
    seller, buyer, totals = "AccountingSupplierParty/Party", "AccountingCustomerParty/Party", "LegalMonetaryTotal"
    return Syntax(
        name="ubl",
        type_code=type_code,
        credit_note_codes=credit_note_codes,
        fields={
            "vendor_name": _ubl_names(seller),
            "customer_name": _ubl_names(buyer),
            "invoice_number": ("ID",),
            "invoice_date": ("IssueDate",),
            "currency": ("DocumentCurrencyCode", f"{totals}/TaxInclusiveAmount/@currencyID"),
            "total_amount": (f"{totals}/TaxInclusiveAmount",),
            # A second TaxTotal may state the tax in the seller's currency (BT-111).
            "tax_amount": (
                "TaxTotal/TaxAmount[@currencyID = ../../DocumentCurrencyCode]",
                "TaxTotal/TaxAmount",
            ),
            "subtotal_amount": (f"{totals}/TaxExclusiveAmount", f"{totals}/LineExtensionAmount"),
            "amount_paid": (f"{totals}/PrepaidAmount",),
            "amount_due": (f"{totals}/PayableAmount",),
            "iban": ("PaymentMeans/PayeeFinancialAccount/ID",),
            "bic": ("PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID",),
            "vendor_vat_id": (*_ubl_vat_id(seller), f"{seller}/PartyTaxScheme/CompanyID"),
            "customer_vat_id": _ubl_vat_id(buyer),
            "purchase_order": ("OrderReference/ID",),
        },
        joined={"vendor_address": _ubl_address(seller), "customer_address": _ubl_address(buyer)},
        due_dates=("DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"),
        terms="PaymentTerms/Note",
        lines=line,
        cells={
            "description": ("Item/Name", "Item/Description"),
            "quantity": (quantity,),
            "unit": (f"{quantity}/@unitCode",),
            "unit_price": ("Price/PriceAmount",),
            "amount": ("LineExtensionAmount",),
            "tax_rate": ("Item/ClassifiedTaxCategory/Percent",),
            "product_code": ("Item/SellersItemIdentification/ID", "Item/StandardItemIdentification/ID"),
        },
        price_base="Price/BaseQuantity",
    )


UBL_INVOICE = _ubl(
    type_code="InvoiceTypeCode",
    line="InvoiceLine",
    quantity="InvoicedQuantity",
    credit_note_codes=CREDIT_NOTE_CODES,
)
UBL_CREDIT_NOTE = _ubl(
    type_code="local-name()",  # the root element says it; its type code is optional
    line="CreditNoteLine",
    quantity="CreditedQuantity",
    credit_note_codes=frozenset({"CreditNote"}),
)


def _fattura_names(party: str) -> Paths:
    name = f"{party}/DatiAnagrafici/Anagrafica"
    return (f"{name}/Denominazione", f"normalize-space(concat({name}/Nome, ' ', {name}/Cognome))")


def _fattura_vat_id(party: str) -> Paths:
    vat_id = f"{party}/DatiAnagrafici/IdFiscaleIVA"
    return (f"concat({vat_id}/IdPaese, {vat_id}/IdCodice)",)


def _fattura_address(party: str) -> tuple[Paths, ...]:
    return (
        (f"normalize-space(concat({party}/Sede/Indirizzo, ' ', {party}/Sede/NumeroCivico))",),
        (f"normalize-space(concat({party}/Sede/CAP, ' ', {party}/Sede/Comune))",),
    )


_HEADER, _BODY = "FatturaElettronicaHeader", "FatturaElettronicaBody[1]"
_SELLER, _BUYER = f"{_HEADER}/CedentePrestatore", f"{_HEADER}/CessionarioCommittente"
_GENERAL, _PAYMENT = f"{_BODY}/DatiGenerali/DatiGeneraliDocumento", f"{_BODY}/DatiPagamento/DettaglioPagamento"

FATTURA_PA = Syntax(
    name="fatturapa",
    type_code=f"{_GENERAL}/TipoDocumento",
    credit_note_codes=frozenset({"TD04", "TD08"}),
    fields={
        "vendor_name": _fattura_names(_SELLER),
        "customer_name": _fattura_names(_BUYER),
        "invoice_number": (f"{_GENERAL}/Numero",),
        "invoice_date": (f"{_GENERAL}/Data",),
        "currency": (f"{_GENERAL}/Divisa",),
        "total_amount": (f"{_GENERAL}/ImportoTotaleDocumento",),
        "iban": (f"{_PAYMENT}/IBAN",),
        "bic": (f"{_PAYMENT}/BIC",),
        "vendor_vat_id": _fattura_vat_id(_SELLER),
        "customer_vat_id": _fattura_vat_id(_BUYER),
        "purchase_order": (f"{_BODY}/DatiGenerali/DatiOrdineAcquisto/IdDocumento",),
    },
    sums={
        "tax_amount": (f"{_BODY}/DatiBeniServizi/DatiRiepilogo/Imposta",),
        "subtotal_amount": (f"{_BODY}/DatiBeniServizi/DatiRiepilogo/ImponibileImporto",),
    },
    joined={"vendor_address": _fattura_address(_SELLER), "customer_address": _fattura_address(_BUYER)},
    due_dates=(f"{_PAYMENT}/DataScadenzaPagamento",),
    terms=None,
    lines=f"{_BODY}/DatiBeniServizi/DettaglioLinee",
    cells={
        "description": ("Descrizione",),
        "quantity": ("Quantita",),
        "unit": ("UnitaMisura",),
        "unit_price": ("PrezzoUnitario",),
        "amount": ("PrezzoTotale",),
        "tax_rate": ("AliquotaIVA",),
        "product_code": ("CodiceArticolo/CodiceValore",),
    },
    body="FatturaElettronicaBody",
)

ROOTS: tuple[tuple[str, str, Syntax], ...] = (
    ("CrossIndustryInvoice", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:", CII),
    ("CrossIndustryDocument", "urn:ferd:CrossIndustryDocument:invoice:", CII_1),
    ("Invoice", "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2", UBL_INVOICE),
    ("CreditNote", "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2", UBL_CREDIT_NOTE),
    ("FatturaElettronica", "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v", FATTURA_PA),
    ("FatturaElettronica", "http://www.fatturapa.gov.it/sdi/fatturapa/v", FATTURA_PA),
)
"""Root element and how its namespace begins (versions differ in the end) → syntax."""
