"""Does a document need a person, and why? Decided from its result, its validation and the workspace's policy."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from documents.models import Document
from extraction.models import ExtractionResult, ValidationResult
from review.models import Automation, ReviewPolicy

MONEY_FIELDS = (
    "vendor_name",
    "invoice_number",
    "invoice_date",
    "due_date",
    "total_amount",
    "tax_amount",
    "currency",
    "iban",
)
WATCHED: dict[str, tuple[str, ...]] = {
    "invoice": MONEY_FIELDS,
    "credit_note": MONEY_FIELDS,
    "purchase_order": MONEY_FIELDS,
    "receipt": ("vendor_name", "invoice_date", "total_amount", "tax_amount", "currency"),
    "statement": ("vendor_name", "iban", "opening_balance", "closing_balance", "currency"),
    "contract": ("document_title", "parties", "agreement_date", "effective_date", "expiration_date", "governing_law"),
}
"""The fields whose confidence decides, where they were read; others only with a threshold of their own."""

ALL_REVIEWED, LOW_CONFIDENCE, SAMPLE = "all_reviewed", "low_confidence", "quality_sample"
READ_AGAIN, CHANGED = "read_again", "changed"
"""Codes of reasons that no rule gives."""

WEIGHTS: dict[str, int] = {"error": 40, "warning": 20, LOW_CONFIDENCE: 10, READ_AGAIN: 5, CHANGED: 5}
SHARES = 10_000

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Reason:
    """Why a person is needed. ``field`` is empty for what concerns the whole document."""

    code: str
    field: str = ""
    severity: Severity = "info"

    @property
    def weight(self) -> int:
        return WEIGHTS.get(self.code, WEIGHTS.get(self.severity, 0))


@dataclass(frozen=True)
class Decision:
    """Without reasons, nobody is needed. ``lowest`` and ``doubted`` tell what other thresholds would have decided.

    ``weight`` is how many documents this one stands for: more than one where it is a sample of those that passed.
    """

    reasons: tuple[Reason, ...]
    lowest: float | None
    doubted: bool
    weight: float = 1.0


def decide(
    document: Document, result: ExtractionResult, validation: ValidationResult, policy: ReviewPolicy
) -> Decision:
    """What the rules doubt comes first, then the fields below their threshold, then the luck of the draw."""
    confidences = watched(document.kind, result.fields, policy.field_thresholds)
    found = doubts(document, result, validation, policy)
    doubted = any(reason.code != LOW_CONFIDENCE for reason in found)
    weight = 1.0
    if policy.automation == Automation.NEVER:
        found = found or [Reason(ALL_REVIEWED)]
    elif policy.automation == Automation.ALWAYS:
        found = []
    if not found and is_sampled(document.pk, policy.sample_rate):
        found, weight = [Reason(SAMPLE)], 1.0 / policy.sample_rate
    return Decision(tuple(found), min(confidences.values(), default=None), doubted, weight)


def doubts(
    document: Document, result: ExtractionResult, validation: ValidationResult, policy: ReviewPolicy
) -> list[Reason]:
    """What is doubtful as it stands, the weightiest first, whether or not somebody is to look at it."""
    confidences = watched(document.kind, result.fields, policy.field_thresholds)
    found = (*_told_by_rules(validation), *_below(confidences, policy))
    return sorted(found, key=lambda reason: -reason.weight)


def watched(kind: str, fields: Mapping[str, Any], thresholds: Mapping[str, float]) -> dict[str, float]:
    """The confidences that decide, by field."""
    names = {*WATCHED.get(kind, ()), *thresholds}
    return {name: float(described["confidence"]) for name, described in fields.items() if name in names}


def is_sampled(pk: uuid.UUID, rate: float) -> bool:
    """The id of a document is random, so the draw is too; and it is the same each time."""
    return pk.int % SHARES < rate * SHARES


def priority_of(reasons: tuple[Reason, ...], amount: Decimal | None) -> int:
    """By the weightiest reason, then by the order of magnitude of the amount at stake."""
    weight = max((reason.weight for reason in reasons), default=0)
    magnitude = 0 if not amount else max(0, min(9, abs(amount).adjusted() + 1))
    return weight * 10 + magnitude


def _told_by_rules(validation: ValidationResult) -> Iterator[Reason]:
    for issue in validation.issues:
        if issue["severity"] in ("error", "warning") and issue["code"] != LOW_CONFIDENCE:
            yield Reason(issue["code"], issue.get("field") or "", issue["severity"])


def _below(confidences: Mapping[str, float], policy: ReviewPolicy) -> Iterator[Reason]:
    for name, confidence in confidences.items():
        if confidence < policy.field_thresholds.get(name, policy.threshold):
            yield Reason(LOW_CONFIDENCE, name)
