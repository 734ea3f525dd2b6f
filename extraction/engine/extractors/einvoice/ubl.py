"""OASIS UBL 2: Invoice and CreditNote (Peppol BIS, XRechnung), the same self-billed, and DebitNote."""

from __future__ import annotations

from extraction.engine.extractors.einvoice.syntax import (
    CREDIT_NOTE_CODES,
    IBAN,
    PAYMENT_METHODS,
    Charges,
    Paths,
    Syntax,
    in_currency,
    indicated,
    only,
)

ALLOWANCES, CHARGES = indicated("AllowanceCharge", "false"), indicated("AllowanceCharge", "true")

SELLER, BUYER = "AccountingSupplierParty/Party", "AccountingCustomerParty/Party"

# Norway states its register of companies in words where others state a tax number.
WITH_DIGITS = "[translate(., '0123456789', '') != .]"


def _names(party: str) -> Paths:
    person = f"{party}/Person"
    return (
        f"{party}/PartyLegalEntity/RegistrationName",
        f"{party}/PartyName/Name",
        f"normalize-space(concat({person}/FirstName, ' ', {person}/FamilyName))",
    )


def _tax_id(party: str, of: str) -> str:
    return f"{party}/PartyTaxScheme[TaxScheme/ID {of} 'VAT']/CompanyID"


def _address(party: str) -> tuple[Paths, ...]:
    address = f"{party}/PostalAddress"
    return (
        (f"{address}/StreetName", f"{address}/AddressLine/Line"),
        (f"normalize-space(concat({address}/PostalZone, ' ', {address}/CityName))",),
    )


def _ubl(
    *,
    line: str,
    quantity: str,
    type_code: str = "InvoiceTypeCode",
    credit_note_codes: frozenset[str] = CREDIT_NOTE_CODES,
    totals: str = "LegalMonetaryTotal",
) -> Syntax:
    delivered = "Delivery/ActualDeliveryDate"
    # BT-111 is a second total of tax in the seller's currency and has no breakdown; where there are several kinds of
    # tax (not in Europe), each has a total of its own with a breakdown, and they add up.
    kinds_of_tax = "TaxTotal[TaxSubtotal]"
    one_kind = f"self::*[count({kinds_of_tax}) < 2]/TaxTotal/TaxAmount"
    return Syntax(
        name="ubl",
        type_code=type_code,
        credit_note_codes=credit_note_codes,
        fields={
            "vendor_name": _names(SELLER),
            "customer_name": _names(BUYER),
            "invoice_number": ("ID",),
            "invoice_date": ("IssueDate",),
            "currency": ("DocumentCurrencyCode", f"{totals}/TaxInclusiveAmount/@currencyID"),
            "total_amount": (f"{totals}/TaxInclusiveAmount", f"{totals}[not(PrepaidAmount)]/PayableAmount"),
            "tax_amount": in_currency("DocumentCurrencyCode", one_kind),
            "subtotal_amount": (f"{totals}/TaxExclusiveAmount", f"{totals}/LineExtensionAmount"),
            "discount_amount": (f"{totals}/AllowanceTotalAmount",),
            "amount_paid": (f"{totals}/PrepaidAmount",),
            "amount_due": (f"{totals}/PayableAmount",),
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
        sums={
            "tax_amount": in_currency("DocumentCurrencyCode", f"{kinds_of_tax}/TaxAmount")[:1],
            "discount_amount": (f"{ALLOWANCES}/Amount",),
        },
        joined={"vendor_address": _address(SELLER), "customer_address": _address(BUYER)},
        gathered={"payment_terms": "PaymentTerms/Note"},
        coded={"payment_method": ("PaymentMeans/PaymentMeansCode", PAYMENT_METHODS)},
        earliest={"service_start": ("InvoicePeriod/StartDate", delivered, f"{line}/InvoicePeriod/StartDate")},
        latest={
            "service_end": ("InvoicePeriod/EndDate", delivered, f"{line}/InvoicePeriod/EndDate"),
            "due_date": (
                "DueDate",
                "PaymentMeans/PaymentDueDate",
                "PaymentTerms/PaymentDueDate",
                "PaymentTerms/InstallmentDueDate",
            ),
        },
        terms="PaymentTerms/Note",
        charges=Charges(
            elements=CHARGES, amount="Amount", code="AllowanceChargeReasonCode", reason="AllowanceChargeReason"
        ),
        lines=line,
        cells={
            "description": ("Item/Name", "Item/Description", "Note"),
            "quantity": (quantity,),
            "unit": (f"{quantity}/@unitCode",),
            "unit_price": ("Price/PriceAmount",),
            "amount": ("LineExtensionAmount",),
            "discount_rate": (only(ALLOWANCES, "MultiplierFactorNumeric"),),
            "tax_rate": ("Item/ClassifiedTaxCategory/Percent",),
            "product_code": ("Item/SellersItemIdentification/ID", "Item/StandardItemIdentification/ID"),
        },
        cell_sums={"discount_amount": (f"{ALLOWANCES}/Amount",)},
        price_base=("Price/BaseQuantity",),
        tax_lines="TaxTotal/TaxSubtotal",
        tax_cells={
            "tax_rate": ("TaxCategory/Percent", "Percent"),
            "tax_base": ("TaxableAmount",),
            "tax_amount": ("TaxAmount",),
        },
    )


INVOICE = _ubl(line="InvoiceLine", quantity="InvoicedQuantity")
CREDIT_NOTE = _ubl(
    type_code="local-name()",  # the root element says it; its type code is optional
    line="CreditNoteLine",
    quantity="CreditedQuantity",
    credit_note_codes=frozenset({"CreditNote", "SelfBilledCreditNote"}),
)
DEBIT_NOTE = _ubl(line="DebitNoteLine", quantity="DebitedQuantity", totals="RequestedMonetaryTotal")
