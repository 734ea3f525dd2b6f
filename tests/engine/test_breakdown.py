"""Taxes by rate: the rows of a breakdown are parts of the total, and only what is printed as a total is one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extraction.engine.fields.totals import read_sums
from tests.engine.drawn import extract, reading

GERMAN = """\
Brot   4,80 B
Kaffee   2,60 A
Tee   0,90 B
SUMME EUR   8,30
Bar   10,00
Rückgeld   1,70

        Netto   MwSt   Brutto
A 19%   2,18    0,42   2,60
B 7%    5,33    0,37   5,70
"""

BRITISH = """\
TOTAL   4 items        £12.80
Card                   £12.80

Rate       Net    VAT   Gross
A 20%     7.50   1.50    9.00
Z 0%      3.80   0.00    3.80
"""

WITH_WHOLE = """\
          Net     VAT    Gross
20%    100.00   20.00   120.00
5%     200.00   10.00   210.00
Total  300.00   30.00   330.00
"""

FRENCH = """\
TOTAL TTC            55,50
dont TVA 10,00%       4,00
dont TVA 20,00%       1,92
"""

DUTCH = """\
Totaal               8,00
PIN                  8,00
BTW 9%  over 7,06    0,64
"""

ONE_PRICE = "Vendor: Northlight\nInvoice Number: 7\nTotal: EUR 119.00\nTax: 19.00"


@pytest.mark.parametrize(
    ("text", "total", "tax"),
    [
        pytest.param(GERMAN, "8.30", "0.79", id="rows-add-up-to-the-printed-total"),
        pytest.param(BRITISH, "12.80", "1.50", id="a-rate-of-nothing"),
        pytest.param(WITH_WHOLE, "330.00", "30.00", id="the-last-row-is-the-whole"),
        pytest.param(FRENCH, "55.50", "5.92", id="each-tax-with-its-rate"),
        pytest.param(DUTCH, "8.00", "0.64", id="tax-over-a-base"),
        pytest.param(ONE_PRICE, "119.00", "19.00", id="no-net"),
    ],
)
def test_total_and_tax(text: str, total: str, tax: str) -> None:
    found = read_sums(reading(text))
    assert found.total is not None
    assert found.tax is not None
    assert (found.total.value, found.tax.value) == (Decimal(total), Decimal(tax))


def test_a_total_is_not_also_the_net() -> None:
    assert extract(ONE_PRICE).value("subtotal_amount") is None


def test_tax_alone_is_no_total() -> None:
    found = extract("INVOICE\n\nVendor: Northlight\nInvoice Number: NS-77\nInvoice Date: 2026-04-15\nTax: 19.00")
    assert found.document_type == "invoice"
    assert found.value("total_amount") is None
    assert found.value("tax_amount") == Decimal("19.00")
