"""No address leads out of one's workspace: every URL of reviews and documents, as the resolver knows them, is tried by
everybody who should not be there. One that is added later is tried too."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import tokens
from accounts.models import User
from documents.models import Document
from extraction.models import ExtractionResult, ProcessingJob
from review.bulk import OPERATIONS
from review.charts import CHARTS
from review.models import Correction, ReviewPolicy, ReviewTask
from review.panels import PANELS
from review.screen import VERBS
from tests.factories import scenes

ROOMS = ("admin/review/", "admin/documents/", "admin/figures/", "api/v1/review/", "api/v1/documents")
NOBODY = ("stranger", "outsider", "anonymous")
"""Staff of another workspace; the same person when they are no staff; and who is signed in nowhere."""

BODY = {
    "holder": str(uuid.uuid4()), "version": str(uuid.uuid4()), "take_over": True, "reviewer_id": None, "reason": "x",
    "until": "2099-01-01T00:00:00Z", "entries": {"fields": {"total_amount": {"text": "1"}}}, "fields": {}, "seconds": 1,
}  # fmt: skip


def templates(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if path.startswith(ROOMS):
                yield path
        else:
            yield from templates(entry, path)


TEMPLATES = sorted(set(templates()))


@dataclass
class Kept:
    """What others must not see, touch, or know of."""

    task: ReviewTask
    policy: ReviewPolicy
    secrets: tuple[str, ...]

    def ids(self) -> dict[str, uuid.UUID]:
        return {"task": self.task.pk, "document": self.task.document_id, "policy": self.policy.pk}

    def rows(self) -> list[Any]:
        """Everything that somebody could have changed."""
        models = (Document, ReviewTask, ReviewPolicy, Correction, ExtractionResult, ProcessingJob)
        return [list(model.objects.order_by("pk").values()) for model in models]


def addresses(template: str, ids: dict[str, uuid.UUID]) -> list[str]:
    """The template filled in: with each name it may take, and the ids of what is kept."""
    owner = "policy" if "reviewpolicy" in template else "document" if "documents/" in template else "task"
    choices: dict[str, tuple[Any, ...]] = {
        "pk": (ids[owner],),
        "object_id": (ids[owner],),
        "task_id": (ids["task"],),
        "document_id": (ids["document"],),
        "number": (1,),
        "verb": tuple(VERBS),
        "name": tuple(CHARTS) if "figures" in template else tuple(PANELS) if "panels" in template else ("json", "csv"),
    }
    names = re.findall(r"<\w+:(\w+)>", template)
    filled = []
    for values in product(*(choices[name] for name in names)):
        path = template
        for value in values:
            path = re.sub(r"<\w+:\w+>", str(value), path, count=1)
        filled.append("/" + path)
    return filled


def methods(path: str) -> tuple[str, ...]:
    """Those that mean anything there."""
    return ("GET", "POST", "PATCH", "DELETE") if path.startswith("/api/") else ("GET", "POST")


@pytest.fixture
def kept(people, settings, django_capture_on_commit_callbacks) -> Kept:
    """An invoice of the owner's workspace that was read and waits, and how it is judged there."""
    settings.PROCESSING_MODE = "inline"
    policy = ReviewPolicy.objects.create(workspace=people.workspace, automation="never")
    people.workspace.name = "Secret Works 4711"
    people.workspace.save()
    with django_capture_on_commit_callbacks(execute=True):
        document = scenes.uploaded(people.workspace, people.owner, settings.BASE_DIR / "samples/invoice-english.pdf")
    Document.objects.filter(pk=document.pk).update(original_filename="kept-secret-4711.pdf")
    task = ReviewTask.objects.get(document=document)
    number = ExtractionResult.objects.get(document=document).extracted_data["invoice_number"]
    return Kept(task, policy, ("kept-secret-4711", "Secret Works 4711", task.vendor_name, number))


class Visitor:
    """One person's browser and programs: signed in to the admin, with a token for the API."""

    def __init__(self, who: str, people) -> None:
        person: User | None = {"anonymous": None, "outsider": people.stranger}.get(who, getattr(people, who, None))
        self.browser, self.program = Client(), Client()
        if person is not None:
            person.is_staff = who != "outsider"
            person.save()
            self.browser.force_login(person)
            self.program = Client(headers={"Authorization": f"Bearer {tokens.issue(person).access}"})

    def ask(self, method: str, path: str) -> Any:
        client = self.program if path.startswith("/api/") else self.browser
        body = json.dumps(BODY) if method != "GET" else ""
        return client.generic(method, path, body, "application/json", headers={"Accept": "application/json"})


def said(response) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", "replace")


# --- Those from elsewhere ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", NOBODY)
def test_nobody_from_elsewhere_sees_or_changes_anything(people, kept, who):
    """What is there answers them as what was never there."""
    visitor, before, real = Visitor(who, people), kept.rows(), kept.ids()
    invented = {name: uuid.uuid4() for name in real}
    for template in TEMPLATES:
        for path, other in zip(addresses(template, real), addresses(template, invented), strict=True):
            for method in methods(path):
                answer, nothing = visitor.ask(method, path), visitor.ask(method, other)
                assert answer.status_code == nothing.status_code, f"{method} {path}"
                assert answer.status_code < 500, f"{method} {path}"
                assert not [secret for secret in kept.secrets if secret in said(answer)], f"{method} {path}"
                if who != "stranger" and path.startswith("/admin/"):
                    assert answer.status_code in (302, 401), f"{method} {path}"
                if "<" in template and "figures" not in template:
                    assert answer.status_code in (302, 401, 403, 404, 405), f"{method} {path}"
    assert kept.rows() == before


@pytest.mark.parametrize("who", ["stranger", "anonymous"])
def test_the_names_of_what_is_elsewhere_find_nothing(people, kept, who):
    """Neither a search nor a filter nor the figures of a workspace tell of it."""
    browser = Visitor(who, people).browser
    queue, figures = reverse("admin:review_reviewtask_changelist"), "/admin/figures/vendors.csv"
    for path in (queue, reverse("admin:documents_document_changelist"), "/admin/", figures):
        for query in ({"q": str(kept.task.pk)}, {"q": "kept"}, {"workspace": str(people.workspace.pk)}):
            answer = browser.get(path, query)
            assert answer.status_code in (200, 302, 404), (path, query)
            assert not [secret for secret in kept.secrets if secret in said(answer)], (path, query)


@pytest.mark.parametrize("who", ["stranger", "outsider", "anonymous", "viewer"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_nobody_without_the_right_changes_many_at_once(people, kept, who, operation):
    before = kept.rows()
    queue = reverse("admin:review_reviewtask_changelist")
    chosen = {"action": f"{operation}_selected", ACTION_CHECKBOX_NAME: str(kept.task.pk), "confirmed": "yes"}
    answers = {"reason": "x", "until": "2099-01-01 08:00", "reviewer": str(people.stranger.pk), "select_across": "1"}
    answer = Visitor(who, people).browser.post(queue, chosen | answers)
    assert answer.status_code in (200, 302, 403)
    assert who == "viewer" or not [secret for secret in kept.secrets if secret in said(answer)]
    assert kept.rows() == before


# --- Those of the workspace -------------------------------------------------------------------------------------------
def test_a_viewer_changes_nothing(people, kept):
    visitor, before = Visitor("viewer", people), kept.rows()
    for path in [path for template in TEMPLATES for path in addresses(template, kept.ids())]:
        for method in methods(path):
            assert visitor.ask(method, path).status_code < 500, f"{method} {path}"
    assert kept.rows() == before


@pytest.mark.parametrize("who", ["owner", "mate", "viewer"])
def test_who_belongs_there_finds_every_page(people, kept, who):
    """Otherwise the tests above would show nothing."""
    visitor = Visitor(who, people)
    paths = [path for template in TEMPLATES for path in addresses(template, kept.ids())]
    found = {path: visitor.ask("GET", path).status_code for path in paths}
    assert {path: status for path, status in found.items() if status not in (200, 301, 302, 403, 405)} == {}
    assert sum(status == 200 for status in found.values()) > len(found) / 2
