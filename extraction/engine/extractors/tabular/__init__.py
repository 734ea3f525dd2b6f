"""A table (CSV) as an invoice: one line item a row, what concerns the whole invoice in the first row.

The total is the sum of the amounts; an amount that is missing is quantity × unit price. Rows above the heads may name
fields (``Invoice number;4711``); rows of totals below are left out. A table whose heads say nothing is no invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from extraction.engine.amounts import infer_style
from extraction.engine.extractors.tabular.cells import (
    date_order,
    read_amount,
    read_currency,
    read_date,
    read_number,
)
from extraction.engine.extractors.tabular.columns import CELLS, Column, Heads, find_heads, is_sum, label_of
from extraction.engine.parsers.table import TRUNCATED
from extraction.engine.values import (
    FIELD_KINDS,
    Evidence,
    Extraction,
    Field,
    FieldValue,
    Issue,
    LineItem,
    Options,
    ParsedDocument,
    Table,
)

MAX_CELLS_TOLD = 5
"""So many unreadable cells are told one by one."""

MAX_SUM_CELLS = 3
"""A row of totals has a word, a sum and perhaps a currency. A supplier may be called "Total", too."""

DERIVED, UNCERTAIN = 0.9, 0.6
"""Confidence of what was computed, and of a sum in which a cell is missing."""


def extract(document: ParsedDocument, options: Options) -> Extraction | None:
    """Read the first table of a CSV file; ``None`` for any other file."""
    if document.media_type != "text/csv" or not document.tables:
        return None
    table = document.tables[0]
    heads = find_heads(table.rows)
    if heads is None or not {"amount", "unit_price"} & heads.columns.keys():
        return _no_invoice()
    complete = all(issue.code != TRUNCATED for issue in document.issues)
    return _Reader(table, heads, complete=complete).read()


def _no_invoice() -> Extraction:
    issue = Issue(
        code="columns_unknown",
        severity="warning",
        message="No row of the table names columns of an invoice, so nothing was read from it.",
    )
    return Extraction(document_type="other", document_type_confidence=0.8, issues=(issue,), steps=("tabular:unknown",))


class _Reader:
    """One table with known heads. Of one that is not ``complete`` the total is not known."""

    def __init__(self, table: Table, heads: Heads, *, complete: bool) -> None:
        self.complete = complete
        self.heads = heads
        self.columns = heads.columns
        self.preamble = table.rows[: heads.row]
        self.issues: list[Issue] = []
        self.unreadable = 0
        body = table.rows[heads.row + 1 :]
        self.style = infer_style(cell for row in body for cell in row)
        self.rows = [row for row in body if not self._is_sum_row(row)]
        self.currency = self._currency()
        self.order = date_order(self._date_cells(), self.currency.value if self.currency else None)

    def read(self) -> Extraction:
        items = tuple(item for number, row in enumerate(self.rows, start=1) if (item := self._item(number, row)))
        fields = list(self._fields())
        total = self._total(items)
        return Extraction(
            document_type="invoice",
            document_type_confidence=0.97,
            fields=tuple(fields if total is None else [*fields, total]),
            line_items=items,
            issues=tuple(self._told()),
            steps=("tabular",),
        )

    # Lines

    def _item(self, number: int, row: Sequence[str]) -> LineItem | None:
        cells = [cell for name in CELLS if (cell := self._read(name, row, f"row {number}")) is not None]
        item = LineItem(cells=tuple(cells))
        if item.value("amount") is None:
            item = LineItem(cells=(*cells, *_product(item)))
        return item if item.cells else None

    def _is_sum_row(self, row: Sequence[str]) -> bool:
        """As in Total;;;119,00: a word for a sum in a cell of its own, little else, and neither quantity nor price."""
        filled = sum(bool(cell) for cell in row)
        if filled > MAX_SUM_CELLS or any(self._cell(name, row) for name in ("quantity", "unit_price")):
            return False
        first = next((cell for cell in row if cell), "")
        return is_sum(first) or is_sum(self._cell("description", row))

    def _total(self, items: Sequence[LineItem]) -> Field | None:
        amounts = [value for item in items if isinstance(value := item.value("amount"), Decimal)]
        if not amounts or not self.complete:
            return None
        confidence = 0.98 if len(amounts) == len(items) else UNCERTAIN
        evidence = Evidence(rule="sum_of_lines", source="derived")
        total = sum(amounts, Decimal())
        return Field(name="total_amount", raw=f"{total:f}", value=total, confidence=confidence, evidence=evidence)

    # The whole invoice

    def _fields(self) -> Iterator[Field]:
        if self.currency:
            yield self.currency
        first = self.rows[0] if self.rows else ()
        stated = dict(self._stated_above())
        for name in FIELD_KINDS:
            if name in CELLS or name == "currency":
                continue
            field = self._read(name, first, "row 1") if name in self.columns else stated.get(name)
            if field is not None:
                yield field

    def _stated_above(self) -> Iterator[tuple[str, Field]]:
        for row in reversed(self.preamble):
            for label, cell in pairwise(row):
                name = label_of(label) if cell else None
                if name is not None and name not in CELLS:
                    field = self._field(name, cell, "above", 0.85)
                    if field is not None:
                        yield name, field

    def _currency(self) -> Field | None:
        """From its column, or else the mark that stands beside amounts or in a head."""
        column = self.columns.get("currency")
        if column is not None:
            cell = next((cell for row in self.rows if (cell := self._cell("currency", row))), "")
            return self._field("currency", cell, "column:currency", column.confidence) if cell else None
        mark = next(self._marks(), None)
        return self._field("currency", mark, "mark", DERIVED) if mark else None

    def _marks(self) -> Iterator[str]:
        for name in ("amount", "unit_price"):
            column = self.columns.get(name)
            if column is None:
                continue
            if column.currency:
                yield column.currency
            read = (read_amount(self._cell(name, row), self.style) for row in self.rows)
            yield from (amount.mark for amount in read if amount and amount.mark and not amount.is_percent)

    def _date_cells(self) -> Iterator[str]:
        names = [name for name in self.columns if FIELD_KINDS[name] == "date"]
        yield from (self._cell(name, row) for row in self.rows for name in names)
        yield from (cell for row in self.preamble for cell in row)

    # Cells

    def _cell(self, name: str, row: Sequence[str]) -> str:
        column = self.columns.get(name)
        return row[column.index] if column is not None and column.index < len(row) else ""

    def _read(self, name: str, row: Sequence[str], place: str) -> Field | None:
        cell = self._cell(name, row)
        if not cell:
            return None
        column: Column = self.columns[name]
        field = self._field(name, cell, f"column:{name}", column.confidence)
        if field is None:
            self._tell(name, place, cell)
        return field

    def _field(self, name: str, cell: str, rule: str, confidence: float) -> Field | None:
        value = self._value(name, cell)
        if value is None:
            return None
        evidence = Evidence(rule=rule, source="table")
        return Field(name=name, raw=cell, value=value, confidence=confidence, evidence=evidence)

    def _value(self, name: str, cell: str) -> FieldValue:
        kind = FIELD_KINDS[name]
        if kind in ("amount", "number"):
            return read_number(cell, self.style)
        if kind == "date":
            return read_date(cell, self.order)
        return read_currency(cell) if name == "currency" else cell

    # Doubts

    def _tell(self, name: str, place: str, cell: str) -> None:
        self.unreadable += 1
        if self.unreadable <= MAX_CELLS_TOLD:
            self.issues.append(
                Issue(
                    code="unreadable_cell",
                    severity="warning",
                    message=f"The {name.replace('_', ' ')} in {place} could not be read.",
                    field=name if name not in CELLS else "line_items",
                    params={"column": name, "place": place},
                )
            )

    def _told(self) -> Iterator[Issue]:
        yield from self.issues
        numbers = {cell for row in self.rows if (cell := self._cell("invoice_number", row))}
        if len(numbers) > 1:
            yield Issue(
                code="several_invoices",
                severity="warning",
                message=f"The table holds lines of {len(numbers)} invoices; they were read as one.",
                params={"count": str(len(numbers))},
            )


def _product(item: LineItem) -> Iterable[Field]:
    """The amount of a line that states only quantity and unit price."""
    quantity, price = item.value("quantity"), item.value("unit_price")
    if isinstance(quantity, Decimal) and isinstance(price, Decimal):
        value = quantity * price
        evidence = Evidence(rule="quantity_times_unit_price", source="derived")
        yield Field(name="amount", raw=f"{value:f}", value=value, confidence=DERIVED, evidence=evidence)
