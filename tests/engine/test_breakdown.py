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


SWISS = """\
TOTAL CHF             38.65
Karte                 38.65
MWST  Satz   Total    MWST
 1    2.6%   26.70    0.68
 2    8.1%   11.95    0.90
"""

AUSTRIAN = """\
Summe   EUR           46,20
Bar     EUR           46,20
B 10%  Netto  34,00  MwSt 3,40
C 20%  Netto   7,33  MwSt 1,47
"""

BARE_RATES = """\
TOTAL TO PAY         14.85
CASH                 14.85
VAT   RATE    NET    VAT
 A    0.00   7.20   0.00
 C   23.00   6.22   1.43
"""

DEPOSIT_APART = """\
TOTAL TO PAY         15.45
CASH                 15.45
VAT   RATE   GROSS   VAT
 A    0.00    7.20  0.00
 C   23.00    7.65  1.43
"""

ONE_ROW = """\
SUMMA                32,46
KORT                 32,46
MOMS 14% 3,35  25,5% 1,06
"""

INDIAN = """\
Gross              1000.00
CGST @2.5%           25.00
SGST @2.5%           25.00
NET AMOUNT      Rs 1050.00
"""

BRACKETED = """\
Subtotal                  £69.90
Total (incl. £12.15 VAT)  £72.90
"""


@pytest.mark.parametrize(
    ("text", "total", "tax"),
    [
        pytest.param(SWISS, "38.65", "1.58", id="gross-and-tax"),
        pytest.param(AUSTRIAN, "46.20", "4.87", id="net-and-tax"),
        pytest.param(BARE_RATES, "14.85", "1.43", id="rates-without-percent-sign"),
        pytest.param(DEPOSIT_APART, "15.45", "1.43", id="a-tax-of-nothing-beside-another"),
        pytest.param(ONE_ROW, "32.46", "4.41", id="all-in-one-row"),
        pytest.param(INDIAN, "1050.00", "50.00", id="net-amount-with-tax"),
        pytest.param(BRACKETED, "72.90", "12.15", id="tax-within-brackets"),
    ],
)
def test_taxes_of_other_tables(text: str, total: str, tax: str) -> None:
    sums = read_sums(reading(text))
    assert sums.total is not None
    assert sums.tax is not None
    assert (sums.total.value, sums.tax.value) == (Decimal(total), Decimal(tax))


@pytest.mark.parametrize(
    ("text", "total"),
    [
        pytest.param("Subtotal 40.00\nGST 5% 2.00\nAmount 42.00\nTip 15% 6.30\nTotal 48.30\n", "48.30", id="with-tip"),
        pytest.param("Subtotal 40.00\nGST 5% 2.00\nTotal 42.00\nTip ______\nTotal ______\n", "42.00", id="left-open"),
        pytest.param(
            "Subtotal 40.00\nGST 5% 2.00\nTotal 42.00\nTip guide\nTip 6.30  Total 48.30\nTip 8.40  Total 50.40\n",
            "42.00",
            id="proposals",
        ),
        pytest.param("Fee 6.50\nService 0.70\nTotal paid 7.20\n", "7.20", id="only-a-payment"),
        pytest.param("Total 163.70\nRounding 0.30\nTo pay 164.00\n", "164.00", id="rounded-to-whole"),
    ],
)
def test_a_tip_that_was_given_is_part_of_the_total(text: str, total: str) -> None:
    sums = read_sums(reading(text))
    assert sums.total is not None
    assert sums.total.value == Decimal(total)
