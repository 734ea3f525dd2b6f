"""What leaves the engine: the contract's keys, plain JSON, nothing that a JSON reader refuses."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from extraction.engine import VERSION, output
from extraction.engine.values import Box, Evidence, Extraction, Field, Issue, LineItem, Part

ELEVEN = [
    "document_type",
    "vendor_name",
    "customer_name",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_amount",
    "currency",
    "tax_amount",
    "line_items",
    "confidence_score",
]


def field(name, value, raw="", **evidence):
    return Field(name=name, raw=raw, value=value, confidence=0.9, evidence=Evidence(rule="test", **evidence))


def invoice(*fields, **changes):
    return Extraction(document_type="invoice", document_type_confidence=1.0, fields=fields, **changes)


def test_an_empty_extraction_still_has_the_eleven_keys():
    data = output.extracted_data(Extraction(document_type="other", document_type_confidence=0.5))

    assert list(data) == ELEVEN
    assert data["document_type"] == "other"
    assert data["line_items"] == []
    assert data["confidence_score"] == 0.0
    assert all(data[key] is None for key in ELEVEN[1:9])


def test_further_fields_follow_under_their_names():
    data = output.extracted_data(
        invoice(field("iban", "DE89370400440532013000"), field("parties", ("A", "B")), field("purchase_order", None))
    )

    assert list(data) == [*ELEVEN, "iban", "parties"]
    assert data["parties"] == ["A", "B"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("119.00", 119.0), ("0.1", 0.1), ("1234567.89", 1234567.89), ("-5.5", -5.5), ("NaN", None), ("1e999", None)],
)
def test_amounts_are_finite_json_numbers(value, expected):
    data = output.extracted_data(invoice(field("total_amount", Decimal(value))))

    assert data["total_amount"] == expected
    json.dumps(data, allow_nan=False)


def test_dates_are_iso_and_cells_are_always_four():
    item = LineItem(cells=(field("description", "Paper"), field("amount", Decimal("2.50")), field("unit", "box")))

    data = output.extracted_data(invoice(field("invoice_date", date(2026, 4, 15)), line_items=(item,)))

    assert data["invoice_date"] == "2026-04-15"
    assert data["line_items"] == [
        {"description": "Paper", "quantity": None, "unit_price": None, "amount": 2.5, "unit": "box"}
    ]


def test_fields_say_where_a_value_stands():
    extraction = invoice(field("vendor_name", "Acme", "ACME ", page=2, box=Box(1, 2.001, 3, 4), source="ocr"))

    assert output.fields(extraction)["vendor_name"] == {
        "value": "Acme",
        "raw": "ACME ",
        "confidence": 0.9,
        "page": 2,
        "box": [1, 2.0, 3, 4],
        "source": "ocr",
        "rule": "test",
    }


@pytest.mark.parametrize(("severity", "valid"), [(None, True), ("warning", True), ("info", True), ("error", False)])
def test_an_error_makes_a_document_invalid(severity, valid):
    issues = (Issue(code="x", severity=severity, message="X."),) if severity else ()
    found = invoice(issues=issues)

    assert output.is_valid(found) is valid
    parts = (Part(first_page=1, last_page=1, extraction=invoice()), Part(first_page=2, last_page=2, extraction=found))
    assert output.is_valid(invoice(parts=parts)) is valid, "also one of several in a file"


def test_the_whole_document_is_json():
    item = LineItem(cells=(field("description", "Paper", page=1, box=Box(0, 0, 1, 1)),))
    issue = Issue(code="x", severity="warning", message="X.", field="total_amount", params={"a": "b"})
    extraction = invoice(field("total_amount", Decimal(1)), line_items=(item,), issues=(issue,), confidence=0.87654321)

    data = json.loads(json.dumps(output.document(extraction, {"parse": 0.0123456789}), allow_nan=False))

    assert data["confidence_score"] == 0.8765
    assert data["fields"]["total_amount"]["value"] == 1.0
    assert data["line_item_fields"][0]["description"]["box"] == [0, 0, 1, 1]
    assert data["issues"] == [
        {"code": "x", "severity": "warning", "message": "X.", "field": "total_amount", "params": {"a": "b"}}
    ]
    assert (data["is_valid"], data["missing_fields"]) == (True, [])
    assert data["timings"] == {"parse": 0.012346}
    assert data["engine_version"] == VERSION
