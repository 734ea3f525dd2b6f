"""All pages as one running text, in which a clause goes on over line and page breaks, with the way back to the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from extraction.engine.clauses import words_of
from extraction.engine.confidence import Signals, confidence
from extraction.engine.dates import decide_order, find_dates
from extraction.engine.extractors.contract.lengths import Day, Length, days_in, lengths_in
from extraction.engine.layout import PageLayout, Row, Segment, union
from extraction.engine.reading import Reading
from extraction.engine.values import Box, Evidence, Field, FieldValue, Origin

REPEATED = 3
"""A line that stands so often in a document is a running head or foot."""

MAX_FURNITURE = 160
MIN_FURNITURE_WORDS = 3
"""Shorter repeated lines are the words of signature blocks ("By:", "Name:")."""

HEAD = 20_000
"""Characters at the beginning in which title, parties and dates of the contract stand."""


Span = tuple[int, int]
"""From (inclusive) and to (exclusive) in the text of a flow."""


class Found(NamedTuple):
    """A value and where it stands in the flow; of several the heaviest counts."""

    value: FieldValue
    start: int
    end: int
    rule: str
    confidence: float
    weight: float = 0.0


def heaviest(found: Iterable[Found]) -> Found | None:
    """Of equally heavy ones the first in the text."""
    return max(found, key=lambda item: (item.weight, -item.start), default=None)


class Line(NamedTuple):
    """A row of a page, and where it begins in the flow."""

    row: Row
    page: int
    start: int


class Piece(NamedTuple):
    """A part of a row without wide gaps, from ``start`` to ``end`` of the flow; ``line`` is its number there."""

    text: str
    start: int
    end: int
    line: int
    box: Box


class Flow:
    """``text`` has one line per row of the document, without running heads; ``words`` are those of its languages."""

    def __init__(self, reading: Reading) -> None:
        self.words = words_of(reading.languages)
        self.lines: list[Line] = []
        self.origin: Origin = next((word.origin for page in reading.document.pages for word in page.words), "text")
        at = 0
        for row, page in _without_furniture(_rows(reading)):
            self.lines.append(Line(row, page, at))
            at += len(row.text) + 1
        self.text = "\n".join(line.row.text for line in self.lines)
        self._starts = [line.start for line in self.lines]
        # Open dates (3/4/2018) are read month first in English, unless the other dates say otherwise.
        self._order = decide_order(find_dates(self.text[:HEAD]), month_first_likely=reading.language == "en")
        self._days: dict[Span, list[Day]] = {}

    def days(self, start: int, end: int) -> list[Day]:
        """Every date in ``text[start:end]``."""
        found = self._days.get((start, end))
        if found is None:
            found = self._days[start, end] = days_in(self.text, start, end, day_first=self._order == "dmy")
        return found

    def lengths(self, start: int, end: int) -> list[Length]:
        """Every length of time in ``text[start:end]``."""
        return lengths_in(self.text, start, end, self.words)

    def pieces(self, start: int = 0, limit: int | None = None) -> list[Piece]:
        """The pieces from a place of the text on, in reading order."""
        first = self._line(start)
        pieces = (
            Piece(segment.text, at, at + len(segment.text), number, segment.box)
            for number, line in enumerate(islice(self.lines, first, None), start=first)
            for segment, at in _offsets(line)
        )
        return list(islice(pieces, limit))

    def field(self, name: str, found: Found) -> Field:
        """The field with its raw text and its place on the page where it begins."""
        raw = " ".join(self.text[found.start : found.end].split())
        page = self.lines[self._line(found.start)].page
        boxes = list(self._boxes(found.start, found.end, page))
        evidence = Evidence(rule=found.rule, page=page, box=union(boxes) if boxes else None, source=self.origin)
        signals = Signals(score=found.weight, lead=0.0, share=found.confidence, recognised=self.origin == "ocr")
        sure = confidence(name, signals)
        return Field(name=name, raw=raw, value=found.value, confidence=sure, evidence=evidence)

    def _line(self, at: int) -> int:
        return max(0, bisect_right(self._starts, at) - 1)

    def _boxes(self, start: int, end: int, page: int) -> Iterator[Box]:
        for line in islice(self.lines, self._line(start), None):
            if line.start >= end or line.page != page:
                return
            for segment, at in _offsets(line):
                first, last = max(start - at, 0), min(end - at, len(segment.text))
                if first < last:
                    yield segment.span_box(first, last)


def _offsets(line: Line) -> Iterator[tuple[Segment, int]]:
    """The segments of a line and where they start in the flow; a row joins them with two spaces."""
    at = line.start
    for segment in line.row.segments:
        yield segment, at
        at += len(segment.text) + 2


def _rows(reading: Reading) -> list[tuple[Row, int]]:
    """The rows of all pages, with the number of their page; those of the header pages are known already."""
    known = {layout.number: layout for layout in reading.pages}
    layouts = (known.get(page.number) or PageLayout(page) for page in reading.document.pages)
    return [(row, layout.number) for layout in layouts for row in layout.rows]


def _without_furniture(rows: Sequence[tuple[Row, int]]) -> Iterator[tuple[Row, int]]:
    counts = Counter(_masked(row.text) for row, _ in rows)
    seen: set[str] = set()
    for row, page in rows:
        masked = _masked(row.text)
        repeated = counts[masked] >= REPEATED and len(masked.split()) >= MIN_FURNITURE_WORDS
        if repeated and masked in seen and len(masked) <= MAX_FURNITURE:
            continue
        seen.add(masked)
        yield row, page


def _masked(text: str) -> str:
    return re.sub(r"\d+", "#", text.strip()[: MAX_FURNITURE + 1])
