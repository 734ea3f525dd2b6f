"""Bodies shown in the API's description."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from documents.api.examples import DOCUMENT, UPLOADED

TIMES = {"created_at": "2026-04-15T09:31:02.104512Z", "updated_at": "2026-04-15T09:31:02.104512Z"}
JOB_ID = "7c9f0e57-6b0a-4d0e-9a77-2f1b0d0c8f42"

VERSION = "4f1d2c3b-8a9e-4b7c-9d0e-1f2a3b4c5d6e"

EXTRACTED_DATA: dict[str, Any] = {
    "document_type": "invoice",
    "vendor_name": "Northwind Supplies",
    "customer_name": "Acme GmbH",
    "invoice_number": "INV-1001",
    "invoice_date": "2026-04-15",
    "due_date": "2026-05-15",
    "total_amount": 119.0,
    "currency": "EUR",
    "tax_amount": 19.0,
    "line_items": [{"description": "Consulting", "quantity": 1.0, "unit_price": 100.0, "amount": 100.0}],
    "confidence_score": 0.97,
}
TOTAL = {
    "value": 119.0,
    "raw": "119.00",
    "confidence": 0.99,
    "page": 1,
    "box": [480.2, 512.0, 523.8, 524.1],
    "source": "text",
    "rule": "label:total_amount",
    "why": {
        "reasons": ["has the label of the field to its left", "is printed large"],
        "considered": [
            {"raw": "119.00", "value": "119.00", "share": 0.96, "rule": "label:total_amount", "page": 1, "box": None}
        ],
        "repair": None,
    },
}
RESULT = OpenApiExample(
    "Result",
    {
        "id": "c1a1f2de-53b4-4a0e-8f6b-0a5d3c7c9e01",
        "document_id": DOCUMENT["id"],
        "extracted_data": EXTRACTED_DATA,
        "confidence_score": 0.97,
        "extractor_version": "1.0.0",
        **TIMES,
        "fields": {"total_amount": TOTAL},
        "line_item_fields": [{"amount": TOTAL | {"value": 100.0, "raw": "100.00", "rule": "column:amount"}}],
        "tax_line_fields": [{"tax_amount": TOTAL | {"value": 19.0, "raw": "19.00", "rule": "tax_table"}}],
        "part_fields": [],
        "version": VERSION,
    },
    response_only=True,
)
ENTRIES = OpenApiExample(
    "Correction",
    {
        "version": VERSION,
        "fields": {
            "total_amount": {"text": "119,00 €", "page": 1, "box": [480.2, 512.0, 523.8, 524.1]},
            "purchase_order": {"text": ""},
        },
    },
    request_only=True,
)
ROW_CHANGES = OpenApiExample(
    "Single rows",
    {"version": VERSION, "line_item_changes": [{"row": 2471, "cells": {"amount": {"text": "100.00"}}}]},
    request_only=True,
)
VALIDATION = OpenApiExample(
    "Validation",
    {
        "id": "f2f0d7b4-9d1e-4d55-8f04-6a4f8b0e7d02",
        "document_id": DOCUMENT["id"],
        "is_valid": True,
        "missing_fields": [],
        "warnings": [],
        "confidence_score": 0.97,
        **TIMES,
        "issues": [],
    },
    response_only=True,
)
SUBMITTED = OpenApiExample(
    "Submitted",
    {"document": UPLOADED, "processing_job_id": JOB_ID},
    response_only=True,
    status_codes=["201", "202"],
)
JOB_BODY: dict[str, Any] = {
    "id": JOB_ID,
    "document_id": DOCUMENT["id"],
    "status": "succeeded",
    "trigger": "upload",
    "priority": "normal",
    "stage": "validate",
    "attempts": 1,
    "pages_done": 0,
    "pages_total": 1,
    "timings": {"parse": 0.021, "extract": 0.008, "validate": 0.001},
    "engine_version": "1.0.0",
    "error_code": None,
    "error_message": None,
    **TIMES,
    "started_at": "2026-04-15T09:31:02.010000Z",
    "finished_at": "2026-04-15T09:31:02.104512Z",
    "second_readings": [],
}
JOB = OpenApiExample("Job", JOB_BODY, response_only=True)
RULES = OpenApiExample(
    "Rules",
    {
        "items": [
            {
                "code": "iban_invalid",
                "severity": "warning",
                "document_types": ["credit_note", "invoice", "receipt"],
                "message": "The IBAN {value} has wrong check digits or a wrong form.",
                "description": "",
                "setting": "error",
            }
        ]
    },
    response_only=True,
)
RULE_SETTING = OpenApiExample("Severity", {"setting": "error"}, request_only=True)
PAGES = OpenApiExample(
    "Pages",
    {"pages": [{"number": 1, "width": 595.28, "height": 841.89, "unit": "pt"}], "has_images": True},
    response_only=True,
)
WORDS = OpenApiExample(
    "Words",
    {"words": [{"text": "Total", "box": [402.1, 512.0, 428.7, 524.1]}]},
    response_only=True,
)
