"""Does the page say what its XML says? And what does it say beyond it?

A difference is told only where both sides are sure: the page's value is printed as such and was read with confidence;
the XML's value stands nowhere on the page, in any notation. Where the XML has the page's value in another place, that
may be what the page shows (the net, taken for the total), unless there is a reason to think otherwise: see
:meth:`_Judge._has_other_meaning`.
"""

from __future__ import annotations

import re
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
    "vendor_vat_id",
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

CERTAIN = 0.9
"""The confidence from which a value of the page is not taken for another one that the XML has as well."""

UNMISTAKABLE = 0.97
"""The confidence from which a value of the page is the field, whatever else the page says."""

ALWAYS_PRINTED = frozenset({"invoice_number", "invoice_date"})
"""What an invoice without it on its page would hardly be."""

CENTS, ROUNDING = Decimal("0.05"), Decimal(1)
"""By how much sums may be off, and what is to be paid may be rounded."""

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
        if other is None and field.name == "amount_due":
            other = self.shown.field("total_amount")
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
            # No sum of its own: what is to be paid is the total, unless the XML says that something was paid.
            agreed = self.total is not None and abs(other.value) == abs(self.total)
            return agreed and not self.is_settled and not self.pages().says(field.name, field.value)
        if field.name == "vendor_name":
            return self._other_vendor(field, other)
        if field.name == "vendor_vat_id":
            return self._other_vat_id(field, other)
        page = self.pages()
        if not page.says(other.name, other.value):
            return False
        if page.says(field.name, field.value):
            return self._is_unmistakable(other) and not self.xml().says(other.name, other.value)
        return not (self.xml().says(other.name, other.value) and self._has_other_meaning(other))

    def _is_unmistakable(self, other: Field) -> bool:
        """Whether the page's value is the field for sure, though the XML's stands on the page as well, as something.

        So the day of the invoice beside that of delivery. Numbers are taken for each other too often, and of several
        accounts or sums any may be meant.
        """
        is_printed = other.evidence.source == "text" and other.name == "invoice_date"
        return is_printed and other.confidence >= UNMISTAKABLE

    def _has_other_meaning(self, other: Field) -> bool:
        """Whether a value of the page that the XML has somewhere may be that, and not the field for which it was taken.

        Who changes the XML changes the field alone: the old number stays as payment reference, the old day as that of
        delivery, the old account in a note, and the sums do not add up any more.
        """
        if other.name in ALWAYS_PRINTED:
            return other.confidence < CERTAIN and other.value != self.stated.value("payment_reference")
        if other.name == "iban":
            return self.xml().has(other.value)
        return self.adds_up if isinstance(other.value, Decimal) else True

    @property
    def total(self) -> Decimal | None:
        return self._amount("total_amount")

    @property
    def adds_up(self) -> bool:
        """Whether the sums of the XML agree with each other, as far as it has them."""
        net, tax = self._amount("subtotal_amount"), self._amount("tax_amount")
        if self.total is None or net is None or tax is None:
            return self.is_settled
        return abs(net + tax - self.total) <= CENTS and self.is_settled

    @property
    def is_settled(self) -> bool:
        """Whether what is to be paid, by the XML, is what remains of its total."""
        due, paid = self._amount("amount_due"), self._amount("amount_paid") or Decimal()
        return self.total is None or due is None or abs(self.total - paid - due) <= ROUNDING

    def _amount(self, name: str) -> Decimal | None:
        value = self.stated.value(name)
        return value if isinstance(value, Decimal) else None

    def _other_vendor(self, field: Field, other: Field) -> bool:
        """No word of the name is on the page, nor any number of its owner, and none of the other name in the XML."""
        page, xml = self.pages(), self.xml()
        names = [value for name in ("vendor_vat_id", "vendor_tax_number", "iban") if (value := self.stated.value(name))]
        if any(page.says("", value) for value in (*names, *_words(field.value))):
            return False
        words = list(_words(other.value))
        return bool(words) and not any(xml.says("", word) for word in words)

    def _other_vat_id(self, field: Field, other: Field) -> bool:
        """Neither stands on the other side, also without country and ending: it is no second one, nor the buyer's."""
        stated, shown = _core(field.value), _core(other.value)
        return bool(stated and shown) and not self.pages().says("", stated) and not self.xml().says("", shown)


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


def _core(vat_id: FieldValue) -> str:
    """Its longest run of digits: ``CHE-123.456.789 MWST`` and ``CHE123456789TVA`` are the same, as are 0123 and 123."""
    return max(re.findall(r"\d+", fold(str(vat_id))), key=len, default="").lstrip("0")


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
