"""CSV (UTF-8, commas): one row per line item, header fields repeated; a document without line items has one row.

Of a file that holds several documents, the rows of each follow one another, with its pages in the last columns.

Cells are made safe for spreadsheets by ``common.spreadsheets``; numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from common.spreadsheets import cell
from exports.formats.contract import Exported, Format
from extraction.models import DATA_KEYS, LINE_ITEM_KEYS

LINE_ITEM = "line_item_"
CONTRACT_COLUMNS = (
    *(key for key in DATA_KEYS if key not in {"line_items", "confidence_score"}),
    *(LINE_ITEM + key for key in LINE_ITEM_KEYS),
    "confidence_score",
)
"""First, in this order; clients rely on it."""

ADDED_COLUMNS = (
    "subtotal_amount",
    "amount_due",
    "amount_paid",
    "discount_amount",
    "shipping_amount",
    "tip_amount",
    "payment_terms",
    "payment_method",
    "payment_reference",
    "iban",
    "bic",
    "vendor_vat_id",
    "vendor_tax_number",
    "customer_vat_id",
    "customer_number",
    "purchase_order",
    "service_start",
    "service_end",
    "receipt_time",
    "vendor_address",
    "vendor_email",
    "vendor_phone",
    "vendor_website",
    "customer_address",
    "opening_balance",
    "closing_balance",
    "document_title",
    "parties",
    "party_roles",
    "agreement_date",
    "effective_date",
    "expiration_date",
    "governing_law",
    "renewal_term",
    "notice_period",
    "contract_value",
    "signatures",
    "line_item_unit",
    "line_item_discount_rate",
    "line_item_discount_amount",
    "line_item_tax_rate",
    "line_item_product_code",
    "document_id",
    "original_filename",
    "first_page",
    "last_page",
    "review_status",
)
"""The same for every document, found or not, so that files can be put together."""


def one(exported: Exported) -> bytes:
    return b"".join(many([exported]))


def many(documents: Iterable[Exported]) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [*CONTRACT_COLUMNS, *ADDED_COLUMNS], extrasaction="ignore")
    writer.writeheader()
    for exported in documents:
        writer.writerows(rows(exported))
        yield text.getvalue().encode()
        text.seek(text.truncate(0))
    yield text.getvalue().encode()


def rows(exported: Exported) -> Iterator[dict[str, Any]]:
    """The header fields with each line item in turn; of several documents in a file, those of each."""
    known = {
        "document_id": str(exported.document_id),
        "original_filename": exported.filename,
        "review_status": exported.review_status or None,
    }
    for data in exported.data.get("parts") or [exported.data]:
        header = {name: cell(value) for name, value in {**data, **known}.items()}
        items: list[Mapping[str, Any]] = data.get("line_items") or [{}]
        for item in items:
            yield header | {LINE_ITEM + name: cell(value) for name, value in item.items()}


FORMAT = Format(name="csv", content_type="text/csv; charset=utf-8", one=one, many=many)
