"""GET /health and GET /health/ready"""

from __future__ import annotations

import threading

import pytest
from django.core.files.storage import default_storage
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client

from common import heartbeat
from config import health
from tests.api.conftest import error_of

PARTS = ["worker", "ocr-worker", "scheduler"]


@pytest.fixture
def get(transactional_db):
    return Client(raise_request_exception=False).get


@pytest.fixture
def alive():
    for part in PARTS:
        heartbeat.beat(part)
    yield
    for part in PARTS:
        heartbeat.cache.delete(heartbeat._key(part))


def test_alive(get):
    response = get("/health")

    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert response.json()["environment"] == "test"


def test_alive_without_anything_else(get, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert get("/health", headers={"authorization": "Bearer nonsense"}).status_code == 200


def test_ready(get, alive):
    response = get("/health/ready")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": dict.fromkeys(["database", "broker", "storage", *PARTS], "ok"),
    }


def test_the_probe_leaves_nothing_behind(get, alive):
    get("/health/ready")

    assert default_storage.listdir("health")[1] == []


def down(response) -> list[str]:
    checks = error_of(response, 503, "service_unavailable")["checks"]
    return [name for name, state in checks.items() if state != "ok"]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_gives_no_sign_of_life(get, alive, part):
    heartbeat.cache.delete(heartbeat._key(part))

    response = get("/health/ready")

    assert down(response) == [part]
    assert response.json()["detail"]["message"] == f"Not ready: {part}."


def test_read_within_the_request_no_worker_is_needed(get, settings):
    settings.PROCESSING_MODE = "inline"

    assert list(get("/health/ready").json()["checks"]) == ["database", "broker", "storage"]


def test_the_broker_is_down(get, alive, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert down(get("/health/ready")) == ["broker"]


def test_the_database_is_down(get, alive, monkeypatch):
    nowhere = {"dbname": "x", "host": "127.0.0.1", "port": 1}
    monkeypatch.setattr(DatabaseWrapper, "get_connection_params", lambda self: nowhere)

    assert down(get("/health/ready")) == ["database"]


def test_the_storage_is_down(get, alive, settings, tmp_path):
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file"

    assert down(get("/health/ready")) == ["storage"]


def test_a_part_that_hangs_is_down_in_time(get, alive, monkeypatch):
    monkeypatch.setattr(health, "TIMEOUT", 0.5)
    hanging = threading.Event()
    monkeypatch.setattr(health, "check_storage", hanging.wait)

    answered = get("/health/ready")  # would never come if it were waited for
    hanging.set()

    assert down(answered) == ["storage"]
