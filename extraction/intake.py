"""A file becomes a document and the work on it."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User, Workspace
from documents import actions as documents
from documents import storage
from documents.intake import Arrival
from extraction import actions
from extraction.models import ProcessingJob


@transaction.atomic
def receive(*, arrival: Arrival, workspace: Workspace, by: User) -> ProcessingJob:
    """Store the file and queue the work: document, file and job appear together or not at all."""
    document = documents.create(arrival=arrival, workspace=workspace, by=by)
    with storage.removed_on_error(document.file):
        return actions.submit(document=document, by=by)
