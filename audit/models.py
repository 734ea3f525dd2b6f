"""What happened? One append-only row per change of state; the database itself refuses to alter one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """No foreign keys: an event outlives what it is about. ``action`` is ``noun.verb`` in the past tense."""

    id = models.BigAutoField(primary_key=True)
    created_at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=64)
    actor_id = models.UUIDField(null=True, blank=True)  # null: the service itself
    actor_label = models.CharField(max_length=254, blank=True)
    workspace_id = models.UUIDField(null=True, blank=True)
    object_type = models.CharField(max_length=64)
    object_id = models.UUIDField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["object_id", "-id"], name="audit_by_object"),
            models.Index(fields=["workspace_id", "-id"], name="audit_by_workspace"),
        ]

    def __str__(self) -> str:
        return f"{self.action} ({self.object_type})"
