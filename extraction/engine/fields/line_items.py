"""Line items from the geometry of their table: head, columns, rows, wrapped descriptions, over page breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from extraction.engine.amounts import Amount
from extraction.engine.fields import addresses
from extraction.engine.fields.table_heads import Column, Head, head_at
from extraction.engine.fields.totals import role_from
from extraction.engine.layout import PageLayout, Row, Segment, overlap, union
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Box

NUMERIC = ("quantity", "unit_price", "discount", "tax_rate", "tax_amount", "amount", "gross_amount", "position")
TEXTUAL = ("description", "product_code", "unit", "position", "date")
SKIP_COST = 3.0  # of leaving a number out, in line heights
MAX_LINES = 6  # of a wrapped description
MAX_ITEMS = 5_000
EXACT = Decimal("0.005")
CLOSE = 0.6  # line heights between two lines of one description
CODES = frozenset({"registration", "other_number", "order_number", "purchase_order"})
SUMS = frozenset({"total", "gross", "subtotal", "tax", "due", "paid", "rounding", "change", "cash", "tip", "tax_base"})


_UNIT = re.compile(r"\s?(?P<unit>[^\W\d_][^\W_]{0,9}(?:\([^\W\d_]{1,3}\))?\.?)(?=\s|$)")


class Cell(msgspec.Struct, frozen=True):
    """One cell of a line. ``place`` is ``None`` for a value that was computed."""

    value: Decimal | str
    raw: str
    page: int
    box: Box
    ocr: float = 1.0


class Item(msgspec.Struct):
    """One line item; ``page`` and ``rows`` (indexes) say where it stands."""

    page: int
    rows: list[int]
    cells: dict[str, Cell]

    def number(self, name: str) -> Decimal | None:
        cell = self.cells.get(name)
        return cell.value if cell is not None and isinstance(cell.value, Decimal) else None


class _Number(msgspec.Struct, frozen=True):
    amount: Amount
    place: Place
    mixed: bool  # stands in a cell with words

    @property
    def box(self) -> Box:
        return self.place.box


def read_items(reading: Reading) -> list[Item]:
    """All line items of the document in order; empty when no table of items is recognised."""
    items: list[Item] = []
    head: Head | None = None
    open_ = False
    for layout in reading.all_pages():
        start = 0
        while start < len(layout.rows) and len(items) < MAX_ITEMS:
            if not open_:
                found = _next_head(reading, layout, start)
                if found is None:
                    break
                if items and head is not None and found.concepts != head.concepts:
                    start = found.last_row + 1
                    continue
                head, start = found, found.last_row + 1
            assert head is not None
            table = _Table(reading, layout, head, items)
            start, open_ = table.read(start)
    return [item for item in items if "amount" in item.cells or "gross_amount" in item.cells]


def _next_head(reading: Reading, layout: PageLayout, start: int) -> Head | None:
    for index in range(start, len(layout.rows)):
        head = head_at(reading, layout, index)
        if head is not None:
            return head
    return None


class _Table:
    """The part of a table on one page."""

    def __init__(self, reading: Reading, layout: PageLayout, head: Head, items: list[Item]) -> None:
        self.reading = reading
        self.layout = layout
        self.head = head
        self.items = items
        self.numeric = [column for column in head.columns if column.concept in NUMERIC]
        self.loose: list[Segment] = []  # description lines above a row that has none
        self.current: Item | None = None  # the item that further lines may belong to

    def read(self, start: int) -> tuple[int, bool]:
        """Rows from ``start`` to the end of the table; the next row to look at, and whether the table goes on."""
        rows = self.layout.rows
        for index in range(start, len(rows)):
            row = rows[index]
            again = head_at(self.reading, self.layout, index)
            if again is not None:
                if again.concepts == self.head.concepts:
                    return self._repeated(again)
                return index, False
            if self._is_carried(row):
                continue
            numbers = self._numbers(row)
            if self._ends(row, numbers):
                return index + 1, False
            if not self._carries(row, numbers):
                self._take(row, numbers)
        return len(rows), True

    def _repeated(self, again: Head) -> tuple[int, bool]:
        return _Table(self.reading, self.layout, again, self.items).read(again.last_row + 1)

    def _ends(self, row: Row, numbers: dict[str, _Number]) -> bool:
        """A row with a total, or the words that begin what follows the items."""
        words = [hit for segment in row.segments for hit in self.reading.section(segment, "amounts")]
        role = role_from(words)
        money = any(amount.is_money for segment in row.segments for amount in self.reading.amounts(segment))
        if role in SUMS and money and self._is_labelled_sum(row, numbers):
            return True
        if role in SUMS and money and not {"quantity", "unit_price"} & set(numbers):
            first = row.segments[0]
            begins = any(hit.start <= 2 for hit in self.reading.section(first, "amounts"))
            known = sum(hit.end - hit.start for hit in words) >= 0.4 * addresses.letters(row.text)
            return begins or known
        if self.items and not numbers and self._begins_other_table(row, {hit.concept for hit in words}):
            return True
        fields = [hit for segment in row.segments for hit in self.reading.section(segment, "fields") if hit.start <= 1]
        return bool(self.items) and any(hit.concept in ("iban", "terms", "bank", "due_date") for hit in fields)

    def _carries(self, row: Row, numbers: dict[str, _Number]) -> bool:
        """A row with the sum that one page hands over to the next: no item, and not the end."""
        words = [hit for segment in row.segments for hit in self.reading.section(segment, "amounts")]
        return role_from(words) == "carry" and not {"quantity", "unit_price"} & set(numbers)

    def _is_labelled_sum(self, row: Row, numbers: dict[str, _Number]) -> bool:
        """The cell left of the sum says that it is a total, whatever stands before that in the row."""
        number = numbers.get("amount") or numbers.get("gross_amount")
        if number is None or {"quantity", "unit_price"} & set(numbers):
            return False
        before = [segment for segment in row.segments if segment.box.x1 <= number.box.x0]
        if not before:
            return False
        words = self.reading.section(before[-1], "amounts")
        covered = sum(hit.end - hit.start for hit in words)
        return role_from(words) in SUMS and covered >= 0.6 * addresses.letters(before[-1].text)

    def _is_carried(self, row: Row) -> bool:
        return (
            any(hit.concept == "carry" for segment in row.segments for hit in self.reading.section(segment, "amounts"))
            and not row.segments[0].text[:1].isdigit()
        )

    def _is_allowance(self, row: Row, numbers: dict[str, _Number]) -> bool:
        """``Rabatt 10 % -5,00`` below an item is no item."""
        first = self.reading.section(row.segments[0], "amounts")
        discounted = any(hit.concept == "discount" and hit.start <= 1 for hit in first)
        return discounted and not {"quantity", "unit_price"} <= set(numbers)

    def _begins_other_table(self, row: Row, concepts: set[str]) -> bool:
        """A heading such as "VAT breakdown", or the head of a table of taxes or payments."""
        if "tax_context" in concepts and len(row.segments) == 1:
            return True
        heads = sum(
            bool(self.reading.section(segment, "amounts") or self.reading.section(segment, "columns"))
            for segment in row.segments
        )
        return heads >= 3 or ("tax_base" in concepts and heads >= 2)

    # Numbers → columns

    def _numbers(self, row: Row) -> dict[str, _Number]:
        found = [
            _Number(amount, Place(self.layout, segment, amount.start, amount.end), _is_mixed(segment, amount))
            for segment in row.segments
            for amount in self.reading.amounts(segment)
        ]
        return self._aligned(found[:14])

    def _aligned(self, numbers: list[_Number]) -> dict[str, _Number]:
        """Numbers and columns from left to right, matched in order at the least cost."""
        columns = self.numeric
        best: list[list[tuple[float, tuple[tuple[int, int], ...]]]] = [
            [(0.0, ())] * (len(columns) + 1) for _ in range(len(numbers) + 1)
        ]
        for i in range(1, len(numbers) + 1):
            for j in range(len(columns) + 1):
                skip = 0.2 if numbers[i - 1].mixed else SKIP_COST
                options = [(best[i - 1][j][0] + skip, best[i - 1][j][1])]
                if j:
                    options.append(best[i][j - 1])
                    cost = self._cost(numbers[i - 1], columns[j - 1])
                    before = best[i - 1][j - 1]
                    options.append((before[0] + cost, (*before[1], (i - 1, j - 1))))
                best[i][j] = min(options, key=lambda item: item[0])
        return {columns[j].concept: numbers[i] for i, j in best[len(numbers)][len(columns)][1]}

    def _cost(self, number: _Number, column: Column) -> float:
        """Distance in line heights, and what speaks against such a number in such a column."""
        box, head = number.box, column.box
        distance = max(0.0, -overlap(box.x0, box.x1, head.x0, head.x1)) / self.layout.line_height
        edges = min(abs(box.x1 - head.x1), abs(box.x0 - head.x0), abs(box.x0 + box.x1 - head.x0 - head.x1) / 2)
        cost = distance + 0.05 * edges / self.layout.line_height
        amount, concept = number.amount, column.concept
        if amount.is_percent:
            cost += 0.0 if concept in ("tax_rate", "discount") else 9.0
        elif concept in ("amount", "gross_amount", "unit_price", "tax_amount"):
            cost += 0.0 if amount.is_money or amount.decimals else 0.8
            cost += self._misaligned(number, concept)
        elif concept == "position":
            cost += 9.0 if amount.decimals or amount.mark or amount.value > 9999 or amount.value < 0 else 0.0
        elif concept in ("quantity", "tax_rate"):
            cost += 9.0 if amount.mark else 0.0
            cost += 2.0 if concept == "tax_rate" and not 0 <= amount.value <= 30 else 0.0
        if number.mixed:
            cost += 0.3 if concept == "quantity" else 1.0
            cost += 9.0 if distance > 0 else 0.0
        return cost

    def _misaligned(self, number: _Number, concept: str) -> float:
        """Sums of one column share an edge with the ones above."""
        above = next((item.cells[concept].box for item in reversed(self.items[-3:]) if concept in item.cells), None)
        if above is None or self.items[-1].page != self.layout.number:
            return 0.0
        box = number.box
        off = min(abs(box.x1 - above.x1), abs(box.x0 - above.x0), abs(box.x0 + box.x1 - above.x0 - above.x1) / 2)
        return 0.0 if off <= 1.0 * self.layout.line_height else min(2.5, 0.5 * off / self.layout.line_height)

    # Rows → items

    def _take(self, row: Row, numbers: dict[str, _Number]) -> None:
        texts = self._texts(row, numbers)
        priced = {"amount", "gross_amount"} & set(numbers)
        counted = {"quantity", "unit_price"} & set(numbers)
        if self._completes(row, numbers):
            assert self.current is not None
            more = texts.pop("description", None) if "description" in self.current.cells else None
            self._fill(self.current, row, numbers, texts)
            if more:
                self._continue(row, more)
        elif priced or (counted == {"quantity", "unit_price"}):
            item = Item(self.layout.number, [row.index], {})
            self._fill(item, row, numbers, texts)
            if "description" not in item.cells and self.loose:
                item.cells["description"] = self._text_cell(self.loose)
            self._find_price(item, row)
            self.items.append(item)
            self.current, self.loose = item, []
        elif texts.get("description"):
            self._continue(row, texts["description"])

    def _find_price(self, item: Item, row: Row) -> None:
        """A number under an unknown head that is amount ÷ quantity is the price."""
        quantity, amount = item.number("quantity"), item.number("amount")
        if "unit_price" in item.cells or not quantity or amount is None:
            return
        used = {(cell.box.x0, cell.box.x1) for cell in item.cells.values()}
        for segment in row.segments:
            for number in self.reading.amounts(segment):
                place = Place(self.layout, segment, number.start, number.end)
                free = (place.box.x0, place.box.x1) not in used
                if free and not number.is_percent and abs(number.value * quantity - amount) <= EXACT:
                    item.cells["unit_price"] = Cell(number.value, place.text, place.page, place.box, place.confidence)
                    return

    def _completes(self, row: Row, numbers: dict[str, _Number]) -> bool:
        """The sum of the item above stands a line lower than its quantity and price."""
        item = self.current
        if item is None or {"amount", "gross_amount"} & set(item.cells):
            return False
        near = row.box.y0 - self.layout.rows[item.rows[-1]].box.y1 <= 0.8 * self.layout.line_height
        return (
            near and bool({"amount", "gross_amount"} & set(numbers)) and not {"quantity", "unit_price"} & set(numbers)
        )

    def _fill(self, item: Item, row: Row, numbers: dict[str, _Number], texts: dict[str, list[Segment]]) -> None:
        for concept, number in numbers.items():
            place = number.place
            item.cells.setdefault(
                concept, Cell(number.amount.value, place.text, place.page, place.box, place.confidence)
            )
        for concept, segments in texts.items():
            if concept not in item.cells and concept != "position":
                item.cells[concept] = self._text_cell(segments)
        if "unit" not in item.cells and "quantity" in numbers:
            unit = self._unit_behind(numbers["quantity"])
            if unit is not None:
                item.cells["unit"] = unit
        if row.index not in item.rows:
            item.rows.append(row.index)

    def _unit_behind(self, number: _Number) -> Cell | None:
        """``2 Stk``: the word behind the quantity in its cell."""
        place = number.place
        match = _UNIT.match(place.segment.text[place.end :])
        if match is None:
            return None
        unit = Place(place.layout, place.segment, place.end + match.start("unit"), place.end + match.end("unit"))
        return Cell(unit.text, unit.text, unit.page, unit.box, unit.confidence)

    def _text_cell(self, segments: Sequence[Segment]) -> Cell:
        text = segments[0].text
        for segment in segments[1:]:
            text = _joined(text, segment.text)
        raw = "\n".join(segment.text for segment in segments)
        confidence = min(segment.span_confidence(0, len(segment.text)) for segment in segments)
        return Cell(text.strip(" |"), raw, self.layout.number, union(s.box for s in segments), confidence)

    def _continue(self, row: Row, segments: list[Segment]) -> None:
        """A further line of the description, if it follows closely at the same edge; else it waits for the next item."""
        if any(self.reading.dates(segment) for segment in segments):
            return  # a period of service
        if any(hit.start <= 1 and hit.concept in CODES for hit in self.reading.section(segments[0], "fields")):
            return  # "GTIN: 400..."
        item = self.current
        gap = None
        if item is not None:
            gap = (row.box.y0 - self.layout.rows[item.rows[-1]].box.y1) / self.layout.line_height
        if item is not None and gap is not None and self._follows(item, segments, gap):
            cell, more = item.cells.get("description"), self._text_cell(segments)
            item.cells["description"] = more if cell is None else _appended(cell, more)
            item.rows.append(row.index)
        elif gap is None or gap > CLOSE:
            self.loose = [*self.loose, *segments][-MAX_LINES:]

    def _follows(self, item: Item, segments: list[Segment], gap: float) -> bool:
        """``gap`` in line heights. A first line may stand a little apart, further ones must be close and aligned."""
        cell = item.cells.get("description")
        if cell is None:
            return gap <= 2 * CLOSE
        aligned = abs(segments[0].box.x0 - cell.box.x0) <= 1.2 * self.layout.line_height
        return gap <= CLOSE and aligned and cell.raw.count("\n") + 1 < MAX_LINES

    # Words → columns

    def _texts(self, row: Row, numbers: dict[str, _Number]) -> dict[str, list[Segment]]:
        """The words of a row that are no numbers of columns, by column."""
        used = [(number.place.segment, number.place.start, number.place.end) for number in numbers.values()]
        found: dict[str, list[Segment]] = {}
        for segment in row.segments:
            taken = [(start, end) for other, start, end in used if other is segment]
            for concept, part in self._parts(segment, taken):
                found.setdefault(concept, []).append(part)
        return found

    def _parts(self, segment: Segment, taken: list[tuple[int, int]]) -> Iterator[tuple[str, Segment]]:
        """Runs of words of one cell that belong to one column each."""
        run: list[int] = []
        column: str | None = None
        at = 0
        for index, word in enumerate(segment.words):
            start, at = at, at + len(word.text) + 1
            if any(start < end and begin < start + len(word.text) for begin, end in taken):
                target = None
            else:
                target = self._column_of(word.box, segment)
            if target != column and run:
                yield from self._run(segment, run, column)
                run = []
            column = target
            if target is not None:
                run.append(index)
        if run:
            yield from self._run(segment, run, column)

    def _run(self, segment: Segment, run: list[int], column: str | None) -> Iterator[tuple[str, Segment]]:
        part = segment if len(run) == len(segment.words) else Segment([segment.words[i] for i in run], segment.row)
        if column is not None and any(char.isalnum() for char in part.text):
            yield column, part

    def _column_of(self, box: Box, segment: Segment) -> str | None:
        """Words keep to the textual column whose head they stand under; a cell that begins there stays in it."""
        textual = [column for column in self.head.columns if column.concept in TEXTUAL]
        if not textual:
            return "description"
        description = self.head.column("description")
        if (
            description is not None
            and overlap(segment.box.x0, segment.box.x1, description.box.x0, description.box.x1) > 0
        ):
            earlier = [
                c for c in textual if c.box.x0 < description.box.x0 and c.concept in ("position", "product_code")
            ]
            under = overlap(box.x0, box.x1, description.box.x0, description.box.x1)
            inside = next((c for c in earlier if overlap(box.x0, box.x1, c.box.x0, c.box.x1) > max(0.0, under)), None)
            begins = inside is not None and segment.box.x0 < description.box.x0 - self.layout.line_height
            return inside.concept if inside is not None and begins else "description"
        nearest = min(textual, key=lambda c: _distance(segment.box, c.box))
        numeric = min((_distance(segment.box, c.box) for c in self.numeric), default=1e9)
        away = _distance(segment.box, nearest.box)
        if numeric < away:
            return None
        return nearest.concept


def _joined(text: str, more: str) -> str:
    """Two lines as one; a hyphen at the end of the first stays, since products have hyphens."""
    return text + more if text.endswith("-") else f"{text} {more}"


def _appended(cell: Cell, more: Cell) -> Cell:
    text = _joined(str(cell.value), str(more.value))
    return Cell(text, f"{cell.raw}\n{more.raw}", cell.page, union((cell.box, more.box)), min(cell.ocr, more.ocr))


def _distance(box: Box, other: Box) -> float:
    return max(0.0, -overlap(box.x0, box.x1, other.x0, other.x1)) + 0.01 * abs(box.x0 - other.x0)


def _is_mixed(segment: Segment, amount: Amount) -> bool:
    """The number stands among words: part of a name rather than a cell of its own. A unit behind it is no such word."""
    if addresses.letters(segment.text[: amount.start]) >= 2 and not segment.text[:1].isdigit():
        return True
    return addresses.letters(segment.text[amount.end :]) > 16
