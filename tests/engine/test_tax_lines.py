"""The table of taxes by rate, however a document prints it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.engine.drawn import extract

HEAD = "INVOICE\nInvoice no: 4711\nVendor: Northwind\n\n"

ONE_RATE = """\
Net                       100.00
VAT 20%                    20.00
Total                     120.00
"""

TWO_SENTENCES = """\
Nettobetrag                              340,00
7 % MwSt aus 260,00                       18,20
19 % MwSt aus 80,00                       15,20
Gesamtbetrag                             373,40
"""

TABLE = """\
Total HT         150,00 €
Total TVA         25,50 €
Total TTC        175,50 €

Taux        Base HT      Montant TVA
20,00 %      105,00            21,00
10,00 %       45,00             4,50
"""

RECEIPT = """\
RECEIPT
Brot                     4,80 B
Kaffee                   2,60 A
Tee                      0,90 B
SUMME EUR                8,30
Bar                     10,00
Rückgeld                 1,70

        Netto   MwSt   Brutto
A 19%   2,18    0,42   2,60
B 7%    5,33    0,37   5,70
"""

CODES = """\
RECEIPT
SUMME EUR                8,30
Bar                      8,30
A = 19,00 %   B = 7,00 %
        Netto   MwSt   Brutto
A       2,18    0,42   2,60
B       5,33    0,37   5,70
"""

NO_MARK = """\
TOTAL        99.00
CASH        100.00
CHANGE        1.00
GST SUMMARY   %    AMOUNT     TAX
SR            6     93.40    5.60
"""

ZERO = """\
Rate       Net    VAT   Gross
A 20%     7.50   1.50    9.00
Z 0%      3.80   0.00    3.80
Total    11.30   1.50   12.80
"""

HALVES = """\
Taxable amount       1,000.00
CGST 9%                 90.00
SGST 9%                 90.00
Total                1,180.00
"""

TWICE = """\
Netto                100,00
MwSt 19 %             19,00
Gesamt               119,00

Steuersatz     Bemessungsgrundlage     Steuerbetrag
19 %                        100,00            19,00
"""

IN_HEADS = """\
Net           VAT 20%       Gross
100.00        20.00         120.00
"""


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(ONE_RATE, [("20", "100", "20")], id="the-net-is-the-base-of-the-only-rate"),
        pytest.param(TWO_SENTENCES, [("7", "260", "18.20"), ("19", "80", "15.20")], id="sentences"),
        pytest.param(TABLE, [("20", "105", "21"), ("10", "45", "4.50")], id="table"),
        pytest.param(RECEIPT, [("19", "2.18", "0.42"), ("7", "5.33", "0.37")], id="receipt"),
        pytest.param(CODES, [("19", "2.18", "0.42"), ("7", "5.33", "0.37")], id="codes"),
        pytest.param(NO_MARK, [("6", "93.40", "5.60")], id="rate-without-its-mark"),
        pytest.param(ZERO, [("20", "7.50", "1.50"), ("0", "3.80", "0")], id="rate-of-nothing"),
        pytest.param(HALVES, [("9", "1000", "90"), ("9", "1000", "90")], id="two-taxes-of-one-rate"),
        pytest.param(TWICE, [("19", "100", "19")], id="printed-twice"),
        pytest.param(IN_HEADS, [("20", "100", "20")], id="rate-in-the-head"),
        pytest.param("Total incl. 19 % VAT   119.00\n", [], id="no-tax-is-printed"),
    ],
)
def test_rate_base_and_tax(text: str, lines: list[tuple[str, str, str]]) -> None:
    found = extract(HEAD + text)
    names = ("tax_rate", "tax_base", "tax_amount")
    assert [tuple(line.value(name) for name in names) for line in found.tax_lines] == [
        tuple(map(Decimal, line)) for line in lines
    ]


def test_the_only_tax_may_have_no_rate() -> None:
    (line,) = extract(HEAD + "Subtotal   100.00\nSales tax   8.25\nTotal   108.25").tax_lines
    assert [(cell.name, cell.value) for cell in line.cells] == [("tax_amount", Decimal("8.25"))]


def test_lines_that_do_not_make_up_the_tax_are_left_out() -> None:
    found = extract(HEAD + TABLE.replace("105,00            21,00", "105,00            22,00"))
    assert found.value("tax_amount") == Decimal("25.50")
    assert found.tax_lines == ()


def test_every_cell_says_where_it_stands() -> None:
    for line in extract(HEAD + TABLE).tax_lines:
        assert [cell.raw for cell in line.cells if cell.evidence.box is None] == []
        assert all(0 < cell.confidence < 1 for cell in line.cells)
