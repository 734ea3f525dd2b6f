"""Which label a value stands under, whatever rule found it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from extraction.engine.labels import Hit
from extraction.engine.layout import Segment, overlap
from extraction.engine.reading import Place

ROWS_ABOVE = 3
AFTER = 4
"""Characters between a label and its value, or the end of its cell."""

LABELS_OF: dict[str, tuple[str, ...]] = {
    "vendor_name": ("vendor", "vendor_name", "name"),
    "merchant": ("vendor", "vendor_name"),
    "customer_name": ("customer", "name"),
    "invoice_date": ("invoice_date", "date"),
    "vendor_vat_id": ("vat_id",),
    "customer_vat_id": ("customer_vat_id", "vat_id"),
    "vendor_tax_number": ("tax_number",),
    "vendor_email": ("email",),
    "vendor_phone": ("phone",),
    "vendor_website": ("website",),
    "payment_terms": ("terms",),
    "receipt_time": ("time",),
    "service_start": ("period", "service_date", "service_start"),
    "service_end": ("period", "service_date", "service_end"),
}
"""Concepts of labels that name a field, where they are not called like it."""


class Label(NamedTuple):
    """A label and where its value stands: in the ``same`` cell, to its ``right`` or ``below`` it."""

    concept: str
    text: str  # as printed
    relation: Literal["same", "right", "below"]
    colon: bool


@cache
def concepts_of(name: str) -> frozenset[str]:
    return frozenset(LABELS_OF.get(name, (name,)))


def governing(place: Place, section: str) -> Label | None:
    """The nearest label of a section (``fields``, ``amounts``): before the value, in the cell to its left, above it."""
    segment = place.segment
    before = [hit for hit in _hits(segment, section) if hit.end <= place.start]
    if before:
        return _label(segment, before[-1], "same")
    if segment.row >= len(place.layout.rows):
        return None  # made of cells of several rows
    row = place.layout.rows[segment.row]
    left = [other for other in row.segments if other.box.x1 <= segment.box.x0]
    if left:
        ends = [hit for hit in _hits(left[-1], section) if hit.end >= len(left[-1].text) - AFTER]
        if ends:
            return _label(left[-1], ends[-1], "right")
    for above in reversed(place.layout.rows[max(0, segment.row - ROWS_ABOVE) : segment.row]):
        for other in above.segments:
            if overlap(other.box.x0, other.box.x1, segment.box.x0, segment.box.x1) > 0:
                hits = _hits(other, section)
                return _label(other, hits[0], "below") if hits else None
    return None


def covered(place: Place) -> float:
    """Which share of a value is words of labels, titles and heads of columns."""
    if place.segment.marks is None:
        return 0.0
    inside = [
        (max(hit.start, place.start), min(hit.end, place.end))
        for hit in place.segment.marks.hits
        if hit.section != "words" and hit.start < place.end and place.start < hit.end
    ]
    return len({at for start, end in inside for at in range(start, end)}) / (place.end - place.start)


def _hits(segment: Segment, section: str) -> Sequence[Hit]:
    """What the reading found in the segment; nothing in one that was joined from others."""
    return segment.marks.sections.get(section, ()) if segment.marks is not None else ()


def _label(segment: Segment, hit: Hit, relation: Literal["same", "right", "below"]) -> Label:
    after = segment.text[hit.end : hit.end + AFTER]
    end = hit.end + len(after) - len(after.lstrip("°º.#"))  # "Facture n°"
    return Label(hit.concept, segment.text[hit.start : end], relation, ":" in after)
