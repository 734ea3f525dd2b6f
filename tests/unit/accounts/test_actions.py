"""What changes who may: all of it or nothing, and audited."""

from __future__ import annotations

import pytest
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken

from accounts import actions, tokens
from accounts.models import User, Workspace
from audit.models import Event
from common.errors import AuthenticationFailed, Conflict
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
ADA = {"email": "ada@example.com", "password": PASSWORD}


def break_audit(monkeypatch, at: str) -> None:
    """Recording ``at`` fails."""
    record = actions.log.record

    def failing(action, **rest):
        if action == at:
            raise RuntimeError
        return record(action, **rest)

    monkeypatch.setattr("accounts.actions.log.record", failing)


@pytest.mark.parametrize("at", ["user.registered", "workspace.created"])
def test_without_its_event_nobody_is_registered(monkeypatch, at):
    break_audit(monkeypatch, at)

    with pytest.raises(RuntimeError):
        actions.register(**ADA)
    assert not User.objects.exists()
    assert not Workspace.objects.exists()


def test_an_operator_is_made_whole():
    operator = actions.create_operator(**ADA)

    assert (operator.is_staff, operator.is_superuser) == (True, True)
    assert Event.objects.filter(action="user.made_superuser", object_id=operator.pk).count() == 1
    with pytest.raises(Conflict):
        actions.create_operator(**ADA | {"email": "ADA@example.com"})


def test_without_its_event_nobody_logs_out(monkeypatch):
    token = tokens.issue(actions.register(**ADA)).refresh
    break_audit(monkeypatch, "user.logged_out")

    with pytest.raises(RuntimeError):
        actions.log_out(refresh_token=token)
    assert not BlacklistedToken.objects.exists()


def test_a_failed_login_leaves_no_event():
    actions.register(**ADA)

    with pytest.raises(AuthenticationFailed):
        actions.log_in(**ADA | {"password": "wrong password"})
    assert not Event.objects.filter(action="user.logged_in").exists()
