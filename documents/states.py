"""The life of a document: one table of allowed transitions."""

from __future__ import annotations

from django.db import models


class Status(models.TextChoices):
    UPLOADED = "uploaded", "Uploaded"  # waits for a worker
    PROCESSING = "processing", "Processing"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.UPLOADED: frozenset({Status.PROCESSING, Status.FAILED}),
    Status.PROCESSING: frozenset({Status.COMPLETED, Status.FAILED, Status.UPLOADED}),
    Status.COMPLETED: frozenset({Status.UPLOADED}),
    Status.FAILED: frozenset({Status.UPLOADED}),
}


def sources_of(target: Status) -> list[Status]:
    """The states from which ``target`` may be reached, for a conditional update."""
    return [source for source, targets in TRANSITIONS.items() if target in targets]
