"""Who may work on a job: one worker at a time, decided by the database."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from extraction import leases
from extraction.errors import LeaseLost
from extraction.models import DIGITAL_STAGES, OCR_STAGES, JobStage, JobStatus, ProcessingJob
from tests.factories import DocumentFactory

QUEUED, RUNNING = JobStatus.QUEUED, JobStatus.RUNNING
EARLIER, LATER = -timedelta(seconds=5), timedelta(seconds=60)


def make_job(document, **fields):
    for name in ("available_at", "lease_expires_at"):
        if name in fields:
            fields[name] = timezone.now() + fields[name]
    return ProcessingJob.objects.create(document=document, **fields)


@transaction.atomic
def claim(job, stages=DIGITAL_STAGES):
    return leases.claim(job.id, stages, leases.claimable())


@pytest.mark.parametrize(
    ("fields", "stages", "claimed"),
    [
        ({"status": QUEUED}, DIGITAL_STAGES, True),
        ({"status": QUEUED}, OCR_STAGES, False),
        ({"status": QUEUED, "stage": JobStage.RECOGNISE}, OCR_STAGES, True),
        ({"status": QUEUED, "stage": JobStage.RECOGNISE}, DIGITAL_STAGES, False),
        ({"status": QUEUED, "available_at": LATER}, DIGITAL_STAGES, False),
        ({"status": QUEUED, "attempts": 99}, DIGITAL_STAGES, True),  # a decision put it there
        ({"status": RUNNING, "lease_expires_at": LATER}, DIGITAL_STAGES, False),
        ({"status": RUNNING, "lease_expires_at": EARLIER}, DIGITAL_STAGES, True),
        ({"status": RUNNING, "lease_expires_at": EARLIER, "attempts": 4}, DIGITAL_STAGES, True),
        ({"status": RUNNING, "lease_expires_at": EARLIER, "attempts": 5}, DIGITAL_STAGES, False),
        ({"status": JobStatus.SUCCEEDED}, DIGITAL_STAGES, False),
        ({"status": JobStatus.FAILED}, DIGITAL_STAGES, False),
    ],
)
def test_what_can_be_claimed(document, settings, fields, stages, claimed):
    settings.JOB_MAX_ATTEMPTS = 5
    job = make_job(document, **fields)

    assert (claim(job, stages) is not None) is claimed


def test_a_claim_counts_the_attempt_and_raises_the_token(document, settings):
    settings.JOB_LEASE_SECONDS = 30
    job = make_job(document, attempts=1, fencing_token=7)

    claimed = claim(job)

    assert (claimed.status, claimed.attempts, claimed.fencing_token) == (RUNNING, 2, 8)
    left = claimed.lease_expires_at - timezone.now()
    assert timedelta(seconds=20) < left <= timedelta(seconds=31)
    assert claimed.started_at is not None
    assert claimed.document == document


def test_a_stale_token_cannot_write(document):
    job = make_job(document)
    first = claim(job)
    ProcessingJob.objects.update(lease_expires_at=timezone.now() + EARLIER)
    second = claim(job)

    with pytest.raises(LeaseLost):
        leases.write(first, pages_done=1)
    leases.write(second, pages_done=2)

    job.refresh_from_db()
    assert (job.pages_done, second.pages_done) == (2, 2)


def test_a_deleted_job_cannot_be_claimed_or_written(document):
    job = claim(make_job(document))
    document.delete()

    assert claim(job) is None
    with pytest.raises(LeaseLost):
        leases.write(job, pages_done=1)
    with pytest.raises(LeaseLost):
        leases.lock_document_of(job)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_try_one_gets_it():
    job = make_job(DocumentFactory())

    def attempt(_):
        try:
            return claim(job)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        claims = [claimed for claimed in threads.map(attempt, range(20)) if claimed]

    assert len(claims) == 1
    job.refresh_from_db()
    assert (job.attempts, job.fencing_token) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_renewed_while_the_work_takes(settings):
    settings.JOB_LEASE_SECONDS = 1
    job = claim(make_job(DocumentFactory()))

    with leases.renewed(job):
        wait_until(lambda: ProcessingJob.objects.get().lease_expires_at > job.lease_expires_at)


@pytest.mark.django_db(transaction=True)
def test_a_lost_claim_is_not_renewed(settings):
    settings.JOB_LEASE_SECONDS = 1
    job = claim(make_job(DocumentFactory()))
    ProcessingJob.objects.update(fencing_token=9)

    with leases.renewed(job) as thread:
        thread.join(10)

    assert not thread.is_alive()
    assert ProcessingJob.objects.get().lease_expires_at == job.lease_expires_at


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
