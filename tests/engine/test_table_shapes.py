"""Tables in the shapes that sellers give them: close columns, ragged text, sections, unknown heads, sums with tax."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from extraction.engine.fields.line_items import read_items
from extraction.engine.fields.loose_items import read_loose_items
from tests.engine.drawn import extract, reading

CLOSE = """\
Item  Description         Qty Unit  Price   Amount
A-17  Paper 80 g           10 pcs    4.00    40.00
B-22  Pens, blue, 5 pcs     5 box    1.20     6.00
"""

RAGGED = """\
Pos    Beschreibung    Menge    Preis    Betrag
1    Netznutzung Strom Januar    5033,00    0,07    352,31
2    Arbeitspreis    5228,00    1,00    5.228,00
3    Grundpreis    3,00    9,48    28,44
Summe netto    5.608,75
"""

SECTIONS = """\
Description              Qty    Unit price     Amount
Painting
Walls                     10          4.00      40.00
Ceiling                    5          6.00      30.00
Total painting                                  70.00
Tiling
Kitchen floor              2         50.00     100.00
Total                                          170.00
"""

COUNTED = """\
Description                     Qty    Unit price     Amount
001 Paper 80 g                   10          4.00      40.00
002 Pens                          5          1.20       6.00
"""

UNKNOWN_QUANTITY = """\
Description              Xyz.    Unit price     Amount
Paper                      10          4.00      40.00
Pens                        5          1.20       6.00
"""

UNKNOWN_CODE = """\
Xyz-Ref     Description              Qty    Unit price     Amount
AB-771      Paper                     10          4.00      40.00
AB-772      Pens                       5          1.20       6.00
"""

GROSS_AND_NET = """\
Description              Qty    Unit price     Amount     Total incl. VAT
Paper                     10          4.00      40.00               48.00
Pens                       5          1.20       6.00                7.20
"""

HEADS_OF_SUMS = """\
Description              Qty    Unit price     Amount
Paper                     10          4.00      40.00
Total      VAT 20%      Total incl. VAT
40.00         8.00                48.00
"""


def cells(text: str, *names: str) -> list[tuple[Any, ...]]:
    items = read_items(reading(text))
    return [tuple(item.cells[name].value if name in item.cells else None for name in names) for item in items]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        pytest.param(
            CLOSE,
            ("product_code", "description", "quantity", "unit", "amount"),
            [("A-17", "Paper 80 g", 10, "pcs", 40), ("B-22", "Pens, blue, 5 pcs", 5, "box", 6)],
            id="close-columns",
        ),
        pytest.param(
            RAGGED,
            ("description", "quantity", "unit_price", "amount"),
            [
                ("Netznutzung Strom Januar", 5033, Decimal("0.07"), Decimal("352.31")),
                ("Arbeitspreis", 5228, 1, 5228),
                ("Grundpreis", 3, Decimal("9.48"), Decimal("28.44")),
            ],
            id="ragged-text",
        ),
        pytest.param(
            SECTIONS, ("description", "amount"), [("Walls", 40), ("Ceiling", 30), ("Kitchen floor", 100)], id="sections"
        ),
        pytest.param(COUNTED, ("description",), [("Paper 80 g",), ("Pens",)], id="counted-lines"),
        pytest.param(
            UNKNOWN_QUANTITY,
            ("quantity", "unit_price"),
            [(10, 4), (5, Decimal("1.20"))],
            id="unknown-head-of-quantities",
        ),
        pytest.param(
            UNKNOWN_CODE,
            ("product_code", "description"),
            [("AB-771", "Paper"), ("AB-772", "Pens")],
            id="unknown-head-of-codes",
        ),
        pytest.param(
            GROSS_AND_NET,
            ("amount", "gross_amount"),
            [(40, 48), (6, Decimal("7.20"))],
            id="with-and-without-the-tax",
        ),
        pytest.param(HEADS_OF_SUMS, ("description", "amount"), [("Paper", 40)], id="sums-under-heads-of-their-own"),
    ],
)
def test_cells_of_each_line(text: str, names: tuple[str, ...], expected: list[tuple[Any, ...]]) -> None:
    assert cells(text, *names) == expected


@pytest.mark.parametrize(
    ("head", "cell", "name", "value"),
    [
        ("Disc. %", "10%", "discount_rate", "10"),
        ("Discount", "4.00", "discount_amount", "4"),
        ("Discount", "10", "discount_rate", "10"),
    ],
)
def test_a_discount_is_a_rate_or_a_sum(head: str, cell: str, name: str, value: str) -> None:
    first = f"Description     Qty    Unit price    {head:>8}     Amount"
    text = f"{first}\nPaper            10          4.00    {cell:>8}      36.00"
    (item,) = read_items(reading(text))
    assert item.number(name) == Decimal(value)


RECEIPT = """\
CORNER DELI
Receipt 4711
12.03.2024 10:31
---------------------------
{lines}
Total                 {total}
Cash                  {total}
THANK YOU, PLEASE COME AGAIN
"""


@pytest.mark.parametrize(
    ("lines", "total", "expected"),
    [
        pytest.param(
            "0,532 kg x 4,99 EUR/kg\nTomaten              2,65 A\nBrot                 3,00 A",
            "5,65",
            [("Tomaten", Decimal("2.65")), ("Brot", 3)],
            id="weight-above",
        ),
        pytest.param(
            "2x3,50 Kaffee        7,00 A\nVitamin C            4,00 A",
            "11,00",
            [("Kaffee", 7), ("Vitamin C", 4)],
            id="glued-factors",
        ),
        pytest.param(
            "0.246 Chicken breast     20.99\n2 Noodles                14.00",
            "34.99",
            [("Chicken breast", Decimal("20.99")), ("Noodles", 14)],
            id="weight-before-the-name",
        ),
        pytest.param(
            "Brot                 3,00 A\nRabatt              -0,50 A",
            "2,50",
            [("Brot", 3), ("Rabatt", Decimal("-0.50"))],
            id="discount",
        ),
    ],
)
def test_lines_of_a_receipt(lines: str, total: str, expected: list[tuple[str, Decimal]]) -> None:
    found = extract(RECEIPT.format(lines=lines, total=total))
    assert found.document_type == "receipt"
    assert [(item.value("description"), item.value("amount")) for item in found.line_items] == expected


@pytest.mark.parametrize(
    "lines",
    [
        "0,532 kg x 4,99 EUR/kg\nTomaten              2,65 A\nBrot                 3,00 A",
        "Tomaten              2,65 A\n   0,532 kg x 4,99 EUR/kg\nBrot                 3,00 A",
    ],
)
def test_quantity_and_price_may_stand_in_the_row_beside(lines: str) -> None:
    found = extract(RECEIPT.format(lines=lines, total="5,65"))
    assert [
        (item.value("description"), item.value("quantity"), item.value("unit_price")) for item in found.line_items
    ] == [
        ("Tomaten", Decimal("0.532"), Decimal("4.99")),
        ("Brot", None, None),
    ]


def test_sums_without_cents_are_sums_where_there_are_no_others() -> None:
    text = "1 Flat white        467\n6 Iced tea        2,202\nTotal             2,669"
    found = read_loose_items(reading(text), {Decimal(2669)})
    assert [(item.cells["description"].value, item.number("amount")) for item in found] == [
        ("Flat white", 467),
        ("Iced tea", 2202),
    ]
