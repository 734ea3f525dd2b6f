"""Documents as JSON."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from documents.kinds import Kind
from documents.models import Document


class DocumentSerializer(serializers.ModelSerializer[Document]):
    owner_id = serializers.UUIDField(help_text="Who uploaded it.")
    workspace_id = serializers.UUIDField(help_text="Where it belongs.")
    failure_code = serializers.SerializerMethodField(help_text="Stable, for programs; null unless it failed.")
    kind = serializers.SerializerMethodField(help_text="What it was found to be; null before.")

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = [
            "id",
            "owner_id",
            "original_filename",
            "content_type",
            "file_extension",
            "file_size",
            "checksum_sha256",
            "status",
            "failure_reason",
            "processed_at",
            "created_at",
            "updated_at",
            # added to the contract
            "workspace_id",
            "failure_code",
            "kind",
            "confidence_score",
            "warning_count",
        ]
        read_only_fields = fields

    def get_failure_code(self, document: Document) -> str | None:
        return document.failure_code or None

    def get_kind(self, document: Document) -> Kind | None:
        return Kind(document.kind) if document.kind else None
