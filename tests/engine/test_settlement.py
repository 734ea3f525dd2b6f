"""Discounts, shipping, tips, prepayments, what is held back and what is due."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extraction.engine.fields.settlement import ADDED_UP, BALANCES
from tests.engine.drawn import extract

HEAD = "INVOICE\nInvoice no: 4711\nVendor: Northwind\n\n"

US = """\
Item              Qty    Price    Amount
Desk lamp           2    40.00     80.00
Cable               4     5.00     20.00

Subtotal                          100.00
Discount 10%                      -10.00
Shipping                           12.00
Sales tax 8%                        8.16
Total                             110.16
"""

GERMAN = """\
Rechnung
Warenwert                 200,00 EUR
Rabatt                    -20,00 EUR
Versandkosten               9,90 EUR
Nettobetrag               189,90 EUR
zzgl. 19 % MwSt.           36,08 EUR
Rechnungsbetrag           225,98 EUR
Anzahlung                 100,00 EUR
Restbetrag                125,98 EUR
"""

SPANISH = """\
FACTURA
Base imponible          1.000,00 €
IVA 21%                   210,00 €
Total factura           1.210,00 €
Retención IRPF 15%       -150,00 €
Total a pagar           1.060,00 €
"""

ITALIAN = """\
FATTURA
Imponibile                500,00
IVA 22%                   110,00
Totale fattura            610,00
Ritenuta d'acconto 20%    100,00
Netto a pagare            510,00
"""

RESTAURANT = """\
GUEST CHECK
2 Burger        24.00
1 Salad          9.50
Subtotal        33.50
Tax              2.76
Tip              6.00
Total           42.26
Visa            42.26
"""

TWO_PAYMENTS = """\
Total                  900.00
Payment 1 March        300.00
Payment 2 April        250.00
Balance due            350.00
"""

PAID_IN_FULL = """\
Subtotal   100.00
VAT 20%     20.00
Total      120.00
Paid      -120.00
"""

EARLY_PAYMENT = """\
Nettobetrag               100,00 EUR
19 % MwSt.                 19,00 EUR
Rechnungsbetrag           119,00 EUR
Bei Zahlung bis 12.05.2024 gewähren wir 2 % Skonto, das sind 2,38 EUR
"""

ON_TOP = """\
Netto         67,82
MwSt. 10 %     6,78
Gesamt        74,60
Trinkgeld      5,40
Bar           80,00
"""

SUGGESTED = """\
Subtotal      50.00
Tax            4.00
Total         54.00
Tip guide
15% tip        7.50
20% tip       10.00
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            US, {"discount_amount": "10", "shipping_amount": "12", "total_amount": "110.16"}, id="discount-and-shipping"
        ),
        pytest.param(
            GERMAN,
            {
                "discount_amount": "20",
                "shipping_amount": "9.90",
                "subtotal_amount": "189.90",
                "amount_paid": "100",
                "amount_due": "125.98",
            },
            id="between-goods-and-net",
        ),
        pytest.param(
            SPANISH,
            {"total_amount": "1210", "amount_due": "1060", "discount_amount": None, "tax_amount": "210"},
            id="held-back-from-what-is-due",
        ),
        pytest.param(ITALIAN, {"total_amount": "610", "amount_due": "510", "tax_amount": "110"}, id="withheld"),
        pytest.param(RESTAURANT, {"tip_amount": "6", "total_amount": "42.26", "subtotal_amount": "33.50"}, id="tip"),
        pytest.param(TWO_PAYMENTS, {"amount_paid": "550", "amount_due": "350"}, id="two-payments"),
        pytest.param(PAID_IN_FULL, {"amount_paid": "120", "amount_due": "0", "total_amount": "120"}, id="paid"),
        pytest.param(EARLY_PAYMENT, {"discount_amount": None, "total_amount": "119"}, id="not-taken-off"),
        pytest.param(ON_TOP, {"tip_amount": "5.40", "total_amount": "74.60"}, id="tip-on-top"),
        pytest.param(SUGGESTED, {"tip_amount": None, "total_amount": "54"}, id="suggested-tips"),
    ],
)
def test_what_is_between_the_sums(text: str, expected: dict[str, str | None]) -> None:
    found = extract(HEAD + text)
    assert {name: found.value(name) for name in expected} == {
        name: None if value is None else Decimal(value) for name, value in expected.items()
    }


def test_what_proves_a_sum_is_said() -> None:
    found = extract(HEAD + GERMAN)
    reasons = {field.name: field.why.reasons for field in found.fields if field.why is not None}
    assert reasons["discount_amount"][0] == ADDED_UP
    assert reasons["amount_paid"][0] == reasons["amount_due"][0] == BALANCES


def test_a_sum_that_leads_nowhere_is_less_sure() -> None:
    proved, claimed = extract(HEAD + US), extract(HEAD + US.replace("-10.00", "-11.00"))
    sure, unsure = proved.field("discount_amount"), claimed.field("discount_amount")
    assert sure is not None
    assert unsure is not None
    assert unsure.confidence < sure.confidence
