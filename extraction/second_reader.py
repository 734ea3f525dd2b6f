"""The language model that is asked about doubtful fields: whether it may be, what it took, and that nothing breaks.

Whatever goes wrong here, the first reading stands: a document never fails because of its second reader.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import F, Sum
from django.utils import timezone

from extraction import bridge
from extraction.errors import StageFailed
from extraction.models import ProcessingJob, SecondReading

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 60
"""After a failure nobody is asked for so long: a server that is down would cost every document its time-out."""

DAY = timedelta(days=1)


class Pause:
    """Of this process; ``until`` by the monotonic clock."""

    until = 0.0


_pause = Pause()


def consult(job: ProcessingJob, parsed: bytes, extraction: Any) -> Any:
    """The extraction with what the second reader knew better, or as it was. What it took is kept with the job."""
    if not settings.LLM_PROVIDER or time.monotonic() < _pause.until or not _budget_is_left():
        return extraction
    started = time.monotonic()
    try:
        consulted = bridge.consult(parsed, extraction)
    except StageFailed as error:
        _pause.until = time.monotonic() + PAUSE_SECONDS
        log.warning("second_reader.failed", code=error.failure.code)
        _keep(job, started, error_code=error.failure.code)
        return extraction
    if consulted.asked:
        _keep(
            job,
            started,
            asked=list(consulted.asked),
            used=list(consulted.used),
            input_tokens=consulted.input_tokens,
            output_tokens=consulted.output_tokens,
            cost=consulted.cost,
        )
    return consulted.extraction


def _budget_is_left() -> bool:
    """Tokens of the last day, over all workspaces. Documents read at this moment may go beyond it by one each."""
    limit = settings.LLM_TOKENS_PER_DAY
    if not limit:
        return True
    recent = SecondReading.objects.filter(created_at__gt=timezone.now() - DAY)
    spent = recent.aggregate(tokens=Sum(F("input_tokens") + F("output_tokens")))["tokens"] or 0
    return bool(spent < limit)


def _keep(job: ProcessingJob, started: float, **outcome: Any) -> None:
    """At once, whatever becomes of the job: the tokens are spent."""
    SecondReading.objects.create(
        job=job, model=settings.LLM["model"], seconds=round(time.monotonic() - started, 3), **outcome
    )
