"""What reviewers confirmed on a vendor's documents, used on its next ones: where a field stands, and what is beside it.

:func:`observe` turns one confirmed document into observations, :func:`merged` those of all documents of a vendor into
its memory, :func:`recall` finds the remembered places on a new document. A vendor's layout hardly ever changes, so a
label that stood beside a value once is strong evidence; a place on the page alone is weaker, since sums wander.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean, mode
from typing import Any

import msgspec
from msgspec.structs import replace

from extraction.engine.dates import Order, decide_order, resolve
from extraction.engine.entered import Notation, notation_of, value_of
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.reading import Place, Reading
from extraction.engine.values import (
    FIELD_KINDS,
    Box,
    Confirmed,
    Considered,
    Evidence,
    Extraction,
    Field,
    FieldValue,
    Remembered,
    VendorMemory,
    Why,
    typed,
)

CONSTANT = frozenset(
    {"vendor_name", "vendor_address", "vendor_vat_id", "vendor_tax_number", "vendor_email", "vendor_phone",
     "vendor_website", "iban", "bic", "currency", "customer_number"}
)  # fmt: skip
"""Fields that usually are the same on all documents of a vendor."""

CODED = frozenset({"currency", "payment_method"})
"""Codes that pages print in other words, beside or within something else: never looked for at a place."""

LONGEST = 80  # characters of a label or a pattern
NEAR = 0.08  # of the page's size, between a value's centre and where it stood before
LABEL, PATTERN, PLACE = 2.0, 0.6, 1.0
ENOUGH = 2.0
"""A label, or a place with the right pattern and more: what it takes for a place to be the remembered one."""

OUTWEIGHS = 0.97
"""A sum surer than this is not replaced: arithmetic proves it."""


# --- Learning ---------------------------------------------------------------------------------------------------------
def observe(reading: Reading, confirmed: Iterable[Confirmed]) -> tuple[Remembered, ...]:
    """What can be learned from one document."""
    pages = {page.number: page for page in reading.pages}
    return tuple(
        _observation(item, pages.get(item.page or 0), reading)
        for item in confirmed
        if item.value and FIELD_KINDS.get(item.field, "list") != "list"
    )


def _observation(item: Confirmed, page: PageLayout | None, reading: Reading) -> Remembered:
    constant = str(_meaning(item, Notation(reading.style, "dmy"))) if item.field in CONSTANT else None
    unplaced = Remembered(field=item.field, times=1, value=constant)
    found = _covered(page, item.box) if page is not None and item.box is not None else None
    if page is None or item.box is None or found is None or item.field in CODED:
        return unplaced
    from_end = page.number - len(reading.document.pages) - 1
    placed = replace(
        unplaced,
        page=page.number if page.number == 1 else from_end,
        box=_shares(item.box, page),
        label=_label_of(page, *found),
        pattern=pattern(found[0].text[found[1] : found[2]]),
    )
    return placed if _is_found_again(item, placed, reading) else unplaced


def _is_found_again(item: Confirmed, placed: Remembered, reading: Reading) -> bool:
    """Whether a place gives on its own document what was confirmed: not where an address stands on several lines, or
    two days in one cell. If not, it would mislead on the next one.
    """
    orders: tuple[Order, ...] = ("dmy", "mdy")
    found = ((order, _best(reading, item.field, [placed], order)) for order in orders)
    return any(one and _same(one.value, _meaning(item, Notation(reading.style, order))) for order, one in found)


def _meaning(item: Confirmed, notation: Notation) -> FieldValue:
    """What was confirmed, as the engine has such values: "€" is EUR, an IBAN has no spaces."""
    try:
        if FIELD_KINDS[item.field] == "text":
            return value_of(item.field, item.value, notation)
        return typed(item.field, item.value)
    except (ValueError, ArithmeticError):
        return item.value  # which no value of another type is the same as


def merged(vendor: str, observations: Sequence[Sequence[Remembered]]) -> VendorMemory:
    """The memory of a vendor, from the observations of each of its documents."""
    by_field: dict[str, list[Remembered]] = defaultdict(list)
    for document in observations:
        for item in document:
            by_field[item.field].append(item)
    fields = tuple(found for items in by_field.values() for found in _together(items))
    return VendorMemory(vendor=vendor, documents=len(observations), fields=fields)


def _together(items: Sequence[Remembered]) -> Iterator[Remembered]:
    """One entry for each label that a field was found beside; those without a place only tell a constant value."""
    values = {item.value for item in items}
    constant = values.pop() if len(values) == 1 else None
    by_label: dict[tuple[str, bool], list[Remembered]] = defaultdict(list)
    for item in items:
        by_label[item.label, item.page is not None].append(item)
    for (label, placed), same in by_label.items():
        boxes = [item.box for item in same if item.box is not None]
        yield Remembered(
            field=same[0].field,
            times=len(same),
            page=mode(item.page for item in same) if placed else None,
            box=_mean(boxes) if boxes else None,
            label=label,
            pattern=mode(item.pattern for item in same),
            value=constant,
        )


# --- Using ------------------------------------------------------------------------------------------------------------
def recall(reading: Reading, extraction: Extraction, memory: VendorMemory) -> Extraction:
    """The extraction with what the memory knows better; where both agree, it is surer.

    A reading that arithmetic proves stays.
    """
    by_field: dict[str, list[Remembered]] = defaultdict(list)
    for item in memory.fields:
        by_field[item.field].append(item)
    order = decide_order(_dates_of(reading), month_first_likely=_is_month_first(extraction, reading))
    recalled = {}
    for name, items in by_field.items():
        found = _best(reading, name, items, order) or _constant(name, items)
        if found is not None:
            recalled[name] = _weighed(extraction.field(name), found)
    kept = (recalled.pop(field.name, field) for field in extraction.fields)
    return replace(extraction, fields=(*kept, *recalled.values()))


class _Found(msgspec.Struct, frozen=True):
    """A remembered place on this document (``None``: only the value is remembered), and how often it was right."""

    name: str
    value: Any
    raw: str
    place: Any
    times: int
    score: float


def _best(reading: Reading, name: str, items: Sequence[Remembered], order: Order) -> _Found | None:
    found = [
        candidate
        for item in items
        if item.page is not None
        for page in reading.pages
        if page.number == (item.page if item.page > 0 else len(reading.document.pages) + 1 + item.page)
        for candidate in _on_page(reading, page, item, order)
    ]
    best = max(found, key=lambda one: (one.score, one.times), default=None)
    return best if best is not None and best.score >= ENOUGH else None


def _on_page(reading: Reading, page: PageLayout, item: Remembered, order: Order) -> Iterator[_Found]:
    for row in page.rows:
        for segment in row.segments:
            for start, end in _pieces(segment, item, reading):
                place = Place(page, segment, start, end)
                value = _value(reading, item.field, place, order)
                score = _score(page, place, item)
                if value is not None and score >= ENOUGH:
                    yield _Found(item.field, value, place.text, place, item.times, score)


def _score(page: PageLayout, place: Place, item: Remembered) -> float:
    labelled = bool(item.label) and _label_of(page, place.segment, place.start, place.end) == item.label
    shaped = pattern(place.text) == item.pattern
    return LABEL * labelled + PATTERN * shaped + PLACE * _nearness(page, place.box, item.box) * (1 + (not item.label))


def _nearness(page: PageLayout, box: Box, before: Box | None) -> float:
    """1 where it stood before, 0 from ``NEAR`` on. By the nearer end: values grow to one side."""
    if before is None:
        return 0.0
    now = _shares(box, page)
    across = min(abs(now.x0 - before.x0), abs(now.x1 - before.x1))
    down = abs(now.y0 + now.y1 - before.y0 - before.y1) / 2
    return max(0.0, 1.0 - max(across, down) / NEAR)


def _pieces(segment: Segment, item: Remembered, reading: Reading) -> Iterator[tuple[int, int]]:
    """The parts of a segment that can be the value: of the pattern it had, of its kind, or all."""
    match FIELD_KINDS[item.field]:
        case "amount" | "number":
            yield from ((amount.start, amount.end) for amount in reading.amounts(segment) if not amount.is_percent)
        case "date":
            yield from ((date.start, date.end) for date in reading.dates(segment))
        case _:
            wanted = expression(item.pattern)
            yield from ((match.start(), match.end()) for match in wanted.finditer(segment.text)) if wanted else ()
            yield 0, len(segment.text)


def _value(reading: Reading, name: str, place: Place, order: Order) -> FieldValue:
    match FIELD_KINDS[name]:
        case "amount" | "number":
            return next((found.value for found in reading.amounts(place.segment) if found.start == place.start), None)
        case "date":
            dates = (found for found in reading.dates(place.segment) if found.start == place.start)
            return next((resolve(found, order) for found in dates), None)
        case _:
            return _text(reading, name, place.text.strip(" :;,"), order)


def _text(reading: Reading, name: str, text: str, order: Order) -> FieldValue:
    """As values of the field are written; ``None`` for what is no such value."""
    try:
        return value_of(name, text, Notation(reading.style, order)) or None
    except ValueError:
        return None


def _constant(name: str, items: Sequence[Remembered]) -> _Found | None:
    """What was the same on at least two documents of the vendor, where no place is found."""
    known = [item for item in items if item.value]
    times = sum(item.times for item in known)
    if name not in CONSTANT or times < 2 or not known[0].value:
        return None
    return _Found(name, known[0].value, known[0].value, None, times, 0.0)


def _weighed(first: Field | None, found: _Found) -> Field:
    chance = (found.times + 1) / (found.times + 2)  # Laplace's rule of succession
    times = f"{found.times} earlier {'document' if found.times == 1 else 'documents'}"
    if first is not None and _same(first.value, found.value):
        reasons = (f"as confirmed on {times}", *(first.why.reasons if first.why else ()))
        why = replace(first.why or Why(), reasons=reasons)
        return replace(first, confidence=max(first.confidence, chance), why=why)
    if first is not None and _stands(first, found, chance):
        return first
    place = found.place
    recognised = place is not None and place.segment.words[0].origin == "ocr"
    return Field(
        name=found.name,
        raw=found.raw,
        value=found.value,
        confidence=round(chance, 4),
        evidence=Evidence(
            rule="memory",
            page=place.page if place else None,
            box=place.box if place else None,
            source="derived" if place is None else "ocr" if recognised else "text",
        ),
        why=Why(reasons=(f"where it was confirmed on {times}",), considered=(_considered(first),) if first else ()),
    )


def _stands(first: Field, found: _Found, chance: float) -> bool:
    """Whether the reading is better than the memory: a sum that is proved, or one surer than a value without place."""
    if found.place is None:
        return first.confidence >= chance
    return FIELD_KINDS[first.name] == "amount" and first.confidence > OUTWEIGHS


def _considered(field: Field) -> Considered:
    return Considered(
        raw=field.raw,
        value=str(field.value),
        share=field.confidence,
        rule=field.evidence.rule,
        page=field.evidence.page,
        box=field.evidence.box,
    )


def _same(one: FieldValue, other: FieldValue) -> bool:
    return one == other or (isinstance(one, str) and isinstance(other, str) and folded(one) == folded(other))


def _dates_of(reading: Reading) -> Iterator[Any]:
    return (found for _, segment in reading.segments() for found in reading.dates(segment))


def _is_month_first(extraction: Extraction, reading: Reading) -> bool:
    return reading.language == "en" and extraction.value("currency") == "USD"


# --- Text and places --------------------------------------------------------------------------------------------------
def pattern(text: str) -> str:
    """The shape of a text: runs of letters as A, of digits as 9, the rest as it is."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", " ".join(text.split())))[:LONGEST]


def expression(shape: str) -> re.Pattern[str] | None:
    """What finds texts of a shape; ``None`` for a shape that has no digit and so could be any words."""
    if "9" not in shape:
        return None
    parts = {"A": r"[^\W\d_]+", "9": r"\d+", " ": r"\s"}
    body = "".join(parts.get(sign, re.escape(sign)) for sign in shape)
    return re.compile(rf"(?<![^\W_]){body}(?![^\W_])")


def is_right(extraction: Extraction, confirmed: Confirmed) -> bool:
    """Whether a field was read as the reviewer left it; an empty value says that there is none."""
    read = extraction.value(confirmed.field)
    if read is None or not confirmed.value:
        return read is None and not confirmed.value
    return _same(read, _meaning(confirmed, notation_of(extraction)))


def folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _label_of(page: PageLayout, segment: Segment, start: int, end: int) -> str:
    """The words before a value: in its cell, else in the next cell to the left, else above it."""
    inside = _letters(segment.text[:start])
    if inside:
        return inside
    row: Row = page.rows[segment.row]
    left = [other for other in row.segments if other.box.x1 <= segment.box.x0 + 0.1]
    if left:
        return _letters(left[-1].text)
    box = segment.span_box(start, end)
    for above in reversed(page.rows[max(0, segment.row - 2) : segment.row]):
        over = (other for other in above.segments if other.box.x0 < box.x1 and box.x0 < other.box.x1)
        found = next(over, None)
        if found is not None:
            return _letters(found.text)
    return ""


def _letters(text: str) -> str:
    """Without digits: a label may hold a number that changes."""
    return "".join(filter(str.isalpha, text.casefold()))[-LONGEST:]


def _covered(page: PageLayout, box: Box) -> tuple[Segment, int, int] | None:
    """The segment that a box lies on, and the part of its text below the box."""
    middle = (box.y0 + box.y1) / 2
    for segment in page.segments:
        if not segment.box.y0 <= middle <= segment.box.y1 or segment.box.x1 <= box.x0 or box.x1 <= segment.box.x0:
            continue
        words = [word for word in segment.words if box.x0 < (word.box.x0 + word.box.x1) / 2 < box.x1]
        if words:
            first, last = segment.words.index(words[0]), segment.words.index(words[-1])
            before = " ".join(word.text for word in segment.words[:first])
            inside = " ".join(word.text for word in segment.words[first : last + 1])
            start = len(before) + bool(before)
            return segment, start, start + len(inside)
        return segment, 0, len(segment.text)
    return None


def _shares(box: Box, page: PageLayout) -> Box:
    width, height = max(1.0, page.width), max(1.0, page.page_height)
    return Box(*(round(share, 4) for share in (box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height)))


def _mean(boxes: Sequence[Box]) -> Box:
    columns = zip(*(msgspec.structs.astuple(box) for box in boxes), strict=True)
    return Box(*(round(fmean(column), 4) for column in columns))
