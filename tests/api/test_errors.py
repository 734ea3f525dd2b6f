"""One shape for every error, wherever it comes from."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts import actions
from tests.api.conftest import Caller, error_of
from tests.api.raising_urls import SECRET
from tests.factories import PASSWORD


# --- Paths and methods ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v1/documents/",
        "/api/v1/auth/login/",
        "/api/v1",
        "/api/v2/documents",
        "/nothing",
        "/health/",
        "/favicon.ico",
        "/static/nothing.js",
        "/%00",
        "/%ff",
        "/api/v1/documents/a/b/c",
    ],
)
def test_unknown_paths(db, path):
    error_of(Client().get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("get", "/auth/register", {"POST"}),
        ("put", "/auth/login", {"POST"}),
        ("post", "/auth/me", {"GET", "HEAD"}),
        ("patch", "/documents", {"GET", "HEAD"}),
        ("post", "/documents", {"GET", "HEAD"}),
        ("put", "/documents/01234567-89ab-4cde-8f01-23456789abcd", {"GET", "HEAD", "DELETE"}),
        ("get", "/documents/upload", {"POST"}),
        ("post", "/openapi.json", {"GET", "HEAD"}),
        ("trace", "/documents", {"GET", "HEAD"}),
        ("options", "/documents", {"GET", "HEAD"}),
    ],
)
def test_methods_that_are_not_allowed(owner, method, path, allowed):
    response = getattr(owner.client, method)("/api/v1" + path)

    error_of(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) - {"OPTIONS"} == allowed


@pytest.mark.parametrize("path", ["/", "/health", "/health/ready", "/docs", "/redoc"])
@pytest.mark.parametrize("method", ["post", "delete"])
def test_methods_that_are_not_allowed_outside_of_the_api(db, path, method):
    client = Client(enforce_csrf_checks=True)

    error_of(getattr(client, method)(path), 405, "method_not_allowed")


# --- Bodies -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b'{"email": NaN}',
        b'{"email": Infinity}',
        b"\xff\xfe{\x00}\x00",
        b'{"email": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[]",
        b'"text"',
        b"5",
        b"null",
        b"true",
        b'[{"email": "a@b.de"}]',
        b"{}",
    ],
)
@pytest.mark.parametrize("path", ["/auth/login", "/auth/register", "/auth/refresh", "/auth/logout"])
def test_json_that_is_none_or_no_object(nobody, path, body):
    error_of(nobody.post(path, body), 422, "validation_error")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"]
)
def test_another_content_type(nobody, content_type):
    response = nobody.post("/auth/login", b'{"email": "a@b.de", "password": "x"}', content_type=content_type)

    error_of(response, 415, "unsupported_media_type")


def test_a_body_that_is_too_large(nobody, settings):
    body = b'{"email": "' + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) + b'"}'

    error_of(nobody.post("/auth/login", body), 413, "payload_too_large")


# --- Mistakes and faults ----------------------------------------------------------------------------------------------
TABLE = [
    ("ZeroDivisionError", 500, "internal_error"),
    ("RecursionError", 500, "internal_error"),
    ("MemoryError", 500, "internal_error"),
    ("Http404", 404, "not_found"),
    ("PermissionDenied", 403, "permission_denied"),
    ("SuspiciousOperation", 400, "bad_request"),
    ("DisallowedHost", 400, "bad_request"),
    ("BadRequest", 400, "bad_request"),
    ("RequestDataTooBig", 413, "payload_too_large"),
    ("TooManyFieldsSent", 422, "validation_error"),
    ("TooManyFilesSent", 422, "validation_error"),
    ("MultiPartParserError", 422, "validation_error"),
]
IN_VIEWS = [
    ("UnreadablePostError", 400, "bad_request"),
    ("StopUpload", 400, "bad_request"),
    ("OperationalError", 503, "service_unavailable"),
    ("InterfaceError", 503, "service_unavailable"),
]


@pytest.mark.urls("tests.api.raising_urls")
@pytest.mark.parametrize(
    ("path", "name", "status", "code"),
    [("/api/v1/raise", *row) for row in TABLE + IN_VIEWS] + [("/raise", *row) for row in TABLE],
)
def test_no_word_of_an_exception_leaves(db, path, name, status, code):
    client = Client(raise_request_exception=False)

    response = client.get(f"{path}/{name}")

    error_of(response, status, code)
    assert SECRET not in response.content.decode()


@pytest.mark.urls("tests.api.raising_urls")
@pytest.mark.parametrize(
    ("name", "status", "code"), [("Unavailable", 503, "service_unavailable"), ("Invalid", 422, "validation_error")]
)
def test_our_own_errors_are_sentences(db, name, status, code):
    response = Client().get(f"/api/v1/raise/{name}")

    assert response.json()["detail"]["code"] == code
    assert response.json()["detail"]["message"] == SECRET


@pytest.mark.urls("tests.api.raising_urls")
def test_a_mistake_is_told_to_the_log_under_the_same_id(db, caplog):
    response = Client(raise_request_exception=False).get("/api/v1/raise/ZeroDivisionError")

    request_id = response.json()["detail"]["extra"]["request_id"]
    (record,) = [record for record in caplog.records if record.exc_info]
    assert request_id == response.headers["X-Request-ID"]
    assert record.exc_info[0] is ZeroDivisionError


def test_a_host_that_is_not_ours(db, settings):
    settings.ALLOWED_HOSTS = ["ours.example"]

    error_of(Client().get("/health", headers={"host": "theirs.example"}), 400, "bad_request")


# --- Request ids ------------------------------------------------------------------------------------------------------
def test_a_harmless_request_id_is_taken_over(nobody):
    response = nobody.get("/nothing", x_request_id="abc-123")

    assert response.headers["X-Request-ID"] == "abc-123"
    assert error_of(response, 404, "not_found")["request_id"] == "abc-123"


@pytest.mark.parametrize("given", ["a b", "x" * 65, "ä", "<script>", "a;b", ""])
def test_another_is_replaced(nobody, given):
    assert nobody.get("/nothing", x_request_id=given).headers["X-Request-ID"] != given


# --- The admin keeps its own pages ------------------------------------------------------------------------------------
def test_the_admin_answers_with_pages(db):
    caller = Caller().client
    caller.force_login(actions.create_operator(email="operator@example.com", password=PASSWORD))

    response = caller.get("/admin/nothing/")

    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_a_form_without_its_cookie_gets_a_page_that_says_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})

    assert response.status_code == 403
    assert "Load it again" in response.content.decode()
