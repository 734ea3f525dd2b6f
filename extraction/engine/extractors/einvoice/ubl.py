"""OASIS UBL 2: Invoice and CreditNote (Peppol BIS, XRechnung)."""

from __future__ import annotations

from extraction.engine.extractors.einvoice.syntax import (
    CREDIT_NOTE_CODES,
    PAYMENT_METHODS,
    Charges,
    Paths,
    Syntax,
    indicated,
    only,
)

ALLOWANCES, CHARGES = indicated("AllowanceCharge", "false"), indicated("AllowanceCharge", "true")

SELLER, BUYER, TOTALS = "AccountingSupplierParty/Party", "AccountingCustomerParty/Party", "LegalMonetaryTotal"

# The account of BT-84 may be of a national kind; an IBAN begins with the letters of its country.
IBAN = "[translate(substring(normalize-space(.), 1, 2), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '') = '']"

# Norway states its register of companies in words where others state a tax number.
WITH_DIGITS = "[translate(., '0123456789', '') != .]"


def _names(party: str) -> Paths:
    return (f"{party}/PartyLegalEntity/RegistrationName", f"{party}/PartyName/Name")


def _tax_id(party: str, of: str) -> str:
    return f"{party}/PartyTaxScheme[TaxScheme/ID {of} 'VAT']/CompanyID"


def _address(party: str) -> tuple[Paths, ...]:
    address = f"{party}/PostalAddress"
    return (
        (f"{address}/StreetName", f"{address}/AddressLine/Line"),
        (f"normalize-space(concat({address}/PostalZone, ' ', {address}/CityName))",),
    )


def _ubl(*, type_code: str, line: str, quantity: str, credit_note_codes: frozenset[str]) -> Syntax:
    delivered = "Delivery/ActualDeliveryDate"
    return Syntax(
        name="ubl",
        type_code=type_code,
        credit_note_codes=credit_note_codes,
        fields={
            "vendor_name": _names(SELLER),
            "customer_name": _names(BUYER),
            "invoice_number": ("ID",),
            "invoice_date": ("IssueDate",),
            "currency": ("DocumentCurrencyCode", f"{TOTALS}/TaxInclusiveAmount/@currencyID"),
            "total_amount": (f"{TOTALS}/TaxInclusiveAmount",),
            # A second TaxTotal may state the tax in the seller's currency (BT-111).
            "tax_amount": (
                "TaxTotal/TaxAmount[@currencyID = ../../DocumentCurrencyCode[1]]",
                "TaxTotal/TaxAmount",
            ),
            "subtotal_amount": (f"{TOTALS}/TaxExclusiveAmount", f"{TOTALS}/LineExtensionAmount"),
            "discount_amount": (f"{TOTALS}/AllowanceTotalAmount",),
            "amount_paid": (f"{TOTALS}/PrepaidAmount",),
            "amount_due": (f"{TOTALS}/PayableAmount",),
            "payment_reference": ("PaymentMeans/PaymentID",),
            "iban": (f"PaymentMeans/PayeeFinancialAccount/ID{IBAN}",),
            "bic": ("PaymentMeans/PayeeFinancialAccount/FinancialInstitutionBranch/ID",),
            "vendor_vat_id": (_tax_id(SELLER, "="),),
            "vendor_tax_number": (_tax_id(SELLER, "!=") + WITH_DIGITS,),
            "vendor_email": (f"{SELLER}/Contact/ElectronicMail", f"{SELLER}/EndpointID[@schemeID = 'EM']"),
            "vendor_phone": (f"{SELLER}/Contact/Telephone",),
            "vendor_website": (f"{SELLER}/WebsiteURI",),
            "customer_vat_id": (_tax_id(BUYER, "="),),
            "customer_number": (
                "AccountingCustomerParty/SupplierAssignedAccountID",
                f"{BUYER}/PartyIdentification/ID[not(@schemeID)]",
                f"{BUYER}/PartyIdentification/ID",
            ),
            "purchase_order": ("OrderReference/ID",),
        },
        sums={"discount_amount": (f"{ALLOWANCES}/Amount",)},
        joined={"vendor_address": _address(SELLER), "customer_address": _address(BUYER)},
        gathered={"payment_terms": "PaymentTerms/Note"},
        coded={"payment_method": ("PaymentMeans/PaymentMeansCode", PAYMENT_METHODS)},
        earliest={"service_start": ("InvoicePeriod/StartDate", delivered, f"{line}/InvoicePeriod/StartDate")},
        latest={
            "service_end": ("InvoicePeriod/EndDate", delivered, f"{line}/InvoicePeriod/EndDate"),
            "due_date": ("DueDate", "PaymentMeans/PaymentDueDate", "PaymentTerms/PaymentDueDate"),
        },
        terms="PaymentTerms/Note",
        charges=Charges(
            elements=CHARGES, amount="Amount", code="AllowanceChargeReasonCode", reason="AllowanceChargeReason"
        ),
        lines=line,
        cells={
            "description": ("Item/Name", "Item/Description"),
            "quantity": (quantity,),
            "unit": (f"{quantity}/@unitCode",),
            "unit_price": ("Price/PriceAmount",),
            "amount": ("LineExtensionAmount",),
            "discount_rate": (only(ALLOWANCES, "MultiplierFactorNumeric"),),
            "tax_rate": ("Item/ClassifiedTaxCategory/Percent",),
            "product_code": ("Item/SellersItemIdentification/ID", "Item/StandardItemIdentification/ID"),
        },
        cell_sums={"discount_amount": (f"{ALLOWANCES}/Amount",)},
        price_base="Price/BaseQuantity",
        tax_lines="TaxTotal/TaxSubtotal",
        tax_cells={
            "tax_rate": ("TaxCategory/Percent", "Percent"),
            "tax_base": ("TaxableAmount",),
            "tax_amount": ("TaxAmount",),
        },
    )


INVOICE = _ubl(
    type_code="InvoiceTypeCode",
    line="InvoiceLine",
    quantity="InvoicedQuantity",
    credit_note_codes=CREDIT_NOTE_CODES,
)
CREDIT_NOTE = _ubl(
    type_code="local-name()",  # the root element says it; its type code is optional
    line="CreditNoteLine",
    quantity="CreditedQuantity",
    credit_note_codes=frozenset({"CreditNote"}),
)
