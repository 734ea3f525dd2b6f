"""DELETE /documents/{id}"""

from __future__ import annotations

import threading

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from audit.models import Event
from documents import storage
from documents.models import Document
from extraction.models import ExtractionResult, ProcessingJob, ValidationResult
from tests.api.conftest import ELSEWHERE, Caller, error_of
from tests.factories import DocumentFactory, JobFactory, ResultFactory, ValidationFactory, cast
from tests.factories.files import TEXT


@pytest.fixture
def document(owner) -> Document:
    return Document.objects.get(pk=owner.upload("a.txt", TEXT).json()["document"]["id"])


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 403), ("stranger", 404), ("anonymous", 401)]
)
def test_who_may(callers, document, who, status, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = callers[who].delete(f"/documents/{document.pk}")

    assert response.status_code == status
    assert Document.objects.filter(pk=document.pk).exists() == (status != 200)
    assert default_storage.exists(document.file) == (status != 200)
    if status == 403:
        error_of(response, 403, "permission_denied")


def test_everything_goes_with_it(owner, document, django_capture_on_commit_callbacks):
    ResultFactory(document=document), ValidationFactory(document=document), JobFactory(document=document)
    storage.save(storage.name_in_folder(document, "page-1.png"), ContentFile(b"x"))

    with django_capture_on_commit_callbacks(execute=True):
        response = owner.delete(f"/documents/{document.pk}")

    assert response.json() == {"message": "Document deleted."}
    for model in (Document, ExtractionResult, ValidationResult, ProcessingJob):
        assert not model.objects.exists()
    assert not default_storage.exists(storage.folder_of(document.workspace_id, document.pk))
    assert Event.objects.filter(action="document.deleted", object_id=document.pk).count() == 1


@pytest.mark.parametrize("status", ["uploaded", "processing", "completed", "failed"])
def test_in_any_state(owner, document, status):
    Document.objects.update(status=status)
    ProcessingJob.objects.update(status="running" if status == "processing" else "succeeded")

    assert owner.delete(f"/documents/{document.pk}").status_code == 200
    error_of(owner.get(f"/documents/{document.pk}"), 404, "not_found")


def test_the_files_stay_until_it_is_certain(owner, document):
    """Inside a transaction that has not committed."""
    owner.delete(f"/documents/{document.pk}")

    assert default_storage.exists(document.file)


def test_a_file_that_is_gone_already(people, owner, django_capture_on_commit_callbacks):
    document = DocumentFactory(owner=people.owner, workspace=people.workspace)

    with django_capture_on_commit_callbacks(execute=True):
        assert owner.delete(f"/documents/{document.pk}").status_code == 200


def test_twice(owner, document):
    owner.delete(f"/documents/{document.pk}")

    error_of(owner.delete(f"/documents/{document.pk}"), 404, "not_found")


@pytest.mark.parametrize(("document_id", "status"), [(ELSEWHERE, 404), ("nonsense", 422)])
def test_one_that_does_not_exist(owner, document_id, status):
    assert owner.delete(f"/documents/{document_id}").status_code == status


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_succeeds():
    people = cast()
    document = DocumentFactory(owner=people.owner, workspace=people.workspace)
    answers = []

    def delete() -> None:
        answers.append(Caller(people.owner).delete(f"/documents/{document.pk}").status_code)
        connection.close()

    threads = [threading.Thread(target=delete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200, 404, 404, 404]
    assert Event.objects.filter(action="document.deleted", object_id=document.pk).count() == 1
