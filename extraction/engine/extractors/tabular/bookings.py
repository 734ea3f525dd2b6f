"""A table of bookings, as banks export them: a statement.

Its columns are told from heads that only bookings have (debit and credit, a balance, dates of posting). The bookings
become lines with a signed amount; where a balance is kept, opening and closing balance follow from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

import msgspec
from stdnum import iban

from extraction.engine import ledger
from extraction.engine.amounts import Style, find_marks, infer_style
from extraction.engine.dates import Order
from extraction.engine.extractors.tabular.cells import date_order, read_currency, read_date, read_number
from extraction.engine.extractors.tabular.surroundings import Surroundings
from extraction.engine.labels import lexicon, tokenize
from extraction.engine.values import FIELD_KINDS, Evidence, Extraction, Field, FieldValue, LineItem, Options

Cells = Sequence[str]

HEAD_ROWS, MAX_HEAD = 30, 80
SEEN_ROWS = 50
DESCRIBING = 3  # columns that together describe a booking
SURE, DERIVED = 0.95, 0.9
SIDED = ("debit", "credit")


class _Columns(msgspec.Struct, frozen=True):
    """Indexes of columns by what they hold; ``sign`` says on which side of the account an amount is."""

    row: int
    date: int
    described: tuple[int, ...]
    amount: int | None
    debit: int | None
    credit: int | None
    balance: int | None
    sign: int | None


def read(rows: Sequence[Cells], options: Options, *, complete: bool) -> Extraction | None:
    """The statement that the table is; ``None`` when its columns are not those of bookings."""
    columns = next((found for row in range(min(len(rows), HEAD_ROWS)) if (found := _columns(rows, row))), None)
    return _Statement(rows, columns, options, complete=complete).read() if columns is not None else None


def _columns(rows: Sequence[Cells], number: int) -> _Columns | None:
    row, body = rows[number], rows[number + 1 : number + 1 + SEEN_ROWS]
    heads = {index: ledger.meanings(_plain(cell)) for index, cell in enumerate(row) if cell}
    held = {name: [i for i, meaning in heads.items() if name in meaning] for name in ledger.COLUMNS}
    sign = next((i for i in range(len(row)) if _is_sign(body, i)), None)
    amount = next((i for i in held["amount"] if i != sign), None)
    debit, credit = (next((i for i in held[name] if i not in (sign, amount)), None) for name in SIDED)
    balance = next((i for i in held["balance"] if i not in (amount, debit, credit)), None)
    kept = balance is not None or sign is not None or (debit is not None and credit is not None)
    booked = any(ledger.is_only_of_bookings(_plain(row[i])) for i in (*held["date"], *held["description"]))
    if not held["date"] or (amount is None and None in (debit, credit)) or not (kept or booked):
        return None
    described = tuple(i for i in held["description"] if i not in (held["date"][0], amount, debit, credit, balance))
    return _Columns(number, held["date"][0], described[:DESCRIBING], amount, debit, credit, balance, sign)


def _plain(head: str) -> str:
    """Without the currency or the remark in brackets."""
    text = head.partition("(")[0].strip()
    mark = next(find_marks(text), None)
    return text.removesuffix(mark).strip() if mark and text != mark else text


def _is_sign(body: Sequence[Cells], index: int) -> bool:
    cells = {row[index].casefold() for row in body if index < len(row) and row[index]}
    return bool(cells) and all(ledger.side_of(cell) for cell in cells)


class _Statement:
    def __init__(self, rows: Sequence[Cells], columns: _Columns, options: Options, *, complete: bool) -> None:
        self.columns = columns
        self.options = options
        self.complete = complete
        self.heads = rows[columns.row]
        self.above = rows[: columns.row]
        self.style: Style = infer_style(cell for row in rows[columns.row + 1 :] for cell in row)
        self.stated: dict[str, Decimal] = {}
        self.rows = [row for row in rows[columns.row + 1 :] if not self._is_balance(row)]
        self.order: Order = date_order((self._cell(row, columns.date) for row in self.rows), None)

    def read(self) -> Extraction:
        items = [item for row in self.rows if (item := self._booking(row)) is not None]
        fields = {field.name: field for field in self._fields(items)}
        return Extraction(
            document_type="statement",
            document_type_confidence=SURE,
            fields=tuple(fields[name] for name in FIELD_KINDS if name in fields),
            line_items=tuple(item for item, _ in items),
            steps=("tabular:statement",),
        )

    # Bookings

    def _booking(self, row: Cells) -> tuple[LineItem, Cells] | None:
        amount = self._amount(row)
        if amount is None:
            return None
        text = " ".join(" ".join(self._cell(row, index) for index in self.columns.described).split())
        described = [_field("description", text, text, SURE)] if text else []
        return LineItem(cells=(*described, _field("amount", f"{amount:f}", amount, SURE))), row

    def _amount(self, row: Cells) -> Decimal | None:
        """Negative for what leaves the account."""
        columns = self.columns
        if columns.amount is not None:
            amount = self._number(row, columns.amount)
            side = ledger.side_of(self._cell(row, columns.sign))
            return -abs(amount) if amount is not None and side == "debit" else amount
        debit, credit = self._number(row, columns.debit), self._number(row, columns.credit)
        if debit is None and credit is None:
            return None
        return abs(credit or Decimal(0)) - abs(debit or Decimal(0))

    def _is_balance(self, row: Cells) -> bool:
        """A row that states the balance at the beginning or at the end, and is no booking."""
        text = " ".join(row)[:200]
        hits = [hit.concept for hit in lexicon().scan(text, tokenize(text)) if hit.section == "statement"]
        name = next((concept for concept in hits if concept in ("opening_balance", "closing_balance")), None)
        if name is None:
            return False
        indexes = (self.columns.balance, self.columns.amount, self.columns.credit, self.columns.debit)
        value = next((number for index in indexes if (number := self._number(row, index)) is not None), None)
        if value is not None:
            self.stated.setdefault(name, value)
        return True

    # The account

    def _fields(self, items: Sequence[tuple[LineItem, Cells]]) -> Iterator[Field]:
        if self.above:
            found = Surroundings(self.above, [], self.options).fields()
            yield from (field for name, field in found.items() if name in ("vendor_name", "customer_name", "iban"))
        yield from self._account([row for _, row in items])
        yield from self._period([row for _, row in items])
        for name, value in (self._balances(items) | self.stated).items():
            yield _field(name, f"{value:f}", value, SURE if name in self.stated else DERIVED)

    def _account(self, rows: Sequence[Cells]) -> Iterator[Field]:
        """What is the same in every row: the account, and its currency."""
        for index in range(len(self.heads)):
            cells = {self._cell(row, index) for row in rows}
            if len(cells) == 1 and (cell := cells.pop()):
                if iban.is_valid(cell):
                    yield _field("iban", cell, iban.compact(cell), SURE)
                elif len(cell) <= 4 and (code := read_currency(cell)):
                    yield _field("currency", cell, code, SURE)
        mark = next(
            (code for head in self.heads for mark in find_marks(head[:80]) if (code := read_currency(mark))), None
        )
        if mark:
            yield _field("currency", mark, mark, DERIVED)

    def _period(self, rows: Sequence[Cells]) -> Iterator[Field]:
        days = [day for row in rows if (day := self._day(row)) is not None]
        if days:
            yield _field("service_start", min(days).isoformat(), min(days), DERIVED)
            yield _field("service_end", max(days).isoformat(), max(days), DERIVED)

    def _day(self, row: Cells) -> date | None:
        return read_date(self._cell(row, self.columns.date), self.order)

    def _balances(self, items: Sequence[tuple[LineItem, Cells]]) -> dict[str, Decimal]:
        """From the balance after each booking, when every step of it is the booking's amount."""
        if self.columns.balance is None or not self.complete:
            return {}
        kept = [(self._number(row, self.columns.balance), self._amount(row)) for _, row in items]
        known = [(balance, amount) for balance, amount in kept if balance is not None and amount is not None]
        if not known or len(known) < len(kept):
            return {}
        for steps in (known, known[::-1]):  # oldest or newest first
            if all(after == before + amount for (before, _), (after, amount) in pairwise(steps)):
                return {"opening_balance": steps[0][0] - steps[0][1], "closing_balance": steps[-1][0]}
        return {}

    # Cells

    def _cell(self, row: Cells, index: int | None) -> str:
        return row[index] if index is not None and index < len(row) else ""

    def _number(self, row: Cells, index: int | None) -> Decimal | None:
        return read_number(self._cell(row, index), self.style)


def _field(name: str, raw: str, value: FieldValue, confidence: float) -> Field:
    return Field(
        name=name, raw=raw, value=value, confidence=confidence, evidence=Evidence(rule="column", source="table")
    )
