"""What changes the work on a document: each one atomic and audited."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from audit import log
from common import jobs
from common.errors import Conflict, NotFound
from documents.models import Document
from documents.states import Status, sources_of
from extraction.models import JobPriority, JobTrigger, ProcessingJob


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
    log.record(
        "job.queued",
        by=by,
        object_type="job",
        object_id=job.id,
        workspace_id=document.workspace_id,
        document=str(document.id),
        trigger=trigger,
    )
    document.refresh_from_db(fields=["status", "failure_code", "failure_reason", "updated_at"])
    jobs.ring_after_commit(job.queue, str(job.id))
    return job
