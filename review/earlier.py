"""What people had corrected before a document was read again, where the machine now says something else."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from extraction.bridge.entries import written_rows, written_values
from extraction.console import label_of
from extraction.models import ExtractionResult
from review.models import DECIDED, Correction, ReviewTask

TAXES = frozenset({"tax_rate", "tax_base", "tax_amount"})
"""Cells that two tables have; a correction does not say of which it is."""
MOST = 500
"""Corrections that are looked at, from the last one on."""


def overwritten(task: ReviewTask, result: ExtractionResult) -> list[dict[str, Any]]:
    """The last correction of each value, where it is not what stands there now and nobody has changed it since.

    A cell of a table is told only where the machine has read the same row again: rows have no names.
    """
    if task.state in DECIDED or not result.extraction:
        return []
    made = Correction.objects.filter(document=task.document_id)
    first: dict[tuple[str, int | None], Correction] = {}
    last: dict[tuple[str, int | None], Correction] = {}
    for change in made.filter(~Q(after=None) | Q(row=None), created_at__lt=task.created_at)[:MOST]:  # the latest first
        place = (change.field, change.row)
        last.setdefault(place, change)
        first[place] = change
    if not last:  # as nearly always: after each change this is asked again
        return []
    since = set(made.filter(created_at__gte=task.created_at).values_list("field", "row"))
    header, (rows, _) = written_values(result.extraction), written_rows(result.extraction)
    found = []
    for (field, row), change in sorted(last.items(), key=lambda each: (each[0][1] is not None, each[1].created_at)):
        if (field, row) in since:
            continue
        if row is None:
            now = header.get(field)
        elif field not in TAXES and row < len(rows) and rows[row].get(field) == first[field, row].before:
            now = rows[row].get(field)
        else:
            continue
        if now != change.after:
            found.append(_told(change, now))
    return found


def _told(change: Correction, now: str | None) -> dict[str, Any]:
    label = label_of(change.field)
    return {
        "field": change.field,
        "row": change.row,
        "label": label if change.row is None else f"{label}, line {change.row + 1}",
        "text": change.after or "",
        "now": now or "",
        "page": change.page,
        "box": change.box,
        "by": change.by_label,
    }
