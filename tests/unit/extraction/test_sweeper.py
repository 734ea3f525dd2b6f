"""What nobody would finish by itself is found; nothing is rung that is known."""

from __future__ import annotations

import uuid
from datetime import timedelta

import dramatiq
import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.models import Event
from common import jobs
from documents.models import Document
from documents.states import Status
from extraction import actions, sweeper
from extraction.models import JobStage, JobStatus, ProcessingJob, Queue
from tests.factories import DocumentFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def empty_broker(db):
    dramatiq.get_broker().client.flushdb()


def make_job(ago=LONG_AGO, **fields):
    moment = timezone.now() - ago
    defaults = {"rung_at": moment, "available_at": moment, "lease_expires_at": moment}
    return ProcessingJob.objects.create(document=DocumentFactory(), **defaults | fields)


@pytest.mark.parametrize(
    ("fields", "queue"),
    [
        ({"status": JobStatus.QUEUED}, Queue.DEFAULT),
        ({"status": JobStatus.QUEUED, "stage": JobStage.RECOGNISE}, Queue.OCR),
        ({"status": JobStatus.QUEUED, "ago": timedelta(seconds=1)}, None),
        ({"status": JobStatus.QUEUED, "available_at": timezone.now() + LONG_AGO}, None),
        ({"status": JobStatus.RUNNING}, Queue.DEFAULT),
        ({"status": JobStatus.RUNNING, "stage": JobStage.RECOGNISE, "priority": "low"}, Queue.OCR_LOW),
        ({"status": JobStatus.RUNNING, "lease_expires_at": timezone.now() + LONG_AGO}, None),
        ({"status": JobStatus.SUCCEEDED}, None),
        ({"status": JobStatus.FAILED}, None),
    ],
)
def test_who_is_rung(fields, queue):
    make_job(**fields)

    assert sweeper.sweep() == {"given_up": 0, "rung": 1 if queue else 0}
    assert [name for name in Queue if jobs.waiting(name)] == ([queue] if queue else [])
    assert sweeper.sweep()["rung"] == 0, "a second sweep must see that they were rung"


def test_a_long_queue_is_not_rung_for():
    made = [make_job() for _ in range(5)]
    for job in made[:3]:
        jobs.ring("default", str(job.id))

    assert sweeper.sweep()["rung"] == 2
    assert jobs.waiting("default") == 5


def test_out_of_attempts_is_given_up(settings):
    job = make_job(status=JobStatus.RUNNING, attempts=settings.JOB_MAX_ATTEMPTS)
    Document.objects.update(status=Status.PROCESSING)

    assert sweeper.sweep() == {"given_up": 1, "rung": 0}

    job.refresh_from_db()
    assert job.status == JobStatus.FAILED
    assert Document.objects.get().status == Status.FAILED


def test_a_broker_that_is_down_is_tried_again(monkeypatch):
    job = make_job()
    monkeypatch.setattr(jobs, "ring", lambda *_args, **_options: False)

    assert sweeper.sweep()["rung"] == 0

    before = job.rung_at
    job.refresh_from_db()
    assert job.rung_at == before


@pytest.mark.parametrize("status", [Status.UPLOADED, Status.PROCESSING])
def test_a_document_without_a_job_gets_one(status):
    lost = DocumentFactory(status=status)
    known = DocumentFactory(status=status)
    DocumentFactory(status=status)  # just arrived
    actions.submit(document=known, by=None)
    Document.objects.filter(pk__in=[lost.pk, known.pk]).update(updated_at=timezone.now() - LONG_AGO)

    assert sweeper.housekeep()["documents_without_job"] == 1

    assert ProcessingJob.objects.get(document=lost).status == JobStatus.QUEUED
    assert Event.objects.get(object_id=lost.id).actor_label == "system"


def test_the_command_says_what_it_did(capsys):
    make_job()

    call_command("sweep")

    assert capsys.readouterr().out.splitlines()[:2] == ["given up: 0", "rung: 1"]


def test_a_ring_for_a_job_that_is_gone_is_harmless():
    actions.process(uuid.uuid4(), list(JobStage))
