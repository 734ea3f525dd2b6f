"""POST /auth/refresh"""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import tokens
from tests.api.conftest import Caller, error_of
from tests.factories import UserFactory


@pytest.fixture
def user(db):
    return UserFactory()


def test_gives_a_new_pair(nobody, user):
    first = tokens.issue(user)

    body = nobody.post("/auth/refresh", {"refresh_token": first.refresh}).json()

    assert set(body) == {"access_token", "refresh_token", "token_type", "user"}
    assert body["refresh_token"] != first.refresh
    assert Caller(token=body["access_token"]).get("/auth/me").json() == body["user"]
    assert nobody.post("/auth/refresh", {"refresh_token": body["refresh_token"]}).status_code == 200


def test_works_once(nobody, user):
    first = tokens.issue(user)
    nobody.post("/auth/refresh", {"refresh_token": first.refresh})

    error_of(nobody.post("/auth/refresh", {"refresh_token": first.refresh}), 401, "authentication_failed")


def test_an_access_token_is_no_refresh_token(nobody, user):
    token = tokens.issue(user).access

    error_of(nobody.post("/auth/refresh", {"refresh_token": token}), 401, "authentication_failed")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "ä"])
def test_nonsense(nobody, token):
    error_of(nobody.post("/auth/refresh", {"refresh_token": token}), 401, "authentication_failed")


def test_a_token_that_was_never_given_out(nobody, user):
    token = RefreshToken()
    token["sub"] = str(user.pk)

    error_of(nobody.post("/auth/refresh", {"refresh_token": str(token)}), 401, "authentication_failed")


def test_a_disabled_user(nobody, user):
    token = tokens.issue(user).refresh
    user.is_active = False
    user.save()

    error_of(nobody.post("/auth/refresh", {"refresh_token": token}), 401, "authentication_failed")


@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": 5}, {"refresh_token": "x" * 4001}])
def test_bad_input(nobody, body):
    extra = error_of(nobody.post("/auth/refresh", body), 422, "validation_error")

    assert list(extra["fields"]) == ["refresh_token"]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_succeeds():
    token = tokens.issue(UserFactory()).refresh
    answers = []

    def refresh() -> None:
        answers.append(Caller().post("/auth/refresh", {"refresh_token": token}).status_code)
        connection.close()

    threads = [threading.Thread(target=refresh) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200] + [401] * 5
