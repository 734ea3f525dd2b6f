"""Records an event in the caller's transaction and writes one log line when it commits."""

from __future__ import annotations

import uuid
from typing import Any, Protocol

import structlog
from django.db import transaction

from audit.models import Event
from common.middleware import current_request_id

log = structlog.get_logger("audit")


class Actor(Protocol):
    """A person who does something; ``None`` stands for the service itself."""

    @property
    def id(self) -> uuid.UUID: ...

    @property
    def email(self) -> str: ...


def record(
    action: str,
    *,
    by: Actor | None,
    object_type: str,
    object_id: uuid.UUID | None,
    workspace_id: uuid.UUID | None = None,
    **data: Any,
) -> Event:
    """Insert the event. Part of the caller's transaction: if this fails, the change it tells of fails too."""
    event = Event.objects.create(
        action=action,
        actor_id=by.id if by else None,
        actor_label=by.email if by else "system",
        workspace_id=workspace_id,
        object_type=object_type,
        object_id=object_id,
        request_id=current_request_id(),
        data=data,
    )
    fields = {
        "actor": event.actor_label,
        "workspace": str(workspace_id) if workspace_id else None,
        object_type: str(object_id) if object_id else None,
        **data,
    }
    transaction.on_commit(lambda: log.info(action, **fields), robust=True)
    return event
