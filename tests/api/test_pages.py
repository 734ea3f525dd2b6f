"""The pages for people beside the admin, and what browsers may do with all answers."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.factories import UserFactory

PAGES = ["/", "/docs", "/redoc"]


@pytest.mark.parametrize("path", [*PAGES, "/docs?script="])
def test_nothing_is_fetched_from_elsewhere(db, path):
    text = Client().get(path).content.decode()

    assert re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}", text) == []


@pytest.mark.parametrize("path", PAGES)
def test_what_they_refer_to_is_there(db, path):
    client = Client()
    links = re.findall(r'(?:href|src|spec-url)="([^"#]+)"', client.get(path).content.decode())

    assert links
    assert {link: client.get(link).status_code for link in links if link != "/health/ready"} == {
        link: 302 if link.startswith("/admin") else 200 for link in links if link != "/health/ready"
    }


@pytest.mark.parametrize("path", PAGES)
def test_no_inline_script_is_needed(db, path):
    response = Client().get(path)

    assert re.findall(r"<script(?![^>]*\bsrc=)", response.content.decode()) == []
    scripts = re.search(r"script-src ([^;]+)", response.headers["Content-Security-Policy"])
    assert scripts
    assert scripts[1] == "'self'"


def test_only_the_admin_may_evaluate_scripts(db):
    policy = Client().get("/admin/login/").headers["Content-Security-Policy"]

    assert "'unsafe-eval'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "path", ["/documents", "/auth/me", "/openapi.json", "/nothing", "/documents/nonsense", "/documents/upload"]
)
def test_answers_of_the_api_are_data(db, path):
    headers = Caller(UserFactory()).get(path).headers

    assert headers["Content-Security-Policy"].count("'none'") == 4
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])
