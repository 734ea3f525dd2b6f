"""Which column of a table each number and each word of a row belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import itemgetter

import msgspec

from extraction.engine.amounts import Amount
from extraction.engine.fields import addresses
from extraction.engine.fields.table_heads import OTHER, Column, Head
from extraction.engine.fields.table_rows import begins_under, cut
from extraction.engine.layout import PageLayout, Row, Segment, overlap, union
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Box

NUMERIC = ("quantity", "unit_price", "discount", "tax_rate", "tax_amount", "amount", "gross_amount", "position")
TEXTUAL = ("description", "product_code", "unit", "position", "date", OTHER)
NO_NUMBERS = frozenset({"product_code", "date", OTHER})
"""Columns whose numbers are names, days or unknown."""
MAX_NUMBERS = 14  # of one row
SKIP = 3.0  # cost of leaving a number out, in line heights
SKIP_IN_WORDS = 0.2  # of a number that is part of a name
NEVER = 9.0


class Cell(msgspec.Struct, frozen=True):
    """One cell of a line; ``ocr`` is the lowest confidence of its words."""

    value: Decimal | str
    raw: str
    page: int
    box: Box
    ocr: float = 1.0
    repair: str = ""  # why the value is not the printed one


class Item(msgspec.Struct):
    """One line item; ``page`` and ``rows`` (indexes) say where it stands."""

    page: int
    rows: list[int]
    cells: dict[str, Cell]

    def number(self, name: str) -> Decimal | None:
        cell = self.cells.get(name)
        return cell.value if cell is not None and isinstance(cell.value, Decimal) else None


class Number(msgspec.Struct, frozen=True):
    """A number of a row. ``mixed``: it stands in a cell with words."""

    amount: Amount
    place: Place
    mixed: bool

    @property
    def box(self) -> Box:
        return self.place.box

    @property
    def cell(self) -> Cell:
        place = self.place
        return Cell(self.amount.value, place.text, place.page, place.box, place.confidence)


class Columns:
    """The columns of one table on one page."""

    def __init__(self, reading: Reading, layout: PageLayout, head: Head) -> None:
        self.reading = reading
        self.layout = layout
        self.head = head
        self.numeric = [column for column in head.columns if column.concept in NUMERIC]
        self.textual = [column for column in head.columns if column.concept in TEXTUAL]

    def cells(self, row: Row) -> Row:
        """The row cut into the cells of this table."""
        return cut(self.layout, self.head, row)

    def numbers(self, row: Row, above: dict[str, Box]) -> dict[str, Number]:
        """The numbers of a row by column; ``above`` are the boxes that the last item has in its columns."""
        if (ordered := self._in_order(row)) is not None:
            return self._numbers_in_order(ordered)
        found = [
            Number(amount, Place(self.layout, segment, amount.start, amount.end), mixed)
            for segment, mixed in self._with_numbers(row)
            for amount in self.reading.amounts(segment)
            for mixed in (mixed or _is_mixed(segment, amount),)
        ]
        return self._aligned(found[:MAX_NUMBERS], above)

    def _with_numbers(self, row: Row) -> Iterator[tuple[Segment, bool]]:
        """Cells that can hold numbers of columns, and whether such numbers stand in a description."""
        for segment in row.segments:
            column = next((column for column in self.textual if begins_under(self.layout, segment, column)), None)
            if column is None or column.concept not in NO_NUMBERS:
                words = addresses.letters(segment.text) >= 2
                yield segment, column is not None and column.concept == "description" and words

    def _in_order(self, row: Row) -> list[tuple[Column, Segment]] | None:
        """Cell by cell, where a row of plain text has as many cells as the head: such columns need not be aligned."""
        if self.layout.unit != "char":
            return None
        without_discount = tuple(column for column in self.head.columns if column.concept != "discount")
        for columns in (self.head.columns, without_discount):
            if len(columns) == len(row.segments):
                pairs = list(zip(columns, row.segments, strict=True))
                numeric = [segment for column, segment in pairs if column.concept in NUMERIC[:-1]]
                return pairs if all(self.reading.amounts(segment) for segment in numeric) else None
        return None

    def _numbers_in_order(self, pairs: Sequence[tuple[Column, Segment]]) -> dict[str, Number]:
        found = {}
        for column, segment in pairs:
            amounts = self.reading.amounts(segment)
            if column.concept in NUMERIC and amounts:
                amount = amounts[0] if column.concept == "quantity" else amounts[-1]
                place = Place(self.layout, segment, amount.start, amount.end)
                found[column.concept] = Number(amount, place, mixed=False)
        return found

    def _aligned(self, numbers: list[Number], above: dict[str, Box]) -> dict[str, Number]:
        """Numbers and columns from left to right, matched in order at the least cost."""
        columns = self.numeric
        start: tuple[float, tuple[tuple[int, int], ...]] = (0.0, ())
        best = [[start] * (len(columns) + 1) for _ in range(len(numbers) + 1)]
        for i, number in enumerate(numbers, start=1):
            for j in range(len(columns) + 1):
                skip, pairs = best[i - 1][j]
                options = [(skip + (SKIP_IN_WORDS if number.mixed else SKIP), pairs)]
                if j:
                    cost, pairs = best[i - 1][j - 1]
                    cost += self._cost(number, columns[j - 1], above)
                    options += [best[i][j - 1], (cost, (*pairs, (i - 1, j - 1)))]
                best[i][j] = min(options, key=itemgetter(0))
        return {columns[j].concept: numbers[i] for i, j in best[-1][-1][1]}

    def _cost(self, number: Number, column: Column, above: dict[str, Box]) -> float:
        """Distance in line heights, and what speaks against such a number in such a column."""
        height, box = self.layout.line_height, number.box
        distance = _gap(box, column.box) / height
        if distance >= SKIP:
            return distance  # leaving the number out costs no more, whatever else speaks against it here
        cost = distance + 0.05 * _offset(box, column.box) / height + _unlikely(number.amount, column.concept)
        if column.concept in above:
            # Numbers of one column share an edge with the ones above.
            off = _offset(box, above[column.concept]) / height
            cost += 0.0 if off <= 1.0 else min(2.5, 0.5 * off)
        if number.mixed:
            cost += (0.3 if column.concept == "quantity" else 1.0) + (NEVER if distance > 0 else 0.0)
        return cost

    def texts(self, row: Row, numbers: dict[str, Number]) -> dict[str, list[Segment]]:
        """The words of a row that are no numbers of columns, by column."""
        if (ordered := self._in_order(row)) is not None:
            return {column.concept: [segment] for column, segment in ordered if column.concept in TEXTUAL}
        used = [(number.place.segment, number.place.start, number.place.end) for number in numbers.values()]
        found: dict[str, list[Segment]] = {}
        for segment in row.segments:
            taken = [(start, end) for other, start, end in used if other is segment]
            for concept, part in self._parts(segment, taken):
                found.setdefault(concept, []).append(part)
        return found

    def _parts(self, segment: Segment, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[str, Segment]]:
        """Runs of words of one cell that belong to one column each."""
        runs: list[tuple[str | None, list[int]]] = []
        at = 0
        for index, word in enumerate(segment.words):
            start, at = at, at + len(word.text) + 1
            is_number = any(start < end and begin < at - 1 for begin, end in taken)
            column = None if is_number else self._column_of(word.box, segment)
            if runs and runs[-1][0] == column:
                runs[-1][1].append(index)
            else:
                runs.append((column, [index]))
        for column, run in runs:
            whole = len(run) == len(segment.words)
            part = segment if whole else Segment([segment.words[index] for index in run], segment.row)
            if column is not None and any(map(str.isalnum, part.text)):
                yield column, part

    def _column_of(self, box: Box, segment: Segment) -> str | None:
        """Words keep to the textual column whose head they stand under; a cell that begins there stays in it."""
        if not self.textual:
            return "description"
        own = next((column for column in self.textual if begins_under(self.layout, segment, column)), None)
        if own is not None and not any(own.box.x1 < other.box.x0 < segment.box.x1 for other in self.textual):
            return own.concept
        description = self.head.column("description")
        if description is not None and _shared(segment.box, description.box) > 0:
            return self._before_description(box, segment, description)
        nearest = min(self.textual, key=lambda column: _distance(segment.box, column.box))
        numeric = min((_distance(segment.box, column.box) for column in self.numeric), default=float("inf"))
        return nearest.concept if _distance(segment.box, nearest.box) <= numeric else None

    def _before_description(self, box: Box, segment: Segment, description: Column) -> str:
        """``1 TB100 Paper`` in one cell: words under the head of a code or position belong there."""
        if segment.box.x0 < description.box.x0 - self.layout.line_height:
            under = max(0.0, _shared(box, description.box))
            for column in self.textual:
                left = column.box.x0 < description.box.x0 and column.concept in ("position", "product_code")
                if left and _shared(box, column.box) > under:
                    return column.concept
        return "description"


def _unlikely(amount: Amount, concept: str) -> float:
    """What speaks against a number in a column, by its form."""
    if amount.is_percent:
        return 0.0 if concept in ("tax_rate", "discount") else NEVER
    if concept in ("amount", "gross_amount", "unit_price", "tax_amount"):
        return 0.0 if amount.is_money or amount.decimals else 0.8
    if concept == "position":
        return NEVER if amount.decimals or amount.mark or not 0 <= amount.value <= 9999 else 0.0
    if concept in ("quantity", "tax_rate") and amount.mark:
        return NEVER
    return 2.0 if concept == "tax_rate" and not 0 <= amount.value <= 30 else 0.0


def text_cell(segments: Sequence[Segment], page: int) -> Cell:
    """Lines of one cell as one text."""
    text = segments[0].text
    for segment in segments[1:]:
        text = _joined(text, segment.text)
    raw = "\n".join(segment.text for segment in segments)
    ocr = min(segment.span_confidence(0, len(segment.text)) for segment in segments)
    return Cell(text.strip(" |"), raw, page, union(segment.box for segment in segments), ocr)


def appended(cell: Cell, more: Cell) -> Cell:
    """A cell with a further line."""
    text = _joined(str(cell.value), str(more.value))
    return Cell(text, f"{cell.raw}\n{more.raw}", cell.page, union((cell.box, more.box)), min(cell.ocr, more.ocr))


def _joined(text: str, more: str) -> str:
    """Two lines as one; a hyphen at the end of the first stays, since products have hyphens."""
    return text + more if text.endswith("-") else f"{text} {more}"


def _shared(box: Box, other: Box) -> float:
    return overlap(box.x0, box.x1, other.x0, other.x1)


def _gap(box: Box, other: Box) -> float:
    return max(0.0, box.x0 - other.x1, other.x0 - box.x1)


def _distance(box: Box, other: Box) -> float:
    return _gap(box, other) + 0.01 * abs(box.x0 - other.x0)


def _offset(box: Box, other: Box) -> float:
    """How far apart the nearest of left edges, right edges and centres are."""
    return min(abs(box.x1 - other.x1), abs(box.x0 - other.x0), abs(box.x0 + box.x1 - other.x0 - other.x1) / 2)


def _is_mixed(segment: Segment, amount: Amount) -> bool:
    """The number stands among words: part of a name rather than a cell of its own. A unit behind it is no such word."""
    if addresses.letters(segment.text[: amount.start]) >= 2 and not segment.text[:1].isdigit():
        return True
    return addresses.letters(segment.text[amount.end :]) > 16
