"""The API as its clients meet it: requests over Django's test client, with real tokens."""

from __future__ import annotations

import json
from typing import Any

import pytest
import redis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from accounts import tokens
from accounts.models import User
from config.throttling import Throttle
from tests.factories import Cast, cast

API = "/api/v1"
ELSEWHERE = "01234567-89ab-4cde-8f01-23456789abcd"
"""An id that nothing has."""


class Caller:
    """Somebody with a token, or nobody. Paths are below ``/api/v1``."""

    def __init__(self, user: User | None = None, token: str | None = None) -> None:
        self.user = user
        access = token or (tokens.issue(user).access if user else None)
        self.client = Client(headers={"Authorization": f"Bearer {access}"} if access else {})
        self.client.raise_request_exception = False

    def get(self, path: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(API + path, params or {}, headers=_names(headers))

    def head(self, path: str, **headers: str) -> Any:
        return self.client.head(API + path, headers=_names(headers))

    def post(self, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        """``body`` as JSON, or exactly these bytes."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.generic("POST", API + path, b"" if body is None else data, content_type)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(API + path, json.dumps(body), "application/json")

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(API + path, json.dumps(body), "application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(API + path)

    def upload(self, name: str, content: bytes, content_type: str = "", **fields: str) -> Any:
        file = SimpleUploadedFile("x", content, content_type or "application/octet-stream")
        file._name = name  # as sent: the class itself would clean it
        return self.client.post(API + "/documents/upload", {**fields, "file": file})


def _names(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def error_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """``extra`` of an error answer, after checking that it has the one shape."""
    body = response.json()
    assert response.status_code == status, body
    assert response.headers["Content-Type"] == "application/json"
    assert set(body) == {"detail"}
    assert set(body["detail"]) == {"code", "message", "extra"}
    assert body["detail"]["code"] == code
    assert body["detail"]["message"].endswith(".")
    assert body["detail"]["extra"]["request_id"] == response.headers["X-Request-ID"]
    return dict(body["detail"]["extra"])


@pytest.fixture(autouse=True)
def _fresh_counters(settings):
    """Nobody has called yet."""
    Throttle.paused_until = 0
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter(f"{settings.REDIS_NAMESPACE}:throttle:*"):
            client.delete(key)


@pytest.fixture
def kept_connection():
    """For requests that do not go through Django's test client: the end of one closes the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def people(db) -> Cast:
    return cast()


@pytest.fixture
def nobody(db) -> Caller:
    return Caller()


@pytest.fixture
def owner(people: Cast) -> Caller:
    return Caller(people.owner)


@pytest.fixture
def callers(people: Cast) -> dict[str, Caller]:
    """The five that every endpoint is tested with."""
    return {
        "owner": Caller(people.owner),
        "mate": Caller(people.mate),
        "viewer": Caller(people.viewer),
        "stranger": Caller(people.stranger),
        "anonymous": Caller(),
    }
