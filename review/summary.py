"""What a task repeats of its document's result, so that lists and searches read one table."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from documents.models import Document
from extraction.models import ExtractionResult

COLUMN = Decimal(10) ** 20
"""What the column of amounts holds; documents are not always real."""
SOUGHT_BYTES = 2_300
"""An entry of an index holds a few hundred more. Three parts fill them only with characters of four bytes each."""


def of(document: Document, result: ExtractionResult) -> dict[str, Any]:
    """What lists show of a document, and what finds it."""
    data: Mapping[str, Any] = result.extracted_data
    sought = (document.original_filename, data.get("vendor_name"), data.get("invoice_number"))
    return {
        "kind": data.get("document_type") or "",
        "vendor_name": str(data.get("vendor_name") or "")[:255],
        "amount": _amount(data.get("total_amount")),
        "currency": str(data.get("currency") or "")[:8],
        "sought": _within_bytes("\n".join(str(part)[:255] for part in sought if part)),
    }


def _within_bytes(text: str) -> str:
    return text.encode()[:SOUGHT_BYTES].decode(errors="ignore")  # the last character may have been cut in two


def _amount(value: Any) -> Decimal | None:
    try:
        amount = None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount is not None and abs(amount) < COLUMN else None
