"""What staff do with many documents at once."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from audit.models import Event
from documents import storage
from documents.models import Document
from documents.states import Status
from exports import admin as exports_admin
from extraction.models import JobPriority, JobStatus, ProcessingJob
from tests.factories import scenes
from tests.unit.console.conftest import told


@pytest.fixture
def documents(people) -> list[Document]:
    """Two read, one failed, one waiting."""
    scene = (scenes.completed, scenes.completed, scenes.failed, scenes.waiting)
    return [make(people.workspace, people.owner) for make in scene]


# --- Reprocess --------------------------------------------------------------------------------------------------------
def test_reprocessing_asks_first(owner, documents):
    response = owner.act("reprocess_selected", *documents)
    assert (response.context["count"], response.context["active"], response.context["forbidden"]) == (3, 1, 0)
    text = response.content.decode()
    assert "Read 3 documents again?" in text
    assert "1 of the selected is waiting or at work already" in text
    assert ProcessingJob.objects.filter(status=JobStatus.QUEUED).count() == 1


def test_reprocessing_queues_behind_uploads_and_skips_what_is_active(owner, documents):
    response = owner.act("reprocess_selected", *documents, confirmed="yes")
    assert told(response) == ["3 documents queued to be read again."]
    queued = ProcessingJob.objects.filter(status=JobStatus.QUEUED, priority=JobPriority.LOW)
    assert {job.document for job in queued} == set(documents[:3])
    assert documents[3].jobs.count() == 1
    assert set(Document.objects.values_list("status", flat=True)) == {Status.UPLOADED}
    assert set(queued.values_list("document__failure_reason", flat=True)) == {None}
    event = Event.objects.filter(action="document.queued").first()
    assert event.actor_id == owner.person.pk


def test_twice_is_once(owner, documents):
    owner.act("reprocess_selected", documents[0], confirmed="yes")
    assert owner.act("reprocess_selected", documents[0], confirmed="yes").status_code == 200
    assert documents[0].jobs.count() == 2
    response = owner.post(reverse("admin:documents_document_reprocess", args=[documents[0].pk]))
    assert told(response) == ["1 document skipped: already waiting or at work."]


def test_all_that_a_filter_shows_can_be_chosen_at_once(owner, documents):
    response = owner.act("reprocess_selected", documents[0], query="?status__exact=completed", select_across="1")
    assert response.context["count"] == 2
    owner.act("reprocess_selected", documents[0], query="?status__exact=completed", select_across="1", confirmed="yes")
    assert ProcessingJob.objects.filter(priority=JobPriority.LOW).count() == 2


def test_too_many_at_once_are_sent_to_the_command(owner, documents, monkeypatch):
    monkeypatch.setattr(exports_admin, "MAX_AT_ONCE", 2)
    response = owner.act("reprocess_selected", *documents, confirmed="yes")
    assert "manage.py reprocess" in told(response)[0]
    assert ProcessingJob.objects.filter(priority=JobPriority.LOW).count() == 0


def test_nothing_to_reprocess_is_said(owner, documents):
    assert "There is nothing to reprocess" in owner.act("reprocess_selected", documents[3]).content.decode()


def approved(document):
    Document.objects.filter(pk=document.pk).update(review_status="approved")
    return document


def test_what_was_approved_is_left_alone_unless_asked_for(owner, documents):
    approved(documents[0])
    response = owner.act("reprocess_selected", *documents)
    assert (response.context["count"], response.context["approved"], response.context["active"]) == (2, 1, 1)
    assert "1 of the selected was approved by a reviewer and will be left alone." in response.content.decode()
    assert documents[0] not in response.context["named"]

    response = owner.act("reprocess_selected", *documents, confirmed="yes")
    assert told(response) == ["2 documents queued to be read again.", "1 document left alone: approved by a reviewer."]
    assert not documents[0].jobs.filter(status=JobStatus.QUEUED).exists()

    response = owner.act("reprocess_selected", documents[0], confirmed="yes", approved="yes")
    assert told(response) == ["1 document queued to be read again."]


def test_when_all_were_approved_that_is_asked(owner, documents):
    response = owner.act("reprocess_selected", approved(documents[0]))
    assert "Read what was approved again?" in response.content.decode()
    assert told(owner.act("reprocess_selected", documents[0], confirmed="yes")) == [
        "1 document left alone: approved by a reviewer."
    ]


def test_approved_ones_count_for_the_limit_only_when_they_are_asked_for(owner, documents, monkeypatch):
    monkeypatch.setattr(exports_admin, "MAX_AT_ONCE", 2)
    approved(documents[0])
    assert owner.act("reprocess_selected", *documents).context["count"] == 2
    response = owner.act("reprocess_selected", *documents, confirmed="yes", approved="yes")
    assert "manage.py reprocess" in told(response)[0]


def test_the_page_of_an_approved_document_asks_first(owner, documents):
    path = reverse("admin:documents_document_reprocess", args=[approved(documents[0]).pk])
    response = owner.post(path)
    assert "Read what was approved again?" in response.content.decode()
    assert documents[0].jobs.count() == 1
    assert told(owner.post(path, confirmed="yes", approved="yes")) == ["1 document queued to be read again."]


# --- Export -----------------------------------------------------------------------------------------------------------
def test_export_as_json_is_one_file_with_what_was_read(owner, documents):
    response = owner.act("export_json", *documents)
    assert response.streaming
    assert response.headers["Content-Disposition"] == 'attachment; filename="documents.json"'
    exported = json.loads(response.getvalue())
    assert [each["document_id"] for each in exported] == [str(document.pk) for document in documents[:2]]
    assert exported[0]["vendor_name"] == "Brightwater Tools"
    assert told(owner.documents()) == ["2 documents not read yet: not in the file."]


def test_export_as_csv_is_one_file_with_one_head(owner, people):
    hostile = scenes.completed(people.workspace, people.owner, vendor='=HYPERLINK("http://x")')
    plain = scenes.completed(people.workspace, people.owner)
    response = owner.act("export_csv", hostile, plain)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    assert [row["document_id"] for row in rows] == [str(hostile.pk)] * 2 + [str(plain.pk)] * 2
    assert rows[0]["vendor_name"] == '\'=HYPERLINK("http://x")'


STATUSES = ("to_review", "in_review", "postponed", "approved", "rejected", "passed", "")


@pytest.fixture
def in_every_state(people):
    return [scenes.completed(people.workspace, people.owner, review_status=status) for status in STATUSES]


@pytest.mark.parametrize("name", ["csv", "json"])
def test_export_of_what_was_not_approved_says_so(owner, in_every_state, name):
    text = owner.act(f"export_{name}", *in_every_state).getvalue().decode()
    rows = json.loads(text) if name == "json" else csv.DictReader(io.StringIO(text, newline=""))
    found = {row["document_id"]: row["review_status"] or "" for row in rows}
    assert found == {str(document.pk): document.review_status for document in in_every_state}
    assert told(owner.documents()) == ["4 documents in the file not approved: review_status says which."]


def test_export_of_what_is_final_says_nothing(owner, in_every_state):
    assert owner.act("export_json", in_every_state[3], in_every_state[5]).streaming
    assert told(owner.documents()) == []


def test_the_name_of_a_file_says_that_its_data_is_not_final(owner, in_every_state):
    for document in in_every_state:
        path = reverse("admin:documents_document_export", args=[document.pk, "json"])
        final = document.review_status in ("approved", "passed", "")
        said = "" if final else f".{document.review_status}"
        assert f'"{document.pk}{said}.json"' in owner.get(path).headers["Content-Disposition"]


def test_export_of_what_was_not_read_says_so(owner, documents):
    response = owner.act("export_json", documents[2], documents[3])
    assert told(response) == ["None of the selected documents has been read yet."]


def test_export_follows_the_filter(owner, documents):
    documents[0].kind = "receipt"
    documents[0].save()
    response = owner.act("export_json", documents[0], query="?kind=receipt", select_across="1")
    assert [each["document_id"] for each in json.loads(response.getvalue())] == [str(documents[0].pk)]


def test_export_fetches_piece_by_piece(owner, people, django_assert_num_queries):
    made = [scenes.completed(people.workspace, people.owner) for _ in range(30)]
    with django_assert_num_queries(20, exact=False) as captured:
        body = owner.act("export_json", *made).getvalue()
    assert len(json.loads(body)) == 30
    assert len(captured) < 15


@pytest.mark.parametrize(("name", "kind"), [("json", "application/json"), ("csv", "text/csv; charset=utf-8")])
def test_export_of_one_document(owner, documents, name, kind):
    response = owner.get(reverse("admin:documents_document_export", args=[documents[0].pk, name]))
    assert response.headers["Content-Type"] == kind
    assert response.headers["Content-Disposition"] == f'attachment; filename="{documents[0].pk}.{name}"'
    assert b"Brightwater Tools" in response.content


@pytest.mark.parametrize(("place", "name"), [(0, "exe"), (2, "json")])
def test_no_such_export_is_a_404(owner, documents, place, name):
    url = reverse("admin:documents_document_export", args=[documents[place].pk, name])
    assert owner.get(url).status_code == 404


# --- Delete -----------------------------------------------------------------------------------------------------------
def test_deleting_asks_first_and_takes_the_files(owner, people, django_capture_on_commit_callbacks):
    document = scenes.completed(people.workspace, people.owner)
    document.file = storage.name_in_folder(document, "original.pdf")
    document.save()
    default_storage.save(document.file, ContentFile(b"%PDF-1.7"))
    url = reverse("admin:documents_document_delete", args=[document.pk])
    assert "Are you sure" in owner.get(url).content.decode()
    assert default_storage.exists(document.file)
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(url, post="yes")
    assert not Document.objects.filter(pk=document.pk).exists()
    assert not default_storage.exists(document.file)
    assert Event.objects.filter(action="document.deleted", object_id=document.pk).count() == 1


def test_deleting_many(owner, documents):
    asked = owner.act("delete_selected", *documents)
    assert dict(asked.context["model_count"]) == {"documents": 4}
    assert Document.objects.count() == 4
    owner.act("delete_selected", *documents, post="yes")
    assert Document.objects.count() == 0
    assert Event.objects.filter(action="document.deleted", actor_id=owner.person.pk).count() == 4
    assert not Event.objects.filter(action="document.changed").exists()


def test_one_that_somebody_else_deleted_is_passed_over(owner, documents, monkeypatch):
    delete = exports_admin.delete

    def too_late(*, document, by):
        Document.objects.filter(pk=document.pk).delete()
        delete(document=document, by=by)

    monkeypatch.setattr(exports_admin, "delete", too_late)
    assert owner.act("delete_selected", *documents, post="yes").status_code == 200
    assert Document.objects.count() == 0
