"""What stands beside the fields of the reviewer's screen, as plain JSON values, each asked for when it is opened.

The XML of an e-invoice against its page, suspected duplicates, the vendor with what it taught, and the history. Only
documents of the task's workspace are told of, and only those that the viewer may see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.queries import workspaces_in_admin
from accounts.roles import Permission
from accounts.staff import signed_in
from audit.models import Event
from common.errors import NotFound, PermissionDenied
from documents.models import Document
from documents.queries import visible_in_admin
from extraction import learning, preview
from extraction.bridge.entries import PAGE_AGREES, PAGE_SAYS, written_values
from extraction.console import kind_of, label_of, text_of
from extraction.models import ExtractionResult, Identity, ValidationResult, Vendor
from extraction.queries import of_vendor
from review.console import GROUPS, Json
from review.models import Correction, ReviewTask
from review.reasons import LABELS
from review.screen import for_scripts, task_for

ORDER = ("document_type", *(name for _, names in GROUPS for name in names))
MOST_DOCUMENTS = 20
MOST_CHANGES = 200
MOST_LEARNED = 40
SAID_WITH = ("reason", "code", "until", "trigger", "reviewer", "issues", "kind")
"""What of an event's data is shown with it."""

UNTOLD = ("document.corrected", "review.claimed", "review.released", "review.abandoned")
"""Events that the history leaves out: each correction has a row of its own, and opening a page is no news."""

ACTIONS: dict[str, str] = {
    "document.uploaded": "Arrived",
    "document.queued": "Queued",
    "document.processing": "Reading began",
    "document.completed": "Read",
    "document.retried": "Tried again",
    "document.failed": "Reading failed",
    "document.confirmed": "Learned from",
    "document.unconfirmed": "No longer learned from",
    "document.checked_again": "Rules asked again",
    "review.approved": "Approved",
    "review.rejected": "Rejected",
    "review.postponed": "Postponed",
    "review.reopened": "To be decided again",
    "review.assigned": "Assigned",
    "review.accepted": "Accepted",
    "review.unaccepted": "No longer accepted",
}


# --- XML against page -------------------------------------------------------------------------------------------------
def xml_panel(request: HttpRequest, task: ReviewTask) -> Json:
    """Each field that the XML of an e-invoice states, and what its page says; differences first."""
    result = _result(task)
    rows = [row for name, read in result.fields.items() if (row := _compared(name, read)) is not None]
    order = ("differs", "same", "unchecked")
    return {"rows": sorted(rows, key=lambda row: (order.index(row["state"]), row["label"]))}


def _compared(name: str, read: Mapping[str, Any]) -> Json | None:
    """``None`` for a field that the XML does not have. What both say stays known after a person chose."""
    why = read.get("why") or {}
    considered = why.get("considered") or ()
    shown = next((each for each in considered if each["rule"].startswith(PAGE_SAYS)), None)
    stated = next((each for each in considered if not each["rule"].startswith(PAGE_SAYS)), None)
    if shown is not None and stated is not None:
        xml, page, state = stated["value"], shown["value"], "differs"
    elif read.get("source") != "xml":
        return None
    else:
        xml, state = text_of(name, read.get("value")), "unchecked"
        page = ""
        if PAGE_AGREES in (why.get("reasons") or ()):
            page, state = xml, "same"
    return {
        "name": name,
        "label": label_of(name),
        "xml": xml,
        "page_says": page,
        "state": state,
        "chosen": text_of(name, read.get("value")) if read.get("source") == "person" else "",
        "page": shown["page"] if shown else None,
        "box": shown["box"] if shown else None,
    }


# --- Duplicates -------------------------------------------------------------------------------------------------------
def duplicates_panel(request: HttpRequest, task: ReviewTask) -> Json:
    """The documents that the rules take for the same, or name for another reason, each compared field by field."""
    validation = ValidationResult.objects.get(document=task.document_id)
    told = {
        issue["params"]["document_id"]: issue
        for issue in validation.issues
        if issue.get("params", {}).get("document_id")
    }
    seen = visible_in_admin(request.user).filter(workspace=task.workspace_id, pk__in=list(told)[:MOST_DOCUMENTS])
    own = written_values(_result(task).extraction)
    return {
        "own": {"pictures": _pictures(task.document), "filename": task.document.original_filename},
        "others": [_other(document, told[str(document.pk)], own) for document in seen.order_by("-created_at")],
    }


def _other(document: Document, issue: Mapping[str, Any], own: Mapping[str, str]) -> Json:
    result = ExtractionResult.objects.filter(document=document).first()
    theirs = written_values(result.extraction) if result is not None and result.extraction else {}
    return {
        **_named(document),
        "pictures": _pictures(document),
        "why": issue["message"],
        "rows": [
            {
                "name": name,
                "label": "Kind" if name == "document_type" else label_of(name),
                "own": own.get(name, ""),
                "other": theirs.get(name, ""),
                "differs": own.get(name) != theirs.get(name),
            }
            for name in sorted({*own, *theirs}, key=_rank)
        ],
    }


def _rank(name: str) -> tuple[int, str]:
    """As the screen orders its fields; others come last."""
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def _pictures(document: Document) -> list[str]:
    """Addresses of the pictures of its pages; who asks for one is checked there."""
    numbers = [page["number"] for page in preview.pages(document)]
    return [reverse("admin:documents_document_page", args=[document.pk, number]) for number in numbers]


def _named(document: Document) -> Json:
    return {
        "filename": document.original_filename,
        "url": reverse("admin:documents_document_change", args=[document.pk]),
        "arrived": document.created_at.isoformat(),
        "kind": kind_of(document),
        "status": document.get_review_status_display() or document.get_status_display(),
    }


# --- Vendor -----------------------------------------------------------------------------------------------------------
def vendor_panel(request: HttpRequest, task: ReviewTask) -> Json:
    """The vendor's earlier documents, and what was learned from reviewers."""
    vendor = _vendor(task)
    identity = Identity.objects.filter(document=task.document_id).first()
    rows = of_vendor(task.document, identity).select_related("document") if identity else Identity.objects.none()
    seen = rows.filter(document__in=visible_in_admin(request.user))[:MOST_DOCUMENTS]
    return {
        "name": task.vendor_name,
        "documents": [_earlier(row, identity) for row in seen if identity is not None],
        "learned": None if vendor is None else _learned(vendor),
        "may_forget": vendor is not None and _manages(request, task),
        "forget": reverse("admin:review_task_forget", args=[task.pk]),
    }


def _earlier(row: Identity, own: Identity) -> Json:
    return {
        **_named(row.document),
        "number": row.invoice_number,
        "date": row.invoice_date.isoformat() if row.invoice_date else "",
        "total": " ".join(filter(None, (text_of("total_amount", _number(row.total_amount)), row.currency))),
        "iban": row.iban,
        "iban_differs": bool(row.iban and own.iban and row.iban != own.iban),
    }


def _number(amount: Any) -> float | None:
    return None if amount is None else float(amount)


def _learned(vendor: Vendor) -> Json:
    """What the memory knows, whether it is used, and how it did in its last test."""
    documents = vendor.confirmations.values("document")
    counted = Correction.objects.filter(document__in=documents).aggregate(Count("id"))
    memory = vendor.memory or vendor.proposed or {}
    return {
        "name": vendor.name,
        "documents": documents.count(),
        "corrections": counted["id__count"],
        "in_use": vendor.memory is not None,
        "proposed": vendor.proposed is not None,
        "due": learning.due().filter(pk=vendor.pk).exists(),
        "tested": vendor.replayed_at.isoformat() if vendor.replayed_at else "",
        "replay": {**vendor.replay, "worse": sorted({label_of(name) for _, name in vendor.replay.get("worse") or ()})}
        if vendor.replay
        else None,
        "fields": [
            {"label": label_of(item["field"]), "beside": item.get("label") or "", "times": item["times"]}
            | {"value": item.get("value") or "", "page": item.get("page")}
            for item in (memory.get("fields") or [])[:MOST_LEARNED]
        ],
    }


def _vendor(task: ReviewTask) -> Vendor | None:
    return learning.vendor_of(task.document, _result(task).extraction)


def _manages(request: HttpRequest, task: ReviewTask) -> bool:
    return workspaces_in_admin(request.user, Permission.MANAGE).filter(pk=task.workspace_id).exists()


# --- History ----------------------------------------------------------------------------------------------------------
def history_panel(request: HttpRequest, task: ReviewTask) -> Json:
    """Who changed what when, what was decided, and what the service did; the newest first."""
    changes = list(map(_change, Correction.objects.filter(document=task.document_id)[:MOST_CHANGES]))
    events = Event.objects.filter(object_id=task.document_id).exclude(action__in=UNTOLD)[:MOST_CHANGES]
    rows = sorted([*changes, *map(_event, events)], key=lambda row: str(row["when"]), reverse=True)
    return {"rows": rows, "seconds": round(task.seconds_spent)}


def _change(row: Correction) -> Json:
    return {
        "when": row.created_at.isoformat(),
        "who": row.by_label,
        "what": label_of(row.field) if row.row is None else f"{label_of(row.field)}, row {row.row + 1}",
        "before": row.before,
        "after": row.after,
        "page": row.page,
        "box": row.box,
        "seconds": _whole(row.seconds),
        "change": True,
    }


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _event(event: Event) -> Json:
    said = [_said(event.data[name]) for name in SAID_WITH if event.data.get(name)]
    said += map(_accepted, event.data.get("accepted", ()))
    return {
        "when": event.created_at.isoformat(),
        "who": event.actor_label,
        "what": ACTIONS.get(event.action, event.action.replace(".", " ").replace("_", " ").capitalize()),
        "said": "; ".join(said),
        "seconds": _whole(event.data.get("seconds")),
        "change": False,
    }


def _accepted(field: Mapping[str, Any]) -> str:
    """A field that somebody said is right, with what was warned of beside it."""
    warned = f" ({_said(field['issues'])})" if field["issues"] else ""
    return f"{label_of(field['field'])}: {field['value'] or 'empty'}{warned}"


def _said(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return ", ".join(LABELS.get(str(part), str(part)) for part in parts)


# --- What the scripts ask for -----------------------------------------------------------------------------------------
PANELS: dict[str, Callable[[HttpRequest, ReviewTask], Json]] = {
    "xml": xml_panel,
    "duplicates": duplicates_panel,
    "vendor": vendor_panel,
    "history": history_panel,
}


def _result(task: ReviewTask) -> ExtractionResult:
    result = ExtractionResult.objects.filter(document=task.document_id).first()
    if result is None or result.extraction is None:
        raise NotFound("This document was not read yet, or by an earlier release.")
    return result


@for_scripts
@require_GET
def panel(request: HttpRequest, pk: Any, name: str) -> JsonResponse:
    if name not in PANELS:
        raise NotFound
    return JsonResponse(PANELS[name](request, task_for(request, pk)))


@for_scripts
@require_POST
def forget(request: HttpRequest, pk: Any) -> JsonResponse:
    """Revoke what the vendor of a document taught; for those who manage the workspace. The panel afterwards."""
    task = task_for(request, pk)
    if not _manages(request, task):
        raise PermissionDenied
    vendor = _vendor(task)
    if vendor is not None:
        learning.forget(vendor=vendor, by=signed_in(request))
    return JsonResponse(vendor_panel(request, task))


PANEL_URLS = [
    path("<uuid:pk>/screen/panels/<str:name>", panel, name="review_task_panel"),
    path("<uuid:pk>/screen/vendor/forget", forget, name="review_task_forget"),
]
"""Below the address of the queue, as those of the screen."""
