"""What a person said is right as it stands, and what they took back: kept with the task, told in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.models import User
from audit import log as audit
from common.errors import Invalid
from extraction import corrections
from extraction.bridge.entries import FIELD_TYPES, written_values
from extraction.models import ExtractionResult
from extraction.queries import validation_of
from review.models import ReviewTask

Accepted = Mapping[str, Sequence[str] | None]
"""Fields with the codes of the warnings seen beside each; ``None`` takes back that somebody said they are right."""


def confidences(task: ReviewTask, accepted: Accepted) -> dict[str, float]:
    """What was read is certain once it is accepted, and as sure as it was read when that is taken back."""
    if unknown := accepted.keys() - FIELD_TYPES.keys():
        raise Invalid("There is no such field.", fields={name: ["Not a field."] for name in sorted(unknown)})
    return {
        name: 1.0 if codes is not None else task.read_confidences.get(name, 1.0) for name, codes in accepted.items()
    }


def accept(task: ReviewTask, result: ExtractionResult, accepted: Accepted, by: User) -> None:
    """Each value with the warnings that were seen and are still there: others were not accepted.

    Within the caller's transaction, which holds the task; ``result`` is the one that was seen.
    """
    corrections.seen(task.document, result.version)
    issues = validation_of(task.document).issues
    before, now = task.accepted, {name: codes for name, codes in task.accepted.items() if name not in accepted}
    for name, codes in accepted.items():
        if codes is not None:
            now[name] = sorted({issue["code"] for issue in issues if issue["field"] == name}.intersection(codes))
    task.accepted = now
    task.save(update_fields=["accepted", "updated_at"])
    came = {name: codes for name, codes in now.items() if before.get(name) != codes}
    went = {name: codes for name, codes in before.items() if name not in now}
    _tell(task, "review.accepted", result, came, by)
    _tell(task, "review.unaccepted", result, went, by)


def _tell(
    task: ReviewTask, action: str, result: ExtractionResult, accepted: Mapping[str, Sequence[str]], by: User
) -> None:
    written = written_values(result.extraction)
    told = [{"field": name, "value": written.get(name, ""), "issues": codes} for name, codes in accepted.items()]
    if told:
        audit.record(
            action,
            by=by,
            object_type="document",
            object_id=task.document_id,
            workspace_id=task.workspace_id,
            task=str(task.pk),
            accepted=told,
        )
