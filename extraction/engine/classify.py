"""Which kind of document is this? Decided from the words on its first and last pages."""

from __future__ import annotations

import msgspec

from extraction.engine.values import DocumentType, ParsedDocument


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """``confidence`` is the chance (0 to 1) that ``document_type`` is right; ``reason`` names what decided."""

    document_type: DocumentType
    confidence: float
    reason: str


def classify(document: ParsedDocument) -> Classification:
    raise NotImplementedError
