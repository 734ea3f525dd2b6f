"""How sure is the reading?"""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.confidence import in_percent
from extraction.engine.rules.rule import Doubt, doubt, label, rule
from extraction.engine.values import DocumentType, Extraction, Options

THRESHOLD = 0.6
"""Below this a person should look."""

READ: tuple[DocumentType, ...] = ("invoice", "credit_note", "receipt", "contract", "purchase_order", "statement")


@rule("low_confidence", "warning", READ, "The {label} is uncertain ({percent} %).")
def low_confidence(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    for field in extraction.fields:
        if field.confidence < THRESHOLD:
            yield doubt(field.name, label=label(field.name), percent=in_percent(field.confidence))


@rule("low_document_confidence", "warning", READ, "The required fields are uncertain as a whole ({percent} %).")
def low_document_confidence(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    if extraction.confidence < THRESHOLD:
        yield doubt(None, percent=in_percent(extraction.confidence))


RULES = (low_confidence, low_document_confidence)
