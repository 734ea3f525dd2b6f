"""POST /auth/logout"""

from __future__ import annotations

import pytest

from accounts import tokens
from audit.models import Event
from tests.api.conftest import error_of
from tests.factories import UserFactory


def test_the_refresh_token_is_worthless_afterwards(nobody):
    user = UserFactory()
    token = {"refresh_token": tokens.issue(user).refresh}

    response = nobody.post("/auth/logout", token)

    assert (response.status_code, response.json()) == (200, {"message": "Logged out."})
    error_of(nobody.post("/auth/refresh", token), 401, "authentication_failed")
    error_of(nobody.post("/auth/logout", token), 401, "authentication_failed")
    assert Event.objects.filter(action="user.logged_out", actor_id=user.pk).count() == 1


def test_other_sessions_go_on(nobody):
    user = UserFactory()
    one, other = tokens.issue(user), tokens.issue(user)

    nobody.post("/auth/logout", {"refresh_token": one.refresh})

    assert nobody.post("/auth/refresh", {"refresh_token": other.refresh}).status_code == 200


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_nonsense(nobody, token):
    error_of(nobody.post("/auth/logout", {"refresh_token": token}), 401, "authentication_failed")


def test_missing(nobody):
    extra = error_of(nobody.post("/auth/logout", {}), 422, "validation_error")

    assert list(extra["fields"]) == ["refresh_token"]
