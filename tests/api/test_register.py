"""POST /auth/register"""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import connection

from accounts.models import User
from accounts.queries import personal_workspace
from audit.models import Event
from tests.api.conftest import Caller, error_of

PAIR = {"email": "Ada@Example.com", "password": "correct horse"}
USER_KEYS = {"id", "email", "full_name", "is_active", "created_at"}


def test_answers_with_a_token_that_works_and_the_user(nobody):
    response = nobody.post("/auth/register", PAIR | {"full_name": "Ada Ü. 💡"})

    body = response.json()
    assert response.status_code == 201
    assert set(body) >= {"access_token", "token_type", "user", "refresh_token"}
    assert body["token_type"] == "bearer"
    assert set(body["user"]) == USER_KEYS
    assert body["user"]["email"] == "Ada@example.com"
    assert body["user"]["full_name"] == "Ada Ü. 💡"
    assert body["user"]["is_active"] is True
    assert Caller(token=body["access_token"]).get("/auth/me").json() == body["user"]


def test_makes_a_personal_workspace_and_leaves_a_trace(nobody):
    user = User.objects.get(pk=nobody.post("/auth/register", PAIR).json()["user"]["id"])

    assert personal_workspace(user).is_personal
    assert set(Event.objects.filter(actor_id=user.pk).values_list("action", flat=True)) == {
        "user.registered",
        "workspace.created",
    }


def test_the_name_is_optional(nobody):
    assert nobody.post("/auth/register", PAIR).json()["user"]["full_name"] is None
    other = PAIR | {"email": "b@example.com", "full_name": None}
    assert nobody.post("/auth/register", other).json()["user"]["full_name"] is None


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM", " Ada@Example.com "])
def test_a_taken_address_is_a_conflict_whatever_its_case(nobody, email):
    nobody.post("/auth/register", PAIR)

    error_of(nobody.post("/auth/register", PAIR | {"email": email}), 409, "conflict")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"email": None}, "email"),
        ({"email": "a" * 250 + "@b.de"}, "email"),
        ({"email": "a\0@b.de"}, "email"),
        ({"email": 5}, "email"),
        ({"email": ["a@b.de"]}, "email"),
        ({"password": "seven77"}, "password"),
        ({"password": "x" * 73}, "password"),
        ({"password": "with\0zero"}, "password"),
        ({"password": "with\ud800half"}, "password"),
        ({"password": None}, "password"),
        ({"password": 123456789}, "password"),
        ({"full_name": "x" * 256}, "full_name"),
        ({"full_name": "a\0b"}, "full_name"),
        ({"full_name": 5}, "full_name"),
        ({"full_name": {"a": 1}}, "full_name"),
    ],
)
def test_bad_input_is_named_by_field(nobody, change, field):
    extra = error_of(nobody.post("/auth/register", PAIR | change), 422, "validation_error")

    assert list(extra["fields"]) == [field]
    assert User.objects.count() == 0


@pytest.mark.parametrize("missing", ["email", "password"])
def test_missing_input_is_named(nobody, missing):
    body = {key: value for key, value in PAIR.items() if key != missing}

    assert list(error_of(nobody.post("/auth/register", body), 422, "validation_error")["fields"]) == [missing]


@pytest.mark.parametrize("password", ["12345678", "x" * 72, "ü" * 72, "💡" * 8, " spaces  "])
def test_passwords_are_counted_in_characters_and_kept_exactly(nobody, password):
    assert nobody.post("/auth/register", PAIR | {"password": password}).status_code == 201
    assert nobody.post("/auth/login", PAIR | {"password": password}).status_code == 200
    assert nobody.post("/auth/login", PAIR | {"password": password.strip() + "x"}).status_code == 401


def test_a_name_of_255_characters_is_taken(nobody):
    assert nobody.post("/auth/register", PAIR | {"full_name": "ü" * 255}).status_code == 201


def test_passwords_are_hashed_with_argon2(nobody):
    nobody.post("/auth/register", PAIR)

    assert identify_hasher(User.objects.get().password).algorithm == "argon2"


def test_a_token_in_the_header_changes_nothing(people, nobody):
    assert Caller(token="nonsense").post("/auth/register", PAIR).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_address_at_once_one_gets_it():
    answers = []

    def register(email: str) -> None:
        answers.append(Caller().post("/auth/register", PAIR | {"email": email}).status_code)
        connection.close()

    threads = [threading.Thread(target=register, args=(email,)) for email in ["ada@x.de", "ADA@x.de"] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [201] + [409] * 7
