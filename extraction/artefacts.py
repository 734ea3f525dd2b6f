"""Parsed documents between the stages: gzipped files in the document's folder, named after the claim that made them.

The job's row refers to the one that counts; others were left by workers that died or lost their claim, and go when the
job ends. A deleted document takes all of them along.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from documents import storage
from extraction.errors import ArtefactLost, LeaseLost
from extraction.models import ProcessingJob

FASTEST = 1


@contextmanager
def kept(job: ProcessingJob, data: bytes) -> Iterator[str]:
    """Store ``data`` and give its name to the body, which writes it to the row; removed if the claim was lost.

    After another error it stays: when the database vanishes during a commit, nobody knows whether a row refers to it.
    """
    name = storage.name_in_folder(job.document, f"{_prefix(job)}{job.fencing_token}.json.gz")
    storage.save(name, ContentFile(gzip.compress(data, FASTEST)))
    try:
        yield name
    except LeaseLost:
        _discard(name)
        raise


def load(job: ProcessingJob) -> bytes:
    """Raises ``ArtefactLost`` when it is not there, or not whole (the machine went down before it was on disk)."""
    try:
        with default_storage.open(job.parsed_file) as file:
            return gzip.decompress(file.read())
    except (FileNotFoundError, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ArtefactLost from error


def tidy_after_commit(job: ProcessingJob) -> None:
    """Remove what earlier claims of ``job`` left, and what it does not refer to any more."""
    if job.fencing_token > 1 or not job.parsed_file:
        transaction.on_commit(lambda: _tidy(job), robust=True)


def discard_after_commit(name: str) -> None:
    transaction.on_commit(lambda: _discard(name), robust=True)


def _tidy(job: ProcessingJob) -> None:
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(storage.name_in_folder(job.document, ""))[1]:
            full = storage.name_in_folder(job.document, name)
            if name.startswith(_prefix(job)) and full != job.parsed_file:
                _discard(full)


def _discard(name: str) -> None:
    with suppress(OSError):  # at worst it stays as long as its document
        default_storage.delete(name)


def _prefix(job: ProcessingJob) -> str:
    return f"parsed-{job.id}-"
