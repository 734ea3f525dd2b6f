"""Lines of receipts: codes of taxes and products, counts and weights, rows that only look like items."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.engine.drawn import extract, stored

RECEIPT = "CORNER SHOP\n12 High Street\nReceipt 118  02/03/2024 10:15\n{rows}\nTotal  {total}\nCash  50.00\n"


def lines(rows: str, total: str, *names: str) -> list[tuple[object, ...]]:
    found = extract(RECEIPT.format(rows=rows, total=total))
    return [tuple(item.value(name) for name in names) for item in found.line_items]


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("receipt_inn_de", ["7.00", "7.00", "19.00", "7.00"]),  # 1 and 2 behind the amount
        ("receipt_codes_pt", ["6.00", "6.00", "6.00", "13.00", "23.00", None]),  # (A) before the name
        ("receipt_at", ["10", "10", "10", "20", "10"]),
    ],
)
def test_the_table_of_taxes_gives_the_rates_of_its_codes(name: str, rates: list[str | None]) -> None:
    found = [item.value("tax_rate") for item in extract(stored(name)[1]).line_items]
    assert found == [Decimal(rate) if rate else None for rate in rates]


def test_a_code_that_is_explained_in_two_ways_gives_no_rate() -> None:
    rows = "Tea  2.00 A\nCake  3.00 A\nA 7%\nA 19%"
    assert [rate for (rate,) in lines(rows, "5.00", "tax_rate")] == [None, None]


@pytest.mark.parametrize(
    ("row", "description", "quantity", "price"),
    [
        ("2x Latte  7.00", "Latte", "2", None),
        ("Latte x2  7.00", "Latte", "2", None),
        ("Yogurt X8  7.00", "Yogurt X8", None, None),  # a pack
        ("1.75kg Plums  4.00  7.00", "Plums", "1.75", "4.00"),
        ("Plums\n1.75 kg 4.00/kg  7.00", "Plums", "1.75", "4.00"),
        ("Plums  7.00\n1.75 kg x 4.00", "Plums", "1.75", "4.00"),
        ("1.75 kg x 4.00\nPlums  7.00", "Plums", "1.75", "4.00"),
        ("Latte\n  oat milk\n2 x 3.50  7.00", "Latte", "2", "3.50"),
        ("2 Latte  a 3.50  7.00", "Latte", "2", "3.50"),
        ("Latte  2 pcs x 3.50  7.00", "Latte", "2", "3.50"),
        ("036000291452 Latte  7.00", "Latte", None, None),
        ("*Latte  7.00T", "Latte", None, None),
    ],
)
def test_how_many_stands_in_many_places(row: str, description: str, quantity: str | None, price: str | None) -> None:
    wanted = (description, quantity and Decimal(quantity), price and Decimal(price), Decimal("7.00"))
    rows = f"Bread  2.00\n{row}"
    assert lines(rows, "9.00", "description", "quantity", "unit_price", "amount")[1:] == [wanted]


def test_a_discount_between_the_items_is_a_line_with_a_negative_amount() -> None:
    rows = "Tea  2.00\nCoupon tea  0.50-N\nCake  3.00"
    assert [amount for (amount,) in lines(rows, "4.50", "amount")] == [Decimal("2.00"), Decimal("-0.50"), Decimal(3)]


def test_rows_that_do_not_add_up_are_no_items() -> None:
    assert lines("Tea  2.00\nCake  3.00", "6.00", "amount") == []
