"""An invoice, credit note or receipt as facts: lines, taxes, sums, dates, parties.

Amounts follow EN 16931: a line amount is quantity times price less the line's discount, rounded to cents; tax is
computed once for each rate on the sum of its lines; the total is the sum of both. Where prices contain the tax
(``gross_prices``), the tax of a rate is taken out of the sum of its lines instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from training.generator.identities import Party

ZERO = Decimal()


def rounded(amount: Decimal, digits: int = 2) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def tax_within(gross: Decimal, rate: Decimal, digits: int = 2) -> Decimal:
    """The tax at ``rate`` percent that a sum with tax contains."""
    return rounded(gross * rate / (100 + rate), digits)


@dataclass(frozen=True, kw_only=True)
class Line:
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    tax_rate: Decimal  # percent
    code: str = ""
    discount: Decimal = ZERO  # percent
    section: str = ""
    day: date | None = None
    digits: int = 2

    @property
    def amount(self) -> Decimal:
        return rounded(self.quantity * self.unit_price * (100 - self.discount) / 100, self.digits)

    @property
    def full_amount(self) -> Decimal:
        """What it would be without the line's discount."""
        return rounded(self.quantity * self.unit_price, self.digits)


@dataclass(frozen=True, kw_only=True)
class TaxGroup:
    """What is taxed at one rate; ``name`` where a tax has another one than usual."""

    rate: Decimal  # percent
    base: Decimal
    tax: Decimal
    name: str = ""

    @property
    def gross(self) -> Decimal:
        return self.base + self.tax

    def answers(self) -> dict[str, str]:
        return {"tax_rate": str(self.rate), "tax_base": str(self.base), "tax_amount": str(self.tax)}


@dataclass(frozen=True, kw_only=True)
class Bill:
    """All that an issuer could print; what it does print is the layout's choice."""

    kind: str  # document type
    number: str
    issued: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    due: date | None = None
    digits: int = 2
    gross_prices: bool = False
    discount_percent: Decimal = ZERO  # on the document
    shipping: Decimal = ZERO  # at the first line's rate
    service_percent: Decimal = ZERO  # a service charge, taxed like the lines
    tip: Decimal = ZERO
    paid: Decimal = ZERO
    withholding_rate: Decimal = ZERO  # tax that the customer keeps back
    withheld_from_total: bool = True  # else only from what is to pay
    rounding_step: Decimal = ZERO  # the total is rounded to a multiple of it
    ship_to: Party | None = None
    days: int = 0  # of the payment terms
    discount_days: int = 0
    discount_rate: Decimal = ZERO  # for early payment
    service_start: date | None = None
    service_end: date | None = None
    method: str = ""  # of payment, as the truth names it
    time: str = ""
    facts: dict[str, str] = field(default_factory=dict)  # further values by field or label, as printed
    tax_parts: tuple[str, ...] = ()  # names of taxes that share the rate in equal parts
    notice: str = ""  # key of a phrase about tax that is not charged

    @property
    def line_total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def discount(self) -> Decimal:
        return sum(self.cuts.values(), ZERO)

    @property
    def cuts(self) -> dict[Decimal, Decimal]:
        """What the document's discount takes off at each rate."""
        return {rate: self._cut(rate) for rate in self._rates}

    @property
    def service_charge(self) -> Decimal:
        return rounded(self.line_total * self.service_percent / 100, self.digits)

    @property
    def tax_groups(self) -> tuple[TaxGroup, ...]:
        return tuple(self._group(rate) for rate in self._rates)

    @property
    def tax_lines(self) -> tuple[TaxGroup, ...]:
        """The taxes as they are listed: a line for each rate, or for each part of it."""
        if not self.tax_parts:
            return self.tax_groups
        count = len(self.tax_parts)
        return tuple(
            TaxGroup(rate=group.rate / count, base=group.base, tax=group.tax / count, name=name)
            for group in self.tax_groups
            for name in self.tax_parts
        )

    @property
    def tax(self) -> Decimal:
        return sum((group.tax for group in self.tax_groups), ZERO)

    @property
    def subtotal(self) -> Decimal:
        """Everything without tax, after discounts and charges."""
        return sum((group.base for group in self.tax_groups), ZERO)

    @property
    def withholding(self) -> Decimal:
        return rounded(self.subtotal * self.withholding_rate / 100, self.digits)

    @property
    def total(self) -> Decimal:
        return self._exact_total + self.rounding

    @property
    def rounding(self) -> Decimal:
        """What is added so that the total can be paid in coins."""
        if not self.rounding_step:
            return ZERO
        steps = (self._exact_total / self.rounding_step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return steps * self.rounding_step - self._exact_total

    @property
    def due_amount(self) -> Decimal:
        kept_back = ZERO if self.withheld_from_total else self.withholding
        return self.total - kept_back - self.paid

    @property
    def _exact_total(self) -> Decimal:
        kept_back = self.withholding if self.withheld_from_total else ZERO
        return self.subtotal + self.tax + self.tip - kept_back

    @property
    def _rates(self) -> list[Decimal]:
        return sorted({line.tax_rate for line in self.lines}, reverse=True)

    def _cut(self, rate: Decimal) -> Decimal:
        return rounded(self._lines_at(rate) * self.discount_percent / 100, self.digits)

    def _lines_at(self, rate: Decimal) -> Decimal:
        return sum((line.amount for line in self.lines if line.tax_rate == rate), ZERO)

    def _group(self, rate: Decimal) -> TaxGroup:
        charges = self.shipping + self.service_charge if rate == self._rates[0] else ZERO
        printed = self._lines_at(rate) - self._cut(rate) + charges
        if self.gross_prices:
            tax = tax_within(printed, rate, self.digits)
            if self.tax_parts:  # a sum that can be shared out
                tax -= tax % (Decimal(len(self.tax_parts)).scaleb(-self.digits))
            return TaxGroup(rate=rate, base=printed - tax, tax=tax)
        parts = max(len(self.tax_parts), 1)
        return TaxGroup(rate=rate, base=printed, tax=rounded(printed * rate / parts / 100, self.digits) * parts)

    def values(self) -> dict[str, str | date | Decimal]:
        """Every field that has a value, whether it gets printed or not."""
        found: dict[str, str | date | Decimal | None] = {
            "vendor_name": self.seller.name,
            "customer_name": self.buyer.name,
            "invoice_number": self.number,
            "invoice_date": self.issued,
            "due_date": self.due,
            "total_amount": self.total,
            "tax_amount": self.tax,
            "currency": self.currency,
            "subtotal_amount": self.subtotal,
            "amount_due": self.due_amount,
            "amount_paid": self.total if self.kind == "receipt" else self.paid or None,
            "discount_amount": self.discount or None,
            "shipping_amount": self.shipping or None,
            "tip_amount": self.tip or None,
            "payment_method": self.method,
            "iban": self.seller.iban,
            "bic": self.seller.bic,
            "vendor_vat_id": self.seller.vat_id,
            "vendor_tax_number": self.seller.other_id,
            "customer_vat_id": self.buyer.vat_id,
            "service_start": self.service_start,
            "service_end": self.service_end or self.service_start,
            "receipt_time": self.time,
            "vendor_address": self.seller.address,
            "vendor_email": self.seller.email,
            "vendor_phone": self.seller.phone,
            "vendor_website": self.seller.website,
            "customer_address": self.buyer.address,
            **self.facts,
        }
        return {name: value for name, value in found.items() if value not in (None, "")}

    def answers(self) -> dict[str, str]:
        """The same as a truth file writes it."""
        return {name: as_text(value) for name, value in self.values().items()}

    def cells(self, index: int) -> dict[str, str]:
        """The right values of a line's cells."""
        line = self.lines[index]
        found: dict[str, str | Decimal | None] = {
            "description": line.description,
            "quantity": line.quantity,
            "unit_price": line.unit_price,
            "amount": line.amount,
            "unit": line.unit,
            "discount_rate": line.discount or None,
            "tax_rate": line.tax_rate,
            "product_code": line.code,
        }
        return {name: as_text(value) for name, value in found.items() if value not in (None, "")}


def as_text(value: str | date | Decimal | None) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
