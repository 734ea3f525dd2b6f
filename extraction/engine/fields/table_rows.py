"""Rows of a table cut into its cells, where the gaps between columns are no wider than spaces."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extraction.engine.fields.table_heads import OTHER, Column, Head
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.values import Box, Word

TEXTUAL = frozenset({"description", "product_code", "unit", "position", "date", OTHER})
LETTERS_OF_UNIT = 3
NEAR = 0.35  # line heights by which a cell may miss the edge of its head


def cut(layout: PageLayout, head: Head, row: Row) -> Row:
    """The row with a cell for each column.

    Words that begin where a head of words begins, and numbers that end where different heads of numbers end, stand in
    cells of their own.
    """
    near = NEAR * layout.line_height
    described = head.column("description")
    last = described.box.x0 if described is not None else 0.0
    starts = [
        column.box.x0
        for column in head.columns
        if column.concept in TEXTUAL and (column.concept != OTHER or column.box.x0 < last)
    ]
    numeric = [column for column in head.columns if column.concept not in TEXTUAL]
    cells = [part for segment in row.segments for part in _cut(segment, starts, numeric, near)]
    return row if len(cells) == len(row.segments) else Row(cells, row.index)


def begins_under(layout: PageLayout, segment: Segment, column: Column) -> bool:
    return abs(segment.box.x0 - column.box.x0) <= NEAR * layout.line_height


def _cut(segment: Segment, starts: Sequence[float], numeric: Sequence[Column], near: float) -> list[Segment]:
    words = segment.words
    if len(words) == 1:
        return [segment]
    runs = [[words[0]]]
    for index, (last, word) in enumerate(pairwise(words), start=1):
        begins = _begins_cell(last, word, starts, near) and _is_cell(runs[-1], starts, near)
        if begins or _changes_column(last, words[index : index + 2], numeric, near):
            runs.append([word])
        else:
            runs[-1].append(word)
    return [segment] if len(runs) == 1 else [Segment(run, segment.row) for run in runs]


def _begins_cell(last: Word, word: Word, starts: Sequence[float], near: float) -> bool:
    return any(abs(word.box.x0 - start) <= near and last.box.x1 <= start + near for start in starts)


def _is_cell(run: Sequence[Word], starts: Sequence[float], near: float) -> bool:
    """A number with at most a unit, or words under a head; other words are the beginning of what follows."""
    if any(abs(run[0].box.x0 - start) <= near for start in starts):
        return True
    text = "".join(word.text for word in run)
    return any(map(str.isdigit, text)) and sum(map(str.isalpha, text)) <= LETTERS_OF_UNIT


def _changes_column(last: Word, following: Sequence[Word], numeric: Sequence[Column], near: float) -> bool:
    """Two numbers, each flush with another head; a currency may stand before or behind each."""
    if not any(map(str.isdigit, following[0].text + following[-1].text)):
        return False
    one = _flush_with(last.box, numeric, near)
    if one is None:
        return False
    others = (_flush_with(word.box, numeric, near) for word in following)
    return any(other is not None and other is not one for other in others)


def _flush_with(box: Box, numeric: Sequence[Column], near: float) -> Column | None:
    """The column with which a number shares its right edge."""
    return next((column for column in numeric if abs(column.box.x1 - box.x1) <= near), None)
