"""Whatever is sent to the addresses behind the reviewer's screen: one shape of errors, and never a mistake of ours."""

from __future__ import annotations

import json
from itertools import product

import pytest
from django.test import Client
from django.urls import reverse

from review.models import ReviewTask
from review.panels import PANELS
from review.screen import VERBS
from tests.factories import ResultFactory, TaskFactory, ValidationFactory
from tests.unit.console.conftest import sign_in
from tests.unit.console.test_review_screen import changes, claimed, do, task, version_of  # noqa: F401 - a fixture
from tests.unit.review.conftest import read  # noqa: F401 - a fixture

HUGE = "1" + "0" * 400
BODIES = {
    "nothing": b"",
    "no JSON": b"\x00\x01{",
    "not UTF-8": b'{"holder": "\xff\xfe"}',
    "a list": b"[]",
    "null": b"null",
    "a number": HUGE.encode(),
    "deep": b"[" * 100_000,
    "deep objects": b'{"entries":' * 50_000,
    "NUL": b'{"holder": "\\u0000", "reason": "\\u0000"}',
    "half a character": b'{"reason": "\\ud800"}',
    "no numbers": b'{"seconds": NaN, "until": Infinity}',
    "numbers": f'{{"holder": {HUGE}, "version": {HUGE}, "seconds": {HUGE}, "until": {HUGE}}}'.encode(),
    "large": b'{"reason": "' + b"x" * 3_000_000 + b'"}',
}
TYPES = (
    "application/json",
    "application/json; charset=no",
    "text/plain",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "\xff/;",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def addresses(task):  # noqa: F811
    """All that scripts ask for, and a few that do not exist."""
    yield reverse("admin:review_task_state", args=[task.pk])
    yield reverse("admin:review_task_words", args=[task.pk, 1])
    yield reverse("admin:review_task_words", args=[task.pk, 10**30])
    yield reverse("admin:review_task_forget", args=[task.pk])
    yield from (reverse("admin:review_task_act", args=[task.pk, verb]) for verb in (*VERBS, "shred"))
    yield from (reverse("admin:review_task_panel", args=[task.pk, name]) for name in (*PANELS, "nothing"))


def has_the_shape(response, method: str) -> bool:
    if method == "HEAD":
        return not response.content
    return set(response.json()["detail"]) == {"code", "message", "extra"}


@pytest.fixture(params=["owner", "viewer", "stranger", "anonymous", "forger"])
def client(request, people) -> Client:
    """Nobody says what they accept: the address alone tells that a script asks."""
    known = getattr(people, request.param, None)
    client = sign_in(known).client if known else Client(enforce_csrf_checks=request.param == "forger")
    client.raise_request_exception = False
    return client


def test_every_address_answers_every_method(client, task):  # noqa: F811
    for path, method in product(addresses(task), METHODS):
        response = client.generic(method, path, b"{}", content_type="application/json")
        assert response.status_code < 500, (method, path)
        assert response.status_code < 400 or has_the_shape(response, method), (method, path)


@pytest.mark.parametrize("body", BODIES)
def test_every_address_answers_every_body(client, task, body):  # noqa: F811
    for path, content_type in product(addresses(task), TYPES if body in ("nothing", "a list") else TYPES[:1]):
        response = client.generic("POST", path, BODIES[body], content_type=content_type)
        assert response.status_code < 500, (path, content_type)
        assert response.status_code < 400 or has_the_shape(response, "POST"), (path, content_type)


ENTRIES = [
    [],
    {"fields": []},
    {"fields": {"\0": {"text": "1"}}},
    {"fields": {"total_amount": {"text": "\0"}}},
    {"fields": {"vendor_name": {"text": "a\0b"}}},
    {"fields": {"total_amount": {"text": "9" * 400}}},
    {"fields": {"total_amount": {"text": "1e400"}}},
    {"fields": {"total_amount": {"text": "x" * 100_000}}},
    {"fields": {"total_amount": {"text": "1", "page": int(HUGE)}}},
    {"fields": {"total_amount": {"text": "1", "page": -1}}},
    {"fields": {"total_amount": {"text": "1", "page": 2**31}}},
    {"fields": {"total_amount": {"text": "1", "page": 1, "box": [1e308 * 10, 0, 0, 0]}}},
    {"fields": {"total_amount": {"text": "1", "page": 1, "box": [1, 2]}}},
    {"fields": {"total_amount": {"text": "1", "page": 1, "box": [1e300, -1e300, 0, 0]}}},
    {"fields": {"due_date": {"text": "9999-99-99"}}},
    {"fields": {"document_type": {"text": "<script>"}}},
    {"line_items": [{"amount": {"text": "1e99999"}}]},
    {"line_items": [{}] * 5_000},
    {"tax_lines": [{"tax_rate": {"text": "\ud800"}}]},
    {"nonsense": 1},
]


@pytest.mark.parametrize("entries", ENTRIES, ids=lambda entries: json.dumps(entries)[:60])
def test_hostile_changes_are_refused_or_harmless(owner, task, entries):  # noqa: F811
    owner.client.raise_request_exception = False
    held = {"holder": claimed(owner, task), "version": version_of(task)}
    response = do(owner, task, "fields", **held, entries=entries)
    assert response.status_code == 200 or has_the_shape(response, "POST")
    assert response.status_code < 500


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "2020-01-01", HUGE])
def test_impossible_times_are_refused(owner, task, until):  # noqa: F811
    owner.client.raise_request_exception = False
    response = do(owner, task, "postpone", holder=claimed(owner, task), until=until)
    assert (response.status_code, has_the_shape(response, "POST")) == (422, True)


def test_reasons_are_kept_as_text_and_cut(owner, task):  # noqa: F811
    owner.client.raise_request_exception = False
    response = do(owner, task, "reject", holder=claimed(owner, task), reason="\0" + "<b>" * 2_000)
    assert response.status_code == 200
    assert len(ReviewTask.objects.get().reject_reason) == 1_000


# --- Without what is needed -------------------------------------------------------------------------------------------
@pytest.fixture
def unread(people):
    return TaskFactory(document__owner=people.owner, document__workspace=people.workspace)


def test_a_task_without_a_result_is_not_found(owner, unread):
    assert owner.get(reverse("admin:review_task_screen", args=[unread.pk])).status_code == 404
    assert owner.get(reverse("admin:review_task_state", args=[unread.pk])).json()["detail"]["code"] == "not_found"


def test_what_an_earlier_release_read_is_shown_and_has_to_be_read_again(owner, unread):
    result = ResultFactory(document=unread.document, extraction=None)
    ValidationFactory(document=unread.document)
    assert owner.get(reverse("admin:review_task_screen", args=[unread.pk])).status_code == 200
    for panel in PANELS:
        assert owner.get(reverse("admin:review_task_panel", args=[unread.pk, panel])).status_code < 500
    held = {"holder": claimed(owner, unread), "version": result.version}
    for verb, more in (("fields", {"entries": changes(total_amount="1")}), ("approve", {})):
        detail = do(owner, unread, verb, **held, **more).json()["detail"]
        assert (detail["code"], "have it read again" in detail["message"]) == ("conflict", True)
    assert do(owner, unread, "reject", holder=held["holder"], reason="Old.").status_code == 200
