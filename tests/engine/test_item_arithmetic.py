"""What arithmetic tells about the cells of a table: prices, net and gross amounts, sums that no label names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from extraction.engine.fields.line_items import read_items
from tests.engine.drawn import extract, reading

NUMBERS = ("quantity", "unit_price", "amount")


def numbers(text: str) -> list[tuple[Any, ...]]:
    return [tuple(item.number(name) for name in NUMBERS) for item in read_items(reading(text))]


def test_a_number_under_unit_is_the_price() -> None:
    text = """\
Item                      Qty      Unit       Total
Buffet lunch, per head     60     18.50    1,110.00
Staff, per hour            12     16.00      192.00"""
    assert numbers(text) == [(60, Decimal("18.5"), 1110), (12, 16, 192)]


def test_a_word_under_unit_is_the_unit() -> None:
    text = """\
Item                      Qty      Unit     Price       Total
Buffet lunch               60      head     18.50    1,110.00"""
    item = read_items(reading(text))[0]
    assert item.cells["unit"].value == "head"
    assert item.number("unit_price") == Decimal("18.5")


def test_quantity_times_price_is_the_net_where_the_last_column_contains_the_tax() -> None:
    text = """\
Popis            Množství     J.cena   DPH   Cena bez DPH    DPH Kč   Kč celkem
Kovová brána         1 ks  24 500,00   21%      24 500,00  5 145,00   29 645,00
Doprava              2 ks     450,00   21%         900,00    189,00    1 089,00"""
    assert numbers(text) == [(1, 24500, 24500), (2, 450, 900)]


def test_a_lone_sum_of_the_items_ends_them() -> None:
    text = """\
Code     Description       Qty      Price       Total
OSC-4    Oscilloscope        5     550.00    2,750.00
PRB-1    Probe set          10      18.90      189.00
                               Goods         2,939.00
                               Parcel           45.00"""
    assert numbers(text) == [(5, 550, 2750), (10, Decimal("18.9"), 189)]


def test_a_row_is_not_proved_by_itself() -> None:
    """The only sum of the page is its total; the row that holds it is no item."""
    found = extract("INVOICE 12 Total: EUR 5.00\nInvoice No: 77-A\nVendor: Northwind")
    assert found.line_items == ()
    assert found.value("total_amount") == Decimal("5.00")
