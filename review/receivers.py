"""What was read becomes a task where a person is needed; what a person changed is kept; and what
nobody holds any more waits again."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from documents.models import Document
from extraction import signals
from extraction.models import ExtractionResult
from review import actions, readings


@receiver(signals.read)
def consider(document: Document, result: ExtractionResult, **rest: Any) -> None:
    readings.consider(document=document, result=result)


@receiver(signals.corrected)
def keep(
    document: Document,
    result: ExtractionResult,
    before: ExtractionResult,
    made: list[dict[str, Any]],
    by: User,
    seconds: float | None,
    **rest: Any,
) -> None:
    readings.keep_corrections(document=document, result=result, before=before, made=made, by=by, seconds=seconds)


@receiver(signals.swept)
def give_back(tidied: dict[str, int], **rest: Any) -> None:
    tidied["reviews_waiting_again"] = actions.give_back()
