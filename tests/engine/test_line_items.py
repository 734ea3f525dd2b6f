"""Line items from tables with heads, and from rows that only arithmetic proves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from extraction.engine.fields.line_items import Item, read_items
from extraction.engine.fields.loose_items import read_loose_items
from extraction.engine.fields.results import line_item
from tests.engine.drawn import reading

HEAD = "Pos  Description              Qty    Unit price     Amount"


def lines(items: list[Item], *names: str) -> list[tuple[Any, ...]]:
    chosen = names or ("description", "quantity", "unit_price", "amount")
    return [tuple(item.cells[name].value if name in item.cells else None for name in chosen) for item in items]


def from_table(*pages: str) -> list[tuple[Any, ...]]:
    return lines(read_items(reading(*pages)))


def test_rows_below_the_head_up_to_the_total() -> None:
    text = f"""{HEAD}
1    Paper A4                  10          4.00      40.00
2    Pens                       5          1.20       6.00

     Total                                            46.00
     Paper                      1          1.00        1.00"""
    assert from_table(text) == [("Paper A4", 10, 4, 40), ("Pens", 5, Decimal("1.2"), 6)]


def test_a_wrapped_description_is_joined() -> None:
    text = f"""{HEAD}
1    Garden house of larch,     1       1750.00    1750.00
     delivered and
     assembled
2    Mats                      16         25.00     400.00"""
    assert [line[0] for line in from_table(text)] == ["Garden house of larch, delivered and assembled", "Mats"]


def test_a_hyphen_at_the_end_of_a_line_joins_without_a_space() -> None:
    text = f"{HEAD}\n1    Travel-                    1         25.00      25.00\n     insurance"
    assert from_table(text)[0][0] == "Travel-insurance"


def test_codes_and_periods_below_are_no_description() -> None:
    text = f"""{HEAD}
1    Hosting                    1         12.00      12.00
     01.02.2024 - 29.02.2024
2    Domain                     1         10.00      10.00
     GTIN: 4012345001235"""
    assert [line[0] for line in from_table(text)] == ["Hosting", "Domain"]


def test_the_table_goes_on_over_a_page_break() -> None:
    first = f"""{HEAD}
1    Paper                     10          4.00      40.00
Carried forward                                   40.00"""
    second = f"""{HEAD}
Brought forward                                   40.00
2    Pens                       5          2.00      10.00"""
    assert from_table(first, second) == [("Paper", 10, 4, 40), ("Pens", 5, 2, 10)]


def test_the_table_goes_on_without_a_repeated_head() -> None:
    first = f"{HEAD}\n1    Paper                     10          4.00      40.00"
    second = "2    Pens                       5          2.00      10.00\nTotal 50.00"
    assert from_table(first, second) == [("Paper", 10, 4, 40), ("Pens", 5, 2, 10)]


def test_a_head_over_two_rows() -> None:
    text = """                         Unit      Price w/o
Description      Qty    price            Tax
Oil               10    19.80         198.00"""
    items = read_items(reading(text, unit="char"))
    assert lines(items, "description", "amount") == [("Oil", 198)]


def test_amount_may_mean_quantity() -> None:
    text = """Amount    Product           VAT     Price      Total
400.00    Balloons          19%      0.79     316.00"""
    assert from_table(text) == [("Balloons", 400, Decimal("0.79"), 316)]


def test_a_price_under_an_unknown_head_is_found_by_division() -> None:
    text = """Description          Quantity     Xyzzy      Amount
Advice                     10    265.00    2,650.00"""
    assert from_table(text) == [("Advice", 10, 265, 2650)]


def test_the_sum_may_stand_a_line_lower() -> None:
    text = """Item                 Quantity    Unit price      Amount
Paper                      20          9.90
Extra                                            198.00"""
    assert [line[1:] for line in from_table(text)] == [(20, Decimal("9.9"), 198)]


def test_a_table_of_taxes_is_no_table_of_items() -> None:
    text = """Category      Tax base     Rate     Tax amount
VAT             100.00      20%          20.00"""
    assert from_table(text) == []


def test_allowances_are_no_items() -> None:
    text = f"""{HEAD}
1    Steel coil                10        100.00    1000.00
     Discount 10%                                  -100.00"""
    assert from_table(text) == [("Steel coil", 10, 100, 1000)]


def test_the_unit_stands_behind_the_quantity() -> None:
    text = "Beschreibung          Menge      Preis     Gesamt\nTrennblätter A4      20 Stk       9,90     198,00"
    (item,) = read_items(reading(text))
    assert item.cells["unit"].value == "Stk"


def test_the_price_is_the_one_after_the_discount() -> None:
    text = """Description     Quantity    Unit price    Disc.     Amount
Nougat                 5          4.55      10%      20.48"""
    (item,) = read_items(reading(text))
    line = line_item(item, proved=True)
    assert line.value("unit_price") == Decimal("4.10")
    assert line.value("amount") == Decimal("20.48")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 x 5.00 Soap   10.00\nTotal 10.00", [("Soap", 2, 5, 10)]),
        ("Soap   2 @ 5.00   10.00\nTowel   1 @ 7.50   7.50\nTotal 17.50", [("Soap", 2, 5, 10), ("Towel", 1, 7.5, 7.5)]),
        ("COMPOST 50L\n2 @ 6.99   13.98\nTotal 13.98", [("COMPOST 50L", 2, 6.99, 13.98)]),
        ("3 Iced Tea   9.00\n1 Salad   8.50\nTotal 17.50", [("Iced Tea", 3, None, 9), ("Salad", 1, None, 8.5)]),
        ("1 Tea   9.00\n2 Salad   8.50\n3 Pie   2.50\nTotal 20.00", [("Tea", None, None, 9)]),
    ],
)
def test_rows_without_a_head_when_they_add_up(text: str, expected: list[tuple[Any, ...]]) -> None:
    total = Decimal(text.rsplit(" ", 1)[1])
    found = lines(read_loose_items(reading(text), {total}))
    wanted = [tuple(Decimal(str(v)) if isinstance(v, int | float) else v for v in line) for line in expected]
    assert found[: len(wanted)] == wanted


def test_rows_that_add_up_to_nothing_are_not_returned() -> None:
    assert read_loose_items(reading("Soap   10.00\nTowel   7.00\nTotal 99.00"), {Decimal("99.00")}) == []


def test_plain_labels_are_no_items() -> None:
    assert read_loose_items(reading("Tax: 19.00\nTotal: EUR 119.00"), {Decimal("119.00")}) == []
