"""POST /auth/login"""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from audit.models import Event
from tests.api.conftest import Caller, error_of
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def user(db):
    return UserFactory(email="Ada@example.com")


@pytest.mark.parametrize("email", ["Ada@example.com", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_answers_like_registering(nobody, user, email):
    response = nobody.post("/auth/login", {"email": email, "password": PASSWORD})

    body = response.json()
    assert response.status_code == 200
    assert set(body) == {"access_token", "refresh_token", "token_type", "user"}
    assert body["token_type"] == "bearer"
    assert body["user"]["id"] == str(user.pk)
    assert Caller(token=body["access_token"]).get("/auth/me").status_code == 200
    assert Event.objects.filter(action="user.logged_in", actor_id=user.pk).exists()


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong password"),
        ("ada@example.com", PASSWORD.upper()),
        ("ada@example.com", PASSWORD + " "),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
        ("ada@example.com", "x" * 1000),
    ],
)
def test_a_wrong_pair_fails_without_saying_which_half(nobody, user, email, password):
    response = nobody.post("/auth/login", {"email": email, "password": password})

    error_of(response, 401, "authentication_failed")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["detail"]["message"] == "The e-mail address or the password is wrong."


def test_a_disabled_user_fails_like_a_wrong_pair(nobody, user):
    user.is_active = False
    user.save()
    disabled = nobody.post("/auth/login", {"email": user.email, "password": PASSWORD})
    wrong = nobody.post("/auth/login", {"email": user.email, "password": "wrong password"})

    error_of(disabled, 401, "authentication_failed")
    assert disabled.json()["detail"]["message"] == wrong.json()["detail"]["message"]


def test_an_unknown_address_costs_a_hash_too(nobody, user, monkeypatch):
    hashed = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)
        spy = lambda self, *args, real=real: hashed.append(real) or real(self, *args)  # noqa: E731
        monkeypatch.setattr(Argon2PasswordHasher, name, spy)

    nobody.post("/auth/login", {"email": "nobody@example.com", "password": PASSWORD})
    unknown = len(hashed)
    nobody.post("/auth/login", {"email": user.email, "password": "wrong password"})

    assert unknown == len(hashed) - unknown == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["email", "password"]),
        ({"email": "a@b.de"}, ["password"]),
        ({"email": "a@b.de", "password": None}, ["password"]),
        ({"email": "a@b.de", "password": "a\0b"}, ["password"]),
        ({"email": "a\0@b.de", "password": "x"}, ["email"]),
        ({"email": ["a@b.de"], "password": {"$ne": ""}}, ["email", "password"]),
    ],
)
def test_bad_input(nobody, body, fields):
    assert list(error_of(nobody.post("/auth/login", body), 422, "validation_error")["fields"]) == fields
