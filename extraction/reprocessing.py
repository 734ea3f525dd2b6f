"""Reads many documents again: what the command and the admin's bulk action share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from accounts.models import User
from common.errors import Conflict, NotFound
from documents.models import Document
from extraction import actions
from extraction.models import JobPriority, JobTrigger


class Outcome(StrEnum):
    QUEUED = "queued"
    ACTIVE = "active"  # it waits or is at work already
    GONE = "gone"  # deleted meanwhile


def reprocess(
    documents: Iterable[Document], *, by: User | None, priority: JobPriority
) -> Iterator[tuple[Document, Outcome]]:
    """Submit one document after the other, each in a transaction of its own: whatever ends this early, what was
    queued stays queued, and doing it again passes over it."""
    for document in documents:
        yield document, _submit(document, by, priority)


def _submit(document: Document, by: User | None, priority: JobPriority) -> Outcome:
    try:
        actions.submit(document=document, by=by, trigger=JobTrigger.REPROCESS, priority=priority)
    except Conflict:
        return Outcome.ACTIVE
    except NotFound:
        return Outcome.GONE
    return Outcome.QUEUED
