"""Text, boxes, tables and attachments → fields: one module per kind of document, each with one ``extract``.

Two contracts. A *structured* extractor (``einvoice``, ``tabular``) reads data that needs no page reading; it looks
at the parsed document itself and answers ``None`` when there is nothing for it, or nothing usable. A *page* extractor
(``invoice``, ``receipt``, ``statement``, ``contract``) reads words with boxes, after the document has been classified.

Both return an :class:`Extraction` with ``document_type``, ``document_type_confidence``, ``fields``, ``line_items``,
their own ``issues`` (doubts that only reading shows; rules add theirs in ``validate``) and ``steps`` (short names of
what was done, in order). ``missing_fields`` and ``confidence`` are left to ``validate``. At most one field of a name;
a field that was not found is left out. ``raw`` is what is printed, ``evidence.box`` covers it, ``evidence.rule`` names
what chose it (``label:invoice_number``, ``sum_of_lines``, ``xpath:...``, ``column:amount``).
Bad input returns fewer fields; an ``EngineError`` means that the stage could not run.

To add a kind: write the module, then enter its ``extract`` below.
"""

from __future__ import annotations

from typing import Protocol

from extraction.engine.classify import Classification
from extraction.engine.extractors import contract, einvoice, invoice, receipt, statement, tabular
from extraction.engine.reading import Reading
from extraction.engine.values import DocumentType, Extraction, Options, ParsedDocument


class StructuredExtractor(Protocol):
    def __call__(self, document: ParsedDocument, options: Options) -> Extraction | None: ...


class PageExtractor(Protocol):
    def __call__(self, reading: Reading, kind: Classification, options: Options) -> Extraction: ...


STRUCTURED: tuple[StructuredExtractor, ...] = (einvoice.extract, tabular.extract)
"""Asked in this order; the first answer that is not ``None`` is the result."""

PAGES: dict[DocumentType, PageExtractor] = {
    "invoice": invoice.extract,
    "credit_note": invoice.extract,
    "purchase_order": invoice.extract,
    "receipt": receipt.extract,
    "statement": statement.extract,
    "contract": contract.extract,
}
"""Who reads the pages of a classified document. A type that is not here (``other``) has no fields."""
