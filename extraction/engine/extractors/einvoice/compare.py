"""Does the page say what its XML says? And what does it say beyond it?

A difference is told only where both sides are sure: the page's value is printed as such, was read with confidence and
stands nowhere in the XML; the XML's value stands nowhere on the page, in any notation. Anything else is a value that
was taken for another (the net for the total), or one that only one side has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from msgspec.structs import replace
from rapidfuzz.distance import Levenshtein

from extraction.engine.extractors.einvoice.said import Said, fold
from extraction.engine.ranking.reasons import printable
from extraction.engine.values import PAGE_SAYS, Considered, Extraction, Field, FieldValue, Why

COMPARED = (
    "vendor_name",
    "invoice_number",
    "invoice_date",
    "due_date",
    "currency",
    "total_amount",
    "tax_amount",
    "subtotal_amount",
    "amount_due",
    "iban",
)

SURE = 0.8
"""The confidence from which a value of the page counts."""

MISREAD = 1
"""Characters by which recognised text may differ without being another value."""

FEWEST_LETTERS = 4
"""Of a word of a name by which its owner would be recognised."""

STATED = "stated in the XML"
AGREED = "the page says the same"
DIFFERS = "the page says something else"

Texts = Callable[[], Said]


def beside_page(stated: Extraction, shown: Extraction, xml: Texts, pages: Texts) -> Extraction:
    """``stated`` by the XML, with what its page shows: agreement, differences, and what only the page says.

    ``xml`` and ``pages`` give all that the two say, and are asked only when it is needed.
    """
    judge = _Judge(stated, shown, xml, pages)
    return replace(
        stated,
        fields=(*(judge.judged(field) for field in stated.fields), *judge.added()),
        line_items=stated.line_items or shown.line_items,
        tax_lines=stated.tax_lines or shown.tax_lines,
        steps=(*stated.steps, "page"),
    )


class _Judge:
    def __init__(self, stated: Extraction, shown: Extraction, xml: Texts, pages: Texts) -> None:
        self.stated, self.shown, self.xml, self.pages = stated, shown, xml, pages

    def judged(self, field: Field) -> Field:
        """The field with its reasons; a difference is among the values considered."""
        other = self.shown.field(field.name)
        if other is None or field.name not in COMPARED:
            return replace(field, why=Why(reasons=(STATED,)))
        if _same(field, other):
            return replace(field, why=Why(reasons=(STATED, AGREED)))
        if not self._differs(field, other):
            return replace(field, why=Why(reasons=(STATED,)))
        considered = (_considered(field, field.evidence.rule), _considered(other, PAGE_SAYS + other.evidence.rule))
        return replace(field, why=Why(reasons=(STATED, DIFFERS), considered=considered))

    def added(self) -> Iterator[Field]:
        """What the XML leaves out. A value that it has in another place is what that place says."""
        known = {field.name for field in self.stated.fields}
        for field in self.shown.fields:
            if field.name in known or field.confidence < SURE or self.xml().says(field.name, field.value):
                continue
            if isinstance(field.value, str) or self.pages().says(field.name, field.value):
                yield field  # no date or sum that was only computed

    def _differs(self, field: Field, other: Field) -> bool:
        if other.confidence < SURE or _may_be_misread(field, other):
            return False
        if field.name == "amount_due" and other.value == self.shown.value("total_amount"):
            return False  # no sum of its own
        if field.name == "vendor_name":
            return self._other_vendor(field, other)
        page = self.pages()
        if not page.says(other.name, other.value) or page.says(field.name, field.value):
            return False
        return not self.xml().says(other.name, other.value)

    def _other_vendor(self, field: Field, other: Field) -> bool:
        """No word of the name is on the page, nor any number of its owner, and none of the other name in the XML."""
        page, xml = self.pages(), self.xml()
        names = [value for name in ("vendor_vat_id", "vendor_tax_number", "iban") if (value := self.stated.value(name))]
        if any(page.says("", value) for value in (*names, *_words(field.value))):
            return False
        words = list(_words(other.value))
        return bool(words) and not any(xml.says("", word) for word in words)


def _same(field: Field, other: Field) -> bool:
    value, seen = field.value, other.value
    if isinstance(value, Decimal) and isinstance(seen, Decimal):
        return abs(value) == abs(seen)
    if isinstance(value, str) and isinstance(seen, str):
        first, second = fold(value), fold(seen)
        # "Invoice 2026-001" of "001" and the other way round.
        return bool(first and second) and (first in second or second in first)
    return bool(value == seen)


def _may_be_misread(field: Field, other: Field) -> bool:
    if other.evidence.source != "ocr":
        return False
    return Levenshtein.distance(_text(field.value), _text(other.value), score_cutoff=MISREAD) <= MISREAD


def _text(value: FieldValue) -> str:
    """Letters and digits of a value, amounts to the cent."""
    return fold(f"{abs(value):.2f}" if isinstance(value, Decimal) else str(value))


def _words(name: FieldValue) -> Iterator[str]:
    words = (fold(word) for word in str(name).split())
    return (word for word in words if len(word) >= FEWEST_LETTERS)


def _considered(field: Field, rule: str) -> Considered:
    value = field.value.isoformat() if isinstance(field.value, date) else str(field.value)
    return Considered(
        raw=printable(field.raw),
        value=printable(value),
        share=field.confidence,
        rule=rule,
        page=field.evidence.page,
        box=field.evidence.box,
    )
