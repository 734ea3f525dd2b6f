"""One event in the database and one line in the log for each change."""

from __future__ import annotations

import uuid

import pytest
import structlog
from structlog.testing import capture_logs

from audit import log
from audit.models import Event
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(monkeypatch):
    monkeypatch.setattr(log, "log", structlog.get_logger("test"))
    with capture_logs() as captured:
        yield captured


def test_who_did_what_to_what(lines, django_capture_on_commit_callbacks):
    user, object_id, workspace_id = UserFactory(), uuid.uuid4(), uuid.uuid4()
    with django_capture_on_commit_callbacks(execute=True), structlog.contextvars.bound_contextvars(request_id="r1"):
        event = log.record(
            "thing.done", by=user, object_type="thing", object_id=object_id, workspace_id=workspace_id, size=5
        )

    event.refresh_from_db()
    assert (event.actor_id, event.actor_label, event.object_id) == (user.pk, user.email, object_id)
    assert (event.workspace_id, event.request_id, event.data) == (workspace_id, "r1", {"size": 5})
    (line,) = [line for line in lines if line["event"] == "thing.done"]
    assert (line["actor"], line["thing"], line["workspace"], line["size"]) == (
        user.email,
        str(object_id),
        str(workspace_id),
        5,
    )


def test_the_service_itself(lines):
    event = log.record("thing.done", by=None, object_type="thing", object_id=None)

    assert (event.actor_id, event.actor_label) == (None, "system")


def test_no_line_for_what_was_undone(lines, django_capture_on_commit_callbacks):
    log.record("thing.done", by=None, object_type="thing", object_id=None)

    assert lines == []
    assert Event.objects.count() == 1
