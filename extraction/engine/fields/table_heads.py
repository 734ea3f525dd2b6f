"""The head of a table of line items: which column means what, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from extraction.engine import labels
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment, overlap, union
from extraction.engine.reading import Reading
from extraction.engine.values import Box

MONEY = frozenset({"amount", "unit_price", "gross_amount"})
SUBJECT = frozenset({"description", "product_code", "quantity"})
PREFERENCE = (
    "description", "quantity", "unit_price", "amount", "gross_amount", "tax_amount", "tax_rate", "discount",
    "product_code", "unit", "position", "date",
)  # fmt: skip
BAND_ROWS = 3
"""Rows above and below the main one that a head can be spread over."""

_CODE = re.compile(r"(?=\S*\d)\S{2,20}")  # one word with a digit


class Column(msgspec.Struct, frozen=True):
    concept: str
    box: Box


class Head(msgspec.Struct, frozen=True):
    """Columns from left to right, and the last row of the head."""

    columns: tuple[Column, ...]
    last_row: int

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(column.concept for column in self.columns)

    def column(self, concept: str) -> Column | None:
        return next((column for column in self.columns if column.concept == concept), None)


def head_at(reading: Reading, layout: PageLayout, index: int) -> Head | None:
    """The head whose main row is ``rows[index]``, if there is one and it is a table of things sold."""
    row = layout.rows[index]
    if not _is_main(reading, row):
        return None
    band = _band(reading, layout, index)
    below = layout.rows[band[-1].index + 1 : band[-1].index + 2]
    columns = _columns(reading, [segment for other in band for segment in other.segments], below)
    concepts = {column.concept for column in columns}
    if not concepts & MONEY or not concepts & SUBJECT or len(concepts) < 2:
        return None
    if _is_tax_table(reading, band, concepts):
        return None
    return Head(columns, band[-1].index)


def _is_main(reading: Reading, row: Row) -> bool:
    """Several column words and no sums."""
    if len(row.segments) < 2 and len(row.text.split()) > 9:
        return False
    spans = {(id(segment), hit.start) for segment in row.segments for hit in reading.section(segment, "columns")}
    if len(spans) < 2 or any(amount.is_money for segment in row.segments for amount in reading.amounts(segment)):
        return False
    words = sum(len(segment.words) for segment in row.segments)
    return words <= 4 * len(spans) + 2 and not row.text.rstrip().endswith(":")


def _is_tax_table(reading: Reading, band: Sequence[Row], concepts: set[str]) -> bool:
    amounts = {hit.concept for row in band for segment in row.segments for hit in reading.section(segment, "amounts")}
    if "tax_base" in amounts and not concepts & {"quantity", "unit_price"}:
        return True
    return (
        "description" not in concepts and not concepts & {"unit_price"} and bool(concepts & {"tax_amount", "tax_rate"})
    )


def _band(reading: Reading, layout: PageLayout, index: int) -> list[Row]:
    """The main row and the rows close above and below that hold nothing but words of heads."""
    rows = layout.rows
    first = last = index
    for _ in range(BAND_ROWS):
        if first > 0 and _is_part(reading, layout, rows[first - 1], rows[first]):
            first -= 1
        if last + 1 < len(rows) and _is_part(reading, layout, rows[last + 1], rows[last]):
            last += 1
    return list(rows[first : last + 1])


def _is_part(reading: Reading, layout: PageLayout, row: Row, neighbour: Row) -> bool:
    gap = max(row.box.y0, neighbour.box.y0) - min(row.box.y1, neighbour.box.y1)
    if gap > 0.5 * layout.line_height or any(char.isdigit() for char in row.text) or len(row.text.split()) > 8:
        return False
    found = sum(bool(reading.section(segment, "columns")) for segment in row.segments)
    # On paper a second row of a head begins inside it; in plain text only words of heads prove it.
    return found == len(row.segments) if layout.unit == "char" else found * 2 >= len(row.segments) or gap < 0


def _columns(reading: Reading, segments: Sequence[Segment], below: Sequence[Row]) -> tuple[Column, ...]:
    """Cells over one another are one head; a cell can hold two. ``below`` is the first row under the head."""
    meanings = [meaning for stack in _stacks(segments) for meaning in _meanings(reading, stack)]
    meanings.sort(key=lambda meaning: meaning[1].x0)
    meanings = _one_description(meanings)
    _tell_codes(meanings, below)
    total = max((i for i, (options, _) in enumerate(meanings) if "amount" in options), default=None)
    used = {"amount"} if total is not None else set()
    found: list[Column] = []
    for index, (options, box) in enumerate(meanings):
        if index == total:
            found.append(Column("amount", box))
            continue
        concept = next((name for name in PREFERENCE if name in options and name not in used), None)
        if concept is None and options == ["amount"] and not {"quantity", "description"} & used:
            concept = "quantity"  # "Amount | Product | Price | Total"
        if concept is not None:
            used.add(concept)
            found.append(Column(concept, box))
    return tuple(found)


def _tell_codes(meanings: list[tuple[list[str], Box]], below: Sequence[Row]) -> None:
    """Where two heads say description, as ``Item`` and ``Description``, the first may stand over codes."""
    described = [index for index, (options, _) in enumerate(meanings) if "description" in options]
    if len(described) < 2:
        return
    box, end = meanings[described[0]][1], meanings[described[0] + 1][1].x0
    cells = [segment.text for row in below for segment in row.segments if box.x0 - 1 <= segment.box.x0 < end]
    if cells and all(_CODE.fullmatch(cell) for cell in cells):
        meanings[described[0]] = (["product_code"], box)


def _one_description(meanings: list[tuple[list[str], Box]]) -> list[tuple[list[str], Box]]:
    """Of "Article" and "Description" the one with more room is the description, the other a code."""
    found = [i for i, (options, _) in enumerate(meanings) if "description" in options]
    if len(found) < 2:
        return meanings
    ends = [box.x0 for _, box in meanings[1:]] + [meanings[-1][1].x1]
    widest = max(found, key=lambda i: ends[i] - meanings[i][1].x0)
    changed = list(meanings)
    for index in found:
        if index != widest:
            options, box = meanings[index]
            changed[index] = ([name for name in options if name != "description"] or ["product_code"], box)
    return changed


def _stacks(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Segments grouped by the part of the line that they cover, from left to right, each from the top down."""
    stacks: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda item: item.box.x0):
        stack = next(
            (
                stack
                for stack in reversed(stacks)
                if all(other.row != segment.row for other in stack)
                and any(_covers(other.box, segment.box) for other in stack)
            ),
            None,
        )
        if stack is None:
            stacks.append([segment])
        else:
            stack.append(segment)
    return [sorted(stack, key=lambda item: item.row) for stack in stacks]


def _covers(box: Box, other: Box) -> bool:
    smaller = min(box.x1 - box.x0, other.x1 - other.x0)
    return overlap(box.x0, box.x1, other.x0, other.x1) > 0.3 * smaller


def _meanings(reading: Reading, stack: list[Segment]) -> Iterator[tuple[list[str], Box]]:
    if len(stack) > 1:
        whole = _joined([segment.text for segment in stack])
        hits = [hit for hit in _scan(reading, whole) if hit.section == "columns"]
        long_enough = [hit for hit in hits if hit.end - hit.start >= 0.5 * len(whole)]
        if long_enough:
            yield _options(long_enough, long_enough[0]), union(segment.box for segment in stack)
            return
    for segment in stack:
        found = reading.section(segment, "columns")
        for hit in _distinct(found):
            yield _options(found, hit), segment.span_box(hit.start, hit.end)


def _scan(reading: Reading, text: str) -> list[Hit]:
    return list(labels.lexicon().scan(text, labels.tokenize(text), reading.languages))


def _joined(texts: Sequence[str]) -> str:
    """Lines of one head; a hyphen at the end of a line joins its parts."""
    text = texts[0]
    for part in texts[1:]:
        text = text[:-1] + part if text.endswith("-") else f"{text} {part}"
    return text


def _distinct(hits: Sequence[Hit]) -> Iterator[Hit]:
    end = -1
    for hit in hits:
        if hit.start >= end:
            yield hit
            end = hit.end


def _options(hits: Sequence[Hit], hit: Hit) -> list[str]:
    return [other.concept for other in hits if other.start == hit.start and other.end == hit.end]
