"""Where a reading is kept: result, validation and identity, and what the document repeats of them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now

from documents.models import Document
from extraction import bridge, earlier
from extraction.bridge import Reading
from extraction.models import ExtractionResult, Identity, ValidationResult


def store(document: Document, reading: Reading, *, extraction: Any, engine_version: str) -> ExtractionResult:
    """Within the caller's transaction, which holds :func:`extraction.earlier.lock` and the document.

    ``extraction`` is the encoded one that was validated.
    """
    result = ExtractionResult(
        document=document,
        extracted_data=reading.extracted_data,
        fields=reading.fields,
        line_item_fields=reading.line_item_fields,
        tax_line_fields=reading.tax_line_fields,
        part_fields=reading.part_fields,
        confidence_score=reading.confidence_score,
        extractor_version=engine_version,
        extraction=extraction,
    )
    is_news = earlier.is_news(reading.identity)
    verdict = bridge.history(document, reading.identity, reading)  # others may have ended meanwhile
    validation = ValidationResult(
        document=document,
        is_valid=verdict.is_valid,
        missing_fields=reading.missing_fields,
        warnings=verdict.warnings,
        issues=verdict.issues,
        confidence_score=reading.confidence_score,
    )
    for row in (result, validation, reading.identity):
        _replace(row)
    Document.objects.filter(pk=document.pk).update(
        kind=reading.kind,
        confidence_score=reading.confidence_score,
        warning_count=len(verdict.warnings),
        updated_at=Now(),
    )
    if is_news:
        earlier.tell_later_ones(reading.identity)
    return result


def _replace(row: ExtractionResult | ValidationResult | Identity) -> None:
    """The one row of its document: inserted, or updated under its old id and date of creation."""
    columns = [field.name for field in row._meta.concrete_fields if field.name not in ("id", "document", "created_at")]
    rows: QuerySet[Any] = type(row)._default_manager.all()
    rows.bulk_create([row], update_conflicts=True, unique_fields=["document"], update_fields=columns)
