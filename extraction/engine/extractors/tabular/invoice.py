"""The lines of one invoice in a table, with what concerns the whole of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from msgspec.structs import replace

from extraction.engine.amounts import Amount
from extraction.engine.extractors.tabular.cells import date_order, read_amount, read_currency, read_date
from extraction.engine.extractors.tabular.columns import CELLS, label_of
from extraction.engine.extractors.tabular.sheet import Cells, Group, Sheet
from extraction.engine.extractors.tabular.surroundings import Surroundings
from extraction.engine.values import (
    FIELD_KINDS,
    DocumentType,
    Evidence,
    Extraction,
    Field,
    FieldValue,
    Issue,
    LineItem,
    Options,
)

MAX_CELLS_TOLD = 5
"""So many unreadable cells are told one by one."""

CERTAIN, DERIVED, UNCERTAIN = 0.98, 0.9, 0.6
"""Confidence of a sum, of what was computed otherwise, and of a sum in which a cell is missing."""

ABOVE = 0.85
"""Confidence of a value behind its label above the table."""

MAX_SUMS, MAX_BELOW = 30, 60
"""Rows of totals and rows below the lines that are looked at: the last, and the first."""

TITLED: frozenset[DocumentType] = frozenset({"credit_note", "purchase_order", "other"})
"""Kinds that a title above the table may say it is."""

HUNDRED = Decimal(100)
CENT = Decimal("0.01")


class TableInvoice:
    """One invoice of a sheet. Of one that is not ``complete`` the total is not known."""

    def __init__(self, sheet: Sheet, group: Group, options: Options, *, complete: bool) -> None:
        self.sheet = sheet
        self.group = group
        self.options = options
        self.complete = complete
        self.issues: list[Issue] = []
        self.unreadable = 0
        self.currency = self._currency()
        self.order = date_order(self._date_cells(), self.currency.value if self.currency else None)
        self.items = [item for number, row in group.rows if (item := self._item(number, row)) is not None]
        self.amounts = [value for item in self.items if isinstance(value := item.value("amount"), Decimal)]

    def read(self) -> Extraction:
        fields = {field.name: field for field in self._fields()}
        sums = self._sums()
        for name, field in sums.items():
            fields.setdefault(name, field)
        ordered = tuple(fields[name] for name in FIELD_KINDS if name in fields)
        kind, confidence = self._kind(sums.get("total_amount"))
        if kind == "other":  # an offer, a delivery note: its sums are not to be booked
            return Extraction(document_type=kind, document_type_confidence=confidence, steps=("tabular:other",))
        return Extraction(
            document_type=kind,
            document_type_confidence=confidence,
            fields=ordered,
            line_items=tuple(self.items),
            issues=tuple(self.issues),
            steps=("tabular",),
        )

    def _kind(self, total: Field | None) -> tuple[DocumentType, float]:
        """An invoice, if no title above says otherwise and money is not given back."""
        title = self.around.title if self.around is not None else None
        if title in TITLED:
            return title, DERIVED
        if total is not None and total.value < 0:
            return "credit_note", DERIVED
        return "invoice", 0.97

    @cached_property
    def around(self) -> Surroundings | None:
        """The rows above and below with the totals; ``None`` where there are none."""
        rows = [*self.sheet.above, *self.group.sums[-MAX_SUMS:], *self.sheet.below[:MAX_BELOW]]
        return Surroundings(rows, self.amounts, self.options) if rows else None

    # Lines

    def _item(self, number: int, row: Cells) -> LineItem | None:
        cells = [cell for name in CELLS if (cell := self._read(name, row, f"row {number}")) is not None]
        item = LineItem(cells=tuple(cells))
        if item.value("amount") is None:
            item = LineItem(cells=(*cells, *_product(item)))
        return item if item.cells else None

    # Sums

    def _sums(self) -> dict[str, Field]:
        """The total is the sum of the amounts, or what a row of totals states if the two agree."""
        total = self._sum_of_lines()
        if total is None:
            return {}
        stated = self.around.sums() if self.around is not None and self.group.sums else {}
        printed = stated.get("total_amount")
        if printed is None or printed.value == total.value:
            return {**stated, "total_amount": total}
        if self._explains(stated, total.value):
            return stated
        self.issues.append(total_differs(printed.value, total.value))
        return {"total_amount": total}

    def _sum_of_lines(self) -> Field | None:
        if not self.amounts or not self.complete:
            return None
        confidence = CERTAIN if len(self.amounts) == len(self.items) else UNCERTAIN
        evidence = Evidence(rule="sum_of_lines", source="derived")
        total = sum(self.amounts, Decimal())
        return Field(name="total_amount", raw=f"{total:f}", value=total, confidence=confidence, evidence=evidence)

    def _explains(self, stated: dict[str, Field], lines: Decimal) -> bool:
        """The lines are the net of the stated total, after the discounts and with the charges that are stated."""
        value = {name: field.value for name, field in stated.items()}
        net = lines + value.get("shipping_amount", 0) - abs(value.get("discount_amount", 0))
        tolerance = CENT * max(1, len(self.amounts))
        wanted = (net + value.get("tax_amount", 0), net)
        return any(abs(value["total_amount"] - sum_) <= tolerance for sum_ in wanted)

    # The whole invoice

    def _fields(self) -> Iterator[Field]:
        if self.currency:
            yield self.currency
        around = self.around.fields() if self.around is not None else {}
        stated = around | dict(self._labelled_above())
        for name in FIELD_KINDS:
            if name in CELLS or (name == "currency" and self.currency):
                continue
            field = self._first(name) if name in self.sheet.columns else stated.get(name)
            if field is not None:
                yield field

    def _first(self, name: str) -> Field | None:
        """From the first row that says it, which is the first of all unless its cell is empty."""
        row = next(((number, row) for number, row in self.group.rows if self.sheet.cell(name, row)), None)
        return self._read(name, row[1], f"row {row[0]}") if row else None

    def _labelled_above(self) -> Iterator[tuple[str, Field]]:
        for row in reversed(self.sheet.above):
            for label, cell in pairwise(row):
                name = label_of(label) if cell else None
                if name is not None and name not in CELLS:
                    field = self._field(name, cell, "above", ABOVE)
                    if field is not None:
                        yield name, field

    def _currency(self) -> Field | None:
        """From its column, or else the mark that stands beside amounts or in a head."""
        column = self.sheet.columns.get("currency")
        if column is not None:
            cell = next((cell for _, row in self.group.rows if (cell := self.sheet.cell("currency", row))), "")
            return self._field("currency", cell, "column:currency", column.confidence) if cell else None
        mark = next(self._marks(), None)
        return self._field("currency", mark, "mark", DERIVED) if mark else None

    def _marks(self) -> Iterator[str]:
        for name in ("amount", "unit_price"):
            column = self.sheet.columns.get(name)
            if column is None:
                continue
            if column.currency:
                yield column.currency
            read = (read_amount(self.sheet.cell(name, row), self.sheet.style) for _, row in self.group.rows)
            yield from (amount.mark for amount in read if amount and amount.mark and not amount.is_percent)

    def _date_cells(self) -> Iterator[str]:
        names = [name for name in self.sheet.columns if FIELD_KINDS[name] == "date"]
        yield from (self.sheet.cell(name, row) for _, row in self.group.rows for name in names)
        yield from (cell for row in self.sheet.above for cell in row)

    # Cells

    def _read(self, name: str, row: Cells, place: str) -> Field | None:
        cell = self.sheet.cell(name, row)
        if not cell:
            return None
        column = self.sheet.columns[name]
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
            amount = read_amount(cell, self.sheet.style)
            return _as_rate(amount) if amount and name == "tax_rate" else amount.value if amount else None
        if kind == "date":
            return read_date(cell, self.order)
        return read_currency(cell) if name == "currency" else " ".join(cell.split())

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


def with_field(invoice: Extraction, field: Field) -> Extraction:
    """The invoice with one more field, in the order of all."""
    fields = {each.name: each for each in (*invoice.fields, field)}
    return replace(invoice, fields=tuple(fields[name] for name in FIELD_KINDS if name in fields))


def total_differs(stated: Decimal, lines: Decimal) -> Issue:
    """The doubt that the totals and the lines of a table are not the same."""
    return Issue(
        code="total_row_differs",
        severity="warning",
        message=f"The row of totals states {stated:f}, the lines sum to {lines:f}.",
        field="total_amount",
        params={"stated": f"{stated:f}", "sum": f"{lines:f}"},
    )


def _as_rate(amount: Amount) -> Decimal:
    """Percent; spreadsheets write 19 % as 0.19, too."""
    return amount.value * HUNDRED if 0 < abs(amount.value) < 1 and not amount.is_percent else amount.value


def _product(item: LineItem) -> Iterable[Field]:
    """The amount of a line that states only quantity and unit price."""
    quantity, price = item.value("quantity"), item.value("unit_price")
    if isinstance(quantity, Decimal) and isinstance(price, Decimal):
        value = quantity * price
        evidence = Evidence(rule="quantity_times_unit_price", source="derived")
        yield Field(name="amount", raw=f"{value:f}", value=value, confidence=DERIVED, evidence=evidence)
