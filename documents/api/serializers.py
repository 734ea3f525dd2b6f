"""Documents as JSON."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from accounts.api.fields import ChoiceOrNull, TextOrNull
from documents.kinds import Kind
from documents.models import Document
from documents.states import ReviewStatus


class DocumentSerializer(serializers.ModelSerializer[Document]):
    owner_id = serializers.UUIDField(help_text="Who uploaded it.")
    workspace_id = serializers.UUIDField(help_text="Where it belongs.")
    failure_code = TextOrNull(help_text="Stable, for programs; null unless it failed.")
    kind = ChoiceOrNull(Kind.choices, help_text="What it was found to be; null before.")

    review_status = ChoiceOrNull(
        ReviewStatus.choices, help_text="Whether a person has to look at it, or did; null before it was read."
    )

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
            "review_status",
        ]
        read_only_fields = fields
