"""GET /auth/me, and with it what every endpoint makes of a token."""

from __future__ import annotations

import uuid
from datetime import timedelta

import jwt
import pytest
from rest_framework_simplejwt.tokens import AccessToken

from accounts import tokens
from tests.api.conftest import Caller, error_of
from tests.factories import UserFactory


@pytest.fixture
def user(db):
    return UserFactory(email="ada@example.com", full_name="Ada")


def test_answers_with_the_user(user):
    response = Caller(user).get("/auth/me")

    assert response.status_code == 200
    assert response.json() == {
        "id": str(user.pk),
        "email": "ada@example.com",
        "full_name": "Ada",
        "is_active": True,
        "created_at": user.created_at.isoformat().replace("+00:00", "Z"),
    }


def test_tokens_last_an_hour(user):
    token = AccessToken(tokens.issue(user).access)

    assert token["exp"] - token["iat"] == 3600


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_compared_without_case(user, nobody, scheme):
    header = f"{scheme} {tokens.issue(user).access}"

    assert nobody.get("/auth/me", authorization=header).status_code == 200


def expired(user):
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=-timedelta(seconds=1))
    return str(token)


def forged(user):
    return jwt.encode(AccessToken.for_user(user).payload, "another key" * 5, algorithm="HS256")


def unsigned(user):
    return jwt.encode(AccessToken.for_user(user).payload, "", algorithm="none")


def nobodys(user):
    token = AccessToken()
    token["sub"] = str(uuid.uuid4())
    return str(token)


def nameless(user):
    return str(AccessToken())


def misnamed(user):
    token = AccessToken()
    token["sub"] = "no id"
    return str(token)


def bent(user):
    head, _, tail = tokens.issue(user).access.rpartition(".")
    return f"{head}.{tail[::-1]}"


def refresh(user):
    return tokens.issue(user).refresh


@pytest.mark.parametrize("made", [expired, forged, unsigned, nobodys, nameless, misnamed, bent, refresh])
def test_tokens_that_are_not_valid(nobody, user, made):
    response = nobody.get("/auth/me", authorization=f"Bearer {made(user)}")

    error_of(response, 401, "authentication_failed")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b c", "Bearer x", "Bearer ä", "Bearer a.b.c"])
def test_malformed_headers(nobody, header):
    response = nobody.get("/auth/me", authorization=header)

    error_of(response, 401, "authentication_failed")
    assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", [{}, {"authorization": ""}, {"authorization": "Basic YTpi"}])
def test_without_a_token(nobody, headers):
    response = nobody.get("/auth/me", **headers)

    error_of(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_disabled_user(user):
    caller = Caller(user)
    user.is_active = False
    user.save()

    error_of(caller.get("/auth/me"), 401, "authentication_failed")


def test_a_deleted_user(user):
    caller = Caller(user)
    user.delete()

    error_of(caller.get("/auth/me"), 401, "authentication_failed")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/documents"),
        ("get", "/documents/not-an-id"),
        ("post", "/documents/upload"),
        ("get", "/jobs/not-an-id"),
        ("delete", "/documents/not-an-id"),
    ],
)
def test_who_calls_is_asked_before_anything_else(nobody, method, path):
    error_of(getattr(nobody, method)(path), 401, "not_authenticated")
