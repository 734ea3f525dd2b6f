"""UN/CEFACT Cross Industry Invoice: D16B (ZUGFeRD 2, Factur-X in all its profiles, XRechnung), and ZUGFeRD 1.

The older form has other names for the levels between, and the same ones for what they hold.
"""

from __future__ import annotations

from extraction.engine.extractors.einvoice.syntax import (
    IBAN,
    PAYMENT_METHODS,
    Charges,
    Paths,
    Syntax,
    in_currency,
    indicated,
    only,
)

ALLOWANCES = indicated("SpecifiedTradeAllowanceCharge", "false")
CHARGES = indicated("SpecifiedTradeAllowanceCharge", "true")

VAT_ID = "SpecifiedTaxRegistration/ID[@schemeID = 'VA' or @schemeID = 'VAT']"
NOT_REDUCED = "[not(AppliedTradeAllowanceCharge)]"


def _address(party: str) -> tuple[Paths, ...]:
    address = f"{party}/PostalTradeAddress"
    return (
        (f"{address}/LineOne", f"{address}/StreetName"),
        (f"normalize-space(concat({address}/PostcodeCode, ' ', {address}/CityName))",),
    )


def _dates(element: str) -> Paths:
    return (f"{element}/DateTimeString", f"{element}/DateTime")


def _period(settlement: str, edge: str) -> Paths:
    return _dates(f"{settlement}/BillingSpecifiedPeriod/{edge}DateTime")


def _cii(
    *,
    header: str,
    transaction: str,
    agreement: str,
    delivery: str,
    settlement: str,
    summation: str,
    line: str,
    line_agreement: str,
    line_delivery: str,
    line_settlement: str,
    line_summation: str,
    rate: str,
) -> Syntax:
    agreement, delivery, settlement = (f"{transaction}/{name}" for name in (agreement, delivery, settlement))
    line = f"{transaction}/{line}"
    seller, buyer, totals = f"{agreement}/SellerTradeParty", f"{agreement}/BuyerTradeParty", f"{settlement}/{summation}"
    contact, means = f"{seller}/DefinedTradeContact", f"{settlement}/SpecifiedTradeSettlementPaymentMeans"
    account = f"{means}/PayeePartyCreditorFinancialAccount"
    terms = f"{settlement}/SpecifiedTradePaymentTerms"
    delivered = _dates(f"{delivery}/ActualDeliverySupplyChainEvent/OccurrenceDateTime")
    line_period = f"{line}/{line_settlement}"
    line_allowances = f"{line_settlement}/{ALLOWANCES}"
    net_price = f"{line_agreement}/NetPriceProductTradePrice"
    gross_price = f"{line_agreement}/GrossPriceProductTradePrice"
    return Syntax(
        name="cii",
        type_code=f"{header}/TypeCode",
        fields={
            "vendor_name": (f"{seller}/Name", f"{seller}/SpecifiedLegalOrganization/TradingBusinessName"),
            "customer_name": (f"{buyer}/Name", f"{buyer}/SpecifiedLegalOrganization/TradingBusinessName"),
            "invoice_number": (f"{header}/ID",),
            "invoice_date": _dates(f"{header}/IssueDateTime"),
            "currency": (f"{settlement}/InvoiceCurrencyCode", f"{totals}/GrandTotalAmount/@currencyID"),
            "total_amount": in_currency("InvoiceCurrencyCode", f"{totals}/GrandTotalAmount"),
            "tax_amount": in_currency("InvoiceCurrencyCode", f"{totals}/TaxTotalAmount"),
            "subtotal_amount": (
                *in_currency("InvoiceCurrencyCode", f"{totals}/TaxBasisTotalAmount"),
                f"{totals}/LineTotalAmount",
            ),
            "discount_amount": (f"{totals}/AllowanceTotalAmount",),
            "amount_paid": (f"{totals}/TotalPrepaidAmount",),
            "amount_due": (f"{totals}/DuePayableAmount",),
            "payment_reference": (f"{settlement}/PaymentReference",),
            "iban": (f"{account}/IBANID", f"{account}/ProprietaryID{IBAN}"),
            "bic": (f"{means}/PayeeSpecifiedCreditorFinancialInstitution/BICID",),
            "vendor_vat_id": (f"{seller}/{VAT_ID}",),
            "vendor_tax_number": (f"{seller}/SpecifiedTaxRegistration/ID[@schemeID = 'FC']",),
            "vendor_email": (
                f"{contact}/EmailURIUniversalCommunication/URIID",
                f"{seller}/URIUniversalCommunication/URIID[@schemeID = 'EM']",
            ),
            "vendor_phone": (f"{contact}/TelephoneUniversalCommunication/CompleteNumber",),
            "customer_vat_id": (f"{buyer}/{VAT_ID}",),
            "customer_number": (f"{buyer}/ID",),
            "purchase_order": (
                f"{agreement}/BuyerOrderReferencedDocument/IssuerAssignedID",
                f"{agreement}/BuyerOrderReferencedDocument/ID",
            ),
        },
        sums={"discount_amount": (f"{settlement}/{ALLOWANCES}/ActualAmount",)},
        joined={"vendor_address": _address(seller), "customer_address": _address(buyer)},
        gathered={"payment_terms": f"{terms}/Description"},
        coded={"payment_method": (f"{means}/TypeCode", PAYMENT_METHODS)},
        earliest={
            "service_start": (*_period(settlement, "Start"), *delivered, *_period(line_period, "Start")),
        },
        latest={
            "service_end": (*_period(settlement, "End"), *delivered, *_period(line_period, "End")),
            "due_date": _dates(f"{terms}/DueDateDateTime"),
        },
        terms=f"{terms}/Description",
        charges=Charges(elements=f"{settlement}/{CHARGES}", amount="ActualAmount", code="ReasonCode", reason="Reason"),
        shipping=f"{settlement}/SpecifiedLogisticsServiceCharge/AppliedAmount",
        lines=line,
        cells={
            "description": (
                "SpecifiedTradeProduct/Name",
                "SpecifiedTradeProduct/Description",
                "AssociatedDocumentLineDocument/IncludedNote/Content",
            ),
            "quantity": (f"{line_delivery}/BilledQuantity",),
            "unit": (f"{line_delivery}/BilledQuantity/@unitCode",),
            "unit_price": (f"{net_price}/ChargeAmount", f"{gross_price}{NOT_REDUCED}/ChargeAmount"),
            "amount": (f"{line_settlement}/{line_summation}/LineTotalAmount",),
            "discount_rate": (only(line_allowances, "CalculationPercent"),),
            "tax_rate": (f"{line_settlement}/ApplicableTradeTax/{rate}",),
            "product_code": ("SpecifiedTradeProduct/SellerAssignedID", "SpecifiedTradeProduct/GlobalID"),
        },
        cell_sums={"discount_amount": (f"{line_allowances}/ActualAmount",)},
        line_status="AssociatedDocumentLineDocument/LineStatusReasonCode",
        line_total=f"{totals}/LineTotalAmount",
        price_base=(f"{net_price}/BasisQuantity", f"{gross_price}/BasisQuantity"),
        tax_lines=f"{settlement}/ApplicableTradeTax",
        tax_cells={"tax_rate": (rate,), "tax_base": ("BasisAmount",), "tax_amount": ("CalculatedAmount",)},
    )


CII = _cii(
    header="ExchangedDocument",
    transaction="SupplyChainTradeTransaction",
    agreement="ApplicableHeaderTradeAgreement",
    delivery="ApplicableHeaderTradeDelivery",
    settlement="ApplicableHeaderTradeSettlement",
    summation="SpecifiedTradeSettlementHeaderMonetarySummation",
    line="IncludedSupplyChainTradeLineItem",
    line_agreement="SpecifiedLineTradeAgreement",
    line_delivery="SpecifiedLineTradeDelivery",
    line_settlement="SpecifiedLineTradeSettlement",
    line_summation="SpecifiedTradeSettlementLineMonetarySummation",
    rate="RateApplicablePercent",
)

CII_1 = _cii(
    header="HeaderExchangedDocument",
    transaction="SpecifiedSupplyChainTradeTransaction",
    agreement="ApplicableSupplyChainTradeAgreement",
    delivery="ApplicableSupplyChainTradeDelivery",
    settlement="ApplicableSupplyChainTradeSettlement",
    summation="SpecifiedTradeSettlementMonetarySummation",
    line="IncludedSupplyChainTradeLineItem",
    line_agreement="SpecifiedSupplyChainTradeAgreement",
    line_delivery="SpecifiedSupplyChainTradeDelivery",
    line_settlement="SpecifiedSupplyChainTradeSettlement",
    line_summation="SpecifiedTradeSettlementMonetarySummation",
    rate="ApplicablePercent",
)
