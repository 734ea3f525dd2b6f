"""The admin's start page: how much there is, what failed, what waits; only of what the viewer may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from documents.filters import LOW
from documents.models import Document
from documents.queries import visible_in_admin
from documents.states import Status

SHOWN = 8
"""Rows in each list of the page."""


def fill(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the start page; unfold calls this."""
    documents = visible_in_admin(request.user)
    listed = documents.select_related("workspace").order_by("-created_at", "-id")
    return context | {
        "title": "Overview",
        "cards": _cards(documents),
        "failures": listed.filter(status=Status.FAILED)[:SHOWN],
        "newest": listed[:SHOWN],
    }


def _cards(documents: QuerySet[Document]) -> list[dict[str, Any]]:
    """The figures, each with the list it counts. One query."""
    waiting = Q(status__in=[Status.UPLOADED, Status.PROCESSING])
    found = documents.aggregate(
        total=Count("pk"),
        today=Count("pk", filter=Q(created_at__gte=timezone.now() - timedelta(days=1))),
        waiting=Count("pk", filter=waiting),
        oldest=Min("created_at", filter=waiting),
        completed=Count("pk", filter=Q(status=Status.COMPLETED)),
        doubtful=Count("pk", filter=Q(status=Status.COMPLETED, confidence_score__lt=LOW)),
        failed=Count("pk", filter=Q(status=Status.FAILED)),
    )
    url = reverse("admin:documents_document_changelist")
    queued = f"{url}?status__exact={Status.UPLOADED}&status__exact={Status.PROCESSING}"
    return [
        {"title": "Documents", "value": found["total"], "note": f"{found['today']} in the last 24 hours", "url": url},
        {"title": "Waiting or at work", "value": found["waiting"], "oldest": found["oldest"], "url": queued},
        {
            "title": "Completed",
            "value": found["completed"],
            "note": f"{found['doubtful']} below {LOW:.0%} confidence",
            "url": f"{url}?status__exact={Status.COMPLETED}",
        },
        {
            "title": "Failed",
            "value": found["failed"],
            "note": "need a look" if found["failed"] else "nothing to look at",
            "alarm": bool(found["failed"]),
            "url": f"{url}?status__exact={Status.FAILED}",
        },
    ]
