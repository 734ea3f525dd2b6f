"""The actors: one a queue, of the same name. A message carries the id of a job (or of a vendor) and only rings.

Within one worker process, messages of ordinary documents go before those of bulk work in the low queues.
``max_age`` drops rings that are older than a day; the sweeper has rung again long before.
"""

from __future__ import annotations

import uuid

import dramatiq

from extraction import actions, learning
from extraction.models import DIGITAL_STAGES, LEARNING, OCR_STAGES, JobStage, Queue

DAY_MS = 24 * 60 * 60 * 1000
FIRST, LAST = 0, 10


def _declare(queue: Queue, stages: tuple[JobStage, ...], priority: int) -> None:
    @dramatiq.actor(actor_name=queue.value, queue_name=queue.value, priority=priority, max_age=DAY_MS)
    def work(job_id: str) -> None:
        actions.process(uuid.UUID(job_id), stages)


_declare(Queue.DEFAULT, DIGITAL_STAGES, FIRST)
_declare(Queue.LOW, DIGITAL_STAGES, LAST)
_declare(Queue.OCR, OCR_STAGES, FIRST)
_declare(Queue.OCR_LOW, OCR_STAGES, LAST)


@dramatiq.actor(actor_name=LEARNING, queue_name=LEARNING, priority=LAST, max_age=DAY_MS)
def learn(vendor_id: str) -> None:
    learning.replay_due(uuid.UUID(vendor_id))
