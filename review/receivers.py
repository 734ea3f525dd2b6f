"""What was read becomes a task where a person is needed; what a person changed is kept."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from documents.models import Document
from extraction import signals
from extraction.models import ExtractionResult
from review import actions


@receiver(signals.read)
def consider(document: Document, result: ExtractionResult, **rest: Any) -> None:
    actions.consider(document=document, result=result)


@receiver(signals.corrected)
def keep(
    document: Document,
    result: ExtractionResult,
    made: list[dict[str, Any]],
    by: User,
    seconds: float | None,
    **rest: Any,
) -> None:
    actions.keep_corrections(document=document, result=result, made=made, by=by, seconds=seconds)
