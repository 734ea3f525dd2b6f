from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("OPERATOR_PASSWORD", "correct horse battery")


def test_makes_a_superuser_once():
    for _ in range(2):
        call_command("create_operator", "operator@localhost")

    operator = User.objects.get()
    assert (operator.is_superuser, operator.check_password("correct horse battery")) == (True, True)


def test_an_account_with_another_password_stays_as_it_is(monkeypatch):
    call_command("create_operator", "operator@localhost")
    monkeypatch.setenv("OPERATOR_PASSWORD", "another password")

    with pytest.raises(CommandError, match="exists already, with another password") as caught:
        call_command("create_operator", "Operator@localhost")

    assert caught.value.returncode == 3
    assert User.objects.get().check_password("correct horse battery")


@pytest.mark.parametrize("email", ["operator", "", "a@", "a b@example.org", "a\x1b[31m@example.org"])
def test_an_address_that_is_none(email):
    with pytest.raises(CommandError, match="is not an e-mail address"):
        call_command("create_operator", email)

    assert not User.objects.exists()


def test_a_password_that_is_too_short(monkeypatch):
    monkeypatch.setenv("OPERATOR_PASSWORD", "short")

    with pytest.raises(CommandError, match="at least 8 characters"):
        call_command("create_operator", "operator@example.org")
