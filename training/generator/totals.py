"""Sums, taxes and how to pay, below the lines."""

from __future__ import annotations

from training.generator.bill import ZERO, TaxGroup
from training.generator.draft import Draft, Line
from training.generator.sheet import WHITE, Box, Span

Row = tuple[str, Line, bool]
"""Label, amount, and whether it is set in bold."""


def rows(d: Draft) -> list[Row]:
    """The sums from the first to the last, as the issuer words them."""
    bill = d.bill
    found: list[Row] = []
    changed = bool(bill.discount or bill.shipping)
    if changed:
        found.append(
            (
                d.tag("subtotal"),
                d.money(bill.line_total, _only_if(not bill.gross_prices, "subtotal_goods"), "sum"),
                False,
            )
        )
    if bill.discount:
        percent = d.issuer.formats.rate(bill.discount_percent)
        signed = -bill.discount if d.chance("negative discount", 0.7) else bill.discount
        found.append((d.tag("document_discount", percent=percent), d.money(signed, "discount_amount", "sum"), False))
    if bill.shipping:
        found.append((d.tag("shipping"), d.money(bill.shipping, "shipping_amount", "sum"), False))
    after_total = bill.gross_prices and d.chance("tax below total", 0.5)
    if not after_total:
        found += _tax_rows(d)
    if bill.withholding and bill.withheld_from_total:
        found.append(_withholding(d))
    found += _total_rows(d)
    return found + (_tax_rows(d) if after_total else [])


def _withholding(d: Draft) -> Row:
    rate = d.issuer.formats.rate(d.bill.withholding_rate)
    return d.tag("withholding", rate=rate), d.money(-d.bill.withholding, "", "sum"), False


def _only_if(condition: bool, name: str) -> str:
    return name if condition else ""


def _tax_rows(d: Draft) -> list[Row]:
    bill, taxed = d.bill, d.bill.tax > 0
    found: list[Row] = []
    if (taxed and d.chance("net shown", 0.85)) or (not taxed and d.chance("net shown untaxed", 0.4)):
        found.append((d.tag("net"), d.money(bill.subtotal, "subtotal_amount", "sum"), False))
    if not taxed:
        if d.chance("zero tax shown", 0.5):
            found.append(
                (d.tag("tax_line", rate="0"), d.money(ZERO, ("tax_amount", "tax_lines.0.tax_amount"), "sum"), False)
            )
        return found
    groups = bill.tax_lines
    if d.chance("one tax sum", 0.15) or (len(groups) > 1 and d.issuer.style.tax_table):
        return [*found, (d.tag("tax_plain"), d.money(bill.tax, "tax_amount", "sum"), False)]
    for index, group in enumerate(groups):
        if group.tax or len(groups) == 1:
            found.append(_tax_row(d, group, index, alone=len(groups) == 1))
    if len(groups) > 1 and d.chance("tax sum too", 0.3):
        found.append((d.tag("tax_plain"), d.money(bill.tax, "tax_amount", "sum"), False))
    return found


def _tax_row(d: Draft, group: TaxGroup, index: int, *, alone: bool) -> Row:
    path, rate = f"tax_lines.{index}.", d.issuer.formats.rate(group.rate)
    amount = d.money(group.tax, (path + "tax_amount", *(["tax_amount"] if alone else [])), "sum")
    key = "tax_line_base" if d.chance("tax names base", 0.2) else "tax_line"
    label = d.tag(key, rate=rate, base=d.issuer.formats.number(group.base))
    return label.replace(d.issuer.words.tax, group.name or d.issuer.words.tax), amount, False


def _total_rows(d: Draft) -> list[Row]:
    """The total, and what is left to pay where that is said too."""
    bill, bold = d.bill, d.chance("bold total", 0.85)
    if bill.due_amount == bill.total:
        names = ("total_amount", "amount_due")
        found = [
            (
                d.tag("total" if d.chance("total by name", 0.85) else "amount_due"),
                d.money(bill.total, names, "total"),
                bold,
            )
        ]
        if d.chance("due repeated", 0.12):
            found.append((d.tag("amount_due"), d.money(bill.total, "amount_due", "total"), bold))
        return found
    found = [(d.tag("total"), d.money(bill.total, "total_amount", "total"), bold)]
    if bill.withholding and not bill.withheld_from_total:
        found.append(_withholding(d))
    if bill.paid:
        paid = -bill.paid if d.chance("negative paid", 0.5) else bill.paid
        found.append((d.tag("amount_paid"), d.money(paid, "amount_paid", "sum"), False))
    return [*found, (d.tag("amount_due"), d.money(bill.due_amount, "amount_due", "total"), bold)]


def totals(d: Draft, x: float, y: float, width: float) -> float:
    """The sums in the issuer's arrangement."""
    style, found = d.issuer.style, rows(d)
    if style.totals == "sentence" and d.bill.tax and len(found) <= 3:
        return d.sheet.paragraph(x, y + d.size, width, d.phrase("total_sentence"), size=d.size) + 4
    if style.totals == "across" and len(found) <= 5:
        return _across(d, x, y, width, found)
    share = {"wide": 1.0, "left": 0.6}.get(style.totals, 0.44)
    column = max(width * share, 190.0)
    left = x if style.totals in ("left", "wide") else x + width - column
    step = d.leading + {"ruled": 4, "box": 5}.get(style.totals, float(d.choice("sum gap", "1", "3", "6")))
    top = y
    for label, amount, bold in found:
        size = d.size * (1.15 if bold and d.chance("large total", 0.4) else 1)
        dark = bold and style.totals == "box"
        if dark:
            d.sheet.area(Box(left, y + 1, left + column, y + step), fill=style.accent)
        color = WHITE if dark else (0.0, 0.0, 0.0)
        room = column * 0.6
        d.sheet.put(left + 4, y + d.size + 2, label, size=size, bold=bold, room=room, color=color)
        d.sheet.put(
            left + column - 4,
            y + d.size + 2,
            amount,
            size=size,
            bold=bold,
            align="right",
            color=color,
            room=column * 0.35,
        )
        y += step
        if style.totals == "ruled":
            d.sheet.rule(left, y, left + column, y, width=0.4)
    if style.totals == "box":
        d.sheet.area(Box(left, top, left + column, y))
    return y + 8


def _across(d: Draft, x: float, y: float, width: float, found: list[Row]) -> float:
    """A row of labels above a row of amounts."""
    column = width / len(found)
    d.sheet.area(Box(x, y, x + width, y + 2 * d.leading + 8))
    for index, (label, amount, bold) in enumerate(found):
        right = x + (index + 1) * column - 6
        d.sheet.put(right, y + d.size + 2, label, size=d.size * 0.88, align="right", room=column - 10)
        d.sheet.put(right, y + d.size + d.leading + 4, amount, size=d.size, bold=bold, align="right", room=column - 10)
    return y + 2 * d.leading + 16


def tax_table(d: Draft, x: float, y: float, width: float) -> float:
    """Rate, base, tax and perhaps gross of each rate."""
    if not d.issuer.style.tax_table or not d.bill.tax:
        return y
    names = ["rate", "tax_base", "tax_amount", *(["gross"] if d.chance("tax table gross", 0.5) else [])]
    column = min(width * 0.16, 72.0)
    if d.chance("tax table title", 0.4):
        d.sheet.put(x, y + d.size, d.label("tax_table"), size=d.size, bold=True)
        y += d.leading
    for index, name in enumerate(names):
        d.sheet.put(
            x + (index + 1) * column, y + d.size, d.label(name), size=d.size * 0.85, align="right", room=column - 6
        )
    d.sheet.rule(x, y + d.size + 4, x + len(names) * column, y + d.size + 4, width=0.4)
    y += d.leading + 2
    for row, group in enumerate(d.bill.tax_lines):
        path = f"tax_lines.{row}."
        cells = [
            [Span(d.issuer.formats.rate(group.rate) + d.choice("percent", "%", " %", ""), (path + "tax_rate",))],
            d.money(group.base, path + "tax_base", "line"),
            d.money(group.tax, path + "tax_amount", "line"),
            d.money(group.gross, "", "line"),
        ]
        for index, cell in enumerate(cells[: len(names)]):
            d.sheet.put(x + (index + 1) * column, y + d.size, cell, size=d.size * 0.92, align="right", room=column - 6)
        y += d.leading
    return y + 8


def payment(d: Draft, x: float, y: float, width: float) -> float:
    """When, how and where to pay; notices about tax; thanks and small print."""
    for line in _sentences(d):
        y = d.room(y, 2 * d.leading)
        y = d.sheet.paragraph(x, y + d.size, width, line, size=d.size, leading=1.35) + 2
    if "bank" in d.issuer.style.payment and d.bill.kind not in ("purchase_order", "delivery_note"):
        y = d.room(y + 6, 5 * d.leading)
        if d.chance("bank in one line", 0.3):
            joined: Line = []
            for line in d.bank():
                joined += [*([Span(d.choice("bank joint", ", ", " - ", "   ", " | "))] if joined else []), *line]
            y = d.sheet.paragraph(x, y + d.size, width, joined, size=d.size)
        else:
            y = d.sheet.lines(x, y + d.size, d.bank(), size=d.size, room=width)
    for text in [*d.noise("terms"), *d.noise("adverts", 1)]:
        if y + 3 * d.size > d.bottom:
            break
        y = d.sheet.paragraph(x, y + d.size * 0.8 + 4, width, text, size=d.size * 0.82)
    return y


def _sentences(d: Draft) -> list[Line]:
    bill, wanted = d.bill, d.issuer.style.payment
    found: list[Line] = []
    if bill.kind in ("quote", "purchase_order"):
        found.append(d.phrase(bill.kind))
    if bill.notice:
        found.append(d.phrase(bill.notice))
    if bill.paid == bill.total and bill.kind == "invoice":
        found.append(d.phrase("paid_by_card"))
    elif "terms" in wanted and bill.kind == "invoice":
        if bill.discount_rate and bill.discount_days < bill.days:
            found.append(d.phrase("skonto"))
        elif d.chance("debits", 0.1):
            found.append(d.phrase("direct_debit"))
        else:
            found.append(d.phrase("payment" if d.chance("date in terms", 0.6) else "payment_days"))
    if "reference" in wanted and bill.kind == "invoice":
        found.append(d.phrase("transfer"))
    tells_end = "{service_end}" in d.issuer.words.phrase("delivered")
    if bill.service_start and tells_end == bool(bill.service_end) and d.chance("service in sentence", 0.25):
        found.append(d.phrase("delivered"))
    if "thanks" in wanted:
        found.append(d.phrase("thanks"))
    return found
