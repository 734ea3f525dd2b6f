"""What an amount would be if the others are right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from review.computed import amounts

SUMS = {"subtotal_amount": "56.00", "tax_amount": "11.20", "total_amount": "69.20"}


def values(**more: str) -> dict[str, Decimal]:
    return {name: value for name, (value, _) in amounts(SUMS | more).items()}


def test_each_follows_from_the_other_two():
    assert values() == {
        "subtotal_amount": Decimal("58.00"),
        "tax_amount": Decimal("13.20"),
        "total_amount": Decimal("67.20"),
    }


def test_what_lies_between_counts():
    found = amounts(SUMS | {"discount_amount": "5.60", "shipping_amount": "3.00"})
    assert found["total_amount"] == (Decimal("64.60"), "subtotal + tax + the rest")
    assert values(discount_amount="-5.60", shipping_amount="3.00")["total_amount"] == Decimal("64.60")


@pytest.mark.parametrize("missing", SUMS)
def test_nothing_follows_from_one(missing):
    assert amounts(SUMS | {missing: ""}) == {}
