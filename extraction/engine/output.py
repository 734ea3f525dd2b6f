"""An extraction as plain JSON values: what the API returns, what the command prints, what tests compare.

Amounts and quantities are JSON numbers, dates ``YYYY-MM-DD``, unknown is ``null``. Nothing here is ever NaN or
infinite, so that every JSON reader accepts it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from extraction.engine import VERSION
from extraction.engine.values import Extraction, Field, FieldValue, LineItem, Part

HEADER_KEYS = (
    "vendor_name",
    "customer_name",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_amount",
    "currency",
    "tax_amount",
)
"""Fields that ``extracted_data`` always has; with the type, the lines and the score they are its eleven keys."""

CELL_KEYS = ("description", "quantity", "unit_price", "amount")
"""Cells that every line item always has; other cells are there when they were found."""


def extracted_data(extraction: Extraction) -> dict[str, Any]:
    """The contract's eleven keys, always, and after them each further field that was found."""
    found = {field.name: _json(field.value) for field in extraction.fields}
    return {
        "document_type": extraction.document_type,
        **{name: found.pop(name, None) for name in HEADER_KEYS},
        "line_items": [_line_item(item) for item in extraction.line_items],
        "confidence_score": round(extraction.confidence, 4),
        **{name: value for name, value in found.items() if value is not None},
        **({"tax_lines": [_cells(line) for line in extraction.tax_lines]} if extraction.tax_lines else {}),
        **({"parts": [_part(part) for part in extraction.parts]} if extraction.parts else {}),
    }


def _part(part: Part) -> dict[str, Any]:
    """One of several documents in a file: its pages (from 1) and the same keys as for a file of its own."""
    return {"first_page": part.first_page, "last_page": part.last_page, **extracted_data(part.extraction)}


def fields(extraction: Extraction) -> dict[str, dict[str, Any]]:
    """Each header field by name: value, raw text, confidence and its place on the page."""
    return {field.name: _described(field) for field in extraction.fields}


def line_item_fields(extraction: Extraction) -> list[dict[str, dict[str, Any]]]:
    """The same for each cell of each line item."""
    return [_described_cells(item) for item in extraction.line_items]


def tax_line_fields(extraction: Extraction) -> list[dict[str, dict[str, Any]]]:
    """The same for each cell of the table of taxes."""
    return [_described_cells(line) for line in extraction.tax_lines]


def part_fields(extraction: Extraction) -> list[dict[str, Any]]:
    """All three for each of several documents in a file."""
    return [
        {
            "first_page": part.first_page,
            "last_page": part.last_page,
            "fields": fields(part.extraction),
            "line_item_fields": line_item_fields(part.extraction),
            "tax_line_fields": tax_line_fields(part.extraction),
        }
        for part in extraction.parts
    ]


def is_valid(extraction: Extraction) -> bool:
    """Nothing of severity error was found, in no document of the file; warnings do not make a document invalid.

    A missing required field is an error, unless the workspace has it otherwise (the rule ``missing_field``).
    """
    found = (*extraction.issues, *(issue for part in extraction.parts for issue in part.extraction.issues))
    return all(issue.severity != "error" for issue in found)


def document(extraction: Extraction, timings: Mapping[str, float]) -> dict[str, Any]:
    """Everything about one document. ``timings`` are seconds by stage."""
    return {
        **extracted_data(extraction),
        "fields": fields(extraction),
        "line_item_fields": line_item_fields(extraction),
        "tax_line_fields": tax_line_fields(extraction),
        "part_fields": part_fields(extraction),
        "issues": msgspec.to_builtins(extraction.issues),
        "missing_fields": list(extraction.missing_fields),
        "is_valid": is_valid(extraction),
        "timings": {stage: round(seconds, 6) for stage, seconds in timings.items()},
        "engine_version": VERSION,
    }


def _line_item(item: LineItem) -> dict[str, Any]:
    return dict.fromkeys(CELL_KEYS) | _cells(item)


def _cells(line: LineItem) -> dict[str, Any]:
    return {cell.name: _json(cell.value) for cell in line.cells if cell.value is not None}


def _described_cells(line: LineItem) -> dict[str, dict[str, Any]]:
    return {cell.name: _described(cell) for cell in line.cells}


def _described(field: Field) -> dict[str, Any]:
    evidence = field.evidence
    described = {
        "value": _json(field.value),
        "raw": field.raw,
        "confidence": round(field.confidence, 4),
        "page": evidence.page,
        "box": None if evidence.box is None else [round(edge, 2) for edge in msgspec.structs.astuple(evidence.box)],
        "source": evidence.source,
        "rule": evidence.rule,
    }
    return described if field.why is None else {**described, "why": msgspec.to_builtins(field.why)}


def _json(value: FieldValue) -> str | float | list[str] | None:
    if isinstance(value, Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value
