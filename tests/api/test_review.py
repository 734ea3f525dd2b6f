"""/review/tasks: listing, holding, correcting, deciding; and PATCH /documents/{id}/result"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from documents.models import Document
from review.models import ReviewTask
from tests.api.conftest import ELSEWHERE, error_of
from tests.factories import DocumentFactory, TaskFactory
from tests.unit.review.conftest import DOUBTFUL

VERBS = ("claim", "renew", "release", "approve", "reject", "postpone", "assign", "reopen")


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace, status="completed")


@pytest.fixture
def task(document):
    return TaskFactory(document=document)


@pytest.fixture
def read(callers, settings, django_capture_on_commit_callbacks):
    """Upload a page that needs a person; its task."""
    settings.PROCESSING_MODE = "inline"

    def read(page=DOUBTFUL):
        with django_capture_on_commit_callbacks(execute=True):
            response = callers["owner"].upload("page.txt", page.encode(), "text/plain")
        return ReviewTask.objects.get(document=response.json()["document"]["id"])

    return read


def held(caller, task):
    return caller.post(f"/review/tasks/{task.pk}/claim", {}).json()["holder"]


# --- Who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status", "seen"),
    [("owner", 200, 1), ("mate", 200, 1), ("viewer", 200, 1), ("stranger", 200, 0), ("anonymous", 401, 0)],
)
def test_who_sees_tasks(callers, task, who, status, seen):
    response = callers[who].get("/review/tasks")
    assert response.status_code == status
    assert len(response.json().get("items", [])) == seen


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_one(callers, task, who, status):
    assert callers[who].get(f"/review/tasks/{task.pk}").status_code == status


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("stranger", 404), ("anonymous", 401)])
def test_who_may_not_work_on_one(callers, task, verb, who, status):
    body = {"holder": ELSEWHERE, "reason": "x", "until": "2099-01-01T00:00:00Z", "reviewer_id": None}
    assert callers[who].post(f"/review/tasks/{task.pk}/{verb}", body).status_code == status
    assert callers[who].patch(f"/review/tasks/{task.pk}/fields", body).status_code == status
    task.refresh_from_db()
    assert task.state == "to_review"


@pytest.mark.parametrize(("who", "found"), [("owner", True), ("mate", True), ("viewer", False), ("stranger", False)])
def test_who_gets_the_next(callers, task, who, found):
    given = callers[who].post("/review/tasks/next", {}).json()["task"]
    assert (given is not None and given["id"] == str(task.pk)) is found


@pytest.mark.parametrize(("who", "status"), [("viewer", 403), ("stranger", 404), ("anonymous", 401)])
def test_who_may_not_correct_a_result(callers, document, who, status):
    body = {"fields": {"total_amount": {"text": "1"}}}
    assert callers[who].patch(f"/documents/{document.pk}/result", body).status_code == status


# --- The whole way ----------------------------------------------------------------------------------------------------
def test_another_front_end_can_review(callers, read):
    mate = callers["mate"]
    task = read()
    path = f"/review/tasks/{task.pk}"

    given = mate.post("/review/tasks/next", {"kind": "invoice", "reason": "total_mismatch"}).json()["task"]
    assert given["reasons"][0]["field"] == "total_amount"
    holder = given["holder"]
    assert mate.post(f"{path}/renew", {"holder": holder}).json()["lease_expires_at"] > timezone.now().isoformat()
    version = mate.get(f"/documents/{task.document_id}/result").json()["version"]

    change = {"total_amount": {"text": "£67.20", "page": 1, "box": [1, 2, 3, 4]}}
    corrected = mate.patch(f"{path}/fields", {"holder": holder, "version": version, "seconds": 3, "fields": change})
    assert corrected.status_code == 200, corrected.json()
    answer = corrected.json()
    assert answer["result"]["fields"]["total_amount"]["source"] == "person"
    assert answer["result"]["fields"]["total_amount"]["box"] == [1, 2, 3, 4]
    assert "total_mismatch" not in [issue["code"] for issue in answer["validation"]["issues"]]

    stale = mate.post(f"{path}/approve", {"holder": holder, "version": version})
    assert error_of(stale, 409, "version_conflict")["version"] == answer["result"]["version"]
    done = mate.post(f"{path}/approve", {"holder": holder, "version": answer["result"]["version"]})
    assert done.json()["state"] == "approved"
    error_of(mate.post(f"{path}/approve", {}), 409, "task_decided")

    shown = mate.get(f"/documents/{task.document_id}").json()
    assert shown["review_status"] == "approved"
    exported = mate.get(f"/documents/{task.document_id}/export/json")
    assert (exported.json()["total_amount"], exported.headers["X-Review-Status"]) == (67.2, "approved")
    assert mate.post("/review/tasks/next", {}).json() == {"task": None}


def test_an_export_of_unapproved_data_says_so(callers, read):
    task = read()
    for name in ("json", "csv"):
        response = callers["owner"].get(f"/documents/{task.document_id}/export/{name}")
        assert response.headers["X-Review-Status"] == "to_review"
    rows = response.content.decode().splitlines()
    assert rows[0].endswith(",review_status")
    assert all(row.endswith(",to_review") for row in rows[1:])


def test_values_that_cannot_be_understood_are_named(callers, read):
    task = read()
    body = {
        "fields": {"total_amount": {"text": "lots"}, "nonsense": {"text": "1"}},
        "line_items": [{"x": {"text": "1"}}],
    }
    fields = error_of(callers["owner"].patch(f"/documents/{task.document_id}/result", body), 422, "validation_error")
    assert set(fields["fields"]) == {"total_amount", "nonsense", "line_items.0.x"}


def test_lines_are_replaced_as_a_whole(callers, read):
    task = read()
    path = f"/documents/{task.document_id}/result"
    lines = [{"description": {"text": "Copy paper A4"}, "quantity": {"text": "10"}, "amount": {"text": "56.00"}}]
    corrected = callers["owner"].patch(path, {"line_items": lines}).json()
    assert corrected["extracted_data"]["line_items"] == [
        {"description": "Copy paper A4", "quantity": 10.0, "unit_price": None, "amount": 56.0}
    ]


@pytest.mark.parametrize(
    "body",
    [
        {"fields": {"total_amount": "1"}},
        {"fields": {"total_amount": {"text": 1}}},
        {"fields": {"total_amount": {"text": "1", "box": [1, 2]}}},
        {"fields": {"total_amount": {"text": "x" * 2001}}},
        {"version": "nonsense"},
        {"seconds": -1},
        {"line_items": {}},
    ],
)
def test_bad_corrections(callers, read, body):
    task = read()
    error_of(callers["owner"].patch(f"/documents/{task.document_id}/result", body), 422, "validation_error")


# --- Two at once ------------------------------------------------------------------------------------------------------
def test_what_somebody_holds_is_theirs(callers, task):
    holder = held(callers["owner"], task)
    refused = callers["mate"].post(f"/review/tasks/{task.pk}/claim", {})
    assert error_of(refused, 409, "task_not_held")["reviewer"] == callers["owner"].user.email
    assert callers["mate"].post("/review/tasks/next", {}).json() == {"task": None}
    error_of(callers["mate"].post(f"/review/tasks/{task.pk}/reject", {"reason": "No."}), 409, "task_not_held")
    error_of(callers["mate"].post(f"/review/tasks/{task.pk}/renew", {"holder": holder}), 409, "task_not_held")
    taken = callers["mate"].post(f"/review/tasks/{task.pk}/claim", {"take_over": True})
    assert taken.json()["reviewer_id"] == str(callers["mate"].user.pk)
    error_of(callers["owner"].post(f"/review/tasks/{task.pk}/renew", {"holder": holder}), 409, "task_not_held")


def test_a_task_is_given_back_and_a_decision_taken_back(callers, task):
    owner = callers["owner"]
    holder = held(owner, task)
    assert owner.post(f"/review/tasks/{task.pk}/release", {"holder": holder}).json()["state"] == "to_review"
    error_of(owner.post(f"/review/tasks/{task.pk}/reject", {"reason": "\u200b\ufeff"}), 422, "validation_error")
    assert owner.post(f"/review/tasks/{task.pk}/reject", {"reason": "Not ours."}).json()["state"] == "rejected"
    assert owner.post(f"/review/tasks/{task.pk}/reopen").json()["state"] == "to_review"
    error_of(owner.post(f"/review/tasks/{task.pk}/approve", {}), 404, "not_found")  # there is no result


def test_a_lease_that_ran_out_frees_the_task(callers, task):
    held(callers["owner"], task)
    ReviewTask.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert callers["mate"].post("/review/tasks/next", {}).json()["task"]["id"] == str(task.pk)


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("approve", {}),
        ("reject", {"reason": "Not ours"}),
        ("postpone", {"until": "2099-01-01T00:00:00Z"}),
        ("release", {}),
    ],
)
def test_what_a_decision_took_is_counted(callers, read, verb, body):
    task, owner = read(), callers["owner"]
    path = f"/review/tasks/{task.pk}"
    holder = held(owner, task)
    corrected = {"holder": holder, "seconds": 3, "fields": {"total_amount": {"text": "67.20"}}}
    assert owner.patch(f"{path}/fields", corrected).status_code == 200
    for wrong in (-1, 86_401, "long"):
        error_of(owner.post(f"{path}/{verb}", body | {"holder": holder, "seconds": wrong}), 422, "validation_error")
    done = owner.post(f"{path}/{verb}", body | {"holder": holder, "seconds": 6.5})
    assert (done.status_code, done.json()["seconds_spent"]) == (200, 9.5)


def test_who_claimed_a_task_may_claim_it_on(callers, task):
    holder = held(callers["owner"], task)
    path = f"/review/tasks/{task.pk}/claim"
    error_of(callers["mate"].post(path, {"holder": holder}), 409, "task_not_held")
    error_of(callers["owner"].post(path, {"holder": ELSEWHERE}), 409, "task_not_held")
    again = callers["owner"].post(path, {"holder": holder})
    assert (again.status_code, again.json()["holder"] != holder) == (200, True)


# --- Lists ------------------------------------------------------------------------------------------------------------
def test_tasks_are_filtered(callers, people, task):
    other = TaskFactory(
        document=DocumentFactory(owner=people.owner, workspace=people.workspace),
        kind="receipt",
        vendor_name="Old Mill Café",
        reason_codes=["low_confidence"],
        state="approved",
        reviewer=people.mate,
        priority=9,
    )

    def found(**params):
        return [item["id"] for item in callers["mate"].get("/review/tasks", params).json()["items"]]

    assert found() == [str(other.pk), str(task.pk)]
    assert found(state="approved") == found(kind="receipt") == found(reason="low_confidence") == [str(other.pk)]
    assert found(vendor="mill") == found(mine="true") == found(open="false") == [str(other.pk)]
    assert found(open="true") == found(document_id=str(task.document_id)) == [str(task.pk)]
    assert found(workspace_id=ELSEWHERE) == []


@pytest.mark.parametrize(
    "params",
    [
        {"state": "x"},
        {"kind": "x"},
        {"workspace_id": "x"},
        {"arrived_after": "x"},
        {"mine": "maybe"},
        {"mine": ""},
        {"open": "x"},
        {"open": "yes"},
    ],
)
def test_bad_filters(callers, task, params):
    fields = error_of(callers["owner"].get("/review/tasks", params), 422, "validation_error")["fields"]
    assert fields.keys() == params.keys()


@pytest.mark.parametrize(("said", "seen"), [("true", 1), ("True", 1), ("1", 1), ("false", 0), ("FALSE", 0), ("0", 0)])
def test_true_and_false_are_written_in_several_ways(callers, task, said, seen):
    assert callers["owner"].get("/review/tasks", {"open": said}).json()["total"] == seen


def test_documents_are_filtered_by_it(callers, task):
    Document.objects.update(review_status="to_review")
    assert callers["owner"].get("/documents", {"review_status": "to_review"}).json()["total"] == 1
    assert callers["owner"].get("/documents", {"review_status": "approved"}).json()["total"] == 0
    error_of(callers["owner"].get("/documents", {"review_status": "x"}), 422, "validation_error")


@pytest.mark.parametrize("chosen", ["mate", "owner", None])
def test_only_who_manages_takes_by_assigning_what_somebody_has_open(callers, people, task, chosen):
    reviewer_id = chosen and str(getattr(people, chosen).pk)
    holder = held(callers["owner"], task)
    refused = callers["mate"].post(f"/review/tasks/{task.pk}/assign", {"reviewer_id": reviewer_id})
    extra = error_of(refused, 409, "task_not_held")
    claim = error_of(callers["mate"].post(f"/review/tasks/{task.pk}/claim", {}), 409, "task_not_held")
    assert extra | {"request_id": ""} == claim | {"request_id": ""}
    assert extra["reviewer"] == people.owner.email
    assert callers["owner"].post(f"/review/tasks/{task.pk}/renew", {"holder": holder}).status_code == 200

    taken = callers["mate"].post(f"/review/tasks/{task.pk}/claim", {"take_over": True}).json()["holder"]
    assert callers["owner"].post(f"/review/tasks/{task.pk}/assign", {"reviewer_id": reviewer_id}).status_code == 200
    late = callers["mate"].post(f"/review/tasks/{task.pk}/renew", {"holder": taken})
    error_of(late, 409, "task_not_held")


def test_an_editor_gives_away_what_nobody_else_has_open(callers, people, task):
    held(callers["mate"], task)
    body = {"reviewer_id": str(people.owner.pk)}
    assert callers["mate"].post(f"/review/tasks/{task.pk}/assign", body).json()["state"] == "to_review"
    ReviewTask.objects.update(
        state="in_review", reviewer=people.owner, lease_expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert callers["mate"].post(f"/review/tasks/{task.pk}/assign", {"reviewer_id": None}).status_code == 200


def test_nobody_learns_of_people_elsewhere(callers, people, task):
    body = {"reviewer_id": str(people.stranger.pk)}
    fields = error_of(callers["owner"].post(f"/review/tasks/{task.pk}/assign", body), 422, "validation_error")["fields"]
    assert fields == {"reviewer_id": ["Not a member."]}
    given = callers["owner"].post(f"/review/tasks/{task.pk}/assign", {"reviewer_id": str(people.mate.pk)})
    assert given.json()["reviewer_id"] == str(people.mate.pk)


def test_unknown_tasks(callers):
    error_of(callers["owner"].get(f"/review/tasks/{ELSEWHERE}"), 404, "not_found")
    error_of(callers["owner"].get("/review/tasks/x"), 422, "validation_error")


def test_postponing_needs_a_time_to_come(callers, task):
    path = f"/review/tasks/{task.pk}/postpone"
    error_of(callers["owner"].post(path, {"until": "2020-01-01T00:00:00Z"}), 422, "validation_error")
    assert callers["owner"].post(path, {"until": "2099-01-01T00:00:00Z"}).json()["state"] == "postponed"


@pytest.mark.parametrize(("who", "status"), [("mate", 200), ("viewer", 403), ("stranger", 404), ("anonymous", 401)])
def test_to_whom_a_task_can_be_given(callers, people, task, who, status):
    response = callers[who].get(f"/review/tasks/{task.pk}/reviewers")

    assert response.status_code == status
    if status == 200:
        assert {item["id"] for item in response.json()["items"]} == {str(people.owner.pk), str(people.mate.pk)}
        assert {item["email"] for item in response.json()["items"]} == {people.owner.email, people.mate.email}


def test_what_is_right_as_it_stands_is_accepted(callers, read):
    task = read()
    sent = {"holder": held(callers["owner"], task), "accepted": {"total_amount": ["total_mismatch"]}}
    assert callers["owner"].patch(f"/review/tasks/{task.pk}/fields", sent).status_code == 200
    shown = callers["viewer"].get(f"/review/tasks/{task.pk}").json()
    assert shown["accepted"] == sent["accepted"]
    back = sent | {"accepted": {"total_amount": None}}
    assert callers["mate"].patch(f"/review/tasks/{task.pk}/fields", back).status_code == 409
    assert callers["owner"].patch(f"/review/tasks/{task.pk}/fields", back).status_code == 200
    assert callers["viewer"].get(f"/review/tasks/{task.pk}").json()["accepted"] == {}
    refused = callers["owner"].patch(f"/review/tasks/{task.pk}/fields", sent | {"accepted": {"colour": []}})
    assert refused.status_code == 422
