"""The narrow roll that a receipt is printed on."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from training.generator.bill import Bill, Line
from training.generator.blocks import address, joined
from training.generator.draft import Draft
from training.generator.draft import Line as Spans
from training.generator.issuer import Issuer
from training.generator.sheet import Align, Content, Sheet, Span
from training.generator.tables import marked

ROLLS = (164.0, 164.0, 204.0, 226.0, 226.0, 260.0)
"""Widths of paper in points: of 58 mm, 72 mm, 80 mm and 92 mm."""
TALLEST = 3000.0
MARGIN = 9.0


class Roll:
    """A strip of paper that is printed from the top; it is cut off where the printing ends."""

    def __init__(self, draft: Draft) -> None:
        self.d, self.y = draft, 20.0
        self.width = draft.sheet.size[0] - 2 * MARGIN
        self.size = draft.size

    def line(self, content: Content, *, align: Align = "left", size: float = 1.0, bold: bool = False) -> None:
        """Text over as many lines as it needs."""
        step = self.size * size
        below = self.d.sheet.paragraph(
            MARGIN, self.y + step * 1.25, self.width, content, size=step, bold=bold, align=align, leading=1.25
        )
        self.y = below - step * 1.25

    def pair(self, left: Content, right: Content, *, size: float = 1.0, bold: bool = False, indent: float = 0) -> None:
        """Text at the left and an amount at the right edge, in the last line if there are several."""
        step = self.size * size
        d = self.d
        room = self.width - indent - d.sheet.width(right, step, bold) - 5
        rows = d.sheet.wrap(left, room, step, bold)
        if room < self.width * 0.25:
            rows = [*d.sheet.wrap(left, self.width, step, bold), [Span("")]]
        for row in rows[:-1]:
            self.y += step * 1.25
            d.sheet.put(MARGIN + indent, self.y, row, size=step, bold=bold, joins=True)
        self.y += step * 1.25
        d.sheet.put(
            MARGIN + indent, self.y, rows[-1], size=step, bold=bold, joins=True, room=room if room > 20 else None
        )
        d.sheet.put(MARGIN + self.width, self.y, right, size=step, bold=bold, align="right")

    def cells(self, cells: list[tuple[float, Align, Content]], *, bold: bool = False) -> None:
        """Several texts in one line; each begins or ends at a share of the width."""
        self.y += self.size * 1.25
        edges = [0.0, *(share for share, _, _ in cells), 1.0]
        aligned = ["right", *(align for _, align, _ in cells), "left"]
        for index, (share, align, content) in enumerate(cells, start=1):
            room = (edges[index + 1] - share if align == "left" else share - edges[index - 1]) or 1.0
            if align == "left" and aligned[index + 1] == "right":
                room *= 0.4  # the rest is its neighbour's
            elif align == "right" and aligned[index - 1] == "left":
                room *= 0.6
            x = MARGIN + share * self.width
            self.d.sheet.put(x, self.y, content, size=self.size, align=align, bold=bold, room=room * self.width - 3)

    def gap(self, lines: float = 0.6) -> None:
        self.y += self.size * lines

    def divide(self) -> None:
        """A line of hyphens, a rule or some space, as the till does it."""
        kind = self.d.choice("divider", "-", "-", "=", "*", "rule", "gap")
        if kind in "-=*":
            width = self.d.sheet.width(kind, self.size)
            self.line(kind * int(self.width / width))
        elif kind == "rule":
            self.y += self.size * 0.6
            self.d.sheet.rule(MARGIN, self.y, MARGIN + self.width, self.y, width=0.5)
        else:
            self.gap(0.8)


def draw(issuer: Issuer, bill: Bill, random: Random) -> Sheet:
    """The printed roll."""
    paper = Random(f"{issuer.seed}/paper").choice(ROLLS)
    draft = Draft(Sheet((paper, TALLEST), issuer.typeface), issuer, bill, random, bottom=TALLEST)
    roll = Roll(draft)
    roll.size = paper / Random(f"{issuer.seed}/pitch").uniform(24, 30) * (1 if not issuer.typeface.mono else 0.82)
    _head(roll)
    below = draft.chance("facts below", 0.25)
    if not below:
        _facts(roll)
    roll.divide()
    _items(roll)
    roll.divide()
    _sums(roll)
    if below:
        roll.gap()
        _facts(roll)
    _customer_card(roll)
    roll.gap()
    foot = [text for text in issuer.language.phrases["receipt_foot"] if random.random() < 0.4]
    for text in foot:
        roll.line(text, align="center")
    draft.sheet.leaves[0].height = roll.y + 24
    return draft.sheet


def _head(roll: Roll) -> None:
    d = roll.d
    seller, align = d.bill.seller, d.choice("head align", "center", "center", "center", "left")
    place: Align = "center" if align == "center" else "left"
    full = d.chance("full name", 0.6) or seller.name == seller.brand
    name, field = (seller.name, "vendor_name") if full else (seller.brand, "vendor_brand")
    capital = d.chance("capital name", 0.5)
    roll.line(
        Span(name.upper() if capital else name, (field,)),
        align=place,
        size=float(d.choice("name size", "1", "1.3", "1.6")),
        bold=d.chance("bold name", 0.6),
    )
    if not full and d.chance("legal name", 0.7):
        roll.line(Span(seller.name, ("vendor_name",)), align=place)
    if d.chance("address in one line", 0.35):
        roll.line(joined(address(seller), ", "), align=place)
    else:
        roll.line(Span(seller.street, ("vendor_address",)), align=place)
        roll.line(Span(seller.place, ("vendor_address",)), align=place)
    for row in d.contacts()[:2] + (d.registrations()[:2] if d.chance("id at head", 0.7) else []):
        roll.line(row, align=place)
    if d.chance("title", 0.45):
        roll.gap()
        roll.line(
            d.label("receipt").upper() if d.chance("capital title", 0.6) else d.label("receipt"),
            align="center",
            bold=d.chance("bold title", 0.5),
        )
    roll.gap()


def _facts(roll: Roll) -> None:
    """Number, date, time, who and where: each in a line of its own, or two in one."""
    d = roll.d
    day, time = d.value("invoice_date") or [], d.value("receipt_time") or []
    number = d.value("invoice_number") or []
    if not d.chance("24 hours", 0.8) and d.issuer.language.name == "en":
        time = [Span(_twelve_hours(d.bill.time), ("receipt_time",))]
    arrangement = d.choice("facts", "one line", "labelled", "two lines", "with number")
    if arrangement == "one line":
        roll.pair(day, time)
        roll.line([Span(d.tag("transaction") + " "), *number])
    elif arrangement == "labelled":
        roll.line([Span(d.tag("transaction") + " "), *number])
        roll.line([Span(d.tag("invoice_date") + " "), *day])
        roll.line([Span(d.tag("time") + " "), *time])
    elif arrangement == "two lines":
        roll.line([Span(d.tag("transaction") + " "), *number])
        roll.line([Span(d.tag("invoice_date") + " "), *day, Span("  "), *time])
    else:
        roll.pair([Span(d.tag("transaction") + " "), *number], [*day, Span(" "), *time])
    for key in ("cashier", "till", *(["table"] if d.issuer.trade == "restaurant" else [])):
        if d.chance(f"has {key}", 0.5):
            roll.line(f"{d.tag(key)} {d.bill.facts[key]}")


def _twelve_hours(time: str) -> str:
    hour, _, rest = time.partition(":")
    return f"{(int(hour) - 1) % 12 + 1}:{rest} {'AM' if int(hour) < 12 else 'PM'}"


def _items(roll: Roll) -> None:
    d = roll.d
    form = d.choice("items", "name", "name", "below", "below", "columns", "four columns")
    if form in ("columns", "four columns") and d.chance("item heads", 0.8):
        heads: list[tuple[float, Align, Content]] = [
            (0.0, "left", d.label("quantity")),
            (0.14, "left", d.label("description")),
            (1.0, "right", d.label("amount")),
        ]
        roll.cells(heads, bold=d.chance("bold heads", 0.5))
    letters = {rate: "ABCD"[index] for index, rate in enumerate(group.rate for group in d.bill.tax_groups)}
    coded = d.chance("tax letters", 0.35) and d.bill.gross_prices
    for index, line in enumerate(d.bill.lines):
        path = f"line_items.{index}."
        amount = d.money(line.amount, path + "amount", "line")
        if coded:
            amount = [*amount, Span(f" {letters[line.tax_rate]}")]
        _item(roll, form, line, path, amount)
    if d.chance("count", 0.25):
        roll.line(f"{d.tag('items')} {len(d.bill.lines)}")


def _item(roll: Roll, form: str, line: Line, path: str, amount: Spans) -> None:
    d = roll.d
    name = Span(
        line.description.upper() if d.chance("capital items", 0.4) else line.description, (path + "description",)
    )
    quantity = Span(d.issuer.formats.quantity(line.quantity), (path + "quantity",))
    price = d.money(line.unit_price, path + "unit_price", "line")
    times = Span(d.choice("times", " x ", " X ", " @ ", "x", " * "))
    if form == "name" and line.quantity == 1:
        roll.pair(name, amount)
    elif form == "name":
        before = d.chance("count first", 0.5)
        roll.pair([quantity, Span(" "), name] if before else [name, Span(" "), quantity, times, *price], amount)
    elif form == "below":
        if d.chance("code first", 0.3):
            roll.line([Span(line.code, (path + "product_code",)), Span(" "), name])
        else:
            roll.line(name)
        unit = [Span(f" {line.unit}")] if line.unit and d.chance("unit on receipt", 0.3) else []
        roll.pair([quantity, *unit, times, *price], amount, indent=8 if d.chance("indent", 0.6) else 0)
    elif form == "columns":
        roll.pair([quantity, Span("  "), name], amount)
    else:
        roll.line(name)
        roll.cells([(0.02, "left", quantity), (0.5, "right", price), (1.0, "right", amount)])


def _sums(roll: Roll) -> None:
    d, bill = roll.d, roll.d.bill
    inclusive, taxed = bill.gross_prices, bill.tax > 0
    if not inclusive or bill.discount or bill.service_percent or d.chance("subtotal anyway", 0.3):
        roll.pair(d.tag("subtotal"), d.money(bill.line_total, "" if inclusive else "subtotal_goods", "sum"))
    if bill.discount:
        percent = d.issuer.formats.rate(bill.discount_percent)
        roll.pair(d.tag("document_discount", percent=percent), d.money(-bill.discount, "discount_amount", "sum"))
    if bill.service_percent:
        roll.pair(
            d.tag("service_charge", rate=d.issuer.formats.rate(bill.service_percent)),
            d.money(bill.service_charge, "", "sum"),
        )
    if not inclusive:
        for index, group in enumerate(bill.tax_groups):
            _tax(roll, "tax_line", index, group.rate, group.tax)
    if bill.tip:
        roll.pair(d.tag("tip"), d.money(bill.tip, "tip_amount", "sum"))
    if bill.rounding:
        roll.pair(d.tag("rounding"), d.money(bill.rounding, "", "sum"))
    text = d.tag("receipt_total", currency=d.issuer.formats.symbol)
    label = marked(text, d.issuer.formats.symbol) if d.issuer.formats.symbol in text else [Span(text)]
    roll.pair(
        label,
        d.money(bill.total, "total_amount", "total"),
        size=float(d.choice("total size", "1", "1.2", "1.5")),
        bold=d.chance("bold total", 0.8),
    )
    _paid(roll)
    if inclusive and taxed:
        roll.gap()
        _included(roll)


def _tax(roll: Roll, key: str, index: int, rate: Decimal, amount: Decimal) -> None:
    d = roll.d
    names = (f"tax_lines.{index}.tax_amount", *(["tax_amount"] if len(d.bill.tax_groups) == 1 else []))
    roll.pair(d.tag(key, rate=d.issuer.formats.rate(rate)), d.money(amount, names, "sum"))


def _paid(roll: Roll) -> None:
    """How it was paid: cash with change, or a card with its number."""
    d, bill, random = roll.d, roll.d.bill, roll.d.random
    if not d.chance("payment shown", 0.85):
        return
    if bill.method == "card":
        label = d.issuer.words.pick(d.issuer.language.labels["card"], f"card {random.random()}")
        roll.pair(Span(label, ("payment_method",)), d.money(bill.total, "amount_paid", "sum"))
        if d.chance("card slip", 0.5):
            _card_slip(roll)
        return
    given = bill.total if random.random() < 0.3 else (bill.total // 10 + 1) * 10
    roll.pair(
        Span(d.label("cash"), ("payment_method",)), d.money(given, "amount_paid" if given == bill.total else "", "sum")
    )
    roll.pair(d.label("change"), d.money(given - bill.total, "", "sum"))


def _card_slip(roll: Roll) -> None:
    """What the card terminal adds: numbers that are no receipt's number."""
    d, random = roll.d, roll.d.random
    words = d.issuer.language.phrases["slip"]
    masked = d.choice("masked", "XXXX XXXX XXXX {n}", "************{n}", "**** {n}", "#### #### #### {n}")
    roll.line(masked.format(n=random.randint(1000, 9999)))
    for word, digits in ((words[2], 9), (words[3], 6)):
        if random.random() < 0.7:
            roll.line(f"{word}: {random.randint(10 ** (digits - 1), 10**digits - 1)}")
    if random.random() < 0.4:
        roll.line(f"AID A0000000{random.randint(100000, 999999)}")


def _customer_card(roll: Roll) -> None:
    """A member's number and points; where one parks, when one came and left."""
    d, random = roll.d, roll.d.random
    words = d.issuer.language.phrases["slip"]
    if d.issuer.trade == "parking":
        for word, hour in ((words[4], 8), (words[5], 17)):
            roll.line(f"{word}: {d.day(d.bill.issued)} {hour + random.randint(0, 3):02d}:{random.randint(0, 59):02d}")
    if d.chance("member", 0.2):
        roll.line(f"{words[0]}: {random.randint(10**9, 10**10)}")
        roll.pair(words[1], str(random.randint(1, 400)))
    if d.chance("barcode", 0.25):
        roll.gap()
        roll.line(str(random.randint(10**12, 10**13)), align="center")


def _included(roll: Roll) -> None:
    """The tax within the prices: in a table by rate, in a line for each, or as one sum."""
    d, bill = roll.d, roll.d.bill
    form = d.choice("included tax", "table", "lines", "lines", "sum", "none")
    if form == "none":
        return
    if form == "sum":
        roll.pair(
            d.tag("included_tax", rate=d.issuer.formats.rate(bill.tax_groups[0].rate)),
            d.money(bill.tax, "tax_amount", "sum"),
        )
        return
    if form == "lines":
        for index, group in enumerate(bill.tax_groups):
            _tax(roll, "included_tax" if len(bill.tax_groups) == 1 else "tax_line", index, group.rate, group.tax)
        return
    columns = (0.0, 0.45, 0.72, 1.0)
    heads = [d.label("rate"), d.label("tax_base"), d.label("tax_amount"), d.label("gross")]
    roll.cells([(share, "right" if share else "left", head) for share, head in zip(columns, heads, strict=True)])
    for index, group in enumerate(bill.tax_groups):
        path = f"tax_lines.{index}."
        rate = Span(d.issuer.formats.rate(group.rate) + "%", (path + "tax_rate",))
        taxes = (path + "tax_amount", *(["tax_amount"] if len(bill.tax_groups) == 1 else []))
        net, tax = d.money(group.base, path + "tax_base", ""), d.money(group.tax, taxes, "")
        amounts: list[Content] = [net, tax, d.money(group.gross, "", "")]
        roll.cells(
            [(0.0, "left", rate), *((share, "right", cell) for share, cell in zip(columns[1:], amounts, strict=True))]
        )
