"""The names of all fields, and of what type their values are."""

from __future__ import annotations

from typing import Literal

Kind = Literal["text", "amount", "number", "date", "list"]

FIELD_KINDS: dict[str, Kind] = {
    # invoices and receipts
    "vendor_name": "text",
    "customer_name": "text",
    "invoice_number": "text",
    "invoice_date": "date",
    "due_date": "date",
    "total_amount": "amount",
    "currency": "text",
    "tax_amount": "amount",
    "subtotal_amount": "amount",
    "amount_due": "amount",
    "amount_paid": "amount",
    "discount_amount": "amount",
    "shipping_amount": "amount",
    "tip_amount": "amount",
    "payment_terms": "text",
    "payment_method": "text",  # cash, card, bank_transfer, direct_debit, cheque or wallet
    "payment_reference": "text",  # what the payer is asked to quote
    "iban": "text",
    "bic": "text",
    "vendor_vat_id": "text",
    "vendor_tax_number": "text",
    "customer_vat_id": "text",
    "customer_number": "text",
    "purchase_order": "text",
    "service_start": "date",  # first day of delivery or service; of a statement, of its period
    "service_end": "date",  # the last day; the same as the first where one day is printed
    "receipt_time": "text",  # HH:MM:SS, or HH:MM
    "vendor_address": "text",
    "vendor_email": "text",
    "vendor_phone": "text",
    "vendor_website": "text",
    "customer_address": "text",
    # statements of a bank or an account
    "opening_balance": "amount",
    "closing_balance": "amount",
    # contracts
    "document_title": "text",
    "parties": "list",
    "party_roles": "list",  # of each party, in the order of ``parties``; "" where none is said
    "agreement_date": "date",
    "effective_date": "date",
    "expiration_date": "text",  # a date as ISO text, or "perpetual"
    "governing_law": "text",
    "renewal_term": "text",
    "notice_period": "text",
    "contract_value": "amount",
    "signatures": "list",  # who signed, as printed
    # cells of a line item; of a tax line tax_rate, tax_base and tax_amount
    "description": "text",
    "quantity": "number",
    "unit": "text",
    "unit_price": "amount",
    "amount": "amount",
    "discount_rate": "number",  # percent of the line
    "tax_rate": "number",
    "tax_base": "amount",
    "product_code": "text",
}
"""Every field the engine may return, and the type of its value."""

LINE_ITEM_FIELDS = (
    "description",
    "quantity",
    "unit_price",
    "amount",
    "unit",
    "discount_rate",
    "discount_amount",
    "tax_rate",
    "product_code",
)
TAX_LINE_FIELDS = ("tax_rate", "tax_base", "tax_amount")
