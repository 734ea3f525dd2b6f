"""Finds work that nobody will finish by itself, and leftovers. Every step is safe at any time and twice at once:
a ring too many does nothing, and each change is conditional.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.management import call_command
from django.db.models import QuerySet
from django.db.models.functions import Now
from redis.exceptions import RedisError

from common import jobs
from common.errors import DomainError
from documents import storage
from documents.models import Document
from documents.states import Status
from extraction import actions, learning, leases, signals
from extraction.models import ACTIVE, LEARNING, ProcessingJob, Queue

log = structlog.get_logger(__name__)

UNHEARD_SECONDS = 5
"""A ring that led to no claim for so long may be lost."""
LOST_SECONDS = 60
"""An unfinished document without a job for so long gets one."""
BATCH = 1_000
FEW = 5
"""Vendors of whom one sweep has something learned."""


def sweep() -> dict[str, int]:
    """The work: give up what is out of attempts, ring again for the rest. Cheap; to be done every few seconds."""
    exhausted = ProcessingJob.objects.filter(leases.out_of_attempts()).values_list("pk", flat=True)[:BATCH]
    given_up = sum(actions.give_up(job_id) for job_id in exhausted)
    return {"given_up": given_up, "rung": _ring_abandoned() + sum(_ring_unheard(queue) for queue in Queue)}


def teach() -> dict[str, int]:
    """Have workers test what reviewers taught about few vendors, and use it; none while the last ring is unheard."""
    vendors = learning.due().values_list("pk", flat=True)[:FEW]
    if settings.PROCESSING_MODE == "inline":  # there are no workers
        return {"learned": sum(learning.replay_due(vendor_id) is not None for vendor_id in vendors)}
    if not vendors or jobs.waiting(LEARNING):
        return {"rung_to_learn": 0}
    return {"rung_to_learn": sum(jobs.ring(LEARNING, str(vendor_id)) for vendor_id in vendors)}


def tidy() -> dict[str, int]:
    """What the rooms above this one leave behind. Cheap, too."""
    tidied: dict[str, int] = {}
    signals.swept.send(sender=None, tidied=tidied)
    return tidied


def housekeep() -> dict[str, int]:
    """The leftovers: documents without a job, files without a row, tokens of the past. To be done now and then."""
    grace = timedelta(seconds=settings.ORPHAN_GRACE_SECONDS)
    call_command("flushexpiredtokens")
    return {"documents_without_job": _submit_lost(), "orphaned_files": storage.sweep_orphans(grace)}


def _ring_abandoned() -> int:
    """Jobs whose worker died."""
    return _ring(_unheard(ProcessingJob.objects.filter(leases.claimable(), leases.ABANDONED)), BATCH)


def _ring_unheard(queue: Queue) -> int:
    """Jobs that wait, but not because the queue is long: as many as the broker has too few messages."""
    due = ProcessingJob.objects.filter(leases.WAITING, ProcessingJob.in_queue(queue))
    missing = due.count()
    with suppress(RedisError):
        missing -= jobs.waiting(queue)
    return _ring(_unheard(due), missing)


def _unheard(waiting: QuerySet[ProcessingJob]) -> QuerySet[ProcessingJob]:
    return waiting.filter(rung_at__lt=Now() - timedelta(seconds=UNHEARD_SECONDS)).order_by("rung_at")


def _ring(waiting: QuerySet[ProcessingJob], most: int) -> int:
    rung = []
    for job in waiting[: max(0, min(most, BATCH))]:
        if not actions.ring(job):
            break  # the broker is down
        rung.append(job.pk)
    return ProcessingJob.objects.filter(pk__in=rung).update(rung_at=Now())


def _submit_lost() -> int:
    lost = Document.objects.filter(
        status__in=[Status.UPLOADED, Status.PROCESSING], updated_at__lt=Now() - timedelta(seconds=LOST_SECONDS)
    ).exclude(jobs__status__in=ACTIVE)
    submitted = 0
    for document in lost[:BATCH]:
        with suppress(DomainError):  # somebody was faster
            actions.submit(document=document, by=None)
            submitted += 1
    return submitted
