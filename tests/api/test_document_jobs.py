"""GET /documents/{id}/jobs"""

from __future__ import annotations

import pytest

from tests.api.conftest import ELSEWHERE, error_of
from tests.factories import DocumentFactory, JobFactory


@pytest.fixture
def document(people):
    return DocumentFactory(owner=people.owner, workspace=people.workspace)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("mate", 200), ("viewer", 200), ("stranger", 404), ("anonymous", 401)]
)
def test_who_sees_them(callers, document, who, status):
    assert callers[who].get(f"/documents/{document.pk}/jobs").status_code == status


def test_newest_first_on_pages(owner, document):
    made = [str(JobFactory(document=document).pk) for _ in range(3)]
    JobFactory()

    body = owner.get(f"/documents/{document.pk}/jobs", {"limit": 2, "offset": 1}).json()

    assert [item["id"] for item in body["items"]] == [made[1], made[0]]
    assert (body["total"], body["limit"], body["offset"]) == (3, 2, 1)


def test_a_limit_that_means_nothing(owner, document):
    error_of(owner.get(f"/documents/{document.pk}/jobs", {"limit": "abc"}), 422, "validation_error")


def test_one_that_does_not_exist(owner):
    error_of(owner.get(f"/documents/{ELSEWHERE}/jobs"), 404, "not_found")
