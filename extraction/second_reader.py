"""The language model that is asked about doubtful fields: whether it may be, what it took, and that nothing breaks.

Whatever goes wrong here, the first reading stands: a document never fails because of its second reader.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from extraction import bridge, leases
from extraction.models import ProcessingJob, SecondReading

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 60
"""After a failure nobody is asked for so long: a server that is down would cost every document its time-out."""

DAY = timedelta(days=1)
BUDGET_LOCK = 0x4C4C4D  # any number that no other lock has
UNFINISHED = "second_reader_unfinished"
"""Of a question whose worker died or still waits: it counts as if it had taken all it may."""


class Pause:
    """Of this process; ``until`` by the monotonic clock."""

    until = 0.0


_pause = Pause()


def consult(job: ProcessingJob, parsed: bytes, extraction: Any) -> Any:
    """The extraction with what the second reader knew better, or as it was. What it took is kept with the job."""
    if not settings.LLM_PROVIDER or time.monotonic() < _pause.until:
        return extraction
    asked = bridge.doubtful_fields(extraction)
    reading = _reserve(job, asked) if asked else None
    if reading is None:
        return extraction
    leases.release_connection()  # an answer may take minutes
    started = time.monotonic()
    consulted = bridge.consult(parsed, extraction)
    if consulted.error_code:
        _pause.until = time.monotonic() + PAUSE_SECONDS
        log.warning("second_reader.failed", code=consulted.error_code)
    _settle(reading, consulted, time.monotonic() - started)
    return consulted.extraction


@transaction.atomic
def _reserve(job: ProcessingJob, asked: Sequence[str]) -> SecondReading | None:
    """A row that takes all that one question may from the day's budget, so that workers together keep it.

    ``None`` where so much is not left.
    """
    most = settings.LLM["max_tokens_per_document"]
    limit = settings.LLM_TOKENS_PER_DAY
    if limit:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BUDGET_LOCK])
        if _spent() + most > limit:
            log.warning("second_reader.budget_spent")
            return None
    return SecondReading.objects.create(
        job=job,
        model=settings.LLM["model"][:200],
        asked=list(asked),
        input_tokens=most,
        seconds=0.0,
        error_code=UNFINISHED,
    )


def _spent() -> int:
    """Tokens of the last day, over all workspaces; also of documents that were deleted meanwhile."""
    recent = SecondReading.objects.filter(created_at__gt=timezone.now() - DAY)
    return recent.aggregate(tokens=Sum(F("input_tokens") + F("output_tokens")))["tokens"] or 0


def _settle(reading: SecondReading, consulted: bridge.Consulted, seconds: float) -> None:
    """At once, whatever becomes of the job: the tokens are spent."""
    SecondReading.objects.filter(pk=reading.pk).update(
        used=list(consulted.used),
        input_tokens=consulted.input_tokens,
        output_tokens=consulted.output_tokens,
        cost=consulted.cost,
        seconds=round(seconds, 3),
        error_code=consulted.error_code,
    )
