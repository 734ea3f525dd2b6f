"""What is doubtful about documents at this moment? A task says why it was made; values may have changed since."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache

from extraction.models import ExtractionResult, ValidationResult
from review import policy
from review.models import ReviewTask
from review.queries import policy_for
from review.reasons import Told, told

ABOUT_THE_DOCUMENT = frozenset({policy.ALL_REVIEWED, policy.SAMPLE, policy.READ_AGAIN, policy.CHANGED})
"""Reasons that doubt no value: they hold whatever is corrected."""


def changed_since(tasks: Sequence[ReviewTask]) -> dict[uuid.UUID, list[Told]]:
    """What is doubtful now, by task: of those only where it is not what the task was made for."""
    chosen = [task.document_id for task in tasks]
    results = {each.document_id: each for each in ExtractionResult.objects.filter(document__in=chosen)}
    validations = {each.document_id: each for each in ValidationResult.objects.filter(document__in=chosen)}
    policies = cache(policy_for)
    found = {}
    for task in tasks:
        result, validation = results.get(task.document_id), validations.get(task.document_id)
        if result is None or validation is None:
            continue
        rules = policies(task.workspace_id, task.document.kind)
        now = [
            reason
            for reason in policy.doubts(task.document, result, validation, rules)
            if not _is_accepted(task, reason)
        ]
        then = {(each["code"], each.get("field") or "") for each in task.reasons}
        if {(reason.code, reason.field) for reason in now} != {
            each for each in then if each[0] not in ABOUT_THE_DOCUMENT
        }:
            found[task.pk] = told([asdict(reason) for reason in now])
    return found


def _is_accepted(task: ReviewTask, reason: policy.Reason) -> bool:
    """A person has said that the value is right, whatever this doubts."""
    codes = task.accepted.get(reason.field)
    return codes is not None and (reason.code == policy.LOW_CONFIDENCE or reason.code in codes)
