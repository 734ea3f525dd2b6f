"""Where are the files? In Django's default storage, under names made from ids alone.

``documents/<workspace id>/<document id>/`` is one document's folder: ``original.<extension>`` and whatever reading
it leaves there. A folder whose document has no row (a crash between file and row, or a deletion that was cut short)
is an orphan, and :func:`sweep_orphans` removes it once it is older than the grace.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils import timezone

from documents.models import Document

ROOT = "documents"
BATCH = 500

log = structlog.get_logger(__name__)


def folder_of(workspace_id: uuid.UUID, document_id: uuid.UUID) -> str:
    return f"{ROOT}/{workspace_id}/{document_id}"


def name_in_folder(document: Document, name: str) -> str:
    """The storage name of a file that belongs to ``document`` and is deleted with it."""
    return f"{folder_of(document.workspace_id, document.pk)}/{name}"


def save(name: str, content: File[bytes]) -> None:
    """Store ``content`` under exactly this name. Raises ``FileExistsError`` rather than choose another one."""
    stored = default_storage.save(name, content)
    if stored != name:
        default_storage.delete(stored)
        raise FileExistsError(name)


@contextmanager
def removed_on_error(name: str) -> Iterator[None]:
    """Stands inside the transaction that makes the row. When its block fails, the file goes too.

    A commit that fails is left to the sweeper: whether the row is there cannot be known at that moment.
    """
    try:
        yield
    except BaseException:
        default_storage.delete(name)
        raise


def delete_folder(folder: str) -> int:
    """Remove a document's files; how many there were. A file that is gone already is no error."""
    files = _files_in(folder)
    for name in files:
        default_storage.delete(name)
    with suppress(OSError):  # file systems keep empty folders; a late file in it is the sweeper's
        default_storage.delete(folder)
    return len(files)


def orphans(older_than: timedelta) -> Iterator[str]:
    """Folders without a document in which nothing has changed for ``older_than``."""
    deadline = timezone.now() - older_than
    folders = _document_folders()
    while batch := dict(islice(folders, BATCH)):
        known = set(Document.objects.filter(pk__in=batch).values_list("pk", flat=True))
        yield from (
            folder for pk, folder in batch.items() if pk not in known and _last_change(folder, deadline) < deadline
        )


def sweep_orphans(older_than: timedelta) -> int:
    """Delete orphaned folders and what interrupted uploads left behind; how many of both."""
    swept = 0
    for folder in orphans(older_than):
        delete_folder(folder)
        log.warning("storage.orphan_removed", folder=folder)
        swept += 1
    return swept + _sweep_incoming(older_than)


def _sweep_incoming(older_than: timedelta) -> int:
    """Temporary files of uploads whose process died."""
    swept = 0
    for path in Path(settings.INCOMING_DIR).glob("upload-*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - older_than.total_seconds():
                path.unlink()
                swept += 1
    return swept


def _document_folders() -> Iterator[tuple[uuid.UUID, str]]:
    for workspace in _subfolders(ROOT):
        for name in _subfolders(f"{ROOT}/{workspace}"):
            with suppress(ValueError):  # not a folder of ours
                yield uuid.UUID(name), f"{ROOT}/{workspace}/{name}"


def _subfolders(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[0]
    except FileNotFoundError:
        return []


def _files_in(folder: str) -> list[str]:
    try:
        return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return []


def _last_change(folder: str, default: datetime) -> datetime:
    """When the newest file in ``folder`` was written; ``default`` for one that vanished meanwhile."""
    try:
        return max(default_storage.get_modified_time(name) for name in _files_in(folder) or [folder])
    except FileNotFoundError:
        return default
