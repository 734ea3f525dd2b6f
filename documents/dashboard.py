"""What the admin's start page tells of documents: how many there are, what failed, what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from documents.filters import LOW
from documents.models import Document
from documents.states import Status

SHOWN = 8
"""Rows in each list of the page."""


def latest(documents: QuerySet[Document]) -> dict[str, QuerySet[Document]]:
    """The lists below the figures."""
    listed = documents.select_related("workspace").order_by("-created_at", "-id")
    return {"failures": listed.filter(status=Status.FAILED)[:SHOWN], "newest": listed[:SHOWN]}


def cards(documents: QuerySet[Document]) -> list[dict[str, Any]]:
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
        {
            "title": "Documents",
            "value": f"{found['total']:,}",
            "note": f"{found['today']:,} in the last 24 hours",
            "url": url,
        },
        {"title": "Waiting", "value": f"{found['waiting']:,}", "oldest": found["oldest"], "url": queued},
        {
            "title": "Completed",
            "value": f"{found['completed']:,}",
            "note": f"{found['doubtful']:,} below {LOW * 100:g} % confidence",
            "url": f"{url}?status__exact={Status.COMPLETED}",
        },
        {
            "title": "Failed",
            "value": f"{found['failed']:,}",
            "note": "need a look" if found["failed"] else "nothing to look at",
            "alarm": bool(found["failed"]),
            "url": f"{url}?status__exact={Status.FAILED}",
        },
    ]
