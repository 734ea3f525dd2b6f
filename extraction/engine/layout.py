"""Words → rows → segments → blocks. The same code serves PDF text, OCR and plain text in character cells.

A *row* is everything that stands at one height of the page, a *segment* the words of a row without a wide
gap between them (a cell, a label, a value), a *block* segments below one another with a common left edge or
centre (an address, a paragraph). Everything is in the page's own unit and measured against the height of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property
from statistics import median
from typing import Any

from extraction.engine.values import Box, Page, Unit, Word

WIDE_GAP = {"pt": 0.9, "px": 1.0, "char": 1.5}
"""A gap between two words that ends a segment, in heights of the text. An ordinary space has about 0.25."""

SAME_ROW = 0.5
"""Two words stand in one row when they share at least this part of the smaller one's height."""

CLEARLY_SAME_ROW = 0.8
"""The same when nothing else needs to be looked at. Where boxes are high (OCR) or columns of different line spacing
stand side by side, the lines of a column may share more than SAME_ROW."""

LOWER = 0.15
"""Of its height, that a word must stand lower than another one to be under it and not printed over it."""

NEIGHBOURS = 40
"""Words of a row that are compared with one more."""


class Segment:
    """Words of one row without a wide gap. ``text`` joins them with one space each."""

    __slots__ = ("_starts", "box", "marks", "row", "text", "words")

    def __init__(self, words: Sequence[Word], row: int) -> None:
        self.words = tuple(words)
        self.row = row
        self.box = union([word.box for word in words])
        self.text = " ".join(word.text for word in words)
        starts, at = [], 0
        for word in words:
            starts.append(at)
            at += len(word.text) + 1
        self._starts = starts
        self.marks: Any = None  # what a Reading found in it

    def __repr__(self) -> str:
        return f"Segment({self.text!r}, row={self.row})"

    def span_box(self, start: int, end: int) -> Box:
        """The box of ``text[start:end]``; inside a word it is interpolated by characters."""
        if start <= 0 and end >= len(self.text):
            return self.box
        boxes = []
        for word, at in zip(self.words, self._starts, strict=True):
            first, last = max(start, at), min(end, at + len(word.text))
            if first < last:
                boxes.append(_part(word, first - at, last - at))
        return union(boxes) if boxes else self.box

    def span_confidence(self, start: int, end: int) -> float:
        """The lowest confidence of the words that ``text[start:end]`` touches (1.0 for a text layer)."""
        touched = (
            word.confidence
            for word, at in zip(self.words, self._starts, strict=True)
            if at < end and start < at + len(word.text)
        )
        return min(touched, default=1.0)

    @property
    def height(self) -> float:
        return self.box.y1 - self.box.y0


class Row:
    """Segments at one height, from left to right."""

    __slots__ = ("box", "index", "segments", "text")

    def __init__(self, segments: Sequence[Segment], index: int) -> None:
        self.segments = tuple(segments)
        self.index = index
        self.box = union(segment.box for segment in segments)
        self.text = "  ".join(segment.text for segment in segments)

    def __repr__(self) -> str:
        return f"Row({self.text!r}, {self.index})"


class Block:
    """Segments below one another that belong together."""

    __slots__ = ("box", "segments")

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self.box = union(segment.box for segment in segments)

    @property
    def text(self) -> str:
        return "\n".join(segment.text for segment in self.segments)


class PageLayout:
    """One page in rows and blocks. ``height`` of a line of text is the median over all words."""

    def __init__(self, page: Page) -> None:
        self.number = page.number
        self.width = page.width
        self.page_height = page.height
        self.unit: Unit = page.unit
        self.origin = page.words[0].origin if page.words else "text"
        self.rows = rows(page.words, page.unit)
        self.line_height = median(row.box.y1 - row.box.y0 for row in self.rows) if self.rows else 1.0

    @property
    def segments(self) -> Iterator[Segment]:
        return (segment for row in self.rows for segment in row.segments)

    def unmarked(self) -> PageLayout:
        """The same rows, in which nothing has been looked for yet."""
        page = copy(self)
        page.rows = tuple(
            Row([Segment(segment.words, row.index) for segment in row.segments], row.index) for row in self.rows
        )
        page.__dict__.pop("blocks", None)
        page.__dict__.pop("block_of", None)
        return page

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return blocks(self)

    @cached_property
    def block_of(self) -> dict[int, Block]:
        """The block of a segment, by ``id(segment)``."""
        return {id(segment): block for block in self.blocks for segment in block.segments}

    def below(self, box: Box, after_row: int, *, rows: int = 3, reach: float = 3.0) -> Iterator[Segment]:
        """Segments under ``box`` that overlap it from left to right: nearest row first.

        Looks at the next ``rows`` rows and at most ``reach`` line heights down.
        """
        limit = box.y1 + reach * self.line_height
        for row in self.rows[after_row + 1 : after_row + 1 + rows]:
            if row.box.y0 > limit:
                return
            for segment in row.segments:
                if overlap(segment.box.x0, segment.box.x1, box.x0, box.x1) > 0:
                    yield segment


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all (at least one)."""
    first, *others = boxes
    x0, y0, x1, y1 = first.x0, first.y0, first.x1, first.y1
    for box in others:
        x0, y0 = min(x0, box.x0), min(y0, box.y0)
        x1, y1 = max(x1, box.x1), max(y1, box.y1)
    return Box(x0, y0, x1, y1) if others else first


def overlap(start: float, end: float, other_start: float, other_end: float) -> float:
    """The length that two ranges share; negative is the distance between them."""
    return min(end, other_end) - max(start, other_start)


def rows(words: Iterable[Word], unit: Unit) -> tuple[Row, ...]:
    """Words grouped by height, top to bottom; in each row segments from left to right."""
    return tuple(
        Row([Segment(run, index) for run in _in_segments(group, unit)], index)
        for index, group in enumerate(_in_rows(words))
    )


def _in_rows(words: Iterable[Word]) -> list[list[Word]]:
    """One pass over the words by their middle. A row's band follows its median word, so slight slopes are followed."""
    rows: list[_Row] = []
    for word in sorted((word for word in words if word.text.strip()), key=_middle):
        row = rows[-1] if rows and rows[-1].share(word.box) >= CLEARLY_SAME_ROW else _row_for(word, rows[-2:])
        if row is None:
            rows.append(_Row(word))
        else:
            row.take(word)
    return [row.words for row in rows]


class _Row:
    """Words of one row while they are collected, and the band they stand in."""

    __slots__ = ("bottom", "top", "words")

    def __init__(self, word: Word) -> None:
        self.words = [word]
        self.top, self.bottom = word.box.y0, word.box.y1

    def take(self, word: Word) -> None:
        """Tall words (a logo) must not swallow the rows beside them: the band narrows, it never grows."""
        self.words.append(word)
        if word.box.y1 - word.box.y0 < self.bottom - self.top:
            self.top, self.bottom = word.box.y0, word.box.y1

    def share(self, box: Box) -> float:
        """How much of the smaller height box and band have in common."""
        smaller = min(box.y1 - box.y0, self.bottom - self.top)
        return (min(box.y1, self.bottom) - max(box.y0, self.top)) / smaller if smaller > 0 else 0.0

    def has_above(self, box: Box) -> bool:
        """Whether the box stands under one of the row's last words, as the next line of another column does."""
        return any(
            box.y0 - word.box.y0 > LOWER * (word.box.y1 - word.box.y0)
            and overlap(word.box.x0, word.box.x1, box.x0, box.x1)
            > 0.5 * min(word.box.x1 - word.box.x0, box.x1 - box.x0)
            for word in self.words[-NEIGHBOURS:]
        )


def _row_for(word: Word, rows: Sequence[_Row]) -> _Row | None:
    shares = [(row.share(word.box), row) for row in rows if not row.has_above(word.box)]
    best, row = max(shares, key=lambda share: share[0], default=(0.0, None))
    return row if best >= SAME_ROW else None


def _middle(word: Word) -> tuple[float, float]:
    return (word.box.y0 + word.box.y1) / 2, word.box.x0


def _in_segments(words: list[Word], unit: Unit) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.box.x0):
        if runs:
            last = runs[-1][-1]
            if word.text == last.text and _same_place(word.box, last.box):
                continue  # bold type printed twice
            height = max(last.box.y1 - last.box.y0, word.box.y1 - word.box.y0)
            if word.box.x0 - last.box.x1 <= WIDE_GAP[unit] * height:
                runs[-1].append(word)
                continue
        runs.append([word])
    return runs


def _same_place(box: Box, other: Box) -> bool:
    return overlap(box.x0, box.x1, other.x0, other.x1) > 0.7 * (box.x1 - box.x0)


def _part(word: Word, first: int, last: int) -> Box:
    box, length = word.box, len(word.text)
    if first == 0 and last == length:
        return box
    step = (box.x1 - box.x0) / length
    return Box(box.x0 + first * step, box.y0, box.x0 + last * step, box.y1)


def blocks(page: PageLayout) -> tuple[Block, ...]:
    """Segments joined downwards while they are close, of like size, and share a left edge or their centre."""
    open_: list[list[Segment]] = []
    done: list[list[Segment]] = []
    for row in page.rows:
        still_open = []
        for group in open_:
            if row.box.y0 - group[-1].box.y1 > 1.5 * max(page.line_height, group[-1].height):
                done.append(group)
            else:
                still_open.append(group)
        open_ = still_open
        for segment in row.segments:
            near = next((group for group in reversed(open_) if _belongs(segment, group[-1], page)), None)
            if near is None:
                open_.append([segment])
            else:
                near.append(segment)
    return tuple(Block(group) for group in sorted(done + open_, key=lambda group: (group[0].row, group[0].box.x0)))


def _belongs(segment: Segment, last: Segment, page: PageLayout) -> bool:
    if segment.row == last.row:
        return False
    edge = 1.0 * page.line_height
    offset = abs(segment.box.x0 - last.box.x0)
    shared = overlap(segment.box.x0, segment.box.x1, last.box.x0, last.box.x1)
    if offset > edge and shared <= 0:
        return False  # of another column
    height = max(min(segment.height, last.height), 0.1)
    gap = segment.box.y0 - last.box.y1
    if max(segment.height, last.height) > 1.7 * height:
        return False
    if gap > 0.9 * height:
        # Generously spaced lines of one size and edge (an address) still belong together.
        return gap <= 1.3 * height and offset <= 0.25 * edge and page.unit != "char"
    same_left = offset <= edge
    centre = abs(segment.box.x0 + segment.box.x1 - last.box.x0 - last.box.x1) / 2
    same_right = abs(segment.box.x1 - last.box.x1) <= edge
    return same_left or (shared > 0 and (centre <= 1.5 * edge or same_right))
