"""GET /documents/{id}/export/json"""

from __future__ import annotations

import pytest

from tests.api.conftest import error_of
from tests.factories import EXTRACTED_DATA, DocumentFactory, ResultFactory


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_may(callers, document, who, status):
    ResultFactory(document=document)

    assert callers[who].get(f"/documents/{document.pk}/export/json").status_code == status


def test_the_extracted_data_alone(owner, document):
    ResultFactory(document=document, extracted_data=EXTRACTED_DATA | {"vendor_name": "Müller & Söhne 💡"})

    response = owner.get(f"/documents/{document.pk}/export/json")

    assert response.json() == EXTRACTED_DATA | {"vendor_name": "Müller & Söhne 💡"}
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{document.pk}.json"'


@pytest.mark.parametrize("accept", ["application/json", "text/html", "text/csv", "*/*", "nonsense"])
def test_whatever_is_accepted(owner, document, accept):
    ResultFactory(document=document)

    assert owner.get(f"/documents/{document.pk}/export/json", accept=accept).status_code == 200


def test_while_there_is_none(owner, document):
    error_of(owner.get(f"/documents/{document.pk}/export/json"), 404, "not_found")


def test_another_format(owner, document):
    error_of(owner.get(f"/documents/{document.pk}/export/xlsx"), 404, "not_found")
