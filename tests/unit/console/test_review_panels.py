"""What stands beside the reviewer's fields: who may see it, and what it says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from audit.models import Event
from documents.models import Document
from extraction import corrections, learning
from extraction.models import ExtractionResult, Vendor
from review import actions
from review.models import Automation, ReviewPolicy, ReviewTask
from tests.factories import scenes
from tests.unit.console.conftest import sign_in
from tests.unit.review.conftest import CLEAN, DOUBTFUL
from tests.unit.review.conftest import read as read_page
from training.generator import einvoices, render
from training.sample_bills import FACTURX_INVOICE
from training.samples import WORKSHOP, page

PANELS = ("xml", "duplicates", "vendor", "history")

read = read_page  # a fixture


@pytest.fixture
def task(read, people) -> ReviewTask:
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.NEVER)
    return ReviewTask.objects.get(document=read())


def ask(console, task, name):
    path = reverse("admin:review_task_panel", args=[task.pk, name])
    return console.client.get(path, headers={"Accept": "application/json"})


def forget(console, task):
    return console.client.post(
        reverse("admin:review_task_forget", args=[task.pk]), headers={"Accept": "application/json"}
    )


def approve(task, by, *, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(task=task, by=by)


# --- Who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PANELS)
def test_who_may_look(task, client, owner, editor, viewer, stranger, name):
    statuses = [ask(each, task, name).status_code for each in (owner, editor, viewer, stranger)]
    assert statuses == [200, 200, 200, 404]
    anonymous = client.get(
        reverse("admin:review_task_panel", args=[task.pk, name]), headers={"Accept": "application/json"}
    )
    assert anonymous.status_code == 401


def test_who_may_forget(task, client, people, owner, editor, viewer, stranger, django_capture_on_commit_callbacks):
    approve(task, people.owner, django_capture_on_commit_callbacks=django_capture_on_commit_callbacks)
    assert Vendor.objects.exists()
    assert [forget(each, task).status_code for each in (editor, viewer, stranger)] == [403, 403, 404]
    anonymous = client.post(reverse("admin:review_task_forget", args=[task.pk]), headers={"Accept": "application/json"})
    assert anonymous.status_code == 401
    assert Vendor.objects.exists()
    assert not ask(editor, task, "vendor").json()["may_forget"]
    assert ask(owner, task, "vendor").json()["may_forget"]

    answer = forget(owner, task)

    assert (answer.status_code, answer.json()["learned"]) == (200, None)
    assert not Vendor.objects.exists()
    event = Event.objects.get(action="vendor.forgotten")
    assert (event.actor_id, event.workspace_id) == (people.owner.pk, people.workspace.pk)
    assert forget(owner, task).status_code == 200, "there is nothing left to forget"


def test_there_is_no_other_panel(task, owner):
    assert ask(owner, task, "secrets").status_code == 404


# --- XML against page -------------------------------------------------------------------------------------------------
def test_an_e_invoice_beside_its_page(people, owner, settings, django_capture_on_commit_callbacks):
    settings.PROCESSING_MODE = "inline"
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.NEVER)
    with django_capture_on_commit_callbacks(execute=True):
        document = scenes.uploaded(people.workspace, people.owner, settings.BASE_DIR / "samples/invoice-factur-x.pdf")
    task = ReviewTask.objects.get(document=document)
    rows = {row["name"]: row for row in ask(owner, task, "xml").json()["rows"]}
    assert rows["invoice_number"]["state"] == "same"
    assert rows["invoice_number"]["xml"] == rows["invoice_number"]["page_says"]
    assert rows["vendor_vat_id"]["state"] == "same"


def test_another_vat_id_of_the_seller_is_marked(people, owner, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.PROCESSING_MODE = "inline"
    stated = replace(FACTURX_INVOICE, seller=replace(FACTURX_INVOICE.seller, vat_id="DE811907980"))
    path = tmp_path / "invoice.pdf"
    path.write_bytes(
        einvoices.attached(render.pdf(page(FACTURX_INVOICE, WORKSHOP)), einvoices.xml(stated, WORKSHOP.language))
    )
    with django_capture_on_commit_callbacks(execute=True):
        document = scenes.uploaded(people.workspace, people.owner, path)
    first, *others = ask(owner, ReviewTask.objects.get(document=document), "xml").json()["rows"]
    assert (first["name"], first["state"]) == ("vendor_vat_id", "differs")
    assert (first["xml"], first["page_says"]) == ("DE811907980", FACTURX_INVOICE.seller.vat_id)
    assert first["page"] == 1
    assert first["box"]
    assert "differs" not in {row["state"] for row in others}


def test_differences_come_first_and_stay_after_a_person_chose(task, owner):
    place = {"page": 1, "box": [1.0, 2.0, 3.0, 4.0]}
    considered = [
        {"raw": "DE1", "value": "DE1", "share": 1.0, "rule": "cii", "page": None, "box": None},
        {"raw": "DE2", "value": "DE2", "share": 0.99, "rule": "page:label", **place},
    ]
    why = {"reasons": ["the page says something else"], "considered": considered}
    result = ExtractionResult.objects.get(document=task.document_id)
    result.fields = {
        "currency": {"value": "EUR", "source": "xml", "why": {"reasons": ["stated in the XML"]}},
        "iban": {"value": "DE2", "source": "person", "why": why},
        "vendor_phone": {"value": "123", "source": "text"},
    }
    result.save()
    first, second = ask(owner, task, "xml").json()["rows"]
    assert (first["name"], first["state"], first["xml"], first["page_says"]) == ("iban", "differs", "DE1", "DE2")
    assert (first["chosen"], first["page"], first["box"]) == ("DE2", 1, [1.0, 2.0, 3.0, 4.0])
    assert (second["name"], second["state"]) == ("currency", "unchecked")


def test_what_is_no_e_invoice_has_nothing_to_compare(task, owner):
    assert ask(owner, task, "xml").json() == {"rows": []}


# --- Duplicates -------------------------------------------------------------------------------------------------------
def test_a_duplicate_is_compared_field_by_field(task, read, owner):
    again = ReviewTask.objects.get(document=read(DOUBTFUL.replace("17 April", "18 April")))
    (other,) = ask(owner, again, "duplicates").json()["others"]
    assert other["url"].endswith(f"{task.document_id}/change/")
    assert "is here already" in other["why"]
    rows = {row["name"]: row for row in other["rows"]}
    assert (rows["due_date"]["own"], rows["due_date"]["other"]) == ("2026-04-18", "2026-04-17")
    assert rows["due_date"]["differs"]
    assert not rows["total_amount"]["differs"]
    assert ask(owner, task, "duplicates").json()["others"] == [], "the first one is no duplicate"


def test_documents_of_other_workspaces_are_never_compared(task, owner, people):
    """Whatever a rule names."""
    strange = scenes.completed(people.stranger.workspaces.get(), people.stranger)
    validation = task.document.validation
    validation.issues = [{"code": "duplicate_file", "message": "", "params": {"document_id": str(strange.pk)}}]
    validation.save()
    superuser = sign_in(people.mate, superuser=True)
    assert ask(owner, task, "duplicates").json()["others"] == []
    assert ask(superuser, task, "duplicates").json()["others"] == [], "who may see both sees no mixture either"


def test_pictures_of_both_are_offered(people, owner, settings, django_capture_on_commit_callbacks):
    settings.PROCESSING_MODE = "inline"
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.NEVER)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            scenes.uploaded(people.workspace, people.owner, settings.BASE_DIR / "samples/invoice-english.pdf")
    task = ReviewTask.objects.order_by("-arrived_at").first()
    found = ask(owner, task, "duplicates").json()
    for url in (*found["own"]["pictures"], *found["others"][0]["pictures"]):
        assert owner.client.get(url)["Content-Type"] == "image/png"


# --- Vendor -----------------------------------------------------------------------------------------------------------
def test_earlier_documents_and_what_was_learned(task, read, owner, people, django_capture_on_commit_callbacks):
    changes = {"fields": {"total_amount": {"text": "67.20"}, "iban": {"text": "DE89 3704 0044 0532 0130 00"}}}
    corrections.correct(document=task.document, entries=changes, version=None, by=people.owner, seconds=12)
    approve(task, people.owner, django_capture_on_commit_callbacks=django_capture_on_commit_callbacks)
    later = ReviewTask.objects.get(document=read(CLEAN.replace("MP-10077", "MP-10078")))

    found = ask(owner, later, "vendor").json()

    (earlier,) = found["documents"]
    assert (earlier["number"], earlier["date"], earlier["total"]) == ("MP-10077", "2026-03-18", "67.20 GBP")
    assert (earlier["status"], earlier["iban"]) == ("Approved", "DE89370400440532013000")
    learned = found["learned"]
    assert (learned["documents"], learned["corrections"]) == (1, 2)
    assert (learned["in_use"], learned["proposed"], learned["due"], learned["replay"]) == (False, True, True, None)

    learning.replay(Vendor.objects.get())
    learned = ask(owner, later, "vendor").json()["learned"]
    assert (learned["in_use"], learned["proposed"], learned["due"]) == (True, False, False)
    assert (learned["replay"]["documents"], learned["replay"]["worse"]) == (1, [])
    assert {"Total amount", "Invoice number"} <= {item["label"] for item in learned["fields"]}


# --- History ----------------------------------------------------------------------------------------------------------
def test_who_changed_what_when(task, owner, people, django_capture_on_commit_callbacks):
    place = {"page": 1, "box": [1, 2, 3, 4]}
    changes = {"fields": {"total_amount": {"text": "67.20", **place}}}
    corrections.correct(document=task.document, entries=changes, version=None, by=people.mate, seconds=12.4)
    with django_capture_on_commit_callbacks(execute=True):
        actions.approve(task=task, by=people.owner, seconds=7.2)

    found = ask(owner, task, "history").json()

    whats = [row["what"] for row in found["rows"]]
    assert whats.index("Approved") < whats.index("Total amount") < whats.index("Read") < whats.index("Arrived")
    change = next(row for row in found["rows"] if row["change"])
    assert (change["who"], change["before"], change["after"]) == (people.mate.email, "69.20", "67.20")
    assert (change["page"], change["box"], change["seconds"]) == (1, [1.0, 2.0, 3.0, 4.0], 12)
    decision = next(row for row in found["rows"] if row["what"] == "Approved")
    assert (decision["seconds"], found["seconds"]) == (7, 20)


def test_the_history_of_others_is_not_told(task, read, owner):
    other = read(CLEAN)
    assert Document.objects.count() == 2
    assert all(str(other.pk) not in str(row) for row in ask(owner, task, "history").json()["rows"])
