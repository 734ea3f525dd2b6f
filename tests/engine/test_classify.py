"""A document is what its title says, if the rest does not speak against it."""

from __future__ import annotations

from tests.engine.drawn import extract

HEADER = """\
Invoice Number: 55-2031
Invoice Date: 12 May 2026
Due Date: 11 June 2026
Vendor: Pinegrove Landscaping
Customer: Rosewater Estates
"""


def test_an_invoice_without_sums_is_still_one() -> None:
    found = extract(f"INVOICE\n\n{HEADER}")
    assert found.document_type == "invoice"
    assert found.value("vendor_name") == "Pinegrove Landscaping"
    assert found.value("total_amount") is None
    assert found.value("currency") is None


def test_a_letter_about_an_invoice_is_none() -> None:
    text = "Dear Ms Vance,\n\nthank you for your patience. We will send the invoice next week.\n\nKind regards\nR. Oak"
    assert extract(text).document_type == "other"
