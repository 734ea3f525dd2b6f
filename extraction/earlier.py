"""Documents that are read at the same time or out of order: the later one is told of the earlier, whichever ends first.

Whoever ends first cannot know what is still being read. So each one, when it ends, looks for itself once more, and
tells the later ones that it is here. A lock on what they have in common lets one end after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db import connection

from audit import log as audit
from documents.models import Document
from extraction import bridge
from extraction.models import Identity, ValidationResult
from extraction.queries import known_after


def lock(document: Document, identity: Identity) -> None:
    """Until the end of the transaction. To be taken before any row, since rows of others are written under it."""
    numbers = sorted({_number(f"{document.workspace_id}:{key}") for key in _shared(document, identity)})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _shared(document: Document, identity: Identity) -> Iterator[str]:
    yield document.checksum_sha256
    if identity.vat_key:
        yield f"vat:{identity.vat_key}"
    if identity.name_key:
        yield f"name:{identity.name_key}"


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)


def is_news(identity: Identity) -> bool:
    """Whether the stored identity of the document is another one, or there is none yet."""
    stored = Identity.objects.filter(document=identity.document_id).first()
    return stored is None or _compared(stored) != _compared(identity)


def _compared(identity: Identity) -> tuple[object, ...]:
    keys = (identity.kind, identity.vat_key, identity.name_key, identity.number_key, identity.iban)
    return (*keys, identity.currency, identity.invoice_date, identity.total_amount)


def tell_later_ones(identity: Identity) -> None:
    """Have the history of later documents checked again, since this one is a part of it."""
    for other in known_after(identity):
        validation = ValidationResult.objects.filter(document=other.document_id).first()
        if validation is not None:
            _tell(other, validation)


def _tell(other: Identity, validation: ValidationResult) -> None:
    before = bridge.Verdict(validation.is_valid, validation.warnings, validation.issues)
    verdict = bridge.history(other.document, other, before)
    if verdict == before:
        return
    validation.is_valid, validation.warnings, validation.issues = verdict.is_valid, verdict.warnings, verdict.issues
    validation.save(update_fields=["is_valid", "issues", "warnings", "updated_at"])
    Document.objects.filter(pk=other.document_id).update(warning_count=len(verdict.warnings))
    audit.record(
        "document.checked_again",
        by=None,
        object_type="document",
        object_id=other.document_id,
        workspace_id=other.workspace_id,
        issues=sorted({issue["code"] for issue in verdict.issues}),
    )
