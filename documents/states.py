"""The life of a document: one table of allowed transitions."""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"  # waits for a worker
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


class ReviewStatus(models.TextChoices):
    """Where a document that was read stands with people. Empty before it was read."""

    PASSED = "passed", "Passed unseen"  # nobody needed to look at it
    TO_REVIEW = "to_review", "To review"
    IN_REVIEW = "in_review", "In review"
    POSTPONED = "postponed", "Postponed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"


SETTLED = (ReviewStatus.PASSED, ReviewStatus.APPROVED)
"""What may leave the service as it is."""

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.UPLOADED: frozenset({Status.PROCESSING, Status.FAILED}),
    Status.PROCESSING: frozenset({Status.COMPLETED, Status.FAILED, Status.UPLOADED}),
    Status.COMPLETED: frozenset({Status.UPLOADED}),
    Status.FAILED: frozenset({Status.UPLOADED}),
}


def sources_of(target: Status) -> list[Status]:
    """The states from which ``target`` may be reached, for a conditional update."""
    return [source for source, targets in TRANSITIONS.items() if target in targets]
