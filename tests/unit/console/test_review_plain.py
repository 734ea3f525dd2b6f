"""The reviewer's screen without scripts: one form, the same rules."""

from __future__ import annotations

import pytest
from django.urls import reverse

from extraction.models import ExtractionResult
from review import actions
from review.models import Correction, ReviewTask
from tests.factories.scenes import HOSTILE
from tests.unit.review.conftest import read  # noqa: F401 - a fixture

TOTAL = "field.total_amount"


@pytest.fixture
def task(read) -> ReviewTask:  # noqa: F811
    return ReviewTask.objects.get(document=read())


@pytest.fixture
def anonymous(client):
    return type("Anonymous", (), {"client": client})


def result_of(task: ReviewTask) -> ExtractionResult:
    return ExtractionResult.objects.get(document=task.document_id)


def send(console, task: ReviewTask, do: str, **fields: str):
    sent = {"do": do, "version": str(result_of(task).version)} | fields
    return console.client.post(reverse("admin:review_task_plain", args=[task.pk]), sent)


def state_of(task: ReviewTask) -> str:
    task.refresh_from_db()
    return task.state


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 302), ("editor", 302), ("viewer", 403), ("stranger", 404), ("anonymous", 302)]
)
def test_who_may(request, task, who, status):
    response = send(request.getfixturevalue(who), task, "approve")

    assert response.status_code == status
    assert (state_of(task) == "approved") == (who in ("owner", "editor"))
    assert who != "anonymous" or "/login" in response.headers["Location"]


def test_values_are_corrected_by_the_same_rules_and_approved(owner, task):
    before = result_of(task).extracted_data["total_amount"]
    response = send(owner, task, "approve", **{TOTAL: "1.234,56 EUR", "field.vendor_name": HOSTILE})

    assert response.headers["Location"] == reverse("admin:review_reviewtask_changelist")
    assert state_of(task) == "approved"
    assert result_of(task).extracted_data["total_amount"] == 1234.56 != before
    assert result_of(task).extracted_data["vendor_name"] == HOSTILE
    assert {made.field for made in Correction.objects.all()} == {"total_amount", "vendor_name"}


def test_what_was_not_changed_is_no_correction(owner, task):
    page = owner.client.get(reverse("admin:review_task_screen", args=[task.pk])).content.decode()
    shown = result_of(task).extracted_data["vendor_name"]
    assert f'name="field.vendor_name" value="{shown}"' in page

    send(owner, task, "save", **{"field.vendor_name": shown})

    assert not Correction.objects.exists()
    assert state_of(task) == "to_review"


def test_saved_only_it_is_given_back(owner, task):
    response = send(owner, task, "save", **{TOTAL: "77.00"})

    assert response.headers["Location"] == reverse("admin:review_task_screen", args=[task.pk])
    assert state_of(task) == "to_review"
    assert result_of(task).extracted_data["total_amount"] == 77.0


def test_rejected_with_a_reason_only(owner, task):
    refused = send(owner, task, "reject")
    assert refused.status_code == 422
    assert "This is needed." in refused.content.decode()
    assert state_of(task) == "to_review"

    send(owner, task, "reject", reason="Not ours")
    assert state_of(task) == "rejected"
    assert task.reject_reason == "Not ours"


@pytest.mark.parametrize("sent", [{TOTAL: "lots"}, {TOTAL: "lots", "do": "save"}])
def test_what_cannot_be_understood_is_shown_as_it_was_typed(owner, task, sent):
    response = send(owner, task, **{"do": "approve", "field.vendor_name": HOSTILE} | sent)
    page = response.content.decode()

    assert response.status_code == 422
    assert 'name="field.total_amount" value="lots"' in page
    assert "Total amount: " in page
    assert "<script>alert" not in page
    assert state_of(task) == "to_review"
    assert not Correction.objects.exists()


@pytest.mark.parametrize(("do", "version"), [("approve", ""), ("approve", "x"), ("destroy", None), ("", None)])
def test_nonsense_is_refused(owner, task, do, version):
    response = send(owner, task, do, **({} if version is None else {"version": version}))

    assert response.status_code == 422
    assert state_of(task) == "to_review"


def test_somebody_was_faster(owner, editor, task):
    seen = str(result_of(task).version)
    send(editor, task, "save", **{TOTAL: "88.00"})

    late = send(owner, task, "approve", version=seen, **{TOTAL: "99.00"})

    assert late.status_code == 409
    assert 'name="field.total_amount" value="99.00"' in late.content.decode()
    assert result_of(task).extracted_data["total_amount"] == 88.0
    assert state_of(task) == "to_review"


def test_somebody_is_at_work(owner, editor, people, task):
    actions.claim(task=task, by=people.mate)

    response = send(owner, task, "approve")

    assert response.status_code == 409
    assert "Somebody is at work on this document." in response.content.decode()
    assert state_of(task) == "in_review"


def test_next_has_claimed_it_for_them(owner, people, task):
    actions.claim(task=task, by=people.owner)

    assert send(owner, task, "approve").status_code == 302
    assert state_of(task) == "approved"
