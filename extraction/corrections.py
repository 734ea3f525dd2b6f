"""A person's changes to what was read: checked by the same rules, audited, and refused where somebody was faster."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import log as audit
from common.errors import Conflict, Invalid, NotFound
from documents.models import Document
from documents.states import Status
from extraction import bridge, earlier, places, results, signals
from extraction.bridge import entries as entries_bridge
from extraction.errors import StageFailed, VersionConflict
from extraction.models import ACTIVE, ExtractionResult
from extraction.queries import result_of

AUDITED = 200
"""Changes that one event of the audit trail names; a pasted table may have thousands."""


@dataclass(frozen=True)
class Outcome:
    """The result after the change, and each change that was made: ``{field, row, before, after, page, box}``."""

    result: ExtractionResult
    made: list[dict[str, Any]]


@transaction.atomic
def correct(
    *,
    document: Document,
    entries: Mapping[str, Any],
    version: uuid.UUID | None,
    by: User,
    seconds: float | None = None,
    confidences: Mapping[str, float] | None = None,
) -> Outcome:
    """Bring what a person entered into the result, and have the rules look at it again.

    ``entries``: ``{"fields": {name: {text, page, box}}, "line_items": [{cell: {text, page, box}}], "tax_lines": ...}``;
    an empty text says that there is no such value, tables are replaced as a whole. Instead of all ``line_items``,
    ``"line_item_changes": [{"row": number, "cells": {...}}]`` changes single rows. ``version`` is that of the result
    the person saw; ``seconds`` what it took them; ``confidences`` how sure fields are then that were read, and not
    entered. Raises ``Invalid`` for a text that is no such value and for a place that is not on the document,
    ``VersionConflict`` when the result is another one by now, ``Conflict`` while the document is being read.
    """
    result = result_of(document)
    _check(result, version)
    entered = entries_bridge.entered(entries)
    if wrong := places.problems(document, entries_bridge.placed(entered)):
        raise Invalid("Some places are not on the document.", fields=wrong)
    corrected = entries_bridge.correct(result.extraction, entered, confidences or {})
    if corrected.extraction == result.extraction:
        return Outcome(result, [])
    try:
        reading = bridge.validate(document, corrected.extraction)
    except StageFailed as error:
        raise Conflict("The rules could not be asked; try again.") from error
    earlier.lock(document, reading.identity)
    seen(document, result.version)  # nobody was faster
    stored = results.store(document, reading, extraction=corrected.extraction, engine_version=result.extractor_version)
    if corrected.made:
        audit.record(
            "document.corrected",
            by=by,
            object_type="document",
            object_id=document.pk,
            workspace_id=document.workspace_id,
            changes=corrected.made[:AUDITED],
            count=len(corrected.made),
            seconds=seconds,
        )
    told = {"result": stored, "before": result, "made": corrected.made, "by": by, "seconds": seconds}
    signals.corrected.send(ExtractionResult, document=document, **told)
    return Outcome(stored, corrected.made)


def seen(document: Document, version: uuid.UUID | None) -> ExtractionResult:
    """The result, which nobody else writes until the transaction ends.

    Raises ``VersionConflict`` when it is not the one with ``version``, ``Conflict`` while the document is being read,
    after that failed, and where an earlier release had read it, of which too little is known.
    """
    row = Document.objects.select_for_update().filter(pk=document.pk).first()
    if row is None:
        raise NotFound("Document not found.")
    if row.status == Status.FAILED:
        raise Conflict("The document could not be read again. Have it read once more, or reject it.")
    if row.status != Status.COMPLETED or row.jobs.filter(status__in=ACTIVE).exists():
        raise Conflict("The document is being read; try again in a moment.")
    result = result_of(row)
    _check(result, version)
    return result


def _check(result: ExtractionResult, version: uuid.UUID | None) -> None:
    if version is not None and version != result.version:
        raise VersionConflict(version=str(result.version))
    if result.extraction is None:
        raise Conflict("This was read by an earlier release; have it read again first.")
