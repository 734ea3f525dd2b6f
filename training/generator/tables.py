"""The table of lines, over as many pages as it needs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from training.generator.bill import ZERO, Line
from training.generator.draft import Draft
from training.generator.draft import Line as Spans
from training.generator.sheet import WHITE, Align, Box, Content, Span

LEFT_ALIGNED = {"pos", "day", "code", "description", "unit"}
UNPRICED = {"pos", "code", "description", "quantity", "unit"}
WIDEST = {"pos": 0.06, "day": 0.12, "code": 0.17, "unit": 0.1, "tax_rate": 0.09, "discount": 0.1}
"""Share of the table's width that a column may take at most."""


@dataclass
class Column:
    name: str
    title: str
    width: float
    align: Align
    cells: list[Spans]


class Table:
    """Lays out the lines' cells once, then draws them row by row."""

    def __init__(self, d: Draft, x: float, width: float) -> None:
        self.d, self.x, self.width = d, x, width
        self.style = d.issuer.style.table
        names = [name for name in d.issuer.style.columns if d.bill.kind != "delivery_note" or name in UNPRICED]
        if d.bill.gross_prices:
            names = [name for name in names if name != "amount_gross"]
        self.columns = [self._column(name) for name in names]
        self._share_out()
        self.pad = d.choice("row gap", "2", "3", "5", "8")
        self.gap = float(self.pad)

    # --- Contents -----------------------------------------------------------------------------------------------------
    def _column(self, name: str) -> Column:
        d = self.d
        title = d.label(self._title_key(name))
        if name in ("amount", "unit_price") and "head" in d.issuer.style.marked:
            title = (
                f"{title} ({d.issuer.formats.symbol})"
                if d.chance("bracket", 0.6)
                else f"{title} {d.issuer.formats.symbol}"
            )
        align: Align = "left" if name in LEFT_ALIGNED else "right"
        if name == "quantity" and d.chance("centred quantity", 0.2):
            align = "center"
        cells = [self._cell(name, index, line) for index, line in enumerate(d.bill.lines)]
        return Column(name, title, 0.0, align, cells)

    def _title_key(self, name: str) -> str:
        return (
            "amount_gross"
            if name == "amount" and self.d.bill.gross_prices and self.d.chance("gross title", 0.4)
            else name
        )

    def _cell(self, name: str, index: int, line: Line) -> Spans:
        d, formats, path = self.d, self.d.issuer.formats, f"line_items.{index}."
        if name == "pos":
            return [Span(self._position(index))]
        if name == "amount":
            return d.money(line.amount, path + name, "line")
        if name == "unit_price":
            return d.money(line.unit_price, path + name, "line")
        if name == "amount_gross":
            return d.money(line.amount + line.amount * line.tax_rate / 100, "", "line")
        text, field = {
            "day": (d.day(line.day) if line.day else "", ""),
            "code": (line.code, "product_code"),
            "description": (line.description, name),
            "quantity": (formats.quantity(line.quantity), name),
            "unit": (line.unit, name),
            "discount": (formats.rate(line.discount) + " %" if line.discount else "", "discount_rate"),
            "tax_rate": (formats.rate(line.tax_rate) + d.choice("percent", "%", " %", ""), name),
        }[name]
        cell = [Span(text, (path + field,) if field else ())]
        if (
            name == "quantity"
            and line.unit
            and "unit" not in d.issuer.style.columns
            and d.chance("unit in quantity", 0.15)
        ):
            cell.append(Span(f" {line.unit}", (path + "unit",)))
        return cell

    def _position(self, index: int) -> str:
        step = self.d.choice("positions", "1", "1", "1", "10")
        return self.d.choice("position form", "{n}", "{n}", "{n:03}", "{n}.").format(n=(index + 1) * int(step))

    def _share_out(self) -> None:
        """Each column as wide as its widest cell; what remains is the description's."""
        d, room = self.d, self.width
        for column in self.columns:
            widest = max(d.sheet.width(cell, d.size) for cell in [*column.cells, [Span("")]])
            heading = d.sheet.width(column.title, d.size * 0.92, bold=True)
            column.width = min(
                max(widest, min(heading, self.width * 0.13)) + 9, self.width * WIDEST.get(column.name, 0.2)
            )
        rest = room - sum(column.width for column in self.columns if column.name != "description")
        description = next(column for column in self.columns if column.name == "description")
        if d.chance("description fits", 0.2):  # the table is as narrow as its contents
            rest = min(rest, max(d.sheet.width(cell, d.size) for cell in description.cells) + 30)
        description.width = max(rest, room * 0.2)
        scale = min(1.0, room / sum(column.width for column in self.columns))
        for column in self.columns:
            column.width *= scale
        self.width = sum(column.width for column in self.columns)

    # --- Drawing ------------------------------------------------------------------------------------------------------
    def draw(self, y: float) -> float:
        """All rows from ``y`` on; the y below the last one, on the last page."""
        d, top = self.d, y
        y = self._head(y)
        carried, section = ZERO, ""
        for index, line in enumerate(d.bill.lines):
            rows = self._wrapped(index)
            height = max(len(row) for row in rows) * d.leading + self.gap
            heading = d.leading + self.gap if line.section != section else 0.0
            if y + heading + height > d.bottom - 3 * d.leading:
                y = self._turn(top, y, carried)
                top = y
                y = self._head(y)
                if d.chance("carries", 0.5):
                    y = self._sum_row(y, "brought", carried)
            if heading:
                section = line.section
                d.sheet.put(self.x + 3, y + d.size + 3, section, size=d.size, bold=True)
                y += heading
            self._row(index, rows, y, height)
            carried += line.amount
            y += height
            if line.section and (index + 1 == len(d.bill.lines) or d.bill.lines[index + 1].section != line.section):
                total = sum((one.amount for one in d.bill.lines if one.section == section), ZERO)
                y = self._sum_row(y, "section_total", total, section=section)
        self._close(top, y)
        return y + 6

    def _wrapped(self, index: int) -> list[list[list[Span]]]:
        """Each column's cell of a row, in lines."""
        wrap = self.d.sheet.wrap
        return [
            wrap(column.cells[index], column.width - 7, self.d.size)
            if column.name in ("description", "code")
            else [column.cells[index]]
            for column in self.columns
        ]

    def _row(self, index: int, rows: list[list[list[Span]]], y: float, height: float) -> None:
        d = self.d
        if self.style == "stripes" and index % 2 == 0:
            d.sheet.area(Box(self.x, y, self.x + self.width, y + height), fill=(0.94, 0.95, 0.97))
        x = self.x
        for column, lines in zip(self.columns, rows, strict=True):
            anchor = x + {"left": 3.5, "center": column.width / 2, "right": column.width - 3.5}[column.align]
            d.sheet.lines(
                anchor,
                y + d.size + self.gap / 2 - 1,
                lines,
                size=d.size,
                leading=1.35,
                align=column.align,
                room=column.width - 5,
            )
            x += column.width
        if self.style in ("rows", "grid"):
            d.sheet.rule(self.x, y + height, self.x + self.width, y + height, width=0.4, color=(0.5, 0.5, 0.5))

    def _head(self, y: float) -> float:
        d = self.d
        tall = max(len(self._title(column)) for column in self.columns)
        height = d.leading * tall + 5
        filled = self.style in ("filled", "stripes") or (self.style == "grid" and d.chance("filled head", 0.6))
        dark = filled and self.style == "filled"
        if filled:
            fill = d.issuer.style.accent if dark else (0.88, 0.88, 0.9)
            d.sheet.area(Box(self.x, y, self.x + self.width, y + height), fill=fill)
        x = self.x
        for column in self.columns:
            anchor = x + {"left": 3.5, "center": column.width / 2, "right": column.width - 3.5}[column.align]
            d.sheet.lines(
                anchor,
                y + d.size + 2,
                self._title(column),
                size=d.size * 0.92,
                bold=d.chance("bold head", 0.75),
                align=column.align,
                room=column.width - 5,
                color=WHITE if dark else (0, 0, 0),
            )
            x += column.width
        if self.style in ("rule", "rows", "frame", "grid"):
            d.sheet.rule(self.x, y + height, self.x + self.width, y + height, width=0.8)
        return y + height + 1

    def _title(self, column: Column) -> list[Content]:
        """The column's heading, in several lines if the issuer breaks it."""
        d, symbol = self.d, self.d.issuer.formats.symbol
        title: list[Span] = [Span(column.title)]
        if column.name in ("amount", "unit_price") and "head" in d.issuer.style.marked:
            title = marked(column.title, symbol)
        fits = d.sheet.width(title, d.size * 0.92, bold=True) < 1.5 * column.width
        if fits and not d.chance("broken heads", 0.4):
            return [title]
        return list(d.sheet.wrap(title, column.width - 5, d.size * 0.92, bold=True))

    def _sum_row(self, y: float, key: str, amount: Decimal, **values: str) -> float:
        d = self.d
        d.sheet.put(self.x + 4, y + d.size + 2, d.label(key, page=str(d.sheet.page), **values), size=d.size, bold=True)
        d.sheet.put(
            self.x + self.width - 3.5, y + d.size + 2, d.money(amount, "", "sum"), size=d.size, bold=True, align="right"
        )
        return y + d.leading + 4

    def _turn(self, top: float, y: float, carried: Decimal) -> float:
        """Ends the page; the y at which the table goes on."""
        d = self.d
        if d.chance("carries", 0.5):
            y = self._sum_row(y, "carried", carried)
        self._close(top, y)
        d.sheet.new_page()
        y = 50.0
        if d.chance("head on later pages", 0.6):
            d.sheet.put(d.left, y, [Span(d.label(d.bill.kind) + " "), *(d.value("invoice_number") or [])], size=d.size)
            d.sheet.put(d.right, y, d.value("invoice_date") or "", size=d.size, align="right")
        return y + 20

    def _close(self, top: float, y: float) -> None:
        d = self.d
        if self.style in ("grid", "frame"):
            d.sheet.area(Box(self.x, top, self.x + self.width, y))
        if self.style == "grid":
            x = self.x
            for column in self.columns[:-1]:
                x += column.width
                d.sheet.rule(x, top, x, y, width=0.4)
        if self.style == "rule":
            d.sheet.rule(self.x, y, self.x + self.width, y)


def marked(title: str, symbol: str) -> list[Span]:
    """A heading in which the currency is noted as such."""
    before, _, after = title.rpartition(symbol)
    return [Span(before), Span(symbol, ("currency",)), Span(after)]


def table(d: Draft, x: float, y: float, width: float) -> float:
    return Table(d, x, width).draw(y + 4)
