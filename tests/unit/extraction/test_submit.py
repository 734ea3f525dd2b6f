"""Submitting a document for reading: once, audited, rung after commit."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from audit.models import Event
from common import jobs
from common.errors import Conflict, NotFound
from documents.models import Document
from documents.states import Status
from extraction import actions
from extraction.models import JobPriority, JobStage, JobStatus, JobTrigger, ProcessingJob, Queue

pytestmark = pytest.mark.django_db


def test_a_job_waits_at_its_first_stage_and_is_told_of(document):
    job = actions.submit(document=document, by=document.owner)

    assert (job.status, job.stage, job.attempts) == (JobStatus.QUEUED, JobStage.PARSE, 0)
    event = Event.objects.get(action="document.queued")
    assert (event.actor_id, event.object_id, event.workspace_id) == (
        document.owner_id,
        document.id,
        document.workspace_id,
    )
    assert event.data["job"] == str(job.id)


@pytest.mark.parametrize(
    ("stage", "priority", "queue"),
    [
        (JobStage.PARSE, JobPriority.NORMAL, Queue.DEFAULT),
        (JobStage.EXTRACT, JobPriority.LOW, Queue.LOW),
        (JobStage.VALIDATE, JobPriority.NORMAL, Queue.DEFAULT),
        (JobStage.RECOGNISE, JobPriority.NORMAL, Queue.OCR),
        (JobStage.RECOGNISE, JobPriority.LOW, Queue.OCR_LOW),
    ],
)
def test_stage_and_priority_decide_the_queue_alike_in_python_and_sql(document, stage, priority, queue):
    job = ProcessingJob.objects.create(document=document, stage=stage, priority=priority)

    assert job.queue == queue
    assert [name for name in Queue if ProcessingJob.objects.filter(ProcessingJob.in_queue(name)).exists()] == [queue]


def test_the_message_is_sent_after_the_commit_only(document, django_capture_on_commit_callbacks):
    before = jobs.waiting("low")

    with django_capture_on_commit_callbacks(execute=True):
        actions.submit(document=document, by=None, priority=JobPriority.LOW)
        assert jobs.waiting("low") == before

    assert jobs.waiting("low") == before + 1


@pytest.mark.parametrize("status", Status.values)
def test_a_document_at_rest_in_any_state_can_be_submitted(document, status):
    Document.objects.filter(pk=document.pk).update(status=status, failure_code="x", failure_reason="X.")

    actions.submit(document=document, by=None, trigger=JobTrigger.REPROCESS)

    assert (document.status, document.failure_code, document.failure_reason) == (Status.UPLOADED, "", None)


@pytest.mark.parametrize("status", [JobStatus.QUEUED, JobStatus.RUNNING])
def test_one_job_at_a_time(document, status):
    ProcessingJob.objects.create(document=document, status=status)
    Document.objects.filter(pk=document.pk).update(status=Status.PROCESSING)

    with pytest.raises(Conflict):
        actions.submit(document=document, by=None)

    document.refresh_from_db()
    assert document.status == Status.PROCESSING
    assert not Event.objects.filter(action="document.queued").exists()


def test_a_deleted_document_is_not_found(document):
    Document.objects.filter(pk=document.pk).delete()

    with pytest.raises(NotFound):
        actions.submit(document=document, by=None)


def test_without_its_event_nothing_changes(document, refuse_event, django_capture_on_commit_callbacks):
    Document.objects.filter(pk=document.pk).update(status=Status.FAILED)
    refuse_event("document.queued")

    with django_capture_on_commit_callbacks() as callbacks, pytest.raises(IntegrityError):
        actions.submit(document=document, by=None)

    document.refresh_from_db()
    assert document.status == Status.FAILED
    assert not ProcessingJob.objects.exists()
    assert callbacks == []


def test_a_broker_that_is_down_costs_no_document(document, settings, monkeypatch, django_capture_on_commit_callbacks):
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    nowhere = RedisBroker(url="unix:///nowhere/valkey.sock", middleware=[])
    monkeypatch.setattr(dramatiq, "get_broker", lambda: nowhere)

    with django_capture_on_commit_callbacks(execute=True):
        job = actions.submit(document=document, by=None)

    assert ProcessingJob.objects.get(pk=job.pk).status == JobStatus.QUEUED
