"""Everything the admin's page of one document shows, as plain values for its template."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from audit.models import Event
from documents.filters import confidence_level
from documents.kinds import Kind
from documents.models import Document
from extraction import bridge
from extraction.models import ACTIVE, ExtractionResult, JobStatus, ProcessingJob, ValidationResult

MAX_LINE_ITEMS = 200
MAX_PARTS = 200
MAX_EVENTS = 50
FIELDS_FIRST = (
    "document_title",
    "vendor_name",
    "vendor_address",
    "vendor_vat_id",
    "customer_name",
    "customer_address",
    "customer_vat_id",
    "parties",
    "invoice_number",
    "purchase_order",
    "invoice_date",
    "due_date",
    "subtotal_amount",
    "tax_amount",
    "total_amount",
    "amount_paid",
    "amount_due",
    "currency",
)
"""The order in which people look for them; others follow by name. (The database does not keep an order of keys.)"""
CELLS_FIRST = ("description", "quantity", "unit", "unit_price", "tax_rate", "amount")
TAX_CELLS_FIRST = ("tax_rate", "tax_base", "tax_amount")
PLAIN_NUMBERS = {"quantity", "tax_rate"}
LABELS = {"iban": "IBAN", "bic": "BIC", "vendor_vat_id": "Vendor VAT ID", "customer_vat_id": "Customer VAT ID"}
SEVERITY_COLOURS = {"error": "danger", "warning": "warning", "info": "info"}
SOURCES = {
    "text": "text",
    "ocr": "recognised",
    "xml": "e-invoice data",
    "table": "table",
    "derived": "worked out",
    "llm": "second reader",
}
JOB_COLOURS = {
    JobStatus.QUEUED: "info",
    JobStatus.RUNNING: "primary",
    JobStatus.SUCCEEDED: "success",
    JobStatus.FAILED: "danger",
}


@dataclass(frozen=True)
class Other:
    """A value that could have been chosen, and where it stands."""

    text: str
    percent: str
    page: int | None
    box: str


@dataclass(frozen=True)
class Value:
    """One value that was read. ``box`` is ``x0,y0,x1,y1`` on ``page`` or empty; ``level`` a key of CONFIDENCES.

    ``reasons`` and ``others`` say why it was chosen; ``repair`` why it is not what is printed, or is empty.
    """

    label: str
    text: str
    raw: str = ""
    confidence: float | None = None
    level: str = "none"
    source: str = ""
    page: int | None = None
    box: str = ""
    reasons: Sequence[str] = ()
    others: Sequence[Other] = ()
    repair: str = ""

    @property
    def percent(self) -> str:
        return percent_of(self.confidence)


@dataclass(frozen=True)
class Lines:
    """Lines as a table; ``total`` counts also those that are not shown."""

    labels: list[str]
    rows: list[list[Value | None]]
    total: int


@dataclass(frozen=True)
class Part:
    """One of several documents in a file, in one row. ``pages`` is empty in a table, which has none."""

    pages: str
    first_page: int
    kind: str
    vendor: str
    number: str
    date: str
    total: str
    lines: int
    percent: str
    level: str


@dataclass(frozen=True)
class Parts:
    """``total`` counts also those that are not shown."""

    shown: list[Part]
    total: int


def context(document: Document) -> dict[str, Any]:
    """What was read in ``document``, what the rules say, and the work on it."""
    result = ExtractionResult.objects.filter(document=document).first()
    validation = ValidationResult.objects.filter(document=document).first()
    jobs = list(document.jobs.defer("extraction").prefetch_related("second_readings"))
    return {
        "kind": kind_of(document),
        "level": confidence_level(document.confidence_score),
        "percent": percent_of(document.confidence_score),
        "result": result,
        "values": header_values(result) if result else [],
        "lines": lines_of(result.line_item_fields, CELLS_FIRST) if result else None,
        "taxes": lines_of(result.tax_line_fields, TAX_CELLS_FIRST) if result else None,
        "parts": parts_of(result.extracted_data) if result else None,
        "validation": validation,
        "issues": issues_of(validation) if validation else [],
        "missing": [label_of(str(name)) for name in validation.missing_fields] if validation else [],
        "jobs": [{"row": job, "colour": JOB_COLOURS[JobStatus(job.status)], "took": seconds_of(job)} for job in jobs],
        "active": any(job.status in ACTIVE for job in jobs),
        "events": events_of(document, jobs),
    }


def kind_of(document: Document) -> str:
    return Kind(document.kind).label if document.kind in Kind.values else document.kind


def header_values(result: ExtractionResult) -> list[Value]:
    return [value_of(name, result.fields[name]) for name in _ordered(result.fields, FIELDS_FIRST)]


def lines_of(described: list[dict[str, Any]], first: Sequence[str]) -> Lines:
    """Line items, or the lines of the table of taxes, from their JSON description."""
    shown = described[:MAX_LINE_ITEMS]
    names = _ordered({name for item in shown for name in item}, first)
    rows = [[value_of(name, item[name]) if name in item else None for name in names] for item in shown]
    return Lines([label_of(name) for name in names], rows, len(described))


def parts_of(data: dict[str, Any]) -> Parts:
    """The documents of a file that holds several."""
    parts = data.get("parts") or []
    return Parts([part_of(part) for part in parts[:MAX_PARTS]], len(parts))


def part_of(data: dict[str, Any]) -> Part:
    first, last = data["first_page"], data["last_page"]
    kind = data["document_type"]
    confidence = data.get("confidence_score")
    return Part(
        pages="" if not first else f"{first}" if first == last else f"{first}–{last}",
        first_page=first,
        kind=Kind(kind).label if kind in Kind.values else kind,
        vendor=data.get("vendor_name") or "",
        number=data.get("invoice_number") or "",
        date=data.get("invoice_date") or "",
        total=" ".join(filter(None, (text_of("total_amount", data.get("total_amount")), data.get("currency")))),
        lines=len(data.get("line_items") or []),
        percent=percent_of(confidence),
        level=confidence_level(confidence),
    )


def issues_of(validation: ValidationResult) -> list[dict[str, str]]:
    """Errors first, then warnings, then remarks."""
    order = list(SEVERITY_COLOURS)
    issues = sorted(validation.issues, key=lambda issue: order.index(issue["severity"]))
    return [
        {
            "severity": issue["severity"],
            "colour": SEVERITY_COLOURS[issue["severity"]],
            "message": issue["message"],
            "field": label_of(issue["field"]) if issue.get("field") else "",
            "code": issue["code"],
        }
        for issue in issues
    ]


def events_of(document: Document, jobs: Iterable[ProcessingJob]) -> QuerySet[Event]:
    """What happened to the document and to its jobs, newest first."""
    return Event.objects.filter(object_id__in=[document.pk, *(job.pk for job in jobs)])[:MAX_EVENTS]


def value_of(name: str, described: dict[str, Any]) -> Value:
    """One value from its JSON description in ``ExtractionResult.fields``."""
    text = text_of(name, described.get("value"))
    raw = str(described.get("raw") or "")
    confidence = described.get("confidence")
    why = described.get("why") or {}
    return Value(
        label=label_of(name),
        text=text,
        raw="" if raw.strip() == text else raw,
        confidence=confidence,
        level=confidence_level(confidence),
        source=SOURCES.get(str(described.get("source")), ""),
        page=described.get("page"),
        box=_edges(described),
        reasons=[f"{reason[:1].upper()}{reason[1:]}" for reason in why.get("reasons") or ()],
        others=[other for other in map(_other, why.get("considered") or ()) if other.text not in (text, raw)],
        repair=why.get("repair") or "",
    )


def _other(considered: dict[str, Any]) -> Other:
    return Other(
        text=considered["raw"] or considered["value"],
        percent=percent_of(considered["share"]),
        page=considered.get("page"),
        box=_edges(considered),
    )


def _edges(described: dict[str, Any]) -> str:
    return ",".join(str(edge) for edge in described.get("box") or ())


def seconds_of(job: ProcessingJob) -> str | None:
    """How long the job was at work, as people read it; None while it is not finished."""
    if not (job.started_at and job.finished_at):
        return None
    return f"{(job.finished_at - job.started_at).total_seconds():.1f} s"


def percent_of(confidence: float | None) -> str:
    """As the warnings say it."""
    return "" if confidence is None else f"{bridge.in_percent(confidence)} %"


def label_of(name: str) -> str:
    """A field's name as people write it."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def text_of(name: str, value: Any) -> str:
    """A JSON value as people write it: amounts with two decimals, quantities with as many as they have."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    if isinstance(value, int | float):
        exact = f"{value:,.10g}"
        return exact if name in PLAIN_NUMBERS or abs(value - round(value, 2)) > 1e-9 else f"{value:,.2f}"
    return str(value)


def _ordered(names: Collection[str], first: Sequence[str]) -> list[str]:
    """``names``, those of ``first`` in its order before the others by the alphabet."""
    return [name for name in first if name in names] + sorted(set(names).difference(first))
