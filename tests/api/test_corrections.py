"""PATCH /documents/{id}/result, what it does to decisions, and GET /documents/{id}/corrections"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audit.models import Event
from documents.models import Document
from extraction.models import ExtractionResult, ProcessingJob, ValidationResult
from review.actions import LEASE
from review.models import Automation, Correction, ReviewPolicy, ReviewTask, Verdict
from tests.api.conftest import ELSEWHERE, error_of
from tests.api.test_review import read  # noqa: F401 - a fixture
from tests.engine.paper import drawn_pdf, letter
from tests.factories import DocumentFactory, ResultFactory, TaskFactory, ValidationFactory

TOTAL = {"total_amount": {"text": "67.20", "page": 1, "box": [1, 2, 3, 4]}}


@pytest.fixture
def document(read):  # noqa: F811
    return read().document


def correct(caller, document, **body):
    return caller.patch(f"/documents/{document.pk}/result", {"fields": TOTAL} | body)


def status_of(caller, document):
    return caller.get(f"/documents/{document.pk}").json()["review_status"]


# --- Who, and what is kept of it --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_what_was_changed(callers, document, who, status):
    correct(callers["mate"], document)
    response = callers[who].get(f"/documents/{document.pk}/corrections")
    assert response.status_code == status
    assert len(response.json().get("items", [])) == (status == 200)


def test_each_change_is_told_and_audited(callers, people, document):
    correct(callers["mate"], document, seconds=4.5)
    (item,) = callers["owner"].get(f"/documents/{document.pk}/corrections").json()["items"]
    change = {"field": "total_amount", "row": None, "before": "69.20", "after": "67.20", "page": 1, "box": [1, 2, 3, 4]}
    assert change | {"by_id": str(people.mate.pk), "by": people.mate.email, "seconds": 4.5} == {
        name: value for name, value in item.items() if name not in ("id", "created_at")
    }
    event = Event.objects.get(action="document.corrected", object_id=document.pk)
    assert (event.actor_id, event.data["seconds"], event.data["changes"]) == (people.mate.pk, 4.5, [change])


def test_nothing_is_changed_without_a_trace(callers, document, monkeypatch):
    def refuse(*args, **kwargs):
        raise RuntimeError("no trail")

    before = (ExtractionResult.objects.values().get(), ValidationResult.objects.values().get())
    monkeypatch.setattr("audit.log.record", refuse)
    error_of(correct(callers["owner"], document), 500, "internal_error")
    assert (ExtractionResult.objects.values().get(), ValidationResult.objects.values().get()) == before
    assert not Correction.objects.exists()


def test_of_what_is_entered_only_what_is_to_be_seen_counts(callers, document):
    texts = {"vendor_name": "Moor\u202ehof\u2066 GmbH", "customer_name": "\u200b\u2060\ufeff\u00ad"}
    rows = [{"description": {"text": "\u202eHeu"}, "unit": {"text": "\u200b"}}]
    fields = {name: {"text": text} for name, text in texts.items()}
    assert correct(callers["mate"], document, fields=fields, line_items=rows).status_code == 200
    entered = Correction.objects.filter(after__isnull=False).values_list("field", "after")
    assert set(entered) == {("vendor_name", "Moorhof GmbH"), ("description", "Heu")}
    extraction = ExtractionResult.objects.get().extraction
    assert "customer_name" not in {field["name"] for field in extraction["fields"]}
    assert not {"\u202e", "\u2066", "\u200b"} & set(str(extraction))


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("total_amount", "=1+1", "A number is needed, such as 1234.56."),
        ("due_date", "31.02.2026", "There is no such day."),
        ("due_date", "2026-13-01", "There is no such day."),
    ],
)
def test_what_is_no_value_is_refused(callers, document, field, text, problem):
    before = ExtractionResult.objects.get().extraction
    body = error_of(correct(callers["owner"], document, fields={field: {"text": text}}), 422, "validation_error")
    assert problem in str(body)
    assert ExtractionResult.objects.get().extraction == before


@pytest.mark.parametrize(
    "place", [{"page": 2**31}, {"page": 10**400}, {"page": 0}, {"page": 1.5}, {"box": [1e308 * 10, 0, 0, 0]}]
)
def test_impossible_places(callers, document, place):
    body = {"total_amount": {"text": "67.20"} | place}
    error_of(correct(callers["owner"], document, fields=body), 422, "validation_error")


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ({"page": 2, "box": [1, 2, 3, 4]}, "There is no page 2; the document has 1."),
        ({"page": 2}, "There is no page 2; the document has 1."),
        ({"box": [1, 2, 3, 4]}, "A box needs the page that it is on."),
        ({"page": 1, "box": [-1.1, 2, 3, 4]}, "The box is not on page 1, which is {size}."),
        ({"page": 1, "box": [1, -1.1, 3, 4]}, "The box is not on page 1, which is {size}."),
        ({"page": 1, "box": [1, 2, 1e6, 4]}, "The box is not on page 1, which is {size}."),
        ({"page": 1, "box": [1, 2, 3, 1e6]}, "The box is not on page 1, which is {size}."),
    ],
)
def test_places_that_are_not_on_the_document(callers, document, place, problem):
    owner = callers["owner"]
    (page,) = owner.get(f"/documents/{document.pk}/pages").json()["pages"]
    size = f"{page['width']:g} by {page['height']:g} char"
    before = ExtractionResult.objects.values().get()
    wrong, right = {"text": "67.20"} | place, {"text": "67.20", "page": 1, "box": [1, 2, 3, 4]}
    for body, path in (
        ({"fields": {"total_amount": wrong, "tax_amount": right}}, "total_amount"),
        ({"fields": {}, "line_items": [{"amount": right}, {"amount": wrong}]}, "line_items.1.amount"),
        ({"fields": {}, "tax_lines": [{"tax_base": wrong, "tax_amount": right}]}, "tax_lines.0.tax_base"),
    ):
        extra = error_of(correct(owner, document, **body), 422, "validation_error")
        assert extra["fields"] == {path: [problem.format(size=size)]}
        task = f"/review/tasks/{document.review_task.pk}"
        body["holder"] = owner.post(f"{task}/claim", {"take_over": True}).json()["holder"]
        refused = owner.patch(f"{task}/fields", body)
        assert error_of(refused, 422, "validation_error")["fields"] == extra["fields"]
    assert ExtractionResult.objects.values().get() == before


def test_places_at_the_edge(callers, document):
    owner = callers["owner"]
    (page,) = owner.get(f"/documents/{document.pk}/pages").json()["pages"]
    box = [-1, -1, page["width"] + 1, page["height"] + 1]
    fields = {"total_amount": {"text": "67.20", "page": 1, "box": box}}
    assert correct(owner, document, fields=fields).json()["fields"]["total_amount"]["box"] == box


def test_places_as_they_were_read_are_on_the_document(callers, read):  # noqa: F811
    """All of a table goes back and forth, also what was read across the edge of a page."""
    document, owner = read().document, callers["owner"]
    result = owner.get(f"/documents/{document.pk}/result").json()
    rows = [
        {name: {"text": cell["raw"], "page": cell["page"], "box": cell["box"]} for name, cell in row.items()}
        for row in result["line_item_fields"]
    ]
    assert any(cell["box"] for row in rows for cell in row.values())
    assert correct(owner, document, fields={}, line_items=rows).status_code == 200


def across_the_edge(canvas):
    letter(canvas)
    canvas.drawString(330, 250, "Northwindsupplies")


def test_a_word_across_the_edge_of_a_page_is_on_it(callers, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.PROCESSING_MODE, owner = "inline", callers["owner"]
    with django_capture_on_commit_callbacks(execute=True):
        page = drawn_pdf(tmp_path / "page.pdf", across_the_edge).read_bytes()
        uploaded = owner.upload("page.pdf", page, "application/pdf").json()
    path = f"/documents/{uploaded['document']['id']}"
    (page,) = owner.get(f"{path}/pages").json()["pages"]
    words = owner.get(f"{path}/pages/1/words").json()["words"]
    box = next(word["box"] for word in words if word["text"] == "Northwindsupplies")
    assert box[2] > page["width"] + 1
    said = {"text": "Northwind Supplies", "page": 1, "box": box}
    assert owner.patch(f"{path}/result", {"fields": {"vendor_name": said}}).status_code == 200
    box[2] += 2
    refused = owner.patch(f"{path}/result", {"fields": {"vendor_name": said | {"box": box}}})
    assert set(error_of(refused, 422, "validation_error")["fields"]) == {"vendor_name"}


def test_a_table_has_no_pages(callers, settings, django_capture_on_commit_callbacks):
    settings.PROCESSING_MODE, owner = "inline", callers["owner"]
    with django_capture_on_commit_callbacks(execute=True):
        uploaded = owner.upload("rows.csv", b"item,amount\nPaper,12.00\nInk,3.00\n", "text/csv").json()
    path = f"/documents/{uploaded['document']['id']}/result"
    refused = owner.patch(path, {"fields": TOTAL})
    problem = ["There is no page 1; the document has none."]
    assert error_of(refused, 422, "validation_error")["fields"] == {"total_amount": problem}
    assert owner.patch(path, {"fields": {"total_amount": {"text": "16.00"}}}).status_code == 200


def test_places_where_nothing_is_left_of_the_pages(callers, document):
    """Nobody can say any more how many there were."""
    ProcessingJob.objects.filter(document=document).update(parsed_file="")
    assert correct(callers["owner"], document).status_code == 200


# --- Single rows ------------------------------------------------------------------------------------------------------
LONG = 2_100


@pytest.fixture
def table(callers, settings, django_capture_on_commit_callbacks):
    """Longer than what can be replaced as a whole, and many of its rows are alike."""
    settings.PROCESSING_MODE = "inline"
    rows = "".join(f"Part {n % 7};1;2.00;2.00\n" for n in range(LONG))
    with django_capture_on_commit_callbacks(execute=True):
        uploaded = callers["owner"].upload("rows.csv", f"item;quantity;price;amount\n{rows}".encode(), "text/csv")
    return Document.objects.get(pk=uploaded.json()["document"]["id"])


def changed_row(row, **cells):
    return {"row": row, "cells": {name: {"text": text} for name, text in cells.items()}}


def test_single_rows_of_a_long_table(callers, people, table):
    changes = [changed_row(0, amount="3.00"), changed_row(LONG - 1, description="Bolt", quantity="")]
    response = correct(callers["mate"], table, fields={}, line_item_changes=changes)
    assert response.status_code == 200, response.json()
    items = response.json()["extracted_data"]["line_items"]
    assert len(items) == LONG
    assert items[0] == {"description": "Part 0", "quantity": 1.0, "unit_price": 2.0, "amount": 3.0}
    assert items[1] == {"description": "Part 1", "quantity": 1.0, "unit_price": 2.0, "amount": 2.0}
    assert items[-1] == {"description": "Bolt", "quantity": None, "unit_price": 2.0, "amount": 2.0}
    made = Correction.objects.order_by("row", "field").values_list("row", "field", "before", "after")
    assert set(made) == {
        (0, "amount", "2.00", "3.00"),
        (LONG - 1, "description", f"Part {(LONG - 1) % 7}", "Bolt"),
        (LONG - 1, "quantity", "1", None),
    }
    assert "line_mismatch" in [
        issue["code"] for issue in callers["mate"].get(f"/documents/{table.pk}/validation").json()["issues"]
    ], "the rules look at it again"
    error_of(correct(callers["stranger"], table, line_item_changes=changes), 404, "not_found")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([changed_row(LONG, amount="1")], {"line_item_changes.0.row"}),
        ([changed_row(0, amount="1"), changed_row(1, amount="lots")], {"line_item_changes.1.amount"}),
        ([changed_row(0, vendor_name="x")], {"line_item_changes.0.vendor_name"}),
        ([changed_row(0, description="", quantity="", unit_price="", amount="")], {"line_item_changes.0"}),
        ([changed_row(-1, amount="1")], {"line_item_changes.0.row"}),
        ([{"row": 0, "cells": {"amount": {"text": "1", "page": 1}}}], {"line_item_changes.0.amount"}),
        ([{"row": 0}], {"line_item_changes.0.cells"}),
    ],
)
def test_rows_that_cannot_be_changed(callers, table, changes, problems):
    refused = correct(callers["owner"], table, fields={}, line_item_changes=changes)
    assert set(error_of(refused, 422, "validation_error")["fields"]) == problems
    assert not Correction.objects.exists()


def test_a_table_that_is_too_long_to_be_replaced_says_what_to_do(callers, table):
    rows = [{"amount": {"text": "1"}}] * 2_001
    refused = correct(callers["owner"], table, fields={}, line_items=rows)
    (said,) = error_of(refused, 422, "validation_error")["fields"]["line_items"]
    assert said == "At most 2,000 lines; of a longer table, change single rows with line_item_changes."
    both = correct(
        callers["owner"], table, fields={}, line_items=rows[:1], line_item_changes=[changed_row(0, amount="1")]
    )
    assert set(error_of(both, 422, "validation_error")["fields"]) == {"line_item_changes"}


def test_who_holds_the_task_changes_single_rows(callers, document):
    owner, path = callers["owner"], f"/review/tasks/{document.review_task.pk}"
    holder = owner.post(f"{path}/claim", {}).json()["holder"]
    body = {"holder": holder, "line_item_changes": [changed_row(0, description="Copy paper A3")]}
    answer = owner.patch(f"{path}/fields", body).json()
    assert answer["result"]["line_item_fields"][0]["description"]["source"] == "person"
    assert answer["result"]["extracted_data"]["line_items"][0]["description"] == "Copy paper A3"


# --- While somebody has it open ---------------------------------------------------------------------------------------
@pytest.fixture
def open_elsewhere(callers, document):
    """The path of the task, which the owner holds, and by which holder."""
    path = f"/review/tasks/{document.review_task.pk}"
    return path, callers["owner"].post(f"{path}/claim", {}).json()["holder"]


def test_nobody_changes_what_somebody_else_has_open(callers, people, document, open_elsewhere):
    path, holder = open_elsewhere
    before = ExtractionResult.objects.values().get()
    refused = correct(callers["mate"], document)
    extra = error_of(refused, 409, "task_not_held")
    assert (extra["reviewer"], extra["reviewer_id"]) == (people.owner.email, str(people.owner.pk))
    until = parse_datetime(extra["lease_expires_at"])
    assert timedelta(0) < until - timezone.now() <= LEASE
    assert ExtractionResult.objects.values().get() == before
    assert not Correction.objects.exists()
    assert not Event.objects.filter(action="document.corrected").exists()
    for who, status in (("viewer", 403), ("stranger", 404), ("anonymous", 401)):
        assert correct(callers[who], document, take_over=True).status_code == status
    assert callers["owner"].post(f"{path}/renew", {"holder": holder}).status_code == 200


def test_who_has_it_open_changes_it_by_its_address_as_well(callers, document, open_elsewhere):
    path, holder = open_elsewhere
    assert correct(callers["owner"], document).status_code == 200
    assert callers["owner"].post(f"{path}/renew", {"holder": holder}).status_code == 200


def test_it_is_taken_from_who_has_it_open(callers, document, open_elsewhere):
    path, holder = open_elsewhere
    corrected = correct(callers["mate"], document, take_over=True)
    assert corrected.json()["extracted_data"]["total_amount"] == 67.2
    task = callers["mate"].get(path).json()
    assert (task["state"], task["reviewer_id"], task["lease_expires_at"]) == ("to_review", None, None)
    error_of(callers["owner"].post(f"{path}/renew", {"holder": holder}), 409, "task_not_held")
    stale = callers["owner"].patch(f"{path}/fields", {"holder": holder, "fields": TOTAL})
    error_of(stale, 409, "task_not_held")
    assert callers["mate"].post(f"{path}/approve", {}).json()["state"] == "approved"


def test_a_stale_version_takes_nothing_over(callers, document, open_elsewhere):
    path, holder = open_elsewhere
    error_of(correct(callers["mate"], document, take_over=True, version=ELSEWHERE), 409, "version_conflict")
    assert callers["owner"].post(f"{path}/renew", {"holder": holder}).status_code == 200


@pytest.mark.parametrize("lease", [None, timedelta(seconds=-1)])
def test_what_nobody_has_open_any_more_is_changed(callers, document, open_elsewhere, lease):
    ReviewTask.objects.update(lease_expires_at=lease and timezone.now() + lease)
    assert correct(callers["mate"], document).status_code == 200


@pytest.mark.parametrize(
    ("verb", "body"), [("approve", {}), ("reject", {"reason": "No."}), ("postpone", {"until": "2099-01-01T00:00:00Z"})]
)
def test_nobody_decides_what_somebody_else_has_open(callers, people, document, open_elsewhere, verb, body):
    path, holder = open_elsewhere
    for sent in (body, body | {"holder": holder}, body | {"holder": ELSEWHERE}):
        extra = error_of(callers["mate"].post(f"{path}/{verb}", sent), 409, "task_not_held")
        assert extra["reviewer"] == people.owner.email
        assert parse_datetime(extra["lease_expires_at"]) > timezone.now()
    assert callers["owner"].get(path).json()["state"] == "in_review"
    taken = callers["mate"].post(f"{path}/claim", {"take_over": True}).json()["holder"]
    assert callers["mate"].post(f"{path}/{verb}", body | {"holder": taken}).status_code == 200


# --- Decisions --------------------------------------------------------------------------------------------------------
def test_what_is_changed_after_it_was_approved_is_not_exported_as_approved(callers, document):
    owner, path = callers["owner"], f"/review/tasks/{document.review_task.pk}"
    assert owner.post(f"{path}/approve", {}).json()["state"] == "approved"
    assert correct(callers["mate"], document).status_code == 200
    exported = owner.get(f"/documents/{document.pk}/export/json")
    assert (exported.json()["total_amount"], exported.headers["X-Review-Status"]) == (67.2, "to_review")
    assert owner.get(path).json()["decided_at"] is None
    assert owner.post(f"{path}/approve", {}).json()["state"] == "approved"
    wrong = Verdict.objects.filter(is_right=False).values_list("field", flat=True)
    assert set(wrong) == {"amount_due", "total_amount"}


def test_what_is_changed_after_it_passed_waits_for_a_decision(callers, people, read):  # noqa: F811
    ReviewPolicy.objects.create(workspace=people.workspace, automation=Automation.ALWAYS)
    with pytest.raises(ReviewTask.DoesNotExist):
        read()
    document = people.workspace.documents.get()
    assert status_of(callers["owner"], document) == "passed"
    correct(callers["owner"], document)
    (task,) = callers["mate"].get("/review/tasks", {"reason": "changed"}).json()["items"]
    assert (task["document_id"], status_of(callers["owner"], document)) == (str(document.pk), "to_review")
    assert callers["stranger"].get("/review/tasks", {"reason": "changed"}).json()["total"] == 0


def test_what_was_approved_and_is_read_again_has_to_be_approved_again(callers, document, settings):
    owner = callers["owner"]
    correct(owner, document)
    owner.post(f"/review/tasks/{document.review_task.pk}/approve", {})
    settings.PROCESSING_MODE = "queue"
    assert owner.post(f"/documents/{document.pk}/reprocess").status_code == 202
    assert status_of(owner, document) == "approved", "the earlier result stays until the new one replaces it"


def test_what_an_earlier_release_read_has_to_be_read_again(callers, people):
    old = DocumentFactory(owner=people.owner, workspace=people.workspace, status="completed")
    ResultFactory(document=old, extraction=None), ValidationFactory(document=old)
    task = TaskFactory(document=old)
    for refused in (
        correct(callers["owner"], old),
        callers["owner"].post(f"/review/tasks/{task.pk}/approve", {}),
    ):
        error_of(refused, 409, "conflict")
        assert "have it read again" in refused.json()["detail"]["message"]
    assert callers["owner"].post(f"/documents/{old.pk}/reprocess").status_code == 202


# --- Lists ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def three(people):
    there = {"owner": people.owner, "workspace": people.workspace, "status": "completed"}
    for priority, amount in ((1, 30), (3, 20), (2, None)):
        made = DocumentFactory(**there, original_filename=f"invoice-{priority}.pdf")
        TaskFactory(document=made, priority=priority, amount=amount)


@pytest.mark.parametrize(
    ("ordering", "priorities"),
    [
        ("", [3, 2, 1]),
        ("priority", [1, 2, 3]),
        ("amount", [3, 1, 2]),
        ("-amount", [1, 3, 2]),
        ("arrived_at", [1, 3, 2]),
    ],
)
def test_tasks_in_order_page_by_page(callers, three, ordering, priorities):
    asked = {"ordering": ordering} if ordering else {}
    pages = [callers["mate"].get("/review/tasks", {**asked, "limit": 2, "offset": offset}).json() for offset in (0, 2)]
    assert [item["priority"] for page in pages for item in page["items"]] == priorities
    assert [page["total"] for page in pages] == [3, 3]


def test_an_order_that_is_none(callers, three):
    error_of(callers["owner"].get("/review/tasks", {"ordering": "document__file"}), 422, "validation_error")


def test_tasks_are_sought(callers, three):
    assert callers["owner"].get("/review/tasks", {"search": "invoice-2"}).json()["total"] == 1
    assert callers["owner"].get("/review/tasks", {"search": "northwind"}).json()["total"] == 3
    assert callers["owner"].post("/review/tasks/next", {"search": "invoice-2"}).json()["task"]["priority"] == 2
    assert callers["stranger"].get("/review/tasks", {"search": "invoice-2"}).json()["total"] == 0
