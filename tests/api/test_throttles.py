"""How often may somebody call?"""

from __future__ import annotations

import time

import pytest
import redis
from rest_framework.settings import api_settings

from config.throttling import Throttle, connection, parse_rate
from tests.api.conftest import Caller, error_of
from tests.factories import PASSWORD, UserFactory
from tests.factories.files import TEXT


@pytest.fixture
def rates(monkeypatch):
    """``rates(upload="2/min")``; what is not named has no limit."""

    def become(**given):
        monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", given, raising=False)

    return become


def refused(response) -> int:
    """Seconds to wait."""
    error_of(response, 429, "throttled")
    return int(response.headers["Retry-After"])


def log_in(email: str, address: str = "10.0.0.1", password: str = "wrong password"):
    client = Caller().client
    body = {"email": email, "password": password}
    return client.post("/api/v1/auth/login", body, content_type="application/json", REMOTE_ADDR=address)


def test_register(nobody, rates):
    rates(register="2/min")
    bodies = [{"email": f"a{number}@b.de", "password": PASSWORD} for number in range(3)]

    answers = [nobody.post("/auth/register", body) for body in bodies]

    assert [answer.status_code for answer in answers[:2]] == [201, 201]
    assert 1 <= refused(answers[2]) <= 60


def test_login_by_address(db, rates):
    rates(login="2/hour")

    answers = [log_in(f"a{number}@b.de") for number in range(3)]

    assert [answer.status_code for answer in answers[:2]] == [401, 401]
    assert 60 < refused(answers[2]) <= 3600
    assert log_in("a3@b.de", address="10.0.0.2").status_code == 401


def test_login_by_account_from_anywhere_and_in_any_case(db, rates):
    UserFactory(email="ada@example.com")
    rates(login="2/min")

    assert log_in("ada@example.com", address="10.0.0.1").status_code == 401
    assert log_in("ADA@example.com ", address="10.0.0.2").status_code == 401
    refused(log_in("Ada@example.com", address="10.0.0.9", password=PASSWORD))
    assert log_in("bob@example.com", address="10.0.0.9").status_code == 401


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"email": 5}', b'{"email": null}'])
def test_login_counts_bodies_that_name_no_account(nobody, rates, body):
    rates(login="1/min")

    assert nobody.post("/auth/login", body).status_code == 422
    assert nobody.post("/auth/login", body).status_code in (422, 429)  # what cannot be read is not counted


def test_upload_by_user(callers, rates):
    rates(upload="1/min")

    assert callers["owner"].upload("a.txt", TEXT).status_code == 201
    refused(callers["owner"].upload("a.txt", TEXT))
    assert callers["mate"].upload("a.txt", TEXT).status_code == 201


def test_all_calls_of_a_user(callers, rates):
    rates(user="2/min")

    assert [callers["owner"].get("/auth/me").status_code for _ in range(3)] == [200, 200, 429]
    assert callers["mate"].get("/auth/me").status_code == 200
    refused(callers["owner"].get("/documents"))


def test_all_calls_without_a_token(nobody, rates):
    rates(anon="2/min")

    assert [nobody.get("/openapi.json").status_code for _ in range(3)] == [200, 200, 429]


def test_calls_that_lack_their_token_count_too(nobody, rates):
    rates(anon="2/min")

    assert [nobody.get("/documents").status_code for _ in range(3)] == [401, 401, 429]
    assert 1 <= refused(nobody.upload("a.txt", TEXT)) <= 60


def test_health_is_never_refused(nobody, rates):
    rates(anon="1/min")

    assert [nobody.client.get("/health").status_code for _ in range(3)] == [200, 200, 200]


def test_a_window_ends(nobody, rates, settings):
    rates(anon="1/second")
    nobody.get("/openapi.json")
    assert refused(nobody.get("/openapi.json")) == 1

    deadline = time.monotonic() + 10
    while nobody.get("/openapi.json").status_code == 429 and time.monotonic() < deadline:
        time.sleep(0.05)

    assert time.monotonic() < deadline


def test_counters_expire_by_themselves(nobody, settings, rates):
    rates(anon="5/min")
    nobody.get("/openapi.json")

    with redis.Redis.from_url(settings.REDIS_URL) as client:
        keys = list(client.scan_iter(f"{settings.REDIS_NAMESPACE}:throttle:*"))
        assert [0 < client.ttl(key) <= 60 for key in keys] == [True]


def test_without_redis_everybody_may_pass(owner, rates, settings, caplog):
    rates(user="1/min", upload="1/min")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert [owner.upload("a.txt", TEXT).status_code for _ in range(3)] == [201, 201, 201]
    assert Throttle.paused_until > time.monotonic()
    assert "throttle.redis_unreachable" in caplog.text


@pytest.mark.parametrize(
    ("rate", "expected"),
    [("30/min", (30, 60)), ("1/s", (1, 1)), ("5/hour", (5, 3600)), ("9/day", (9, 86400)), ("", None), (None, None)],
)
def test_rates(rate, expected):
    assert parse_rate(rate) == expected


def test_connections_are_kept(settings):
    assert connection(settings.REDIS_URL) is connection(settings.REDIS_URL)
