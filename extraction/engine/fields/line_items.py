"""Line items from the geometry of their table: head, columns, rows, wrapped descriptions, over page breaks."""

from __future__ import annotations

import re
from decimal import Decimal

from extraction.engine.fields import addresses
from extraction.engine.fields.item_cells import name_codes, name_discounts, split_codes, strip_counters
from extraction.engine.fields.item_numbers import EXACT, complete
from extraction.engine.fields.item_rest import price_all, with_rest
from extraction.engine.fields.sums import has_cents, role_from
from extraction.engine.fields.table_cells import NUMERIC, Cell, Columns, Number, appended, text_cell
from extraction.engine.fields.table_cells import Item as Item
from extraction.engine.fields.table_heads import Head, head_at
from extraction.engine.labels import Hit
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.reading import Place, Reading
from extraction.engine.values import Box

MAX_LINES = 6  # of a wrapped description
MAX_ITEMS = 5_000
LEAST = 10  # of a sum without decimals
SECTION_GAP = 3  # rows between the sum of a section and the first item of the next
CLOSE = 0.6  # line heights between two lines of one description
PRICED = frozenset({"amount", "gross_amount"})
COUNTED = frozenset({"quantity", "unit_price"})
CODES = frozenset({"registration", "other_number", "payment_reference", "order_number", "purchase_order"})
SUMS = frozenset({"total", "gross", "subtotal", "tax", "due", "paid", "rounding", "change", "cash", "tip", "tax_base"})
ADJUSTING = frozenset({"discount", "shipping", "charge", "withheld"})
TOTALS = frozenset({"total", "gross", "subtotal", "due"})
AFTER = frozenset({"iban", "terms", "payment_method", "bank", "due_date"})
"""Labels that stand below a table of items, never in it."""

_UNIT = re.compile(r"\s?(?P<unit>[^\W\d_][^\W_]{0,9}(?:\([^\W\d_]{1,3}\))?\.?)(?=\s|$)")


def read_items(reading: Reading) -> list[Item]:
    """All line items of the document in order; empty when no table of items is recognised."""
    items: list[Item] = []
    head: Head | None = None
    goes_on = False
    whole = not has_cents(reading)
    for layout in reading.all_pages():
        start = 0
        while start < len(layout.rows) and len(items) < MAX_ITEMS:
            if head is None or not goes_on:
                found = _next_head(reading, layout, start)
                if found is None:
                    break
                start = found.last_row + 1
                if items and head is not None and found.concepts != head.concepts:
                    continue  # a table of something else
                head = found
            if goes_on and start == 0:
                start = _repeated_head(reading, layout, head, items)
            start, goes_on = _Table(reading, layout, head, items, whole=whole).read(start)
    price_all(reading, items)
    priced = [item for item in items if PRICED & set(item.cells)]
    priced = with_rest(reading, priced)
    strip_counters(priced)
    split_codes(priced)
    name_codes(priced)
    name_discounts(priced)
    return priced


def _next_head(reading: Reading, layout: PageLayout, start: int) -> Head | None:
    heads = (head_at(reading, layout, index) for index in range(start, len(layout.rows)))
    return next((head for head in heads if head is not None), None)


def _repeated_head(reading: Reading, layout: PageLayout, head: Head, items: list[Item]) -> int:
    """Where a table goes on that has its head again on the next page: the letterhead above it holds no items."""
    full = {name for item in items[-1:] for name in item.cells if name in NUMERIC}
    columns = Columns(reading, layout, head)
    for index, row in enumerate(layout.rows):
        again = head_at(reading, layout, index)
        if again is not None and again.concepts == head.concepts:
            return index
        if full <= set(columns.numbers(columns.cells(row), {})):
            break
    return 0


class _Table:
    """The part of a table on one page. Items are added to ``items``, which holds those of earlier pages."""

    def __init__(self, reading: Reading, layout: PageLayout, head: Head, items: list[Item], *, whole: bool) -> None:
        self.reading = reading
        self.layout = layout
        self.head = head
        self.items = items
        self.columns = Columns(reading, layout, head)
        self.whole = whole
        self.loose: list[Segment] = []  # description lines above a row that has none
        self.sum, self.summed = Decimal(0), 0  # of the items before the last, and how many they are
        self.names_above = False  # the description of an item stands above its numbers
        self.current: Item | None = None  # the item that further lines may belong to

    def read(self, start: int) -> tuple[int, bool]:
        """Rows from ``start`` to the end of the table; the next row to look at, and whether the table goes on."""
        rows = self.layout.rows
        index = start
        while index < len(rows):
            again = head_at(self.reading, self.layout, index)
            if again is not None and again.concepts != self.head.concepts:
                return index, False
            if again is not None:
                self.head, self.columns = again, Columns(self.reading, self.layout, again)
                self.current, self.loose = None, []
                index = again.last_row + 1
                continue
            row = self.columns.cells(rows[index])
            numbers = self.columns.numbers(row, self._above())
            index += 1
            if self._ends(row, numbers) or self._adds_up_items(row, numbers):
                begins_page = bool(self.items) and self.items[-1].page != self.layout.number
                if not self._goes_on(row, brought_forward=begins_page):
                    return index, False
                self.loose = []
            elif not self._is_no_item(row, numbers):
                self._take(row, numbers)
        return len(rows), True

    def _goes_on(self, sum_row: Row, *, brought_forward: bool) -> bool:
        """A row with the sum of a section, or of the pages before: an item follows before any other sum.

        That it is an item is proved by its quantity × price = amount.
        """
        role = role_from(self._words(sum_row))
        named = self._names_section(sum_row)
        if not brought_forward and role not in ("subtotal", None) and not (role == "total" and named):
            return False
        for following in self.layout.rows[sum_row.index + 1 : sum_row.index + 1 + SECTION_GAP]:
            row = self.columns.cells(following)
            numbers = self.columns.numbers(row, self._above())
            if set(numbers) >= COUNTED:
                product = numbers["quantity"].amount.value * numbers["unit_price"].amount.value
                printed = (amount.value for segment in row.segments for amount in self.reading.amounts(segment))
                return product != 0 and any(abs(product - value) <= EXACT for value in printed)
            if self._has_money(row):
                return False
        return False

    def _names_section(self, row: Row) -> bool:
        """``Total Painting``: there is more than the words of a sum."""
        first = row.segments[0]
        words = [hit for hit in self.reading.section(first, "amounts") if hit.concept in TOTALS]
        return sum(hit.end - hit.start for hit in words) < 0.8 * addresses.letters(first.text)

    def _above(self) -> dict[str, Box]:
        if self.current is None:
            return {}
        return {name: cell.box for name, cell in self.current.cells.items() if name in (*PRICED, "unit_price")}

    def _words(self, row: Row) -> list[Hit]:
        return [hit for segment in row.segments for hit in self.reading.section(segment, "amounts")]

    # What ends the table, and what is left out

    def _ends(self, row: Row, numbers: dict[str, Number]) -> bool:
        """A row with a total, or the words that begin what follows the items."""
        words = self._words(row)
        if self._has_money(row) and (self._is_labelled_sum(row, numbers) or self._is_sum_alone(row)):
            return True
        if role_from(words) in SUMS and not COUNTED & set(numbers) and self._has_money(row):
            return self._begins_as_sum(row, words) and not self._is_like_items(row, numbers, words)
        if not self.items:
            return False
        if self._is_count(row, numbers):
            return True
        if self._heads_sums(row) or (not numbers and self._begins_other_table(row, {hit.concept for hit in words})):
            return True
        inside = [segment for segment in row.segments if segment.box.x1 > self.head.left]
        fields = [hit for segment in inside for hit in self.reading.section(segment, "fields")]
        return any(hit.start <= 1 and hit.concept in AFTER for hit in fields)

    def _is_count(self, row: Row, numbers: dict[str, Number]) -> bool:
        """``Total Qty: 9``: the words of a sum fill the first cell, which holds no number."""
        first = row.segments[0]
        words = self.reading.section(first, "amounts")
        concepts = {hit.concept for hit in words}
        if "count" not in concepts or "unit_price" in numbers:
            return False
        covered = sum(hit.end - hit.start for hit in words)
        return covered >= 0.8 * addresses.letters(first.text) > 0 and len(first.text.split()) >= 2

    def _adds_up_items(self, row: Row, numbers: dict[str, Number]) -> bool:
        """A lone amount without a description that is the sum of the items above, whatever it is called."""
        if len(self.items) < 2 or "amount" not in numbers:
            return False
        role = role_from(self._words(row))
        if role in TOTALS and abs(self._sum_of_items() - numbers["amount"].amount.value) <= EXACT:
            return "unit_price" not in numbers
        if COUNTED & set(numbers) or role == "carry" or self.loose or "description" in self.columns.texts(row, numbers):
            return False
        return abs(self._sum_of_items() - numbers["amount"].amount.value) <= EXACT

    def _sum_of_items(self) -> Decimal:
        """Added up as they come; only the last one may still change."""
        for item in self.items[self.summed : -1]:
            self.sum += item.number("amount") or Decimal(0)
        self.summed = len(self.items) - 1
        return self.sum + (self.items[-1].number("amount") or Decimal(0))

    def _has_money(self, row: Row) -> bool:
        return any(
            amount.is_money or (self.whole and amount.value >= LEAST and not amount.is_percent)
            for segment in row.segments
            for amount in self.reading.amounts(segment)
        )

    def _is_sum_alone(self, row: Row) -> bool:
        """``Subtotal`` and one sum, wherever it stands: columns of plain text need not be aligned."""
        row = self.layout.rows[row.index]  # not cut into cells
        if not self.items or len(row.segments) != 2:
            return False
        words = self.reading.section(row.segments[0], "amounts")
        covered = sum(hit.end - hit.start for hit in words)
        return role_from(words) in TOTALS and covered >= 0.9 * addresses.letters(row.segments[0].text)

    def _begins_as_sum(self, row: Row, words: list[Hit]) -> bool:
        """The row begins with the words of a sum, or consists of them."""
        if any(hit.start <= 2 for hit in self.reading.section(row.segments[0], "amounts")):
            return True
        return sum(hit.end - hit.start for hit in words) >= 0.4 * addresses.letters(row.segments[0].text)

    def _is_like_items(self, row: Row, numbers: dict[str, Number], words: list[Hit]) -> bool:
        """``Taxes and carrier charges`` with sums in all the columns in which the items have theirs."""
        covered = sum(hit.end - hit.start for hit in words if hit.concept in SUMS)
        if len(numbers) < 2 or covered >= 0.5 * addresses.letters(row.segments[0].text):
            return False
        return bool(self.items) and set(numbers) == {name for name in self.items[-1].cells if name in NUMERIC}

    def _is_labelled_sum(self, row: Row, numbers: dict[str, Number]) -> bool:
        """The cell left of the amount says that it is a total, whatever stands before that in the row."""
        number = numbers.get("amount") or numbers.get("gross_amount")
        before = [segment for segment in row.segments if number and segment.box.x1 <= number.box.x0]
        if len(before) < 2:
            return False
        beside = list(self.reading.section(before[-1], "amounts"))
        covered = sum(hit.end - hit.start for hit in beside)
        role = role_from(beside)
        sums = TOTALS if COUNTED & set(numbers) else SUMS  # a cell "Tax 15%" is a column of many tables
        return role in sums and covered >= 0.6 * addresses.letters(before[-1].text)

    def _heads_sums(self, row: Row) -> bool:
        """``Net  VAT 20%  Total`` above the sums themselves."""
        roles, concepts = set(), set()
        row = self.layout.rows[row.index]  # not cut into cells
        for segment in row.segments:
            words = self.reading.section(segment, "amounts")
            concepts |= {hit.concept for hit in words}
            if sum(hit.end - hit.start for hit in words) < 0.6 * addresses.letters(segment.text):
                return False
            roles.add(role_from(words))
        return len(row.segments) >= 2 and bool(concepts & TOTALS) and roles <= SUMS | ADJUSTING

    def _begins_other_table(self, row: Row, concepts: set[str]) -> bool:
        """A heading such as "VAT breakdown", or the head of a table of taxes or payments."""
        if "tax_context" in concepts and len(row.segments) == 1:
            return True
        heads = sum(
            bool(self.reading.section(segment, "amounts") or self.reading.section(segment, "columns"))
            for segment in row.segments
        )
        return heads >= 3 or ("tax_base" in concepts and heads >= 2)

    def _is_no_item(self, row: Row, numbers: dict[str, Number]) -> bool:
        """Sums carried from page to page, and allowances below an item (``Rabatt 10 % -5,00``)."""
        if not COUNTED & set(numbers) and any(hit.concept == "carry" for hit in self._words(row)):
            return True
        first = self.reading.section(row.segments[0], "amounts")
        discounted = any(hit.concept == "discount" and hit.start <= 1 for hit in first)
        return discounted and not set(numbers) >= COUNTED

    # Rows → items

    def _take(self, row: Row, numbers: dict[str, Number]) -> None:
        texts = self.columns.texts(row, numbers)
        if self.current is not None and self._completes(self.current, row, numbers):
            more = texts.pop("description", None) if "description" in self.current.cells else None
            self._fill(self.current, row, numbers, texts)
            if more:
                self._continue(row, more)
        elif PRICED & set(numbers) or set(numbers) >= COUNTED:
            item = Item(self.layout.number, [], {})
            if not any(self._is_text(segment) for segment in texts.get("description", ())):
                texts.pop("description", None)  # a price under the head of descriptions
            self._fill(item, row, numbers, texts)
            if "description" not in item.cells and self.loose:
                self.names_above = self.names_above or not self.items
                item.cells["description"] = text_cell(self.loose, self.layout.number)
            complete(self.reading, self.layout, item, row)
            self.items.append(item)
            self.current, self.loose = item, []
        elif texts.get("description"):
            self._continue(row, texts["description"])

    def _is_text(self, segment: Segment) -> bool:
        """More than a sum with its currency."""
        sums = [amount for amount in self.reading.amounts(segment) if amount.is_money]
        rest = segment.text if not sums else segment.text[: sums[0].start] + segment.text[sums[-1].end :]
        return addresses.letters(rest) >= 2 or not sums

    def _completes(self, item: Item, row: Row, numbers: dict[str, Number]) -> bool:
        """The sum of the item above stands a line lower than its quantity and price."""
        if PRICED & set(item.cells) or not PRICED & set(numbers) or COUNTED & set(numbers):
            return False
        return self._gap(item, row) <= 0.8

    def _gap(self, item: Item, row: Row) -> float:
        """Line heights between an item's last row and ``row``."""
        return (row.box.y0 - self.layout.rows[item.rows[-1]].box.y1) / self.layout.line_height

    def _fill(self, item: Item, row: Row, numbers: dict[str, Number], texts: dict[str, list[Segment]]) -> None:
        for concept, number in numbers.items():
            item.cells.setdefault(concept, number.cell)
        for concept, segments in texts.items():
            if concept not in item.cells and concept != "position":
                item.cells[concept] = text_cell(segments, self.layout.number)
        if "unit" not in item.cells and "quantity" in numbers:
            unit = _unit_behind(numbers["quantity"].place)
            if unit is not None:
                item.cells["unit"] = unit
        item.rows.append(row.index)

    def _continue(self, row: Row, segments: list[Segment]) -> None:
        """A further line of the description, if it follows closely at the same edge; else it waits for another item."""
        if any(self.reading.dates(segment) for segment in segments):
            return  # a period of service
        if any(hit.start <= 1 and hit.concept in CODES for hit in self.reading.section(segments[0], "fields")):
            return  # "GTIN: 400..."
        if any(
            hit.start == 0 and hit.concept == "product_code" for hit in self.reading.section(segments[0], "columns")
        ):
            return  # "SKU: TW-100"
        item = None if self.names_above else self.current
        if item is not None and self._follows(item, row, segments):
            cell, more = item.cells.get("description"), text_cell(segments, self.layout.number)
            item.cells["description"] = more if cell is None else appended(cell, more)
            item.rows.append(row.index)
        elif item is None or self._gap(item, row) > CLOSE:
            self.loose = [*self.loose, *segments][-MAX_LINES:]

    def _follows(self, item: Item, row: Row, segments: list[Segment]) -> bool:
        """A first line may stand a little apart, further ones must be close and aligned."""
        cell, gap = item.cells.get("description"), self._gap(item, row)
        if cell is None:
            return gap <= 2 * CLOSE
        aligned = abs(segments[0].box.x0 - cell.box.x0) <= 1.2 * self.layout.line_height
        return gap <= CLOSE and aligned and cell.raw.count("\n") + 1 < MAX_LINES


def _unit_behind(place: Place) -> Cell | None:
    """``2 Stk``: the word behind the quantity in its cell."""
    match = _UNIT.match(place.segment.text[place.end :])
    if match is None:
        return None
    unit = Place(place.layout, place.segment, place.end + match.start("unit"), place.end + match.end("unit"))
    return Cell(unit.text, unit.text, unit.page, unit.box, unit.confidence)
