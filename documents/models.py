"""What arrived? A file somebody uploaded, and how far it has come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.models import User, Workspace
from common.models import BaseModel
from documents.states import ReviewStatus, Status


class Document(BaseModel):
    """Belongs to a workspace; ``owner`` is who uploaded it.

    ``file`` is a name in the default storage made from ids alone, ``original_filename`` is for people
    only. ``kind``, ``confidence_score``, ``warning_count`` and ``review_status`` repeat the latest result
    and the task of its review, so that lists filter and sort without joins.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="documents")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="documents")
    original_filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    file_extension = models.CharField(max_length=10)
    file_size = models.PositiveBigIntegerField(help_text="Bytes.")
    checksum_sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=200, unique=True, editable=False)

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.UPLOADED)
    failure_code = models.CharField(max_length=64, blank=True)
    failure_reason = models.TextField(null=True, blank=True)  # noqa: DJ001 - the contract says null
    processed_at = models.DateTimeField(null=True, blank=True)

    kind = models.CharField(max_length=32, blank=True)
    confidence_score = models.FloatField(null=True, blank=True)
    warning_count = models.PositiveIntegerField(default=0)
    review_status = models.CharField(max_length=16, choices=ReviewStatus.choices, blank=True, default="", db_default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="document_newest"),
            models.Index(fields=["workspace", "status", "-created_at", "-id"], name="document_by_status"),
            models.Index(fields=["workspace", "kind", "-created_at", "-id"], name="document_by_kind"),
            models.Index(fields=["workspace", "review_status", "-created_at", "-id"], name="document_by_review"),
            models.Index(fields=["workspace", "checksum_sha256"], name="document_by_checksum"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="document_status"),
        ]

    def __str__(self) -> str:
        return self.original_filename
