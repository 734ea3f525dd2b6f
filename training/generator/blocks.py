"""The parts of a bill's head and foot. Each draws at (x, y) in a width and returns the y below itself."""

from __future__ import annotations

from training.generator.draft import Draft, Line
from training.generator.identities import Party
from training.generator.sheet import WHITE, Align, Box, Span

LIGHT = 0.92
PAYING = {"payment_terms", "payment_method", "payment_reference", "purchase_order", "customer_vat_id"}
"""Facts that only a bill states."""


def letterhead(d: Draft, x: float, y: float, width: float) -> float:
    """Who writes; the issuer's style says how much of it and where."""
    style, seller = d.issuer.style, d.bill.seller
    align: Align = style.head_align if style.head_align in ("left", "right") else "center"  # type: ignore[assignment]
    anchor = {"left": x, "center": x + width / 2, "right": x + width}[align]
    size = d.size * {"line": 1.2, "logo": 1.9}.get(style.head, 1.6)
    if style.head == "picture":
        return _emblem(d, {"left": x, "center": x + width / 2 - 20, "right": x + width - 40}[align], y, 38) + 12
    if style.head == "logo" and align == "left":
        _emblem(d, x, y, 30)
        anchor += 38
    name = _own_name(d)
    y += size
    spacing = 2.0 if style.letter_spaced else 0.0
    d.sheet.put(anchor, y, name, size=size, bold=d.chance("bold name", 0.75), align=align, color=style.accent,
                spacing=spacing, room=width - (anchor - x if align == "left" else 0))  # fmt: skip
    y += d.leading
    if style.head == "line":
        d.sheet.put(anchor, y, joined(address(seller), ", "), size=d.size * 0.85, align=align, room=width)
        return y + d.leading
    if style.head in ("address", "contacts"):
        lines = d.party(seller, "vendor")[1:]
        if style.head == "contacts":
            lines += d.contacts() + (d.registrations() if d.chance("id on top", 0.4) else [])
        y = d.sheet.lines(anchor, y, lines, size=d.size * 0.9, align=align, room=width)
    return y + 6


def _own_name(d: Draft) -> Span:
    """The seller's name as its letterhead has it: in full, or without the legal form, or in capitals."""
    seller = d.bill.seller
    full = d.chance("full name", 0.7) or d.issuer.style.footer == "none"
    text, name = (seller.name, "vendor_name") if full else (seller.brand, "vendor_brand")
    return Span(text.upper() if d.chance("capital name", 0.2) else text, (name,))


def _emblem(d: Draft, x: float, y: float, size: float) -> float:
    """A mark without letters, as a logo is for one who reads."""
    color = d.issuer.style.accent if d.issuer.style.accent != (0, 0, 0) else (0.2, 0.3, 0.45)
    d.sheet.area(Box(x, y, x + size, y + size), fill=color)
    d.sheet.area(Box(x + size * 0.3, y + size * 0.25, x + size * 0.75, y + size * 0.6), fill=WHITE)
    return y + size


def recipient(d: Draft, x: float, y: float, width: float) -> float:
    """The buyer, perhaps below a heading or the sender's small line for the window of an envelope."""
    style, seller = d.issuer.style, d.bill.seller
    if style.sender_line:
        joint = d.choice("sender joint", " · ", ", ", " - ", " | ")
        sender = joined([[Span(seller.name, ("vendor_name",))], *address(seller)], joint)
        end = d.sheet.put(x, y + 6, sender, size=6.5, room=width)
        d.sheet.rule(x, y + 9, end, y + 9, width=0.3)
        y += 20
    if style.recipient_heading:
        heading = "supplier" if d.bill.kind == "purchase_order" else "bill_to"
        d.sheet.put(x, y + d.size, d.tag(heading), size=d.size * 0.9, bold=d.chance("bold headings", 0.7), room=width)
        y += d.leading
    lines = d.party(d.bill.buyer, "customer")
    if d.bill.buyer.person and d.chance("attention", 0.2):
        name = next(index for index, line in enumerate(lines) if line[0].fields == ("customer_name",))
        lines.insert(name + 1, [Span(d.bill.buyer.person)])
    if d.bill.buyer.vat_id and d.bill.kind != "purchase_order" and d.chance("buyer id here", 0.2):
        lines.append([Span(d.tag("customer_vat_id") + " "), *(d.value("customer_vat_id") or [])])
    return d.sheet.lines(x, y + d.size, lines, size=d.size, room=width)


def ship_to(d: Draft, x: float, y: float, width: float) -> float:
    """Where the goods go, if elsewhere."""
    if not d.bill.ship_to:
        return y
    d.sheet.put(x, y + d.size, d.tag("ship_to"), size=d.size * 0.9, bold=d.chance("bold headings", 0.7), room=width)
    return d.sheet.lines(x, y + d.size + d.leading, d.party(d.bill.ship_to, ""), size=d.size, room=width)


def sender(d: Draft, x: float, y: float, width: float) -> float:
    """The one who writes as one of the parties, with a heading: the seller, or the buyer of an order."""
    heading = "orderer" if d.bill.kind == "purchase_order" else "from"
    d.sheet.put(x, y + d.size, d.tag(heading), size=d.size * 0.9, bold=d.chance("bold headings", 0.7), room=width)
    lines = d.party(d.bill.seller, "vendor") + (
        d.contacts() + d.registrations() if d.chance("id with sender", 0.6) else []
    )
    return d.sheet.lines(x, y + d.size + d.leading, lines, size=d.size, room=width)


def title(d: Draft, x: float, y: float, width: float) -> float:
    """What the document is called, perhaps with its number and date."""
    style = d.issuer.style
    text = d.label(d.bill.kind)
    size = d.size * {"plain": 1.7, "right": 2.2}.get(style.title, 1.4)
    spacing = 3.0 if style.letter_spaced else 0.0
    line = [Span(text)]
    if style.title.startswith("number") and d.bill.kind in ("invoice", "credit_note", "quote", "order_confirmation"):
        joint = d.choice("title joint", " ", " ", " Nr. " if d.issuer.language.name == "de" else " # ", ": ")
        line += [Span(joint), *(d.value("invoice_number") or [])]
        spacing = 0.0
        if style.title == "number date":
            between = {"de": " vom ", "fr": " du ", "it": " del ", "es": " de ", "pt": " de "}.get(
                d.issuer.language.name, ", "
            )
            line += [Span(between), *(d.value("invoice_date") or [])]
    if _dated(d):
        d.sheet.put(x + width, y + 4, d.phrase("dated"), size=d.size, align="right", room=width)
        y += d.leading
    right = style.title == "right"
    d.sheet.put(x + width if right else x, y + size, line, size=size, bold=d.chance("bold title", 0.8), room=width,
                align="right" if right else "left", color=style.accent, spacing=spacing)  # fmt: skip
    return y + size * 1.5


def _dated(d: Draft) -> bool:
    """Whether the date stands without a label, behind the name of the city."""
    return d.issuer.style.skeleton in ("letter", "plain") and d.chance("place and date", 0.15)


def facts(d: Draft) -> list[tuple[str, Line]]:
    """Labels and values of what identifies the bill, in the issuer's order."""
    style = d.issuer.style
    named = [] if style.title.startswith("number") and d.chance("number in title only", 0.5) else ["invoice_number"]
    if not (style.title == "number date" and d.chance("date in title only", 0.5)) and not _dated(d):
        named.append("invoice_date")
    if d.chance("date first", 0.25):
        named.reverse()
    named += ["due_date"] if style.meta_due and d.bill.kind == "invoice" else []
    named += [name for name in style.meta_fields if d.bill.kind in ("invoice", "credit_note") or name not in PAYING]
    found = [(d.fact(name), value) for name in named if (value := d.value(name))]
    if d.chance("amount among facts", 0.1) and d.bill.kind == "invoice":
        found.append((d.tag("amount_due"), d.money(d.bill.due_amount, ("amount_due", *_total_if_unpaid(d)), "total")))
    return found


def _total_if_unpaid(d: Draft) -> tuple[str, ...]:
    return ("total_amount",) if d.bill.due_amount == d.bill.total else ()


def meta(d: Draft, x: float, y: float, width: float) -> float:
    """The facts in the issuer's arrangement."""
    arrangement = {
        "pairs": _pairs,
        "right": _pairs,
        "stacked": _stacked,
        "grid": _grid,
        "columns": _pairs,
        "flush": _flush,
    }
    return arrangement[d.issuer.style.meta](d, x, y, width, facts(d))


def _pairs(d: Draft, x: float, y: float, width: float, rows: list[tuple[str, Line]]) -> float:
    """A label and its value in each row; the values begin or end in one column, or follow their labels."""
    style = d.issuer.style
    bold = d.chance("bold facts", 0.3)
    widest = max((d.sheet.width(label, d.size, bold) for label, _ in rows), default=0)
    for label, value in rows:
        y += d.leading
        if style.meta == "columns":
            d.sheet.put(x, y, [Span(label + " "), *value], size=d.size, bold=bold, room=width)
            continue
        room = min(widest + 8, width * 0.6)
        d.sheet.put(x, y, label, size=d.size, bold=bold, room=room - 4)
        if style.meta == "right":
            d.sheet.put(x + width, y, value, size=d.size, align="right", room=width - room)
        else:
            d.sheet.put(x + room, y, value, size=d.size, room=width - room)
    return y + 4


def _flush(d: Draft, x: float, y: float, width: float, rows: list[tuple[str, Line]]) -> float:
    """Labels end where their values begin."""
    middle, bold = width * 0.48, d.chance("bold facts", 0.4)
    for label, value in rows:
        y += d.leading
        d.sheet.put(x + middle - 4, y, label, size=d.size, align="right", room=middle - 6, bold=bold)
        d.sheet.put(x + middle + 4, y, value, size=d.size, room=width - middle - 4)
    return y + 4


def _stacked(d: Draft, x: float, y: float, width: float, rows: list[tuple[str, Line]]) -> float:
    """Each value below its label, two beside each other where there is room."""
    across = 2 if width > 190 else 1
    column = width / across
    for index, (label, value) in enumerate(rows):
        left = x + index % across * column
        d.sheet.put(left, y + d.size, label, size=d.size * 0.8, color=d.issuer.style.accent, room=column - 6)
        d.sheet.put(
            left, y + d.size + d.leading, value, size=d.size, bold=d.chance("bold values", 0.4), room=column - 6
        )
        if index % across == across - 1 or index == len(rows) - 1:
            y += 2 * d.leading + 5
    return y


def _grid(d: Draft, x: float, y: float, width: float, rows: list[tuple[str, Line]]) -> float:
    """A ruled table of two columns."""
    height = d.leading + 3
    for label, value in rows:
        d.sheet.area(Box(x, y, x + width, y + height), stroke=0.5)
        d.sheet.put(x + 4, y + d.size + 2, label, size=d.size * 0.95, room=width * 0.5 - 8)
        d.sheet.put(x + width * 0.5 + 4, y + d.size + 2, value, size=d.size * 0.95, room=width * 0.5 - 8)
        y += height
    d.sheet.rule(x + width * 0.5, y - height * len(rows), x + width * 0.5, y, width=0.5)
    return y + 4


def strip(d: Draft, x: float, y: float, width: float) -> float:
    """The facts as a table across the page: a row of labels, a row of values."""
    rows = facts(d)
    for start in range(0, len(rows), 5):
        part = rows[start : start + 5]
        column = width / len(part)
        framed = d.chance("framed strip", 0.6)
        if framed:
            d.sheet.area(Box(x, y, x + width, y + d.leading + 2), fill=(LIGHT, LIGHT, LIGHT))
            d.sheet.area(Box(x, y, x + width, y + 2 * d.leading + 6))
        for index, (label, value) in enumerate(part):
            left = x + index * column
            if framed and index:
                d.sheet.rule(left, y, left, y + 2 * d.leading + 6, width=0.4)
            d.sheet.put(
                left + 4, y + d.size + 1, label, size=d.size * 0.85, bold=d.chance("bold strip", 0.6), room=column - 8
            )
            d.sheet.put(left + 4, y + d.size + d.leading + 3, value, size=d.size, room=column - 8)
        y += 2 * d.leading + 12
    return y


def intro(d: Draft, x: float, y: float, width: float) -> float:
    """A sentence before the lines; those of a bill say that it charges, and nobody orders so."""
    if d.bill.kind == "purchase_order" or not d.chance("intro", 0.4):
        return y
    return d.sheet.paragraph(x, y + d.size, width, d.phrase("intro"), size=d.size) + 4


def footer(d: Draft) -> None:
    """Small print at the bottom of each page; the only place of the seller's name if its letterhead has none."""
    style, seller, size = d.issuer.style, d.bill.seller, 6.8
    pages = d.sheet.page
    needed = style.footer != "none" or style.head == "picture"
    bank = [] if d.bill.kind == "statement" else d.bank()  # a bank does not say where to pay to
    columns = [d.party(seller, "vendor") + d.contacts()[:1], d.contacts()[1:] + d.registrations(), bank]
    columns = [column for column in columns if column]
    for page in range(1, pages + 1):
        y = d.bottom + 14
        if needed and style.footer in ("columns", "none"):
            d.sheet.rule(d.left, y - 10, d.right, y - 10, width=0.4, page=page)
            for index, column in enumerate(columns):
                for row, line in enumerate(column[:6]):
                    d.sheet.put(d.left + index * d.width / len(columns), y + row * 8.6, line, size=size, page=page,
                                room=d.width / len(columns) - 8, joins=True)  # fmt: skip
        elif needed:
            per_line = 4 if style.footer == "line" else 3
            parts = [line for column in columns for line in column]
            for row in range(0, min(len(parts), 16), per_line):
                line = joined(parts[row : row + per_line], " · ")
                d.sheet.put(d.left + d.width / 2, y, line, size=size, align="center", room=d.width, page=page)
                y += 8.6
        if pages > 1 or d.chance("page numbers", 0.4):
            text = d.label("page", page=str(page), pages=str(pages))
            d.sheet.put(d.right, d.sheet.size[1] - 18, text, size=7, align="right", page=page)


def address(party: Party) -> list[Line]:
    """The seller's street and place."""
    return [[Span(text, ("vendor_address",))] for text in (party.street, party.place) if text]


def joined(lines: list[Line], joint: str) -> Line:
    """The lines in one; what stands between two parts of a value belongs to it."""
    row: Line = []
    for line in lines:
        if row:
            row.append(Span(joint, row[-1].fields if row[-1].fields == line[0].fields else ()))
        row += line
    return row
