"""GET /documents/{id}"""

from __future__ import annotations

import pytest

from tests.api.conftest import ELSEWHERE, error_of
from tests.api.test_upload import KEYS
from tests.factories import DocumentFactory


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_it(callers, document, who, status):
    assert callers[who].get(f"/documents/{document.pk}").status_code == status


def test_the_whole_body(owner, people, document):
    assert owner.get(f"/documents/{document.pk}").json() == {
        "id": str(document.pk),
        "owner_id": str(people.owner.pk),
        "original_filename": "invoice.pdf",
        "content_type": "application/pdf",
        "file_extension": "pdf",
        "file_size": 1000,
        "checksum_sha256": document.checksum_sha256,
        "status": "uploaded",
        "failure_reason": None,
        "processed_at": None,
        "created_at": document.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": document.updated_at.isoformat().replace("+00:00", "Z"),
        "workspace_id": str(people.workspace.pk),
        "failure_code": None,
        "kind": None,
        "review_status": None,
        "confidence_score": None,
        "warning_count": 0,
    }
    assert set(owner.get(f"/documents/{document.pk}").json()) >= KEYS


def test_a_failure_is_told(owner, document):
    document.status, document.failure_code, document.failure_reason = "failed", "damaged_document", "It is damaged."
    document.save()

    body = owner.get(f"/documents/{document.pk}").json()

    assert (body["status"], body["failure_code"], body["failure_reason"]) == (
        "failed",
        "damaged_document",
        "It is damaged.",
    )


def test_somebody_elses_is_like_one_that_does_not_exist(callers, document):
    def told(document_id):
        detail = callers["stranger"].get(f"/documents/{document_id}").json()["detail"]
        return detail | {"extra": detail["extra"] | {"request_id": ""}}

    assert told(document.pk) == told(ELSEWHERE)


@pytest.mark.parametrize("document_id", ["nonsense", "123", "%00", "..", "%F0%9F%92%A1", "x" * 500, ELSEWHERE + "0"])
@pytest.mark.parametrize("rest", ["", "/result", "/validation", "/export/json", "/export/csv", "/file", "/jobs"])
def test_an_id_that_is_none(owner, document_id, rest):
    extra = error_of(owner.get(f"/documents/{document_id}{rest}"), 422, "validation_error")

    assert list(extra["fields"]) == ["document_id"]
