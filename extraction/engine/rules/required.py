"""Is everything there that a document of this kind must have, and how sure is that?"""

from __future__ import annotations

from collections.abc import Iterator

from extraction.engine.confidence import joint
from extraction.engine.ranking.model import active
from extraction.engine.rules.rule import Doubt, doubt, label, rule
from extraction.engine.values import DocumentType, Extraction, FieldValue, Options

MONEY: tuple[DocumentType, ...] = ("invoice", "credit_note", "receipt")

REQUIRED: dict[DocumentType, tuple[str, ...]] = {
    "invoice": ("document_type", "vendor_name", "total_amount", "currency"),
    "credit_note": ("document_type", "vendor_name", "total_amount", "currency"),
    "receipt": ("document_type", "vendor_name", "total_amount", "currency"),
    "contract": ("document_type", "document_title", "parties"),
}
"""Without these a document is not valid. Other kinds have none."""

EXPECTED: dict[DocumentType, tuple[str, ...]] = {
    "invoice": ("invoice_number", "invoice_date"),
    "credit_note": ("invoice_number", "invoice_date"),
    "receipt": ("invoice_date",),
}
"""A document without these is odd, but valid."""

ABSENT: tuple[FieldValue, ...] = (None, "", ())

MISSING_FACTOR = 0.5
"""The chance that a required field that was not found is not on the document at all."""


def missing_fields(extraction: Extraction) -> tuple[str, ...]:
    """Names of required fields without a value, in the order of ``REQUIRED``."""
    return tuple(_absent(extraction, REQUIRED))


def document_confidence(extraction: Extraction) -> float:
    """The chance that all required fields are right; how far errors come together was learned."""
    chances = required_confidences(extraction)
    return joint(chances, active().dependence) * MISSING_FACTOR ** len(missing_fields(extraction))


def required_confidences(extraction: Extraction) -> list[float]:
    """Of the kind of document and of each required field that was found."""
    names = REQUIRED.get(extraction.document_type, ())
    found = [field.confidence for field in extraction.fields if field.name in names and field.value not in ABSENT]
    return [extraction.document_type_confidence, *found]


def _absent(extraction: Extraction, table: dict[DocumentType, tuple[str, ...]]) -> Iterator[str]:
    for name in table.get(extraction.document_type, ()):
        if name != "document_type" and extraction.value(name) in ABSENT:
            yield name


@rule("missing_field", "error", REQUIRED, "The {label} was not found.")
def missing_field(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    return (doubt(name, label=label(name)) for name in _absent(extraction, REQUIRED))


@rule("expected_field_missing", "warning", EXPECTED, "The {label} was not found.")
def expected_field_missing(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    return (doubt(name, label=label(name)) for name in _absent(extraction, EXPECTED))


@rule("unknown_document_type", "warning", ["other"], "The document is not of a kind that can be read.")
def unknown_document_type(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    yield doubt("document_type")


RULES = (missing_field, expected_field_missing, unknown_document_type)
