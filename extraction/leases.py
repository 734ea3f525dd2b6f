"""Who works on a job now? A claim lasts for ``JOB_LEASE_SECONDS`` and is renewed for as long as the work takes.

Every write of a worker is conditional on the fencing token of its claim. So a worker that was believed dead, and comes
back after its job was claimed again, can do no harm. All times are the database's, so clocks need not agree.

Locks are taken in one order, the document before its job, so that claiming, finishing, submitting and
deleting never wait for each other in a circle.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.db.utils import InterfaceError, OperationalError

from documents.models import Document
from extraction.errors import LeaseLost
from extraction.models import JobStage, JobStatus, ProcessingJob

log = structlog.get_logger(__name__)

WAITING = Q(status=JobStatus.QUEUED, available_at__lte=Now())
ABANDONED = Q(status=JobStatus.RUNNING, lease_expires_at__lt=Now())


def out_of_attempts() -> Q:
    """Abandoned jobs that may not be claimed again."""
    return ABANDONED & Q(attempts__gte=settings.JOB_MAX_ATTEMPTS)


def claimable() -> Q:
    """Jobs that a worker may take. A waiting one was put there by a decision, so its attempts are not asked."""
    return WAITING | ABANDONED & Q(attempts__lt=settings.JOB_MAX_ATTEMPTS)


def lock_document_of(job: ProcessingJob) -> None:
    """Until the end of the caller's transaction, before anything else is written. ``LeaseLost`` if it was deleted."""
    if _locked_document(job.pk) is None:
        raise LeaseLost


def _locked_document(job_id: uuid.UUID) -> Document | None:
    return Document.objects.select_for_update(of=("self",), no_key=True).filter(jobs=job_id).first()


def claim(job_id: uuid.UUID, stages: Collection[JobStage], which: Q) -> ProcessingJob | None:
    """Take the job if it is one of ``which`` and at one of ``stages``; of many who try, one gets it.

    To be called in a transaction. The attempt counts once it commits, before the work begins: so a document that kills
    its worker runs out of attempts as well.
    """
    document = _locked_document(job_id)
    if document is None:
        return None
    taken = ProcessingJob.objects.filter(which, pk=job_id, stage__in=stages).update(
        status=JobStatus.RUNNING,
        attempts=F("attempts") + 1,
        fencing_token=F("fencing_token") + 1,
        lease_expires_at=_lease_end(),
        started_at=Coalesce("started_at", Now()),
        updated_at=Now(),
    )
    if not taken:
        return None
    job = ProcessingJob.objects.get(pk=job_id)
    job.document = document
    return job


def write(job: ProcessingJob, **changes: Any) -> None:
    """Change the row, and ``job`` with it, if the claim still holds. ``LeaseLost`` otherwise: it undoes the caller's
    transaction."""
    held = ProcessingJob.objects.filter(pk=job.pk, status=JobStatus.RUNNING, fencing_token=job.fencing_token)
    if not held.update(**changes, updated_at=Now()):
        raise LeaseLost
    for name, value in changes.items():
        setattr(job, name, value)


@contextmanager
def renewed(job: ProcessingJob) -> Iterator[threading.Thread]:
    """Keeps the claim alive while the body runs, from a thread of its own."""
    finished = threading.Event()
    thread = threading.Thread(target=_renew, args=(job.pk, job.fencing_token, finished), daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        finished.set()
        thread.join()


def _renew(job_id: uuid.UUID, token: int, finished: threading.Event) -> None:
    """Until the work has finished or the claim is lost. A database that is down may come back in time."""
    held = ProcessingJob.objects.filter(pk=job_id, status=JobStatus.RUNNING, fencing_token=token)
    while not finished.wait(settings.JOB_LEASE_SECONDS / 3):
        try:
            if not held.update(lease_expires_at=_lease_end()):
                return
        except (OperationalError, InterfaceError) as error:
            log.warning("lease.not_renewed", job=str(job_id), error=type(error).__name__)
        finally:
            release_connection()


def release_connection() -> None:
    """Give this thread's connection back to the pool before something long; a new one is known to work."""
    if not connection.in_atomic_block:
        connection.close()


def _lease_end() -> Any:
    return Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
