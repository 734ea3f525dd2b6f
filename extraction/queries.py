"""What may somebody know about the work on documents and its results? Every read starts from visible documents."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from common.errors import NotFound
from documents.models import Document
from documents.queries import visible_to
from extraction.models import ExtractionResult, ProcessingJob, ValidationResult


def jobs_visible_to(user: User | AnonymousUser) -> QuerySet[ProcessingJob]:
    """Jobs of the documents that ``user`` may see, newest first."""
    return ProcessingJob.objects.filter(document__in=visible_to(user))


def get_job(job_id: uuid.UUID, *, user: User | AnonymousUser) -> ProcessingJob:
    """One job. ``NotFound`` when it does not exist or is somebody else's."""
    job = jobs_visible_to(user).filter(pk=job_id).first()
    if job is None:
        raise NotFound("Job not found.")
    return job


def result_of(document: Document) -> ExtractionResult:
    """The latest reading of a document the caller may see. ``NotFound`` while there is none."""
    result = ExtractionResult.objects.filter(document=document).first()
    if result is None:
        raise NotFound("There is no result for this document yet.")
    return result


def validation_of(document: Document) -> ValidationResult:
    """What the rules say about the latest reading. ``NotFound`` while there is none."""
    validation = ValidationResult.objects.filter(document=document).first()
    if validation is None:
        raise NotFound("There is no validation for this document yet.")
    return validation
