"""Reads many documents again: what the command and the admin's bulk action share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from common.errors import Conflict, NotFound
from documents.models import Document
from documents.states import ReviewStatus
from extraction import actions
from extraction.models import JobPriority, JobTrigger

APPROVED = Q(review_status=ReviewStatus.APPROVED)
"""A reviewer's work: read again, it would have to be approved again. So it is left alone unless asked for."""


class Outcome(StrEnum):
    QUEUED = "queued"
    ACTIVE = "active"  # it waits or is at work already
    APPROVED = "approved"  # nobody asked for those
    GONE = "gone"  # deleted meanwhile


def reprocess(
    documents: Iterable[Document], *, by: User | None, priority: JobPriority, approved: bool = False
) -> Iterator[tuple[Document, Outcome]]:
    """Submit one document after the other, each in a transaction of its own: whatever ends this early, what was
    queued stays queued, and doing it again passes over it. With ``approved``, also what a reviewer approved."""
    for document in documents:
        yield document, _submit(document, by, priority, approved)


@transaction.atomic
def _submit(document: Document, by: User | None, priority: JobPriority, approved: bool) -> Outcome:
    if not approved and Document.objects.select_for_update().filter(APPROVED, pk=document.pk).exists():
        return Outcome.APPROVED
    try:
        actions.submit(document=document, by=by, trigger=JobTrigger.REPROCESS, priority=priority)
    except Conflict:
        return Outcome.ACTIVE
    except NotFound:
        return Outcome.GONE
    return Outcome.QUEUED
