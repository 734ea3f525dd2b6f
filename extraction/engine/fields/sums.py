"""Every sum of money on the pages, and what the words around it say that it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

import msgspec

from extraction.engine.amounts import Amount
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment, overlap
from extraction.engine.reading import NUMBER_CONCEPTS, Place, Reading

CENT = Decimal("0.01")

SENTENCE = 8  # words of a cell that is prose
TAX_INCLUDED = 9  # letters of a phrase such as "tax included", which names the tax
WORDS_AFTER = 3  # a sum, so that it is only mentioned
IDENTIFIERS = NUMBER_CONCEPTS | {
    "customer_number", "order_number", "purchase_order", "bank", "iban", "bic", "phone", "payment_reference",
}  # fmt: skip

_BASE = re.compile(
    r"%[^\d%]*\b(?:of|on|aus|von|auf|sur|de|su|sobre|van|over|od|z|från|på|af|s/)[\s:€$£]*$", re.IGNORECASE
)
"""``19 % MwSt aus 80,00``: what stands before the base of a tax."""

_BRACKET = re.compile(r"\([^()]{4,60}\)")

HEADER_ROWS = 12
"""Rows that a column head can stand above its sum."""


class Fact(msgspec.Struct, frozen=True):
    """A sum of money on a page, what the words say that it is, and how well they say it (0 to 1)."""

    value: Decimal
    place: Place
    role: str | None
    strength: float
    order: float  # 0 at the top of the first page, 1 at the bottom of the last
    large: bool  # printed larger than the rest
    marked: bool  # with a currency beside it


def facts_of(reading: Reading, item_rows: Collection[tuple[int, int]] = ()) -> Iterator[Fact]:
    """Every sum of money with its role. Whole numbers count only where the document has no decimals."""
    found = [
        (layout, row, segment, amount)
        for layout, row in reading.rows()
        for segment in row.segments
        for amount in reading.amounts(segment)
        if not amount.is_percent
        and (layout.number, row.index) not in item_rows
        and not _is_identifier(reading, segment, amount)
    ]
    with_decimals = any(amount.decimals == 2 and not is_prose(segment, amount.end) for _, _, segment, amount in found)
    pages = max(1, len(reading.pages))
    for layout, row, segment, amount in found:
        if not (amount.decimals == 2 or (amount.mark and amount.decimals <= 2) or not with_decimals):
            continue
        role, strength = role_of(reading, layout, row, segment, amount, item_rows)
        if role == "tax" and _BASE.search(segment.text, 0, amount.start):
            role = "tax_base"
        index = reading.pages.index(layout)
        yield Fact(
            value=amount.value,
            place=Place(layout, segment, amount.start, amount.end),
            role=role,
            strength=strength,
            order=(index + segment.box.y0 / max(1.0, layout.page_height)) / pages,
            large=segment.height > 1.25 * layout.line_height,
            marked=amount.mark is not None,
        )


def in_one_column(one: Fact, other: Fact) -> bool:
    """One above the other, with their right ends together."""
    if one.place.page != other.place.page or one.place.segment.row == other.place.segment.row:
        return False
    return abs(one.place.box.x1 - other.place.box.x1) <= one.place.layout.line_height


def has_cents(reading: Reading) -> bool:
    """Sums have two decimals, as nearly everywhere; those of some currencies have none."""
    return any(
        amount.decimals == 2 and not amount.is_percent and not is_prose(segment, amount.end)
        for _, segment in reading.segments()
        for amount in reading.amounts(segment)
    )


def is_prose(segment: Segment, end: int) -> bool:
    """A sum that ends at ``end`` is only mentioned: ``A fee of 25.00 is charged for returned payments.``"""
    return len(segment.words) > SENTENCE or len(segment.text[end:].split()) >= WORDS_AFTER


def _is_identifier(reading: Reading, segment: Segment, amount: Amount) -> bool:
    """A whole number right behind the label of one: ``Invoice Number: 77`` is no sum of 77."""
    return not (amount.decimals or amount.mark) and any(
        hit.concept in IDENTIFIERS and segment.text[hit.end : amount.start].strip(" .:#") == ""
        for hit in reading.section(segment, "fields")
        if hit.end <= amount.start
    )


def role_of(
    reading: Reading,
    layout: PageLayout,
    row: Row,
    segment: Segment,
    amount: Amount,
    item_rows: Collection[tuple[int, int]] = (),
) -> tuple[str | None, float]:
    """From the words before the sum in its row; where another sum stands between, from the head of its column."""
    aside = _aside(reading, segment, amount)
    if aside is not None:
        return aside, 1.0
    words, crossed = _words_before(reading, row, segment, amount)
    own = role_from(words)
    if crossed and (behind := _word_behind(reading, segment, amount)) is not None:
        return role_from([behind]), 1.0
    if own is not None and not crossed:
        return own, 1.0
    head = _head(reading, layout, segment, amount, item_rows)
    if head is not None:
        return head, 0.75 if own is None else 0.85
    return (own, 0.4) if own is not None else (None, 0.0)


def _brackets(reading: Reading, segment: Segment) -> list[tuple[int, int]]:
    """Places of brackets that hold a sum and not only a sum: ``Total (incl. 12.15 VAT)``."""
    if "(" not in segment.text:
        return []
    found = (match.span() for match in _BRACKET.finditer(segment.text))
    return [
        (start, end) for start, end in found if any(start < a.start and a.end < end for a in _sums_in(reading, segment))
    ]


def _sums_in(reading: Reading, segment: Segment) -> list[Amount]:
    return [item for item in reading.amounts(segment) if not item.is_percent and (item.is_money or item.decimals)]


def _is_within(item: Amount | Hit, spans: list[tuple[int, int]]) -> bool:
    return any(start < item.start < end for start, end in spans)


def _aside(reading: Reading, segment: Segment, amount: Amount) -> str | None:
    """What the words beside a sum within brackets say that it is."""
    for start, end in _brackets(reading, segment):
        if start < amount.start < end:
            return role_from(
                [hit for hit in reading.section(segment, "amounts") if start < hit.start and hit.end < end]
            )
    return None


def _word_behind(reading: Reading, segment: Segment, amount: Amount) -> Hit | None:
    """``Amount 100.00 plus 20.00 VAT``: behind a sum that follows another, the word for it."""
    if not any(other.end <= amount.start and other.is_money for other in reading.amounts(segment)):
        return None
    near = (hit for hit in reading.section(segment, "amounts") if 0 <= hit.start - amount.end <= 1)
    return next(near, None)


def _words_before(reading: Reading, row: Row, segment: Segment, amount: Amount) -> tuple[Sequence[Hit], bool]:
    """The amount words left of the sum, in order, and whether another sum stands between them and it."""
    earlier = [other for other in reading.amounts(segment) if other.end <= amount.start and not other.is_percent]
    since = max((other.end for other in earlier), default=0)
    words: Sequence[Hit] = [
        hit for hit in reading.section(segment, "amounts") if since <= hit.start and hit.end <= amount.start
    ]
    if words:
        return words, False
    crossed = bool(earlier)
    for other in reversed([other for other in row.segments if other.box.x1 <= segment.box.x0 + 0.1]):
        asides = _brackets(reading, other)
        sums = [item for item in _sums_in(reading, other) if not _is_within(item, asides)]
        words = [hit for hit in reading.section(other, "amounts") if not _is_within(hit, asides)]
        after = [hit for hit in words if not sums or hit.start >= sums[-1].end]
        if after:
            return after, crossed
        if sums:
            crossed = True
        if words:
            return words, True
    return [], crossed


def _head(
    reading: Reading, layout: PageLayout, segment: Segment, amount: Amount, item_rows: Collection[tuple[int, int]]
) -> str | None:
    """The role that the head of the column gives; the nearest head above that overlaps the sum."""
    box = segment.span_box(amount.start, amount.end)
    for row in reversed(layout.rows[max(0, segment.row - HEADER_ROWS) : segment.row]):
        if (layout.number, row.index) in item_rows:
            continue
        heads = sum(len(reading.section(other, "amounts")) for other in row.segments)
        if heads and any(item.is_money for other in row.segments for item in reading.amounts(other)):
            return None  # a labelled sum: the table above it is another one
        if heads < 2 and segment.row - row.index > 2:
            continue
        for other in row.segments:
            if overlap(other.box.x0, other.box.x1, box.x0, box.x1) <= 0:
                continue
            words = reading.section(other, "amounts")
            if words and not any(item.is_money for item in reading.amounts(other)):
                inside = [
                    hit
                    for hit in words
                    if _reaches(other, hit, box.x0, box.x1) or len(words) == 1 or len(other.text) < 30
                ]
                return role_from(inside)
    return None


def _reaches(segment: Segment, hit: Hit, x0: float, x1: float) -> bool:
    label = segment.span_box(hit.start, hit.end)
    return overlap(label.x0, label.x1, x0, x1) > 0


def role_from(words: Sequence[Hit]) -> str | None:
    """What a sum is, from the amount words before it in their order."""
    concepts = [hit.concept for hit in words]
    has = set(concepts)
    if not has:
        return None
    for role in ("change", "tip", "carry", "withheld"):
        if role in has:
            return role
    if "rounding" in has and not has & {"gross", "total"}:
        return "rounding"
    if "tax_base" in has and "total" not in has:
        return "tax_base"
    if "tax" in has:
        return _role_with_tax(concepts)
    if "paid" in has and "due" not in has:
        return "paid"
    if "gross" in has:
        return "gross"
    if "due" in has:
        return "due"
    if "discount" in has and "subtotal" not in has:
        return "discount"
    if has & {"shipping", "charge"} and not has & {"total", "subtotal"}:
        return "shipping" if "shipping" in has else "charge"
    if "subtotal" in has:
        return "subtotal"
    if "count" in has and "total" not in has:
        return "count"
    if "total" in has:
        return "gross" if "including" in has else "subtotal" if "excluding" in has else "total"
    if "cash" in has:
        return "cash"
    if has == {"including"} and any(hit.end - hit.start >= TAX_INCLUDED for hit in words):
        return "tax"  # "VAT included" in one phrase
    return "subtotal" if has == {"excluding"} else None


def _role_with_tax(concepts: list[str]) -> str:
    """What a sum is whose words name the tax.

    ``Total incl. VAT`` is a total; ``incl. VAT``, ``zzgl. MwSt`` and ``VAT contained in the total`` are the tax;
    ``Net (plus VAT)`` is the net.
    """
    if "contained" in concepts:
        return "tax"
    first_tax = concepts.index("tax")
    before = set(concepts[:first_tax])
    has = set(concepts)
    if "gross" in has and "including" not in before - {"gross"} - {"including"}:
        return "gross"
    sums = before & {"total", "subtotal"}
    if "total" in before and "including" in has:
        return "gross"
    if sums and "excluding" in has:
        return "subtotal"
    if "subtotal" in before:
        return "subtotal"
    if "due" in before:
        return "gross"
    after = set(concepts[first_tax + 1 :])
    if "excluding" in before and after & {"total", "subtotal"}:
        return "subtotal"  # "(excl. tax) subtotal"
    if "subtotal" in after:
        return "subtotal"
    return "tax"
