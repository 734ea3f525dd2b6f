"""Documents in every state, with results as the engine writes them: what the console shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import User, Workspace
from audit import log
from documents.intake import receive_path
from documents.models import Document
from documents.states import Status
from extraction import intake
from extraction.models import ExtractionResult, JobStage, JobStatus, JobTrigger, ProcessingJob, ValidationResult
from tests.factories import DocumentFactory

HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7|add:7 }}"
LONG_NAME = "a-very-long-name-without-any-break-" * 6 + ".pdf"
RTL_NAME = "חשבונית מס 2026.pdf"


def described(value: Any, confidence: float = 0.97, **more: Any) -> dict[str, Any]:
    """One field as ``ExtractionResult.fields`` holds it."""
    return {
        "value": value,
        "raw": str(value),
        "confidence": confidence,
        "page": 1,
        "box": [60.0, 80.0, 260.0, 96.0],
        "source": "text",
        "rule": "label",
    } | more


def document(workspace: Workspace, owner: User, **values: Any) -> Document:
    return DocumentFactory(workspace=workspace, owner=owner, **values)


def uploaded(workspace: Workspace, owner: User, path: Path) -> Document:
    """A real file. With ``PROCESSING_MODE=inline`` it is read by the real engine when the transaction ends."""
    return intake.receive(arrival=receive_path(path), workspace=workspace, by=owner).document


def completed(workspace: Workspace, owner: User, **values: Any) -> Document:
    """An invoice that was read well, with one warning and two lines."""
    vendor = values.pop("vendor", "Brightwater Tools")
    number = values.pop("number", "BT-2026-0042")
    settings = {"status": Status.COMPLETED, "kind": "invoice", "confidence_score": 0.93, "warning_count": 1}
    made = document(workspace, owner, processed_at=timezone.now(), **(settings | values))
    _job(
        made,
        JobStatus.SUCCEEDED,
        stage=JobStage.VALIDATE,
        engine_version="1.0.0",
        timings={"parse": 0.02, "extract": 0.01},
    )
    line = {"description": "Torque wrench", "quantity": 2.0, "unit_price": 45.5, "amount": 91.0}
    header = {
        "vendor_name": vendor,
        "customer_name": "Harbour Yard Ltd",
        "invoice_number": number,
        "invoice_date": "2026-03-02",
        "due_date": None,
        "total_amount": 1091.0,
        "currency": "EUR",
        "tax_amount": 174.2,
    }
    ExtractionResult.objects.create(
        document=made,
        extracted_data={"document_type": "invoice", **header, "line_items": [line, line], "confidence_score": 0.93},
        fields={
            name: described(
                value, raw="1.091,00 €" if name == "total_amount" else str(value), confidence=0.62 + 0.05 * place
            )
            for place, (name, value) in enumerate(header.items())
            if value is not None
        },
        line_item_fields=[{name: described(value) for name, value in line.items()}] * 2,
        confidence_score=made.confidence_score,
        extractor_version="1.0.0",
    )
    ValidationResult.objects.create(
        document=made,
        is_valid=True,
        missing_fields=[],
        warnings=["The due date is missing."],
        issues=[
            {
                "code": "due_date_missing",
                "severity": "warning",
                "message": "The due date is missing.",
                "field": "due_date",
                "params": {},
            }
        ],
        confidence_score=made.confidence_score,
    )
    log.record("document.uploaded", by=owner, object_type="document", object_id=made.pk, workspace_id=workspace.pk)
    return made


def failed(workspace: Workspace, owner: User, **values: Any) -> Document:
    settings = {
        "status": Status.FAILED,
        "failure_code": "encrypted_document",
        "failure_reason": "The file is protected by a password.",
        "original_filename": "locked.pdf",
    }
    made = document(workspace, owner, **(settings | values))
    _job(made, JobStatus.FAILED, attempts=1, error_code=made.failure_code, error_message=made.failure_reason)
    return made


def waiting(workspace: Workspace, owner: User, **values: Any) -> Document:
    made = document(workspace, owner, **({"original_filename": "just-arrived.pdf"} | values))
    ProcessingJob.objects.create(document=made)
    return made


def _job(made: Document, status: JobStatus, **values: Any) -> ProcessingJob:
    now = timezone.now()
    settings: dict[str, Any] = {"started_at": now - timedelta(seconds=1.4), "finished_at": now, "attempts": 1}
    return ProcessingJob.objects.create(document=made, status=status, trigger=JobTrigger.UPLOAD, **(settings | values))
