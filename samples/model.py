"""What the generator draws: invented companies and documents, and the answers a careful reader would give.

Amounts follow EN 16931: a line amount is quantity times net price rounded to cents, tax is computed once for each
rate on the sum of its lines, and the total is the sum of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from training.generator.bill import Bill, Line, rounded, tax_within
from training.generator.truth import FIELDS


@dataclass(frozen=True, kw_only=True)
class Party:
    name: str
    street: str
    postcode: str
    city: str
    country: str  # ISO 3166 code
    city_first: bool = False  # "Leeds LS11 9AX" instead of "44135 Dortmund"
    vat_id: str = ""
    phone: str = ""
    email: str = ""
    iban: str = ""
    bic: str = ""

    @property
    def place(self) -> str:
        return f"{self.city} {self.postcode}" if self.city_first else f"{self.postcode} {self.city}"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.place}"


@dataclass(frozen=True, kw_only=True)
class Invoice(Bill):
    """A bill as the generator of training documents draws it, of which less is known."""

    kind: str = "invoice"
    purchase_order: str = ""

    def truth(self) -> dict[str, Any]:
        return truth(
            document_type="invoice",
            vendor_name=self.seller.name,
            customer_name=self.buyer.name,
            invoice_number=self.number,
            invoice_date=self.issued,
            due_date=self.due,
            total_amount=self.total,
            tax_amount=self.tax,
            currency=self.currency,
            line_items=lines_as_truth(self.lines),
            subtotal_amount=self.subtotal,
            amount_due=self.total,
            iban=self.seller.iban or None,
            vendor_vat_id=self.seller.vat_id or None,
            customer_vat_id=self.buyer.vat_id or None,
            purchase_order=self.purchase_order or None,
            vendor_address=self.seller.address,
        )


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Prices are as printed: with tax where ``tax_included``, else the tax is added below."""

    seller: Party
    issued: date
    time: str
    number: str
    currency: str
    items: tuple[tuple[str, Decimal], ...]
    tax_rate: Decimal
    tax_included: bool
    footer: tuple[str, ...] = field(default=())

    @property
    def printed_sum(self) -> Decimal:
        return sum((price for _, price in self.items), Decimal())

    @property
    def subtotal(self) -> Decimal:
        return self.total - self.tax if self.tax_included else self.printed_sum

    @property
    def tax(self) -> Decimal:
        if self.tax_included:
            return tax_within(self.printed_sum, self.tax_rate)
        return rounded(self.printed_sum * self.tax_rate / 100)

    @property
    def total(self) -> Decimal:
        return self.printed_sum if self.tax_included else self.printed_sum + self.tax

    def truth(self) -> dict[str, Any]:
        return truth(
            document_type="receipt",
            vendor_name=self.seller.name,
            invoice_number=self.number,
            invoice_date=self.issued,
            total_amount=self.total,
            tax_amount=self.tax,
            currency=self.currency,
            subtotal_amount=self.subtotal,
            vendor_vat_id=self.seller.vat_id or None,
            vendor_address=self.seller.address,
            verified_absent=["customer_name", "due_date", "iban", "purchase_order"],
        )


def lines_as_truth(lines: Iterable[Line]) -> list[dict[str, str]]:
    return [
        {
            "description": line.description,
            "quantity": str(line.quantity),
            "unit_price": str(line.unit_price),
            "amount": str(line.amount),
        }
        for line in lines
    ]


def truth(*, verified_absent: Iterable[str] | None = None, **known: Any) -> dict[str, Any]:
    """The answers as a truth file has them: every field, text or ``None``.

    ``verified_absent`` names the fields that are known not to be on the document; by default all unknown ones.
    """
    answers = {name: _text(known.pop(name, None)) for name in FIELDS}
    answers |= {name: _text(value) for name, value in known.items()}
    absent = [name for name, value in answers.items() if value is None] if verified_absent is None else verified_absent
    return {**answers, "accept": {}, "verified_absent": sorted(absent)}


def _text(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
