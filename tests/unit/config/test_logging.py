"""Every line of the log says whose request it belongs to, and what it is about."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from django.urls import reverse

from config.logging import formatter
from tests.api.conftest import Caller
from tests.factories import DocumentFactory, JobFactory, UserFactory
from tests.factories.files import TEXT
from tests.unit.console.conftest import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines():
    """Gives what was logged so far: one dictionary a line, as production writes them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=True))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def user():
    return UserFactory()


def names(document) -> dict[str, Any]:
    return {"document": str(document.pk), "workspace": str(document.workspace_id)}


def test_a_refusal_names_who_asked_and_for_what(lines, user):
    document = DocumentFactory(owner=user)
    response = Caller(user).get(f"/documents/{document.pk}/result")

    (line,) = lines()
    wanted = {"actor": user.email, "request_id": response.headers["X-Request-ID"], "level": "warning"} | names(document)
    assert line | wanted == line


def test_what_belongs_to_somebody_else_is_not_named(lines, user):
    document = DocumentFactory()
    Caller(user).get(f"/documents/{document.pk}")

    (line,) = lines()
    assert line["actor"] == user.email
    assert not names(document).keys() & line.keys()


def test_nobody_is_not_named_after_the_one_before(lines, user):
    Caller(user).get("/documents?limit=0")
    Caller().get("/documents")

    assert [line.get("actor") for line in lines()] == [user.email, None]


def test_a_job_is_named(lines, user):
    job = JobFactory(document=DocumentFactory(owner=user))
    Caller(user).get(f"/jobs/{job.pk}")
    logging.getLogger("anything").warning("said in the same request")

    (line,) = lines()
    assert line | {"job": str(job.pk), "document": str(job.document_id), "actor": user.email} == line


def test_a_change_of_state_is_a_line_of_its_own(lines, user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        body = Caller(user).upload("invoice.txt", TEXT).json()

    told = {line["event"]: line for line in lines()}
    wanted = {"actor": user.email, "document": body["document"]["id"], "workspace": body["document"]["workspace_id"]}
    for event in ("document.uploaded", "document.queued"):
        assert told[event] | wanted == told[event]
    assert told["document.queued"]["job"] == body["processing_job_id"]


def test_the_admin_names_who_is_signed_in(lines, user):
    document = DocumentFactory(owner=user)
    sign_in(user).get(reverse("admin:documents_document_export", args=[document.pk, "xml"]))

    (line,) = lines()
    assert line | {"actor": user.email} | names(document) == line
