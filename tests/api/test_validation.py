"""GET /documents/{id}/validation"""

from __future__ import annotations

import pytest

from tests.api.conftest import error_of
from tests.factories import DocumentFactory, ValidationFactory

ISSUE = {
    "code": "sum_mismatch",
    "severity": "error",
    "message": "The lines do not add up.",
    "field": "total_amount",
    "params": {"sum": "100.00"},
}


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace)


@pytest.fixture
def validation(document):
    return ValidationFactory(
        document=document,
        is_valid=False,
        missing_fields=["currency"],
        warnings=["The lines do not add up."],
        issues=[ISSUE],
    )


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_it(callers, document, validation, who, status):
    assert callers[who].get(f"/documents/{document.pk}/validation").status_code == status


def test_the_whole_body(owner, document, validation):
    assert owner.get(f"/documents/{document.pk}/validation").json() == {
        "id": str(validation.pk),
        "document_id": str(document.pk),
        "is_valid": False,
        "missing_fields": ["currency"],
        "warnings": ["The lines do not add up."],
        "confidence_score": 0.97,
        "created_at": validation.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": validation.updated_at.isoformat().replace("+00:00", "Z"),
        "issues": [ISSUE],
    }


def test_while_there_is_none(owner, document):
    error_of(owner.get(f"/documents/{document.pk}/validation"), 404, "not_found")
