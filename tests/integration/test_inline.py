"""Without workers: the same work by the real engine, within the call that submits."""

from __future__ import annotations

import os

import pytest
from django.core.files.storage import InMemoryStorage, default_storage

from accounts.queries import personal_workspace
from documents import intake
from documents.actions import create
from documents.states import Status
from extraction.actions import submit
from extraction.models import JobStatus
from tests.factories import UserFactory
from tests.integration import papers

pytestmark = pytest.mark.integration


class RemoteStorage(InMemoryStorage):
    """Like one behind a network: its files have no paths here."""

    def path(self, name):
        raise NotImplementedError

    def _relative_path(self, name):
        return os.path.normpath(name)


@pytest.fixture
def inline(settings):
    settings.PROCESSING_MODE = "inline"


def take_in(path):
    user = UserFactory()
    document = create(arrival=intake.receive_path(path), workspace=personal_workspace(user), by=user)
    job = submit(document=document, by=user)
    document.refresh_from_db()
    job.refresh_from_db()
    return document, job


@pytest.mark.django_db(transaction=True)
def test_a_document_is_completed_when_submit_returns(inline, tmp_path):
    paper = next(papers.write(tmp_path / "papers", range(1)).iterdir())

    document, job = take_in(paper)

    assert (document.status, job.status) == (Status.COMPLETED, JobStatus.SUCCEEDED)
    assert document.result.extracted_data["total_amount"] == 119.0
    assert document.result.extracted_data["invoice_number"] == "INV-0"


@pytest.mark.django_db(transaction=True)
def test_a_damaged_document_fails_with_a_sentence(inline, tmp_path):
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.7\nnothing more")

    document, job = take_in(damaged)

    assert (document.status, job.status) == (Status.FAILED, JobStatus.FAILED)
    assert document.failure_code == "damaged_document"
    assert document.failure_reason.endswith(".")


@pytest.mark.django_db(transaction=True)
def test_a_storage_without_local_paths_is_read_from_a_copy(inline, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": f"{__name__}.RemoteStorage"}}
    paper = next(papers.write(tmp_path / "papers", range(1)).iterdir())

    document, job = take_in(paper)

    assert document.result.extracted_data["invoice_number"] == "INV-0"
    assert default_storage.exists(job.parsed_file)


@pytest.mark.django_db(transaction=True)
def test_markup_and_formulas_stay_what_they_are(inline, tmp_path):
    hostile = tmp_path / "hostile.csv"
    hostile.write_text('description,amount,vendor\n=1+1,5.00,"<script>alert(1)</script>"\n')

    document, _ = take_in(hostile)

    assert document.result.extracted_data["vendor_name"] == "<script>alert(1)</script>"
    assert document.result.extracted_data["line_items"][0]["description"] == "=1+1"
