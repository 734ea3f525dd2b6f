"""Half a year of made-up reviews: what the start page and the page of thresholds show."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User, Workspace
from documents.models import Document
from documents.states import ReviewStatus, Status
from extraction.models import ExtractionResult, ValidationResult
from review.models import ReviewTask, State, Verdict

VENDORS = (
    "Northwind Supplies",
    "Brightwater Tools",
    "Marlow Paper Supplies Ltd",
    "Møller & Sønner A/S",
    "Copperfield Energie GmbH",
    "Ashby Freight",
    "Studio Lindqvist AB",
    "Officina Bellini S.r.l.",
)
CONFIDENCES = {
    "vendor_name": 0.96,
    "invoice_number": 0.97,
    "invoice_date": 0.98,
    "due_date": 0.9,
    "total_amount": 0.97,
    "tax_amount": 0.93,
    "currency": 0.99,
    "iban": 0.95,
    "purchase_order": 0.82,
    "customer_number": 0.85,
}
"""Of each field, the usual confidence."""

FAILURES = ("encrypted_document", "no_text_found", "timeout", "unsupported_format")


def half_a_year(workspace: Workspace, owner: User, *, each_day: int = 14, vendors: Any = VENDORS) -> None:
    """Documents of the last 180 days in every state; the same each time, apart from the day on which it is made.

    Machines get better: the share that passes grows. Some vendors are worse than others.
    """
    chance = random.Random(4)
    now = timezone.now()
    made: dict[type, list[Any]] = {
        Document: [],
        ExtractionResult: [],
        ValidationResult: [],
        ReviewTask: [],
        Verdict: [],
    }
    moments = {}
    for day in range(180, -1, -1):
        weekend = (now - timedelta(days=day)).weekday() >= 5
        for _ in range(chance.randint(1, 3) if weekend else chance.randint(each_day // 2, each_day)):
            moment = now - timedelta(days=day, hours=chance.uniform(0.2, 9))
            document = _document(workspace, owner, chance, day)
            moments[document.pk] = moment
            made[Document].append(document)
            _read(document, moment, chance, vendors, made)
    for model, rows in made.items():
        model.objects.bulk_create(rows)  # type: ignore[attr-defined]
    for document in made[Document]:
        document.created_at = moments[document.pk]
    Document.objects.bulk_update(made[Document], ["created_at"], batch_size=1_000)


def _document(workspace: Workspace, owner: User, chance: random.Random, day: int) -> Document:
    passing = 0.75 - 0.0018 * day
    if chance.random() < 0.02:
        status, review = Status.FAILED, ""
    elif day == 0 and chance.random() < 0.3:
        status, review = Status.UPLOADED, ""
    elif chance.random() < passing:
        status, review = Status.COMPLETED, ReviewStatus.PASSED
    elif day < 6 and chance.random() < 0.9 / (day + 1):
        status, review = Status.COMPLETED, ReviewStatus.TO_REVIEW
    else:
        status = Status.COMPLETED
        review = ReviewStatus.REJECTED if chance.random() < 0.06 else ReviewStatus.APPROVED
    return Document(
        workspace=workspace,
        owner=owner,
        original_filename=f"invoice-{chance.randrange(10_000):04d}.pdf",
        content_type="application/pdf",
        file_extension="pdf",
        file_size=48_000,
        checksum_sha256=f"{chance.getrandbits(256):064x}",
        file=f"documents/{uuid.uuid4()}",
        status=status,
        failure_code=chance.choice(FAILURES) if status == Status.FAILED else "",
        failure_reason="The file could not be read." if status == Status.FAILED else None,
        kind="invoice" if status == Status.COMPLETED else "",
        confidence_score=chance.uniform(0.6, 1.0) if status == Status.COMPLETED else None,
        review_status=review,
    )


def _read(
    document: Document, moment: datetime, chance: random.Random, vendors: Any, made: dict[type, list[Any]]
) -> None:
    """What was read of it, and what people decided."""
    if document.status != Status.COMPLETED:
        return
    place = min(int(chance.expovariate(0.4)), len(vendors) - 1)
    passed = document.review_status == ReviewStatus.PASSED
    doubt = 0.2 if passed else 0.8
    confidences = {
        name: round(max(0.05, 1 - (1 - usual) * chance.expovariate(1 / doubt) * (1 + place / 4)), 3)
        for name, usual in CONFIDENCES.items()
    }
    if passed:
        fields = {name: {"confidence": confidence} for name, confidence in confidences.items()}
        made[ExtractionResult].append(
            ExtractionResult(document=document, extracted_data={}, fields=fields, confidence_score=0.9)
        )
        made[ValidationResult].append(ValidationResult(document=document, is_valid=True, confidence_score=0.9))
        return
    decided = document.review_status in (State.APPROVED, State.REJECTED)
    task = ReviewTask(
        document=document,
        workspace=document.workspace,
        state=document.review_status,
        reasons=[{"code": "low_confidence", "field": "due_date", "severity": "info"}],
        reason_codes=["low_confidence"],
        priority=chance.randrange(400),
        kind="invoice",
        vendor_name=vendors[place],
        currency="EUR",
        arrived_at=moment,
        decided_at=min(timezone.now(), moment + timedelta(hours=chance.uniform(0.1, 6))) if decided else None,
        seconds_spent=chance.lognormvariate(2.6, 0.7) if decided else 0,
        lowest_confidence=min(confidences.values()),
        doubted=chance.random() < 0.3,
        weight=20.0 if chance.random() < 0.1 else 1.0,
    )
    made[ReviewTask].append(task)
    if document.review_status == State.APPROVED:
        _judge(task, confidences, chance, made[Verdict])


def _judge(task: ReviewTask, confidences: dict[str, float], chance: random.Random, verdicts: list[Any]) -> None:
    """Right a little less often than the confidence says."""
    for name, confidence in confidences.items():
        right = chance.random() < confidence - 0.01
        task.fields_seen += 1
        task.fields_wrong += not right
        verdicts.append(
            Verdict(
                task=task,
                workspace=task.workspace,
                field=name,
                vendor_name=task.vendor_name,
                confidence=confidence,
                is_right=right,
                decided_at=task.decided_at,
            )
        )
