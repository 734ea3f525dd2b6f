"""GET /jobs/{id}"""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.api.conftest import ELSEWHERE, error_of
from tests.factories import DocumentFactory, JobFactory


@pytest.fixture
def job(people):
    document = DocumentFactory(owner=people.owner, workspace=people.workspace)
    return JobFactory(document=document, timings={"parse": 0.5}, attempts=2, pages_done=3, pages_total=7)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_it(callers, job, who, status):
    assert callers[who].get(f"/jobs/{job.pk}").status_code == status


def test_the_whole_body(owner, job):
    assert owner.get(f"/jobs/{job.pk}").json() == {
        "id": str(job.pk),
        "document_id": str(job.document_id),
        "status": "succeeded",
        "trigger": "upload",
        "priority": "normal",
        "stage": "parse",
        "attempts": 2,
        "pages_done": 3,
        "pages_total": 7,
        "timings": {"parse": 0.5},
        "engine_version": None,
        "error_code": None,
        "error_message": None,
        "created_at": job.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": job.updated_at.isoformat().replace("+00:00", "Z"),
        "started_at": None,
        "finished_at": None,
        "second_readings": [],
    }


def test_a_failure_is_told(owner, job):
    job.status, job.error_code, job.error_message = "failed", "damaged_document", "It is damaged."
    job.started_at = job.finished_at = timezone.now()
    job.save()

    body = owner.get(f"/jobs/{job.pk}").json()

    assert (body["status"], body["error_code"], body["error_message"]) == (
        "failed",
        "damaged_document",
        "It is damaged.",
    )
    assert body["started_at"].endswith("Z")


def test_a_job_goes_with_its_document(owner, job):
    owner.delete(f"/documents/{job.document_id}")

    error_of(owner.get(f"/jobs/{job.pk}"), 404, "not_found")


@pytest.mark.parametrize(("job_id", "status"), [(ELSEWHERE, 404), ("nonsense", 422), ("%00", 422)])
def test_one_that_does_not_exist(owner, job_id, status):
    assert owner.get(f"/jobs/{job_id}").status_code == status
