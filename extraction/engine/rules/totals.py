"""Do the amounts agree with one another?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from extraction.engine.rules.required import MONEY
from extraction.engine.rules.rule import Doubt, amount, doubt, rule
from extraction.engine.values import Extraction, LineItem, Options

ROUNDING = Decimal("0.05")
"""Totals are rounded to five hundredths where smaller coins are not in use (Switzerland, Malaysia, Sweden)."""

CENT, HALF_CENT = Decimal("0.01"), Decimal("0.005")

HIGHEST_TAX_RATE = Decimal("0.30")
"""No general sales tax or value added tax is higher; Hungary's 27 % comes next."""

ADJUSTMENTS = (("discount_amount", -1), ("shipping_amount", 1), ("tip_amount", 1))
"""Amounts for the whole document, with the side on which they count."""

CLEAR_RATE = Decimal(100)
"""From this amount on a cent is less than a hundredth of a percent: a whole percentage is no accident."""

STEPS = (Decimal("0.5"), Decimal(1))
"""What is due is rounded to half or whole units in Scandinavia; EN 16931 has the rounding amount (BT-114) for it."""

MAX_LINES_TOLD = 5


@rule(
    "total_mismatch", "warning", MONEY, "The subtotal {subtotal} and the tax {tax} do not add up to the total {total}."
)
def total_mismatch(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """Discount, shipping and tip may stand before or behind the subtotal, and the subtotal may include the tax."""
    subtotal, tax, total = (amount(extraction, name) for name in ("subtotal_amount", "tax_amount", "total_amount"))
    if subtotal is None or tax is None or total is None:
        return
    nets = [subtotal + adjusted for adjusted in _adjustments(extraction)]
    if any(abs(net + tax - total) <= ROUNDING for net in nets):
        return
    # Receipts print the sum before rounding as a subtotal, tax included.
    if not any(abs(net - total) <= ROUNDING and not _is_on_top(extraction, net, tax) for net in nets):
        yield doubt("total_amount", subtotal=subtotal, tax=tax, total=total)


def _adjustments(extraction: Extraction) -> list[Decimal]:
    """What may lie between two sums of the document: none, some or all of discount, shipping and tip."""
    found = [Decimal(0)]
    for name, sign in ADJUSTMENTS:
        value = amount(extraction, name)
        if value:
            found += [before + sign * abs(value) for before in found]
    return found


def _is_on_top(extraction: Extraction, net: Decimal, tax: Decimal) -> bool:
    """Whether the tax is a tax on ``net`` and not a part of it; what the payer withholds comes off the total."""
    total, due = amount(extraction, "total_amount"), amount(extraction, "amount_due")
    if tax <= 0 or net <= 0 or (total is not None and due is not None and abs(total - tax - due) <= ROUNDING):
        return False
    read = [(line.value("tax_rate"), line.value("tax_base")) for line in extraction.tax_lines]
    taxed = [(rate, base if isinstance(base, Decimal) else net) for rate, base in read if isinstance(rate, Decimal)]
    if not read and net >= CLEAR_RATE:
        taxed = [(round(tax / net * 100, 0), net)]
    above = sum(base * rate / 100 for rate, base in taxed)
    within = sum(base * rate / (100 + rate) for rate, base in taxed if rate > 0)
    is_whole = abs(sum(base for _, base in taxed) - net) <= ROUNDING
    tolerance = CENT * max(1, len(taxed))
    return is_whole and abs(above - tax) <= tolerance < abs(within - tax)


@rule("lines_mismatch", "warning", MONEY, "The line items sum to {sum}, the document states {stated}.")
def lines_mismatch(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    """Lines are net or gross; they must sum to the subtotal, to the total, or to the total without tax.

    A discount, shipping and a tip for the whole document may come between the lines and that sum.
    Not asked of e-invoices: they may have charges for the whole document, which are no lines.
    """
    total = extraction.field("total_amount")
    if total and total.evidence.source == "xml":
        return
    amounts = [item.value("amount") for item in extraction.line_items]
    known = [value for value in amounts if isinstance(value, Decimal)]
    stated = _stated_sums(extraction)
    if not known or len(known) < len(amounts) or not stated:
        return
    tolerance = ROUNDING + HALF_CENT * len(known)
    sums = [sum(known) + adjusted for adjusted in _adjustments(extraction)]
    if all(abs(found - value) > tolerance for found in sums for value in stated):
        yield doubt("line_items", sum=sum(known), stated=stated[0])


def _stated_sums(extraction: Extraction) -> list[Decimal]:
    subtotal, total, tax = (amount(extraction, name) for name in ("subtotal_amount", "total_amount", "tax_amount"))
    without_tax = total - tax if total is not None and tax is not None else None
    return [value for value in (subtotal, without_tax, total) if value is not None]


@rule(
    "line_mismatch",
    "warning",
    MONEY,
    "In line {line}, {quantity} × {unit_price} is not {amount}.",
)
def line_mismatch(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    return islice(_wrong_lines(extraction.line_items), MAX_LINES_TOLD)


def _wrong_lines(items: tuple[LineItem, ...]) -> Iterator[Doubt]:
    for number, item in enumerate(items, start=1):
        quantity, price, value = (item.value(name) for name in ("quantity", "unit_price", "amount"))
        if not (isinstance(quantity, Decimal) and isinstance(price, Decimal) and isinstance(value, Decimal)):
            continue
        # A printed unit price may be rounded to half a cent either way.
        tolerance = CENT + HALF_CENT * max(abs(quantity), Decimal(1))
        if all(abs(abs(expected) - abs(value)) > tolerance for expected in _expected(item, quantity * price)):
            yield doubt("line_items", line=number, quantity=quantity, unit_price=price, amount=value)


def _expected(item: LineItem, whole: Decimal) -> Iterator[Decimal]:
    """What a line may come to: a discount is in its price already, or is still to be taken off."""
    yield whole
    discount, rate = item.value("discount_amount"), item.value("discount_rate")
    if isinstance(discount, Decimal):
        yield abs(whole) - abs(discount)
    if isinstance(rate, Decimal):
        yield whole * (1 - abs(rate) / 100)


@rule("implausible_tax_rate", "warning", MONEY, "The tax {tax} is {percent} % of {base}, which no tax rate explains.")
def implausible_tax_rate(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    tax, total = amount(extraction, "tax_amount"), amount(extraction, "total_amount")
    if tax is None or total is None:
        return
    base = total - tax
    rate = tax / base if base else Decimal(1) if tax else Decimal(0)
    if not 0 <= rate <= HIGHEST_TAX_RATE:
        yield doubt("tax_amount", tax=tax, base=base, percent=round(rate * 100, 1))


@rule("due_mismatch", "warning", MONEY, "The total {total} less the {paid} that is paid is not the {due} that is due.")
def due_mismatch(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    total, paid, due = (amount(extraction, name) for name in ("total_amount", "amount_paid", "amount_due"))
    if total is None or paid is None or due is None or not due:
        return  # nothing due: a receipt, whatever was handed over
    off = abs(total - abs(paid) - due)
    if off > ROUNDING and not any(due % step == 0 and off <= step / 2 for step in STEPS):
        yield doubt("amount_due", total=total, paid=paid, due=due)


@rule("negative_total", "warning", ["invoice", "receipt"], "The total {total} is negative.")
def negative_total(extraction: Extraction, options: Options) -> Iterator[Doubt]:
    total = amount(extraction, "total_amount")
    if total is not None and total < 0:
        yield doubt("total_amount", total=total)


RULES = (total_mismatch, lines_mismatch, line_mismatch, implausible_tax_rate, due_mismatch, negative_total)
