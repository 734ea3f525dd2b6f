"""POST /documents/{id}/reprocess"""

from __future__ import annotations

import pytest

from documents.models import Document
from extraction.models import ProcessingJob
from tests.api.conftest import ELSEWHERE, error_of
from tests.factories import DocumentFactory, JobFactory, ResultFactory


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace, status="completed")


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 202), ("mate", 202), ("viewer", 403), ("stranger", 404), ("anonymous", 401)]
)
def test_who_may(callers, document, who, status):
    response = callers[who].post(f"/documents/{document.pk}/reprocess")

    assert response.status_code == status
    assert ProcessingJob.objects.count() == (status == 202)
    if status == 403:
        error_of(response, 403, "permission_denied")


@pytest.mark.parametrize("status", ["completed", "failed", "uploaded"])
def test_queues_a_job(owner, document, status):
    Document.objects.update(status=status, failure_code="x", failure_reason="X.")
    ResultFactory(document=document), JobFactory(document=document, status="failed")

    body = owner.post(f"/documents/{document.pk}/reprocess").json()

    job = ProcessingJob.objects.get(pk=body["processing_job_id"])
    assert (job.status, job.trigger) == ("queued", "reprocess")
    assert (body["document"]["status"], body["document"]["failure_reason"]) == ("uploaded", None)
    assert owner.get(f"/documents/{document.pk}/result").status_code == 200


@pytest.mark.parametrize("status", ["queued", "running"])
def test_not_while_a_job_is_active(owner, document, status):
    Document.objects.update(status="processing")
    JobFactory(document=document, status=status)

    error_of(owner.post(f"/documents/{document.pk}/reprocess"), 409, "conflict")
    assert owner.get(f"/documents/{document.pk}").json()["status"] == "processing"
    assert ProcessingJob.objects.count() == 1


@pytest.mark.parametrize(("document_id", "status"), [(ELSEWHERE, 404), ("nonsense", 422)])
def test_one_that_does_not_exist(owner, document_id, status):
    assert owner.post(f"/documents/{document_id}/reprocess").status_code == status
