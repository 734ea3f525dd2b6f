"""GET /documents/{id}/result"""

from __future__ import annotations

import pytest

from tests.api.conftest import error_of
from tests.factories import EXTRACTED_DATA, DocumentFactory, ResultFactory

PLACE = {"value": 119.0, "raw": "119.00", "confidence": 0.9, "page": 1, "box": [1, 2, 3, 4], "source": "text"}


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace)


@pytest.fixture
def result(document):
    return ResultFactory(
        document=document,
        extracted_data=EXTRACTED_DATA | {"iban": "DE89370400440532013000", "parties": ["A", "B"]},
        fields={"total_amount": PLACE},
        line_item_fields=[{"amount": PLACE}],
    )


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_it(callers, document, result, who, status):
    assert callers[who].get(f"/documents/{document.pk}/result").status_code == status


def test_the_whole_body(owner, document, result):
    body = owner.get(f"/documents/{document.pk}/result").json()

    assert body == {
        "id": str(result.pk),
        "document_id": str(document.pk),
        "extracted_data": EXTRACTED_DATA | {"iban": "DE89370400440532013000", "parties": ["A", "B"]},
        "confidence_score": 0.97,
        "extractor_version": "1.0.0",
        "created_at": result.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": result.updated_at.isoformat().replace("+00:00", "Z"),
        "fields": {"total_amount": PLACE},
        "line_item_fields": [{"amount": PLACE}],
        "tax_line_fields": [],
        "part_fields": [],
        "version": str(result.version),
    }
    assert isinstance(body["extracted_data"]["total_amount"], float)
    assert list(EXTRACTED_DATA)[:3] == ["document_type", "vendor_name", "customer_name"]


def test_while_there_is_none(owner, document):
    error_of(owner.get(f"/documents/{document.pk}/result"), 404, "not_found")


def test_hostile_text_stays_text(owner, document):
    ResultFactory(document=document, extracted_data=EXTRACTED_DATA | {"vendor_name": "</script><script>alert(1)"})

    response = owner.get(f"/documents/{document.pk}/result")

    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.json()["extracted_data"]["vendor_name"] == "</script><script>alert(1)"
