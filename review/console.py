"""What the reviewer's screen shows of one document, as plain JSON values for the page and its scripts.

The state is sent whole after each change: fields, lines, warnings and the version belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from typing import Any

from django.utils import timezone

from accounts.models import User
from documents.filters import confidence_level
from documents.kinds import Kind
from extraction import preview
from extraction.bridge.entries import FIELD_TYPES, written_rows, written_values
from extraction.console import label_of, percent_of, text_of
from extraction.models import ExtractionResult, ValidationResult
from review import earlier, policy
from review.actions import is_held
from review.computed import offers
from review.models import ReviewTask
from review.queries import policy_for
from review.reasons import told

Json = dict[str, Any]

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Document", ("invoice_number", "invoice_date", "due_date", "receipt_time", "service_start", "service_end",
                  "purchase_order", "customer_number")),
    ("Amounts", ("subtotal_amount", "tax_amount", "total_amount", "currency", "discount_amount", "shipping_amount",
                 "tip_amount", "amount_paid", "amount_due", "opening_balance", "closing_balance")),
    ("Vendor", ("vendor_name", "vendor_address", "vendor_vat_id", "vendor_tax_number", "vendor_email", "vendor_phone",
                "vendor_website")),
    ("Customer", ("customer_name", "customer_address", "customer_vat_id")),
    ("Payment", ("iban", "bic", "payment_reference", "payment_terms", "payment_method")),
    ("Contract", ("document_title", "parties", "party_roles", "agreement_date", "effective_date", "expiration_date",
                  "renewal_term", "notice_period", "governing_law", "contract_value", "signatures")),
)  # fmt: skip
"""Fields by meaning, in the order in which a reviewer meets them."""

MONEY = frozenset({"Document", "Amounts", "Vendor", "Customer", "Payment"})
GROUPS_OF: dict[str, frozenset[str]] = {"contract": frozenset({"Contract"})}
"""Which groups a kind of document has, filled or not; others show what was read."""

USUAL = frozenset({"subtotal_amount", "vendor_address", "vendor_vat_id", "customer_name"})
"""Shown like those that the policy asks about, read or not; others when they were read or are warned of."""

LINE_COLUMNS = ("description", "product_code", "quantity", "unit", "unit_price", "discount_rate", "tax_rate", "amount")
TAX_COLUMNS = ("tax_rate", "tax_base", "tax_amount")
MOST_LINES = 2_000
MOST_CANDIDATES = 5


def state(task: ReviewTask, viewer: User) -> Json:
    """Everything that can change while the document is reviewed. Raises ``ObjectDoesNotExist`` before it was read."""
    result = ExtractionResult.objects.get(document=task.document_id)
    validation = ValidationResult.objects.get(document=task.document_id)
    issues = [_issue(issue) for issue in validation.issues]
    lines, taxes = written_rows(result.extraction) if result.extraction else ([], [])
    return {
        "task": _task(task, viewer),
        "version": str(result.version),
        "kind": {"value": task.kind, "choices": [{"value": value, "label": label} for value, label in Kind.choices]},
        "confidence": result.confidence_score,
        "groups": list(_groups(task, result, issues)),
        "lines": _table(result.line_item_fields, lines, LINE_COLUMNS),
        "taxes": _table(result.tax_line_fields, taxes, TAX_COLUMNS),
        "issues": issues,
        "missing": list(validation.missing_fields),
        "is_valid": validation.is_valid,
        "overwritten": earlier.overwritten(task, result),
    }


def filled(shown: Json, typed: Mapping[str, str]) -> list[Json]:
    """The groups of a state in words, with what somebody ``typed`` and nobody has saved yet."""

    def as_typed(field: Json) -> Json:
        return field | {"text": typed.get(field["name"], field["text"]), "sure": percent_of(field["confidence"])}

    return [group | {"fields": [as_typed(field) for field in group["fields"]]} for group in shown["groups"]]


def texts(task: ReviewTask, viewer: User) -> dict[str, str]:
    """What stands in each field."""
    return {field["name"]: field["text"] for group in state(task, viewer)["groups"] for field in group["fields"]}


def outline(task: ReviewTask) -> Json:
    """What does not change: the file and its pages."""
    document = task.document
    return {
        "document": {
            "id": str(document.pk),
            "filename": document.original_filename,
            "extension": document.file_extension,
        },
        "pages": [
            {name: page[name] for name in ("number", "width", "height", "unit")} for page in preview.sheets(document)
        ],
        "pictures": preview.has_pictures(document),
    }


def _task(task: ReviewTask, viewer: User) -> Json:
    held = is_held(task)
    return {
        "id": str(task.pk),
        "state": task.state,
        "state_label": task.get_state_display(),
        "reasons": [asdict(reason) for reason in told(task.reasons)],
        "reviewer": str(task.reviewer or ""),
        "held_by_other": held and task.reviewer_id != viewer.pk,
        "holder": str(task.holder) if held and task.reviewer_id == viewer.pk else None,
        "postponed_until": task.postponed_until.isoformat() if task.postponed_until else None,
        "reject_reason": task.reject_reason,
        "now": timezone.now().isoformat(),
    }


def _groups(task: ReviewTask, result: ExtractionResult, issues: Sequence[Json]) -> Iterator[Json]:
    """Each group that the kind has or of which something was read; what belongs to none comes last."""
    rules = policy_for(task.workspace_id, task.kind)
    wanted = GROUPS_OF.get(task.kind, MONEY)
    grouped = {name for _, names in GROUPS for name in names}
    others = tuple(sorted(result.fields.keys() - grouped))
    written = written_values(result.extraction) if result.extraction else {}
    computed = {}
    if any(issue["code"] == "total_mismatch" for issue in issues):
        computed = offers(task.document, written, result.fields["total_amount"].get("page"))
    usual = USUAL.union(policy.WATCHED.get(task.kind, ()), rules.field_thresholds)
    for title, names in (*GROUPS, ("Other", others)):
        shown = [name for name in names if name in result.fields or title in wanted]
        if shown:
            yield {
                "title": title,
                "fields": [
                    _field(
                        name,
                        result.fields.get(name),
                        written.get(name, ""),
                        issues,
                        _threshold(name, task, rules),
                        task.accepted.get(name),
                        computed.get(name),
                        name in usual,
                    )
                    for name in shown
                ],
            }


def _field(
    name: str,
    read: Mapping[str, Any] | None,
    text: str,
    issues: Iterable[Json],
    threshold: float | None,
    accepted: Sequence[str] | None,
    computed: Json | None,
    is_usual: bool,
) -> Json:
    """One field, read or not. ``doubtful``: the reviewer is asked to look at it.

    ``accepted``: somebody said that it is right, with all that is warned of now. ``rare``: shown when it is asked for.
    """
    read = read or {}
    confidence = read.get("confidence")
    why = read.get("why") or {}
    own = [issue for issue in issues if issue["field"] == name]
    below = confidence is not None and threshold is not None and confidence < threshold
    doubts = {issue["code"] for issue in own if issue["severity"] in ("error", "warning")}
    is_accepted = accepted is not None and doubts <= set(accepted)
    return {
        "name": name,
        "label": label_of(name),
        "type": FIELD_TYPES[name],
        "text": text,
        "shown": text_of(name, read.get("value")),
        "raw": read.get("raw") or "",
        "confidence": confidence,
        "level": confidence_level(confidence),
        "page": read.get("page"),
        "box": read.get("box"),
        "source": read.get("source") or "",
        "rule": _path(read),
        "doubtful": not is_accepted and (below or bool(doubts)),
        "accepted": is_accepted,
        "rare": not (is_usual or read or own),
        "reasons": list(why.get("reasons") or ()),
        "repair": why.get("repair"),
        "candidates": list(_candidates(why.get("considered") or (), computed, text))[:MOST_CANDIDATES],
        "issues": own,
    }


def _path(read: Mapping[str, Any]) -> str:
    """Where a value stands in the XML that states it, so that the screen can show it there."""
    return str(read.get("rule") or "") if read.get("source") == "xml" else ""


def _candidates(considered: Sequence[Mapping[str, Any]], computed: Json | None, text: str) -> Iterator[Json]:
    """Other values than the present one. What was ``computed`` comes first where it is printed, last otherwise."""
    found = [{name: each[name] for name in ("raw", "value", "share", "page", "box")} for each in considered]
    if computed and computed["box"]:
        found = [computed, *(each for each in found if each["value"] != computed["value"])]
    elif computed:
        found = [*found[: MOST_CANDIDATES - 1], computed]
    return (each for each in found if text not in (each["value"], each["raw"]))


def _threshold(name: str, task: ReviewTask, rules: Any) -> float | None:
    """Below which confidence a person is asked; ``None`` for a field that nobody asks about."""
    if name in rules.field_thresholds:
        return float(rules.field_thresholds[name])
    return float(rules.threshold) if name in policy.WATCHED.get(task.kind, ()) else None


def _table(rows: Sequence[Mapping[str, Any]], written: Sequence[Mapping[str, str]], columns: Sequence[str]) -> Json:
    """``written``: the texts of the cells as they are entered again, empty for what an earlier release read."""
    shown: Iterable[tuple[Mapping[str, Any], Mapping[str, str]]] = zip_longest(
        rows[:MOST_LINES], written[:MOST_LINES], fillvalue={}
    )
    return {
        "columns": [{"name": name, "label": label_of(name), "type": FIELD_TYPES[name]} for name in columns],
        "rows": [{name: _cell(cell, texts.get(name)) for name, cell in row.items()} for row, texts in shown],
        "total": len(rows),
    }


def _cell(cell: Mapping[str, Any], text: str | None) -> Json:
    shown = text_of("", cell.get("value")) if text is None else text
    return {
        "text": shown,
        "level": confidence_level(cell.get("confidence")),
        **({"rule": path} if (path := _path(cell)) else {}),
        **{name: cell.get(name) for name in ("raw", "confidence", "page", "box", "source")},
    }


def _issue(issue: Mapping[str, Any]) -> Json:
    field = issue.get("field") or ""
    return {
        "code": issue["code"],
        "severity": issue["severity"],
        "message": issue["message"],
        "field": field,
        "label": _label(field),
    }


def _label(field: str) -> str:
    return label_of(field) if field else ""
