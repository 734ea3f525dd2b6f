"""Bodies shown in the API's description."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

DOCUMENT: dict[str, Any] = {
    "id": "0d8f4f5e-7f0d-4a39-8a86-1c2f7c6a2b10",
    "owner_id": "5b0c5a3e-6c2f-4d7d-9a53-3f8f0a3f0a11",
    "original_filename": "invoice-1001.pdf",
    "content_type": "application/pdf",
    "file_extension": "pdf",
    "file_size": 48213,
    "checksum_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "status": "completed",
    "failure_reason": None,
    "processed_at": "2026-04-15T09:31:02.104512Z",
    "created_at": "2026-04-15T09:31:00.000000Z",
    "updated_at": "2026-04-15T09:31:02.104512Z",
    "workspace_id": "b3f6a2f8-3f58-4f54-8c3f-0e2f9f2f6c55",
    "failure_code": None,
    "kind": "invoice",
    "confidence_score": 0.97,
    "warning_count": 0,
    "review_status": "passed",
}
UPLOADED = DOCUMENT | {
    "status": "uploaded",
    "processed_at": None,
    "kind": None,
    "confidence_score": None,
    "review_status": None,
}

ONE = OpenApiExample("Document", DOCUMENT, response_only=True)
LIST = OpenApiExample("Documents", DOCUMENT, response_only=True)  # the library puts it on a page
DELETED = OpenApiExample("Deleted", {"message": "Document deleted."}, response_only=True)
