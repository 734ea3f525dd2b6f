"""How the parts of a bill come together on the page: one arrangement for each skeleton that a style may name."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from training.generator import extras
from training.generator.bill import Bill
from training.generator.blocks import footer, intro, letterhead, meta, recipient, sender, ship_to, strip, title
from training.generator.draft import Draft
from training.generator.issuer import Issuer
from training.generator.sheet import WHITE, Box, Sheet, Span
from training.generator.tables import table
from training.generator.totals import payment, rows, tax_table, totals

A4, LETTER = (595.28, 841.89), (612.0, 792.0)
Block = Callable[[Draft, float, float, float], float]


def draw(issuer: Issuer, bill: Bill, random: Random) -> Sheet:
    """The finished pages of a bill in its issuer's look."""
    size = LETTER if issuer.country.letter else A4
    slip = extras.SLIP if extras.has_slip(issuer, bill) else 0.0
    draft = Draft(Sheet(size, issuer.typeface), issuer, bill, random, bottom=size[1] - 96 - slip)
    skeleton = issuer.style.skeleton if bill.kind == "invoice" or issuer.style.skeleton != "due box" else "letter"
    SKELETONS[skeleton](draft)
    if slip:
        extras.payment_slip(draft)
    footer(draft)
    if random.random() < 0.03:
        extras.terms_page(draft)
    return draft.sheet


def beside(d: Draft, y: float, *parts: tuple[Block, float], gap: float = 18) -> float:
    """Blocks next to each other, each with its share of the width; the y below the lowest."""
    x, lowest = d.left, y
    for block, share in parts:
        lowest = max(lowest, block(d, x, y, d.width * share - gap))
        x += d.width * share
    return lowest


def nothing(d: Draft, x: float, y: float, width: float) -> float:
    """An empty place."""
    return y


def lower_part(d: Draft, y: float, x: float | None = None, width: float | None = None) -> float:
    """Table, sums, taxes and payment, on a new page where they do not fit."""
    x, width = x or d.left, width or d.width
    y = table(d, x, y, width)
    if d.bill.kind == "delivery_note":
        return payment(d, x, y + 10, width)
    y = d.room(y + 4, (len(rows(d)) + 1) * (d.leading + 6))
    if width > 400 and d.chance("payment beside sums", 0.15) and d.issuer.style.totals in ("right", "ruled", "box"):
        y = d.room(y, 190)  # so that neither of them begins a page
        left = payment(d, x, y, width * 0.5)
        return tax_table(d, x, max(left, totals(d, x + width * 0.55, y, width * 0.45)) + 4, width)
    y = totals(d, x, y, width)
    if d.issuer.style.tax_table:
        y = tax_table(d, x, d.room(y, (len(d.bill.tax_lines) + 3) * d.leading), width)
    y = d.room(y + 6, 90)
    return payment(d, x, y, width)


def letter(d: Draft) -> None:
    """The business letter: letterhead, address field at the left, facts at the right, title, table."""
    y = max(letterhead(d, d.left, 34, d.width), 110.0)
    y = beside(d, y + 8, (recipient, 0.56), (meta, 0.44))
    y = beside(d, y + 4, (ship_to, 1.0)) if d.bill.ship_to else y
    y = title(d, d.left, y + 16, d.width)
    y = intro(d, d.left, y, d.width)
    lower_part(d, y)


def split(d: Draft) -> None:
    """Letterhead at the left, title and facts at the right; parties side by side below."""
    right: Block = lambda d, x, y, w: meta(d, x, title(d, x, y, w) + 4, w)  # noqa: E731
    swapped = d.chance("swapped", 0.2)
    parts = ((right, 0.45), (letterhead, 0.55)) if swapped else ((letterhead, 0.55), (right, 0.45))
    y = beside(d, 40, *parts)
    y = beside(d, y + 16, (recipient, 0.5), (ship_to if d.bill.ship_to else nothing, 0.5))
    y = intro(d, d.left, y + 6, d.width)
    lower_part(d, y + 6)


def band(d: Draft) -> None:
    """A coloured band at the top, facts as a strip, parties, table."""
    accent = d.issuer.style.accent if d.issuer.style.accent != (0, 0, 0) else (0.15, 0.2, 0.3)
    d.sheet.area(Box(0, 0, d.sheet.size[0], 78), fill=accent)
    name = Span(d.bill.seller.name, ("vendor_name",))
    d.sheet.put(d.left, 46, name, size=d.size * 1.8, bold=True, color=WHITE, room=d.width * 0.62)
    d.sheet.put(d.right, 46, d.label(d.bill.kind), size=d.size * 1.8, color=WHITE, align="right", room=d.width * 0.34)
    y = strip(d, d.left, 94, d.width)
    y = beside(d, y + 6, (recipient, 0.4), (ship_to if d.bill.ship_to else nothing, 0.3), (sender, 0.3))
    lower_part(d, y + 10)


def sidebar(d: Draft) -> None:
    """A narrow column beside everything: seller, facts, bank."""
    wide = 150.0
    left = d.chance("sidebar left", 0.4)
    x = d.left if left else d.right - wide
    y = sender(d, x, 60, wide)
    y = meta(d, x, y + 14, wide)
    d.sheet.lines(x, y + 20, d.bank(), size=d.size * 0.85, room=wide)
    main = d.left + wide + 24 if left else d.left
    y = letterhead(d, main, 40, d.width - wide - 24)
    y = recipient(d, main, y + 20, d.width - wide - 24)
    y = title(d, main, max(y + 20, 230.0), d.width - wide - 24)
    y = max(intro(d, main, y, d.width - wide - 24), 60.0)
    if left:
        d.sheet.rule(main - 12, 40, main - 12, d.bottom - 20, width=0.5)
    lower_part(d, y, main, d.width - wide - 24)


def plain(d: Draft) -> None:
    """As one writes it in a word processor: everything from the left edge."""
    y = letterhead(d, d.left, 50, d.width)
    y = recipient(d, d.left, y + 14, d.width * 0.6)
    y = title(d, d.left, y + 20, d.width)
    y = meta(d, d.left, y, d.width * 0.5)
    y = intro(d, d.left, y + 8, d.width)
    lower_part(d, y + 4)


def form(d: Draft) -> None:
    """Boxes with headings, as forms of an accounting program have them."""
    y = beside(d, 36, (letterhead, 0.6), (title, 0.4))
    top = y + 8
    low = beside(d, top + 6, (recipient, 0.5), (ship_to if d.bill.ship_to else sender, 0.5), gap=30)
    d.sheet.area(Box(d.left - 6, top, d.left + d.width * 0.5 - 14, low + 6))
    d.sheet.area(Box(d.left + d.width * 0.5 - 8, top, d.right + 6, low + 6))
    y = strip(d, d.left - 6, low + 16, d.width + 12)
    lower_part(d, y + 2)


def compact(d: Draft) -> None:
    """Everything close together: title and facts in front of the parties."""
    y = title(d, d.left, 34, d.width)
    y = beside(d, y, (meta, 0.4), (sender, 0.3), (recipient, 0.3), gap=12)
    y = beside(d, y, (nothing, 0.7), (ship_to, 0.3), gap=12) if d.bill.ship_to else y
    lower_part(d, y + 8)


def due_box(d: Draft) -> None:
    """What a utility sends: the amount to pay and its date first, in large letters."""
    right: Block = lambda d, x, y, w: _amount_box(d, x, meta(d, x, y, w) + 8, w)  # noqa: E731
    y = max(letterhead(d, d.left, 34, d.width), 100.0)
    y = beside(d, y + 6, (recipient, 0.52), (right, 0.48))
    y = title(d, d.left, y + 14, d.width)
    lower_part(d, intro(d, d.left, y, d.width))


def _amount_box(d: Draft, x: float, y: float, width: float) -> float:
    bottom = y + 3 * d.leading + 14
    d.sheet.area(Box(x, y, x + width, bottom), fill=(0.93, 0.95, 0.98))
    names = ("amount_due",) if d.bill.due_amount != d.bill.total else ("amount_due", "total_amount")
    d.sheet.put(x + 8, y + d.leading, d.label("amount_due"), size=d.size, room=width * 0.5)
    amount = d.money(d.bill.due_amount, names, "total")
    d.sheet.put(
        x + width - 8, y + d.leading + 2, amount, size=d.size * 1.5, bold=True, align="right", room=width * 0.45
    )
    if due := d.value("due_date"):
        d.sheet.put(x + 8, y + 2 * d.leading + 6, [Span(d.tag("due_date") + " "), *due], size=d.size, room=width - 16)
    return bottom


SKELETONS: dict[str, Callable[[Draft], None]] = {
    "letter": letter,
    "split": split,
    "band": band,
    "sidebar": sidebar,
    "plain": plain,
    "form": form,
    "compact": compact,
    "due box": due_box,
}
