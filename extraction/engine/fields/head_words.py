"""The words of one cell of a table's head: which are heads of columns, and whether they say that tax is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from extraction.engine.labels import Hit
from extraction.engine.layout import Segment
from extraction.engine.reading import Reading

NAMED_NUMBERS = frozenset({"vat_id", "customer_vat_id", "tax_number", "iban", "bic", "phone", "invoice_number"})
_NO_WORDS = re.compile(r"[\s\d.,%()]*")


def heads_in(reading: Reading, segment: Segment) -> list[Hit]:
    """The words of heads in a cell; not those of a label before its value, nor "VAT" in "incl. VAT"."""
    found = reading.section(segment, "columns")
    if not found:
        return []
    colon = segment.text.rfind(":", 0, len(segment.text) - 1)
    numbered = [hit for hit in reading.section(segment, "fields") if hit.concept in NAMED_NUMBERS]
    if any(hit.end - hit.start > other.end - other.start for hit in numbered for other in found):
        return []  # "Your VAT no.", beside the table
    spans = tax_words(reading, segment)
    return [
        hit
        for hit in found
        if hit.end > colon and not any(start <= hit.start and hit.end <= end for start, end, _ in spans)
    ]


def tax_words(reading: Reading, segment: Segment) -> list[tuple[int, int, bool]]:
    """Where ``incl. VAT``, ``VAT incl.`` and ``excl. 20 % VAT`` stand, and whether the tax is in the sum."""
    found = []
    for one, other in pairwise(reading.section(segment, "amounts")):
        if not _NO_WORDS.fullmatch(segment.text, one.end, other.start):
            continue
        if other.concept == "tax" and _is_with(segment, one):
            found.append((one.start, other.end, one.concept in ("including", "gross")))
        elif one.concept == "tax" and other.concept in ("including", "excluding"):
            found.append((one.start, other.end, other.concept == "including"))
    return found or list(_whole_phrases(reading, segment))


def _whole_phrases(reading: Reading, segment: Segment) -> Iterator[tuple[int, int, bool]]:
    """``Excl. VAT`` where it is one phrase of the labels, which names the tax at its end."""
    taxes = {hit.end for hit in reading.section(segment, "columns") if hit.concept == "tax_rate" and hit.start > 0}
    for hit in reading.section(segment, "amounts"):
        if hit.concept in ("gross", "subtotal") and hit.end in taxes:
            yield hit.start, hit.end, hit.concept == "gross"


def is_gross(reading: Reading, segment: Segment) -> bool | None:
    """``Incl. Total`` and ``Total excl.``: whether the tax is in it, which is not named; ``None``: nothing is said."""
    said = {hit.concept for hit in reading.section(segment, "amounts")} & {"including", "excluding"}
    return "including" in said if len(said) == 1 else None


def _is_with(segment: Segment, hit: Hit) -> bool:
    """``incl.``, ``excl.``, or a phrase that ends with such a word: ``Total incl.``"""
    if hit.concept in ("including", "excluding"):
        return True
    return hit.concept in ("gross", "subtotal") and " " in segment.text[hit.start : hit.end]
