"""A table of line items: its columns, the rows that are lines, and the rows around them.

Above the heads may stand a title, addresses and labelled values, below the lines totals and terms. Where the file has
no heads, columns are told from their numbers: quantity × unit price is the amount in nearly every row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import permutations, zip_longest

import msgspec

from extraction.engine.amounts import Style, infer_style
from extraction.engine.extractors.tabular.cells import read_amount, read_number
from extraction.engine.extractors.tabular.columns import Column, Heads, find_heads, is_carried, is_sum

Cells = Sequence[str]

MAX_SUM_CELLS = 3
"""A row of totals has a word, a sum and perhaps a currency. A supplier may be called "Total", too."""

SAMPLE, MAX_NUMBERS = 200, 8
"""Rows and columns of numbers from which the meaning of columns without heads is told."""

LEAST_ROWS, MOST = 2, 0.9
"""So many rows, and this share of them, have to agree with what a column is taken for."""

GUESSED = 0.7
"""How sure the meaning of a column without a head is."""

CENT = Decimal("0.01")
NAMES = frozenset({"vendor_name", "customer_name"})
PRICED = ("amount", "unit_price")
COUNTED = ("quantity", "unit_price")

FEWEST_HEADS, MOST_TURNED = 4, 60
"""Known heads that make a first column one of heads, and rows and columns of a table that is turned for it."""


class Group(msgspec.Struct, frozen=True):
    """The lines of one invoice, each with its number among all, and the rows of its totals."""

    rows: list[tuple[int, Cells]]
    sums: list[Cells]


class Sheet(msgspec.Struct, frozen=True):
    """``above`` and ``below`` are the rows around the lines of ``groups``."""

    columns: dict[str, Column]
    style: Style
    above: Sequence[Cells]
    below: Sequence[Cells]
    groups: Sequence[Group]
    missed: tuple[Decimal, Decimal] | None = None
    """The total that is stated for all invoices together and their sum, where the two differ."""

    def cell(self, name: str, row: Cells) -> str:
        return cell_of(self.columns, name, row)


def cell_of(columns: dict[str, Column], name: str, row: Cells) -> str:
    column = columns.get(name)
    return row[column.index] if column is not None and column.index < len(row) else ""


def find_sheet(rows: Sequence[Cells]) -> Sheet | None:
    """The table of line items; ``None`` when nothing says what its columns hold."""
    heads = find_heads(rows)
    if heads is None and (turned := _turned(rows)) is not None:
        heads, rows = turned
    if heads is None:
        heads = _without_heads(rows)
    if heads is None or not set(PRICED) & heads.columns.keys():
        return None
    body = rows[heads.row + 1 :]
    style = infer_style(cell for row in body for cell in row)
    lines = _Lines(heads.columns, style)
    for number, row in enumerate(body, start=1):
        lines.take(number, row)
    groups = lines.groups()
    missed = lines.take_grand_total(groups)
    return Sheet(heads.columns, style, rows[: max(0, heads.row)], lines.below, groups, missed)


class _Lines:
    """Rows below the heads, sorted into lines of one or several invoices, totals, and what stands below."""

    def __init__(self, columns: dict[str, Column], style: Style) -> None:
        self.columns = columns
        self.style = style
        self.found: dict[str, Group] = {}
        self.below: list[Cells] = []
        self.current = ""
        self.ended = False  # by a row of totals
        self.sum = Decimal(0)

    def take(self, number: int, row: Cells) -> None:
        if self._is_sum(row):
            self._group().sums.append(row)
            self.ended = True
        elif self.ended and not self._is_priced(row):
            self.below.append(row)
        elif not is_carried(_first(row)):
            self.ended = False
            self.current = self._number_in(row) or self.current
            self._group().rows.append((number, row))
            self.sum += self._amount(row) or 0

    def groups(self) -> list[Group]:
        """At least one. What stands alone in the last rows, when all others have a price, is no line."""
        found = list(self.found.values()) or [Group([], [])]
        rows = found[-1].rows
        while len(rows) > LEAST_ROWS and sum(map(bool, rows[-1][1])) == 1 and not self._is_priced(rows[-1][1]):
            if not all(self._is_priced(row) for _, row in rows[:LEAST_ROWS]):
                break
            self.below.insert(0, rows.pop()[1])
        return found

    def take_grand_total(self, groups: Sequence[Group]) -> tuple[Decimal, Decimal] | None:
        """Take the totals of all invoices together away from the last one; what they state and should, if they differ.

        They are those that make the sum of all lines, or, where no other invoice has totals, those that do not make
        the sum of the last one.
        """
        *others, last = groups
        if not others or not last.sums:
            return None
        sums = [sum((self._amount(row) or Decimal(0) for _, row in group.rows), Decimal(0)) for group in groups]
        stated = [
            [number for cell in row if (number := read_number(cell, self.style)) is not None] for row in last.sums
        ]
        if any(group.sums for group in others):
            last.sums[:] = [row for row, found in zip(last.sums, stated, strict=True) if sum(sums) not in found]
            return None
        numbers = [number for found in stated for number in found]
        if sums[-1] in numbers and sum(sums) not in numbers:
            return None
        last.sums.clear()
        return (numbers[-1], sum(sums, Decimal(0))) if numbers and sum(sums) not in numbers else None

    def _group(self) -> Group:
        if self.current not in self.found:
            self.sum = Decimal(0)
            self.found[self.current] = Group([], [])
        return self.found[self.current]

    def _number_in(self, row: Cells) -> str:
        return " ".join(cell_of(self.columns, "invoice_number", row).split())

    def _amount(self, row: Cells) -> Decimal | None:
        return read_number(cell_of(self.columns, "amount", row), self.style)

    def _is_priced(self, row: Cells) -> bool:
        return any(read_number(cell_of(self.columns, name, row), self.style) is not None for name in PRICED)

    def _is_sum(self, row: Cells) -> bool:
        """As in Total;;;119,00: a word for a sum in a cell of its own; little else, or the sum of the lines above."""
        first = next((index for index, cell in enumerate(row) if cell), 0)
        description = cell_of(self.columns, "description", row)
        if not (is_sum(row[first]) or is_sum(description)):
            return False
        if sum(map(bool, row)) <= MAX_SUM_CELLS and not any(
            cell_of(self.columns, name, row) for name in COUNTED if not self._holds(name, first)
        ):
            return True
        return not any(self._holds(name, first) for name in NAMES) and bool(self.sum) and self._amount(row) == self.sum

    def _holds(self, name: str, index: int) -> bool:
        return name in self.columns and self.columns[name].index == index


def _first(row: Cells) -> str:
    return next((cell for cell in row if cell), "")


def _turned(rows: Sequence[Cells]) -> tuple[Heads, Sequence[Cells]] | None:
    """A form, whose heads stand in the first column and each line in another, as a table with its heads above."""
    if max(len(rows), *map(len, rows), 0) > MOST_TURNED:
        return None
    columns = list(zip_longest(*rows, fillvalue=""))
    heads = find_heads(columns[:1])
    if (
        heads is None
        or len(heads.columns) < FEWEST_HEADS
        or not {"description", "invoice_number"} <= heads.columns.keys()
    ):
        return None
    return heads, columns


def _without_heads(rows: Sequence[Cells]) -> Heads | None:
    """Columns whose numbers prove what they are, or one of sums of money beside one of texts."""
    sample = rows[:SAMPLE]
    style = infer_style(cell for row in sample for cell in row)
    read = [[read_amount(cell, style) for cell in row] for row in sample]
    numbers = [[amount.value if amount else None for amount in row] for row in read]
    width = max(map(len, sample), default=0)
    full = [i for i in range(width) if sum(len(row) > i and row[i] is not None for row in numbers) >= LEAST_ROWS]
    found = _product(numbers, full[:MAX_NUMBERS])
    if found is None:
        money = [i for i in full if all(len(row) <= i or row[i] is None or row[i].is_money for row in read)]  # type: ignore[union-attr]
        if len(full) != 1 or money != full:
            return None
        found = {"amount": full[0]}
    texts = [i for i in range(width) if i not in full]
    if not texts:
        return None
    found["description"] = max(texts, key=lambda i: sum(len(row[i]) for row in sample if len(row) > i))
    first = next(i for i, row in enumerate(numbers) if len(row) > found["amount"] and row[found["amount"]] is not None)
    columns = {name: Column(index, name, "", 0, GUESSED, None) for name, index in found.items()}
    return Heads(first - 1, columns)


def _product(numbers: Sequence[Sequence[Decimal | None]], columns: Iterable[int]) -> dict[str, int] | None:
    """Quantity, unit price and amount: the columns of which the third is the product of the others."""
    for quantity, price, amount in _triples(columns):
        rows = [(row[quantity], row[price], row[amount]) for row in numbers if len(row) > max(quantity, price, amount)]
        full = [(a, b, c) for a, b, c in rows if a is not None and b is not None and c is not None]
        fitting = [a for a, b, c in full if abs(a * b - c) <= CENT]
        if len(fitting) >= max(LEAST_ROWS, MOST * len(full)) and any(a != 1 for a in fitting):
            return {"quantity": quantity, "unit_price": price, "amount": amount}
    return None


def _triples(columns: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """The amount is the last of the three, as people write them, or else any."""
    found = list(permutations(columns, 3))
    yield from (triple for triple in found if triple == tuple(sorted(triple)))
    yield from (triple for triple in found if triple[0] < triple[1] and triple[2] < triple[1])
