"""Bodies shown in the API's description."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

from documents.api.examples import DOCUMENT
from extraction.api.examples import ENTRIES, RESULT, TIMES, VALIDATION, VERSION

TASK_BODY: dict[str, Any] = {
    "id": "2b6f0d3e-51c4-4a38-9d65-7c0f5b1e9a44",
    "document_id": DOCUMENT["id"],
    "workspace_id": DOCUMENT["workspace_id"],
    "state": "to_review",
    "reasons": [{"code": "total_mismatch", "field": "total_amount", "severity": "warning"}],
    "priority": 203,
    "kind": "invoice",
    "vendor_name": "Northwind Supplies",
    "amount": 119.0,
    "currency": "EUR",
    "lowest_confidence": 0.81,
    "arrived_at": "2026-04-15T09:31:00.000000Z",
    "reviewer_id": None,
    "lease_expires_at": None,
    "postponed_until": None,
    "seconds_spent": 0.0,
    "decided_by_id": None,
    "decided_at": None,
    "reject_reason": None,
    "accepted": {},
    **TIMES,
}
HELD_BODY = TASK_BODY | {
    "state": "in_review",
    "reviewer_id": DOCUMENT["owner_id"],
    "lease_expires_at": "2026-04-15T09:35:00.000000Z",
    "holder": "e3a1b2c4-0d5f-4e6a-8b7c-9d0e1f2a3b4c",
}
TASK = OpenApiExample("Task", TASK_BODY, response_only=True)
HELD = OpenApiExample("Held", HELD_BODY, response_only=True)
NEXT = OpenApiExample("Next", {"task": HELD_BODY}, response_only=True)


def _asked(name: str, body: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, body, request_only=True)


HOLDER = {"holder": HELD_BODY["holder"]}
WANTED = _asked("Wanted", {"kind": "invoice", "mine": False})
CLAIM = _asked("Claim", {"take_over": False})
HOLDING = _asked("Holder", HOLDER)
RELEASE = _asked("Release", HOLDER | {"seconds": 12.5})
RENEWED = OpenApiExample("Renewed", {"lease_expires_at": HELD_BODY["lease_expires_at"]}, response_only=True)
CHANGES = _asked("Changes", ENTRIES.value | HOLDER | {"seconds": 4.2, "accepted": {"due_date": ["due_date_far"]}})
CORRECTED = OpenApiExample("Corrected", {"result": RESULT.value, "validation": VALIDATION.value}, response_only=True)
CORRECTION = OpenApiExample(
    "Correction",
    {
        "id": "7d0e3c1a-2b4f-4c6d-8e9f-0a1b2c3d4e5f",
        "field": "total_amount",
        "row": None,
        "before": "191.00",
        "after": "119.00",
        "page": 1,
        "box": [420.5, 610.0, 470.2, 622.4],
        "by_id": DOCUMENT["owner_id"],
        "by": "ada@example.com",
        "seconds": 4.2,
        "created_at": TIMES["created_at"],
    },
    response_only=True,
)
APPROVAL = _asked("Approval", HOLDER | {"version": VERSION, "seconds": 6.8})
REJECTION = _asked("Rejection", HOLDER | {"reason": "Not addressed to us.", "seconds": 9.1})
POSTPONEMENT = _asked("Later", HOLDER | {"until": "2026-04-16T08:00:00Z", "seconds": 3.4})
ASSIGNMENT = _asked("Assignment", {"reviewer_id": DOCUMENT["owner_id"]})
REVIEWER = OpenApiExample(
    "Reviewer",
    {"id": DOCUMENT["owner_id"], "email": "ada@example.com", "full_name": "Ada Byron"},
    response_only=True,
)
