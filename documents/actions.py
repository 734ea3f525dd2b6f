"""What changes documents: each one atomic and audited."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.models import User, Workspace
from audit import log
from common.errors import NotFound
from documents import storage
from documents.intake import Arrival
from documents.models import Document


@transaction.atomic
def create(*, arrival: Arrival, workspace: Workspace, by: User) -> Document:
    """The row and, under a name made from its id, the file: both or neither. ``arrival`` is used up."""
    pk = uuid.uuid4()
    document = Document.objects.create(
        pk=pk,
        workspace=workspace,
        owner=by,
        original_filename=arrival.filename,
        content_type=arrival.content_type,
        file_extension=arrival.extension,
        file_size=arrival.size,
        checksum_sha256=arrival.sha256,
        file=f"{storage.folder_of(workspace.pk, pk)}/original.{arrival.extension}",
    )
    log.record(
        "document.uploaded",
        by=by,
        object_type="document",
        object_id=pk,
        workspace_id=workspace.pk,
        filename=arrival.filename,
        size=arrival.size,
        sha256=arrival.sha256,
    )
    with storage.removed_on_error(document.file), arrival.open() as content:
        storage.save(document.file, content)
    arrival.discard()  # a storage on another disk has copied it
    return document


@transaction.atomic
def delete(*, document: Document, by: User) -> None:
    """Results and jobs go with it, the files after commit. Raises ``NotFound`` when somebody else was faster."""
    if not Document.objects.select_for_update().filter(pk=document.pk).exists():
        raise NotFound("Document not found.")
    log.record(
        "document.deleted",
        by=by,
        object_type="document",
        object_id=document.pk,
        workspace_id=document.workspace_id,
        filename=document.original_filename,
        sha256=document.checksum_sha256,
    )
    folder = storage.folder_of(document.workspace_id, document.pk)
    transaction.on_commit(lambda: storage.delete_folder(folder), robust=True)
    Document(pk=document.pk).delete()
