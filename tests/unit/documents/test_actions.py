"""Creating and deleting documents: whole or not at all, and audited."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError

from accounts.queries import personal_workspace
from audit.models import Event
from common.errors import NotFound
from documents import actions, intake
from documents.models import Document
from extraction import intake as extraction_intake
from tests.factories import DocumentFactory, UserFactory
from tests.factories.files import TEXT


@pytest.fixture
def user(db):
    return UserFactory()


@pytest.fixture
def arrival(settings, tmp_path):
    settings.INCOMING_DIR = tmp_path
    receiver = intake.Receiver("a.txt", "")
    receiver.write(TEXT)
    return receiver.finish()


def stored(user) -> list[str]:
    workspace = personal_workspace(user)
    try:
        folders = default_storage.listdir(f"documents/{workspace.pk}")[0]
    except FileNotFoundError:
        return []
    return [name for each in folders for name in default_storage.listdir(f"documents/{workspace.pk}/{each}")[1]]


def test_create(user, arrival):
    document = actions.create(arrival=arrival, workspace=personal_workspace(user), by=user)

    assert default_storage.open(document.file).read() == TEXT
    assert not arrival.path.exists()
    event = Event.objects.get(action="document.uploaded")
    assert (event.actor_id, event.object_id, event.workspace_id) == (user.pk, document.pk, document.workspace_id)
    assert event.data["sha256"] == document.checksum_sha256


def fail(*args, **kwargs):
    raise IntegrityError


@pytest.mark.parametrize("broken", ["documents.actions.log.record", "documents.actions.storage.save"])
def test_a_creation_that_fails_changes_nothing(user, arrival, monkeypatch, broken):
    monkeypatch.setattr(broken, fail)

    with pytest.raises(IntegrityError):
        actions.create(arrival=arrival, workspace=personal_workspace(user), by=user)
    assert not Document.objects.exists()
    assert stored(user) == []


def test_a_document_without_a_job_changes_nothing(user, arrival, monkeypatch):
    monkeypatch.setattr("extraction.actions.submit", fail)

    with pytest.raises(IntegrityError):
        extraction_intake.receive(arrival=arrival, workspace=personal_workspace(user), by=user)
    assert not Document.objects.exists()
    assert stored(user) == []


def test_a_deletion_that_fails_changes_nothing(user, monkeypatch, django_capture_on_commit_callbacks):
    document = DocumentFactory(owner=user)
    monkeypatch.setattr("documents.actions.log.record", fail)

    with django_capture_on_commit_callbacks(execute=True) as callbacks, pytest.raises(IntegrityError):
        actions.delete(document=document, by=user)
    assert Document.objects.filter(pk=document.pk).exists()
    assert callbacks == []


def test_one_that_is_gone_cannot_be_deleted(user):
    document = DocumentFactory(owner=user)
    actions.delete(document=document, by=user)

    with pytest.raises(NotFound):
        actions.delete(document=document, by=user)
    assert Event.objects.filter(action="document.deleted").count() == 1
