"""What becomes of the task of a document that was read, corrected, or is asked about again.

Each change is atomic and audited. Where a document was read or corrected, the caller's transaction holds it already.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from documents.models import Document
from documents.states import ReviewStatus
from extraction import learning
from extraction.bridge.entries import written_values
from extraction.models import ExtractionResult, ValidationResult
from review import actions, policy, summary
from review.models import DECIDED, Correction, FormerTask, ReviewTask
from review.queries import policy_for


@transaction.atomic
def consider(*, document: Document, result: ExtractionResult) -> ReviewTask | None:
    """Make a task of a document that was just read, where the policy wants a person.

    Whatever there was, is over: what had been approved was another reading, and teaches no more.
    """
    document.refresh_from_db(fields=["kind"])
    decision = _decision(document, result)
    if _was_worked_on(document):
        decision = _with(decision, policy.READ_AGAIN)
    learning.withdraw(document=document, by=None)
    for earlier in ReviewTask.objects.filter(document=document):
        _remove(earlier)
    if not decision.reasons:
        _show(document, ReviewStatus.PASSED)
        return None
    return _task(document, result, decision)


@transaction.atomic
def keep_corrections(
    *,
    document: Document,
    result: ExtractionResult,
    before: ExtractionResult,
    made: list[dict[str, Any]],
    by: User,
    seconds: float | None,
) -> None:
    """Each changed value as a row of its own, and what lists show of the document.

    What had been decided, or had passed, was other data: it waits for a decision again.
    """
    task = ReviewTask.objects.filter(document=document).first()
    if task is not None and made:
        actions.reopen(task=task, by=by)
    elif made:
        found = _decision(document, before)
        task = _task(document, before, policy.Decision((policy.Reason(policy.CHANGED),), found.lowest, found.doubted))
        actions.changed(task, "review.reopened", ReviewStatus.TO_REVIEW, by)
    Correction.objects.bulk_create(
        Correction(
            document=document,
            workspace_id=document.workspace_id,
            by=by,
            by_label=by.email,
            seconds=seconds if place == 0 else None,  # of all of them together
            **{name: change.get(name) for name in ("field", "row", "before", "after", "page", "box")},
        )
        for place, change in enumerate(made)
    )
    changed = {change["field"] for change in made}
    accepted = {} if task is None else {name: seen for name, seen in task.accepted.items() if name not in changed}
    spent, told = F("seconds_spent") + (seconds or 0.0), summary.of(document, result)
    ReviewTask.objects.filter(document=document).update(seconds_spent=spent, accepted=accepted, **told)


@transaction.atomic
def reconsider(*, task: ReviewTask, by: User | None) -> ReviewTask | None:
    """Ask the policy of now about a document that was read before; ``None``: it passes, and the task is gone.

    A task that somebody holds, has begun or has decided stays as it is: they know more than a threshold.
    """
    task = actions.locked(task)
    begun = Correction.objects.filter(document=task.document_id).exists()
    if task.state in DECIDED or actions.is_held(task) or begun:
        return task
    decision = _decision(task.document, ExtractionResult.objects.get(document=task.document_id))
    if policy.READ_AGAIN in task.reason_codes:
        decision = _with(decision, policy.READ_AGAIN)
    if not decision.reasons:
        actions.changed(task, "review.passed", ReviewStatus.PASSED, by)
        _remove(task)
        return None
    for name, value in _why(decision, task.amount).items():
        setattr(task, name, value)
    task.save()
    return task


def _decision(document: Document, result: ExtractionResult) -> policy.Decision:
    validation = ValidationResult.objects.get(document=document)
    return policy.decide(document, result, validation, policy_for(document.workspace_id, document.kind))


def _remove(task: ReviewTask) -> None:
    """Its address goes on leading to the document."""
    FormerTask.objects.create(pk=task.pk, document_id=task.document_id)
    task.delete()


def _with(decision: policy.Decision, code: str) -> policy.Decision:
    return replace(decision, reasons=(*decision.reasons, policy.Reason(code)))


def _was_worked_on(document: Document) -> bool:
    """Whether people had decided about the earlier reading, or had changed it: that was other data."""
    earlier = ReviewTask.objects.filter(document=document).first()
    if earlier is None:
        return False
    changes = Correction.objects.filter(document=document, created_at__gte=earlier.created_at)
    return earlier.state in DECIDED or changes.exists()


def _task(document: Document, read: ExtractionResult, decision: policy.Decision) -> ReviewTask:
    """``read``: what the machine had read, before anybody changed it."""
    told = summary.of(document, read)
    task = ReviewTask.objects.create(
        document=document,
        workspace_id=document.workspace_id,
        arrived_at=document.created_at,
        read_values=written_values(read.extraction),
        read_confidences={name: described["confidence"] for name, described in read.fields.items()},
        **_why(decision, told["amount"]),
        **told,
    )
    _show(document, ReviewStatus.TO_REVIEW)
    return task


def _why(decision: policy.Decision, amount: Decimal | None) -> dict[str, Any]:
    """What a task says of why it is there."""
    reasons = decision.reasons
    return {
        "reasons": [{"code": each.code, "field": each.field, "severity": each.severity} for each in reasons],
        "reason_codes": sorted({reason.code for reason in reasons}),
        "priority": policy.priority_of(reasons, amount),
        "lowest_confidence": decision.lowest,
        "doubted": decision.doubted,
        "weight": decision.weight,
    }


def _show(document: Document, status: ReviewStatus) -> None:
    Document.objects.filter(pk=document.pk).update(review_status=status, updated_at=Now())
