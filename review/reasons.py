"""How is it said to people why a document needs one? Codes of reasons in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extraction.console import label_of
from review.policy import ALL_REVIEWED, CHANGED, LOW_CONFIDENCE, READ_AGAIN, SAMPLE

LABELS: dict[str, str] = {
    ALL_REVIEWED: "Every document is reviewed",
    LOW_CONFIDENCE: "Uncertain",
    SAMPLE: "Quality sample",
    READ_AGAIN: "Read again after people worked on it",
    CHANGED: "Changed after it had passed",
    "attachment_unreadable": "XML inside could not be read",
    "bank_account_changed": "Vendor's bank account changed",
    "bic_invalid": "BIC is not valid",
    "columns_unknown": "Columns of the table unknown",
    "currency_unknown": "Currency unknown",
    "currency_unusual": "Currency unusual for the country",
    "date_in_future": "Date in the future",
    "date_too_old": "Date more than ten years ago",
    "due_before_invoice": "Due before the invoice date",
    "due_date_far": "Due more than a year later",
    "due_mismatch": "Amount due does not add up",
    "duplicate_document": "Same invoice is here already",
    "duplicate_file": "Same file is here already",
    "expected_field_missing": "Not found",
    "expires_before_start": "Expires before it starts",
    "iban_invalid": "IBAN is not valid",
    "implausible_tax_rate": "Tax is not plausible",
    "invoices_left_out": "Invoices in the file were left out",
    "legal_content_missing": "Legal content missing",
    "line_mismatch": "A line does not add up",
    "lines_mismatch": "Lines do not sum to the total",
    "low_document_confidence": "Required fields uncertain as a whole",
    "missing_field": "Missing",
    "negative_total": "Total is negative",
    "page_differs_from_xml": "Page and XML differ",
    "page_unreadable": "A page is damaged",
    "possible_duplicate": "Possible duplicate",
    "pro_forma": "Pro forma invoice",
    "second_reader_unverified": "Second reader's value is not on the page",
    "several_documents": "Several documents in one file",
    "table_truncated": "Table was read in part",
    "tax_line_mismatch": "Tax of a rate does not add up",
    "tax_lines_mismatch": "Taxes by rate do not add up",
    "tax_number_invalid": "Tax number is not valid",
    "tax_rate_unusual": "Tax rate unusual for the country",
    "too_many_documents": "Too many documents in one file",
    "too_many_invoices": "Too many invoices in one table",
    "total_mismatch": "Total does not add up",
    "total_row_differs": "Row of totals differs from the lines",
    "unknown_document_type": "Kind of document unknown",
    "unknown_xml": "XML is not an invoice",
    "unreadable_cell": "A cell could not be read",
    "unreadable_pages": "A page could not be read",
    "unreadable_value": "A value in the XML is not valid",
    "vat_id_invalid": "VAT ID is not valid",
}

ABOUT_FIELDS = frozenset({LOW_CONFIDENCE, "missing_field", "expected_field_missing"})
"""Reasons that say nothing without the names of their fields."""


@dataclass(frozen=True)
class Told:
    """One line of an answer to "why?". ``severity`` is that of the reason: error, warning or info."""

    text: str
    severity: str
    code: str
    fields: tuple[str, ...]


def label(code: str) -> str:
    """A reason in a few words, also one that a later or an earlier release gave."""
    return LABELS.get(code, code.replace("_", " ").capitalize())


def told(reasons: Iterable[Mapping[str, str]]) -> list[Told]:
    """Each code once, in the order of ``reasons`` (those of a task), with its fields where they matter."""
    fields: dict[str, list[str]] = {}
    severities: dict[str, str] = {}
    for reason in reasons:
        code, field = reason["code"], reason.get("field")
        severities.setdefault(code, reason.get("severity", "info"))
        names = fields.setdefault(code, [])
        if field and field not in names:
            names.append(field)
    return [Told(_said(code, names), severities[code], code, tuple(names)) for code, names in fields.items()]


def _said(code: str, fields: Iterable[str]) -> str:
    names = ", ".join(label_of(field) for field in fields) if code in ABOUT_FIELDS else ""
    return f"{label(code)}: {names}" if names else label(code)
