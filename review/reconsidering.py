"""Asks about open tasks again after a policy changed: what the command and the button on the policy's page share."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from extraction.models import ExtractionResult, ValidationResult
from review import policy, readings
from review.errors import Gone
from review.models import Correction, ReviewPolicy, ReviewTask
from review.queries import held, is_open, policy_for

BATCH = 500
MAX_AT_ONCE = 1_000
"""Tasks that the button asks about; for more there is ``manage.py reconsider``."""


class Outcome(StrEnum):
    PASSES = "passes"
    STAYS = "stays"
    BEGUN = "begun"  # somebody has it open, or has changed a value


def concerned(workspace_id: uuid.UUID, kind: str = "") -> QuerySet[ReviewTask]:
    """The open tasks that the workspace's policy for this kind is about: without one, all kinds that have none of
    their own."""
    tasks = ReviewTask.objects.filter(is_open(), workspace=workspace_id)
    if kind:
        return tasks.filter(kind=kind)
    others = ReviewPolicy.objects.filter(workspace=workspace_id).exclude(kind="").values_list("kind", flat=True)
    return tasks.exclude(kind__in=list(others))


def preview(tasks: QuerySet[ReviewTask]) -> Counter[Outcome]:
    """What :func:`run` would do, by what holds at the moment."""
    policies = cache(policy_for)
    total = tasks.count()
    left = _untouched(tasks).defer("read_values", "read_confidences").select_related("document")
    outcomes: Counter[Outcome] = Counter()
    for batch in _batches(left):
        chosen = [task.document_id for task in batch]
        results = ExtractionResult.objects.only("document_id", "fields").filter(document__in=chosen)
        validations = ValidationResult.objects.only("document_id", "issues").filter(document__in=chosen)
        of_results = {result.document_id: result for result in results}
        of_validations = {validation.document_id: validation for validation in validations}
        for task in batch:
            result, validation = of_results.get(task.document_id), of_validations.get(task.document_id)
            if result is None or validation is None:
                continue
            rules = policies(task.workspace_id, task.document.kind)
            decision = policy.decide(task.document, result, validation, rules)
            stays = decision.reasons or policy.READ_AGAIN in task.reason_codes
            outcomes[Outcome.STAYS if stays else Outcome.PASSES] += 1
    outcomes[Outcome.BEGUN] = total - outcomes.total()
    return outcomes


def run(tasks: QuerySet[ReviewTask], *, by: User | None) -> Iterator[Outcome]:
    """One task after the other, each in a transaction of its own: what was done stays done, whatever ends this."""
    for batch in _batches(_untouched(tasks)):
        for task in batch:
            try:
                yield Outcome.PASSES if readings.reconsider(task=task, by=by) is None else Outcome.STAYS
            except Gone:
                yield Outcome.BEGUN


def _untouched(tasks: QuerySet[ReviewTask]) -> QuerySet[ReviewTask]:
    begun = Correction.objects.filter(document=OuterRef("document"))
    return tasks.exclude(held()).exclude(Exists(begun))


def _batches(tasks: QuerySet[ReviewTask]) -> Iterator[list[ReviewTask]]:
    """By id, so that tasks that go meanwhile disturb nothing."""
    ordered = tasks.order_by("pk")
    batch = list(ordered[:BATCH])
    while batch:
        yield batch
        batch = list(ordered.filter(pk__gt=batch[-1].pk)[:BATCH])
