"""What changes the work on a document: each change atomic, audited, and made by one worker only.

A message names a job; what is to be done stands in the job's row. A worker claims the job, works on its stages
one after another for as long as they belong to its queue, and saves after each, so that a crash repeats one stage.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta
from secrets import SystemRandom
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.models import User
from audit import log as audit
from common import jobs
from common.errors import Conflict, NotFound
from documents.models import Document
from documents.states import Status, sources_of
from extraction import artefacts, bridge, earlier, learning, leases, results, second_reader, signals
from extraction.errors import (
    FILE_MISSING,
    GIVEN_UP,
    UNAVAILABLE,
    UNEXPECTED,
    ArtefactLost,
    Failure,
    Interrupted,
    LeaseLost,
    StageFailed,
)
from extraction.models import (
    OCR_STAGES,
    ExtractionResult,
    JobPriority,
    JobStage,
    JobStatus,
    JobTrigger,
    ProcessingJob,
)

log = structlog.get_logger(__name__)

DATABASE_DOWN = (OperationalError, InterfaceError)
SURROUNDINGS = (*DATABASE_DOWN, RedisError, OSError)
LONGEST_WAIT_SECONDS = 60
BLAMELESS_WAIT = 3  # as after the third attempt: about eight seconds, every time


@transaction.atomic
def submit(
    *,
    document: Document,
    by: User | None,
    trigger: JobTrigger = JobTrigger.UPLOAD,
    priority: JobPriority = JobPriority.NORMAL,
) -> ProcessingJob:
    """Have ``document`` read by a worker; an earlier result stays until the new one replaces it.

    Raises ``Conflict`` while another job of the document is waiting or running, ``NotFound`` when it was deleted.
    """
    waiting = Document.objects.filter(pk=document.pk, status__in=[Status.UPLOADED, *sources_of(Status.UPLOADED)])
    if not waiting.update(status=Status.UPLOADED, failure_code="", failure_reason=None, updated_at=Now()):
        raise NotFound("Document not found.")
    try:
        with transaction.atomic():
            job = ProcessingJob.objects.create(
                document=document, trigger=trigger, priority=priority, rung_at=timezone.now()
            )
    except IntegrityError as error:
        raise Conflict("The document is already being processed.") from error
    document.refresh_from_db(fields=["status", "failure_code", "failure_reason", "updated_at"])
    _record("document.queued", job, by=by, stage=job.stage, trigger=trigger)
    transaction.on_commit(lambda: ring(job), robust=True)
    return job


def ring(job: ProcessingJob, delay: float = 0) -> bool:
    """Tell the workers that ``job`` waits, or will in ``delay`` seconds; whether anybody heard.

    Without workers (``PROCESSING_MODE=inline``) do the work here; what has to wait is left to the sweeper.
    """
    if settings.PROCESSING_MODE == "queue":
        return jobs.ring(job.queue, str(job.id), delay_ms=round(delay * 1000))
    if not delay:
        process(job.id, list(JobStage))
    return True


def process(job_id: uuid.UUID, stages: Collection[JobStage]) -> None:
    """Work on a job until it ends, must wait, or comes to a stage that is not one of ``stages``.

    Does nothing when another worker has it, when it is not due yet, or when it ended; so it may be called at any time
    and any number of times. Failures are written to the job; with the database down, the claim runs out by itself.
    """
    try:
        job = _start(job_id, stages)
        if job is not None:
            with structlog.contextvars.bound_contextvars(**_names(job)), leases.renewed(job):
                while job.status == JobStatus.RUNNING:
                    _do_stage(job)
    except LeaseLost:
        log.info("job.claim_lost", job=str(job_id))
    except DATABASE_DOWN as error:
        log.warning("database.unreachable", job=str(job_id), error=str(error))


@transaction.atomic
def give_up(job_id: uuid.UUID) -> bool:
    """End a job whose workers died so often that no attempt is left; whether it was one."""
    job = leases.claim(job_id, list(JobStage), leases.out_of_attempts())
    if job is not None:
        _fail(job, GIVEN_UP)
    return job is not None


@transaction.atomic
def _start(job_id: uuid.UUID, stages: Collection[JobStage]) -> ProcessingJob | None:
    job = leases.claim(job_id, stages, leases.claimable())
    if job is not None:
        _move_document(job, Status.PROCESSING)
        _record("document.processing", job, stage=job.stage, attempt=job.attempts)
    return job


def _do_stage(job: ProcessingJob) -> None:
    """One stage, and how it ended: the next stage, the result, another attempt or the failure."""
    leases.release_connection()  # reading may take minutes and needs none
    try:
        STAGES[JobStage(job.stage)](job, time.monotonic())
    except LeaseLost:
        raise
    except Interrupted:
        _requeue(job, "document.interrupted", attempts=job.attempts - 1)
    except ArtefactLost:
        _requeue(job, "document.retried", UNAVAILABLE, delay=back_off(1), stage=JobStage.PARSE, attempts=0)
    except StageFailed as error:
        _end_badly(job, error.failure)
    except FileNotFoundError:
        _end_badly(job, FILE_MISSING)
    except SURROUNDINGS:
        log.warning("job.surroundings_failed", exc_info=True)
        _end_badly(job, UNAVAILABLE)
    except Exception:
        log.exception("job.unexpected_error")
        _end_badly(job, UNEXPECTED)


def _parse(job: ProcessingJob, started: float) -> None:
    parsed = bridge.parse(job.document)
    following = JobStage.RECOGNISE if parsed.pages_to_recognise else JobStage.EXTRACT
    with artefacts.kept(job, parsed.data) as name:
        _advance(job, following, started, parsed_file=name, pages_total=parsed.pages_to_recognise)


def _recognise(job: ProcessingJob, started: float) -> None:
    parsed = artefacts.load(job)
    recognised = bridge.recognise(job.document, parsed, lambda done, total: _report(job, done, total))
    with artefacts.kept(job, recognised) as name:
        _advance(job, JobStage.EXTRACT, started, parsed_file=name)


def _extract(job: ProcessingJob, started: float) -> None:
    parsed = artefacts.load(job)
    extraction = bridge.extract(job.document, parsed)
    remembered = learning.memory_for(job.document, extraction)
    if remembered is not None:  # only now it is known whose memory to use; reading again takes milliseconds
        extraction = bridge.extract(job.document, parsed, remembered)
    extraction = second_reader.consult(job, parsed, extraction)
    _advance(job, JobStage.VALIDATE, started, extraction=extraction, engine_version=bridge.ENGINE_VERSION)


def _validate(job: ProcessingJob, started: float) -> None:
    _complete(job, bridge.validate(job.document, job.extraction), started)


STAGES: dict[JobStage, Callable[[ProcessingJob, float], None]] = {
    JobStage.PARSE: _parse,
    JobStage.RECOGNISE: _recognise,
    JobStage.EXTRACT: _extract,
    JobStage.VALIDATE: _validate,
}
"""What does a stage; the number is when it began, by the monotonic clock."""


def _report(job: ProcessingJob, done: int, total: int) -> None:
    """Progress of a long stage. Losing the claim ends it here; a database that is away for a while does not."""
    if jobs.stopping.is_set():
        raise Interrupted
    with suppress(*DATABASE_DOWN):
        leases.write(job, pages_done=done, pages_total=total)
    leases.release_connection()


def _advance(job: ProcessingJob, following: JobStage, started: float, **changes: Any) -> None:
    """Save what the stage found. This worker goes on, unless the following stage is for those of another queue."""
    changes |= {"stage": following, "timings": _timings(job, started), "error_code": "", "error_message": ""}
    if (following in OCR_STAGES) == (job.stage in OCR_STAGES):
        leases.write(job, attempts=1, **changes)
    else:
        _requeue(job, "document.queued", attempts=0, **changes)


@transaction.atomic
def _complete(job: ProcessingJob, reading: bridge.Reading, started: float) -> None:
    """Result, validation, document, job and audit event together, or nothing: the claim decides."""
    extraction = job.extraction
    earlier.lock(job.document, reading.identity)
    leases.lock_document_of(job)
    leases.write(job, status=JobStatus.SUCCEEDED, timings=_timings(job, started), **_ENDED)
    artefacts.tidy_after_commit(job)
    result = results.store(job.document, reading, extraction=extraction, engine_version=job.engine_version)
    _move_document(job, Status.COMPLETED, processed_at=Now())
    if job.trigger == JobTrigger.REPROCESS:
        _drop_earlier_files(job)
    _record("document.completed", job, kind=reading.kind, confidence=reading.confidence_score)
    signals.read.send(ExtractionResult, document=job.document, result=result)


def _drop_earlier_files(job: ProcessingJob) -> None:
    """Of the parsed documents only the one behind the present result is kept."""
    earlier = ProcessingJob.objects.filter(document=job.document_id).exclude(pk=job.pk).exclude(parsed_file="")
    for name in earlier.values_list("parsed_file", flat=True):
        artefacts.discard_after_commit(name)
    earlier.update(parsed_file="")


def _end_badly(job: ProcessingJob, failure: Failure) -> None:
    if failure.blameless:
        _requeue(job, "document.retried", failure, delay=back_off(BLAMELESS_WAIT), attempts=job.attempts - 1)
    elif failure.retryable and job.attempts < settings.JOB_MAX_ATTEMPTS:
        _requeue(job, "document.retried", failure, delay=back_off(job.attempts))
    else:
        _fail(job, failure)


def back_off(attempt: int) -> float:
    """Seconds to wait after a failed attempt: about 2, 4, 8 … 60, spread so that many jobs do not return at once."""
    return min(2.0**attempt, LONGEST_WAIT_SECONDS) * SystemRandom().uniform(0.75, 1.25)


@transaction.atomic
def _requeue(
    job: ProcessingJob, action: str, failure: Failure | None = None, *, delay: float = 0, **changes: Any
) -> None:
    due = Now() + timedelta(seconds=delay)
    if failure is not None:
        changes |= {"error_code": failure.code, "error_message": failure.message}
    leases.write(job, status=JobStatus.QUEUED, lease_expires_at=None, available_at=due, rung_at=due, **changes)
    _record(action, job, stage=job.stage, code=failure.code if failure else "")
    transaction.on_commit(lambda: ring(job, delay), robust=True)


@transaction.atomic
def _fail(job: ProcessingJob, failure: Failure) -> None:
    leases.lock_document_of(job)
    outcome = {"status": JobStatus.FAILED, "error_code": failure.code, "error_message": failure.message}
    leases.write(job, **outcome, parsed_file="", **_ENDED)
    artefacts.tidy_after_commit(job)
    _move_document(job, Status.FAILED, failure_code=failure.code, failure_reason=failure.message)
    _record("document.failed", job, stage=job.stage, code=failure.code)


_ENDED: dict[str, Any] = {"lease_expires_at": None, "finished_at": Now(), "extraction": None}


def _move_document(job: ProcessingJob, status: Status, **changes: Any) -> None:
    movable = Document.objects.filter(pk=job.document_id, status__in=sources_of(status))
    movable.update(status=status, updated_at=Now(), **changes)


def _timings(job: ProcessingJob, started: float) -> dict[str, float]:
    return {**job.timings, job.stage: round(time.monotonic() - started, 4)}


def _names(job: ProcessingJob) -> dict[str, str]:
    return {"job": str(job.id), "document": str(job.document_id), "workspace": str(job.document.workspace_id)}


def _record(action: str, job: ProcessingJob, *, by: User | None = None, **data: Any) -> None:
    """Each change is told as the document's, so that its history is in one place."""
    audit.record(
        action,
        by=by,
        object_type="document",
        object_id=job.document_id,
        workspace_id=job.document.workspace_id,
        job=str(job.id),
        **data,
    )
