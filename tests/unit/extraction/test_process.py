"""From the claim to the result: each change once, whole, and by the holder of the claim only."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import TestCase
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisDown

from audit.models import Event
from common import jobs
from documents import storage
from documents.models import Document
from documents.states import Status
from extraction import actions
from extraction.errors import Failure, StageFailed
from extraction.models import (
    DIGITAL_STAGES,
    OCR_STAGES,
    ExtractionResult,
    JobStage,
    JobStatus,
    JobTrigger,
    ProcessingJob,
    ValidationResult,
)
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db

DAMAGED = StageFailed(Failure("damaged_document", "The file is damaged and could not be opened."))
CRASHED = StageFailed(Failure("reader_crashed", "The reader stopped unexpectedly.", retryable=True))


@pytest.fixture
def job(document, engine):
    return actions.submit(document=document, by=document.owner)


def process(job, stages=DIGITAL_STAGES):
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.process(job.id, stages)
    job.refresh_from_db()
    job.document.refresh_from_db()


def due_now(job):
    ProcessingJob.objects.filter(pk=job.pk).update(available_at=timezone.now() - timedelta(seconds=1))


def lease_ran_out(job):
    ProcessingJob.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def events(job):
    return list(Event.objects.filter(object_id=job.document_id).order_by("id").values_list("action", flat=True))


def parsed_files(job):
    folder = storage.folder_of(job.document.workspace_id, job.document_id)
    return [name for name in default_storage.listdir(folder)[1] if name.startswith("parsed-")]


def test_a_digital_document_is_read_in_one_go(job, engine):
    process(job)

    assert engine.calls == ["parse", "extract", "validate"]
    assert (job.status, job.attempts, job.extraction, job.lease_expires_at) == (JobStatus.SUCCEEDED, 1, None, None)
    assert list(job.timings) == ["parse", "extract", "validate"]
    document = job.document
    assert (document.status, document.kind, document.confidence_score, document.warning_count) == (
        Status.COMPLETED,
        "invoice",
        0.9,
        1,
    )
    assert document.processed_at is not None
    assert ExtractionResult.objects.get(document=document).extracted_data == {"document_type": "invoice"}
    assert ValidationResult.objects.get(document=document).warnings == ["The date is far away."]
    assert events(job) == ["document.queued", "document.processing", "document.completed"]
    assert len(parsed_files(job)) == 1


def test_pictures_pass_through_the_workers_that_recognise(job, engine):
    engine.pages_to_recognise = 3

    process(job)
    assert (job.status, job.stage, job.attempts, job.pages_total) == (JobStatus.QUEUED, JobStage.RECOGNISE, 0, 3)
    process(job)  # a late ring for those who cannot
    assert engine.calls == ["parse"]
    process(job, OCR_STAGES)
    assert (job.status, job.stage, job.pages_done) == (JobStatus.QUEUED, JobStage.EXTRACT, 3)
    process(job)

    assert job.document.status == Status.COMPLETED
    assert engine.calls == ["parse", "recognise", "extract", "validate"]
    assert parsed_files(job) == [job.parsed_file.rpartition("/")[2]]


def test_a_second_delivery_does_nothing(job, engine):
    for _ in range(5):
        process(job)

    assert engine.calls == ["parse", "extract", "validate"]
    assert events(job).count("document.completed") == 1


def test_an_unknown_job_is_ignored(db, engine):
    actions.process(uuid.uuid4(), DIGITAL_STAGES)

    assert engine.calls == []


@pytest.mark.parametrize(
    ("error", "attempts", "status", "code"),
    [
        (DAMAGED, 1, JobStatus.FAILED, "damaged_document"),
        (CRASHED, 1, JobStatus.QUEUED, "reader_crashed"),
        (CRASHED, 4, JobStatus.QUEUED, "reader_crashed"),
        (CRASHED, 5, JobStatus.FAILED, "reader_crashed"),
        (RuntimeError("secret"), 1, JobStatus.QUEUED, "internal_error"),
        (RuntimeError("secret"), 5, JobStatus.FAILED, "internal_error"),
        (FileNotFoundError("/secret"), 1, JobStatus.QUEUED, "file_missing"),
        (FileNotFoundError("/secret"), 5, JobStatus.FAILED, "file_missing"),
        (OSError(28, "secret"), 5, JobStatus.QUEUED, "service_unavailable"),
        (OperationalError("secret"), 5, JobStatus.QUEUED, "service_unavailable"),
        (RedisDown("secret"), 5, JobStatus.QUEUED, "service_unavailable"),
    ],
)
@pytest.mark.parametrize("stage", ["parse", "extract", "validate"])
def test_what_can_heal_is_tried_again_and_nothing_else(job, engine, settings, stage, error, attempts, status, code):
    settings.JOB_MAX_ATTEMPTS = 5
    engine.fail[stage] = error
    # Only the first stage of a claim can be at a later attempt.
    attempts_before = attempts - 1 if stage == "parse" else 0
    settings.JOB_MAX_ATTEMPTS = 5 if stage == "parse" else 6 - attempts
    ProcessingJob.objects.filter(pk=job.pk).update(attempts=attempts_before)

    process(job)

    assert (job.status, job.error_code) == (status, code)
    assert "secret" not in job.error_message
    assert job.lease_expires_at is None
    failed = status == JobStatus.FAILED
    assert events(job)[-1] == ("document.failed" if failed else "document.retried")
    assert job.document.status == (Status.FAILED if failed else Status.PROCESSING)
    assert job.document.failure_code == (code if failed else "")
    assert job.document.failure_reason == (job.error_message if failed else None)
    assert parsed_files(job) == [] or not failed


def test_attempts_are_counted_for_each_stage(job, engine):
    engine.fail["extract"] = CRASHED
    ProcessingJob.objects.filter(pk=job.pk).update(attempts=3)

    process(job)

    assert (job.stage, job.attempts, job.status) == (JobStage.EXTRACT, 1, JobStatus.QUEUED)


def test_trouble_around_the_document_does_not_count(job, engine):
    engine.fail["parse"] = OSError(5, "disk")
    for _ in range(20):
        due_now(job)
        process(job)
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)

    engine.fail.clear()
    due_now(job)
    process(job)

    assert job.status == JobStatus.SUCCEEDED
    assert (job.error_code, job.error_message) == ("", "")


def test_a_job_that_waits_for_its_next_attempt_is_not_started_early(job, engine):
    engine.fail["parse"] = CRASHED
    process(job)
    process(job)

    assert engine.calls == ["parse"]
    assert job.available_at > timezone.now()


@pytest.mark.parametrize(("attempt", "shortest", "longest"), [(1, 1.5, 2.5), (3, 6, 10), (6, 45, 75), (60, 45, 75)])
def test_waits_grow_and_differ(attempt, shortest, longest):
    waits = {actions.back_off(attempt) for _ in range(50)}

    assert len(waits) > 1
    assert shortest <= min(waits) <= max(waits) <= longest


@pytest.mark.parametrize("stage", ["parse", "extract", "validate"])
def test_who_lost_the_claim_writes_nothing(job, engine, stage):
    """A worker is held up in a stage, another one claims the job and finishes it, then the first one goes on."""

    def overtaken():
        engine.during.clear()
        lease_ran_out(job)
        process(job)
        assert job.status == JobStatus.SUCCEEDED

    engine.during[stage] = overtaken
    actions.process(job.id, DIGITAL_STAGES)

    assert events(job).count("document.completed") == 1
    assert ProcessingJob.objects.get().fencing_token == 2
    assert len(parsed_files(job)) == 1
    job.refresh_from_db()
    assert default_storage.exists(job.parsed_file)


@pytest.mark.parametrize("stage", ["parse", "extract", "validate"])
def test_a_document_deleted_meanwhile_leaves_nothing(job, engine, stage):
    engine.during[stage] = lambda: Document.objects.filter(pk=job.document_id).delete()

    actions.process(job.id, DIGITAL_STAGES)

    assert not ProcessingJob.objects.exists()
    assert not ExtractionResult.objects.exists()
    assert "document.completed" not in events(job)
    if stage == "parse":
        assert parsed_files(job) == []  # later ones go with the document's folder


@pytest.mark.parametrize("action", ["document.processing", "document.completed"])
def test_without_its_event_nothing_changes(job, engine, refuse_event, action):
    refuse_event(action)

    if action == "document.processing":
        with pytest.raises(IntegrityError):
            actions.process(job.id, DIGITAL_STAGES)
    else:
        actions.process(job.id, DIGITAL_STAGES)

    job.refresh_from_db()
    job.document.refresh_from_db()
    assert job.status == JobStatus.QUEUED
    assert job.document.status == (Status.UPLOADED if action == "document.processing" else Status.PROCESSING)
    assert not ExtractionResult.objects.exists()
    assert not ValidationResult.objects.exists()
    assert job.document.processed_at is None


def test_an_earlier_result_stays_until_it_is_replaced(job, engine):
    process(job)
    first, first_file = ExtractionResult.objects.get(), job.parsed_file
    again = actions.submit(document=job.document, by=None, trigger=JobTrigger.REPROCESS)
    engine.fail["extract"] = DAMAGED
    process(again)
    assert again.document.status == Status.FAILED
    assert ExtractionResult.objects.get().updated_at == first.updated_at
    assert parsed_files(job) == [first_file.rpartition("/")[2]]

    engine.fail.clear()
    third = actions.submit(document=again.document, by=None, trigger=JobTrigger.REPROCESS)
    process(third)

    assert third.document.status == Status.COMPLETED
    result = ExtractionResult.objects.get()
    assert (result.pk, result.created_at) == (first.pk, first.created_at)
    assert result.updated_at > first.updated_at
    assert parsed_files(job) == [third.parsed_file.rpartition("/")[2]]
    assert list(ProcessingJob.objects.exclude(parsed_file="")) == [third]


def test_a_worker_that_is_asked_to_stop_gives_the_job_back(job, engine, monkeypatch):
    engine.pages_to_recognise = 2
    process(job)
    monkeypatch.setattr(jobs.stopping, "is_set", lambda: True)
    process(job, OCR_STAGES)
    assert (job.status, job.stage, job.attempts) == (JobStatus.QUEUED, JobStage.RECOGNISE, 0)
    assert events(job)[-1] == "document.interrupted"


def test_a_lost_intermediate_file_starts_the_job_again(job, engine):
    engine.during["parse"] = lambda: None
    engine.fail["extract"] = CRASHED
    process(job)
    default_storage.delete(job.parsed_file)
    engine.fail.clear()
    due_now(job)
    process(job)
    assert (job.status, job.stage) == (JobStatus.QUEUED, JobStage.PARSE)

    due_now(job)
    process(job)

    assert job.status == JobStatus.SUCCEEDED


def test_a_job_whose_workers_died_too_often_is_given_up(job, engine, settings):
    ProcessingJob.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING, attempts=settings.JOB_MAX_ATTEMPTS)
    assert not actions.give_up(job.id)
    lease_ran_out(job)

    assert actions.give_up(job.id)
    assert not actions.give_up(job.id)

    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "worker_lost")
    assert Document.objects.get().failure_reason == job.error_message
    assert events(job).count("document.failed") == 1


def test_inline_the_whole_work_is_done_after_the_commit(document, engine, settings, django_capture_on_commit_callbacks):
    settings.PROCESSING_MODE = "inline"
    engine.pages_to_recognise = 1

    with django_capture_on_commit_callbacks(execute=True):
        actions.submit(document=document, by=None)

    document.refresh_from_db()
    assert document.status == Status.COMPLETED
    assert engine.calls == ["parse", "recognise", "extract", "validate"]


@pytest.mark.django_db(transaction=True)
def test_whoever_finishes_waits_for_the_document_before_holding_its_job(engine):
    """Else deleting, which locks the document first, and finishing would wait for each other."""
    document = DocumentFactory()
    job = actions.submit(document=document, by=None)
    at_the_end, go_on = threading.Event(), threading.Event()
    engine.during["validate"] = lambda: (at_the_end.set(), go_on.wait(20))
    worker = threading.Thread(target=process_in_thread, args=(job.id,))
    worker.start()
    assert at_the_end.wait(20)

    with transaction.atomic():
        Document.objects.select_for_update().get(pk=document.pk)
        go_on.set()
        wait_for_a_lock()
        ProcessingJob.objects.select_for_update(nowait=True).get(pk=job.pk)
        Document.objects.filter(pk=document.pk).delete()
    worker.join(20)

    assert not worker.is_alive()
    assert not ExtractionResult.objects.exists()
    assert "document.completed" not in events(job)


def process_in_thread(job_id):
    try:
        actions.process(job_id, DIGITAL_STAGES)
    finally:
        connection.close()


def wait_for_a_lock():
    deadline = time.monotonic() + 20
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with connection.cursor() as cursor:
        cursor.execute(query)
        while cursor.fetchone() == (0,):
            assert time.monotonic() < deadline
            time.sleep(0.05)
            cursor.execute(query)
