"""Is a value on the page, in whatever notation?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from evaluation.datasets import printed


@pytest.mark.parametrize(
    ("value", "page", "found"),
    [
        ("1234.50", "Total 1,234.50", True),
        ("1234.50", "Summe 1.234,50 EUR", True),
        ("1234.50", "Total 1 234,50", True),
        ("1234.50", "Total 1'234.50", True),
        ("1234.50", "1234.5000", True),
        ("-1234.50", "1234,50-", True),
        ("1234567.00", "1.234.567,00", True),
        ("9.75", "RM9.75", True),
        ("9.7", "9.70", True),
        ("34.50", "1,234.50", False),
        ("1234.50", "11234.50", False),
        ("1234.50", "1234.505", False),
        ("1234.50", "1234.50.7", False),
        ("100", "100 pieces", False),
    ],
)
def test_amounts(value: str, page: str, found: bool) -> None:
    assert printed.amount(Decimal(value), page) is found


@pytest.mark.parametrize(
    ("value", "page", "found"),
    [("2.00", "2 hours", True), ("2", "2,000 h", True), ("2.5", "2,50", True), ("2.5", "2", False), ("2", "12", False)],
)
def test_quantities(value: str, page: str, found: bool) -> None:
    assert printed.amount(Decimal(value), page, whole=True) is found


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("04.03.2026", True),
        ("4.3.26", True),
        ("03/04/2026", True),
        ("2026-03-04", True),
        ("20260304", True),
        ("4. März 2026", True),
        ("4th March 2026", True),
        ("04-MAR-2026", True),
        ("March 4, 2026", True),
        ("4 de março de 2026", True),
        ("4 mars 2026", True),
        ("14.03.2026", False),
        ("04.03.2027", False),
        ("4 May 2026", False),
        ("04.03.202601", False),
    ],
)
def test_dates(page: str, found: bool) -> None:
    assert printed.day(date(2026, 3, 4), f"Date: {page}") is found


@pytest.mark.parametrize(
    ("value", "page", "found"),
    [
        ("Müller & Söhne GmbH", "MULLER + SOHNE GMBH\nLeeds", True),
        ("DE89370400440532013000", "IBAN: DE89 3704 0044 0532 0130 00", True),
        ("Northwind Supplies", "Northwind\nSupplies", True),
        ("North", "Northwind", False),
        ("INV-7", "INV-71", False),
        ("7", "7", False),
    ],
)
def test_texts(value: str, page: str, found: bool) -> None:
    assert printed.text(value, page) is found


def test_texts_with_slips() -> None:
    assert printed.resembles("PERNIAGAAN HUJAN SDN BHD", "PERNIAGAAN HUJAM SDN. BHD.")
    assert not printed.resembles("PERNIAGAAN HUJAN SDN BHD", "KEDAI BUKU LAUT")


@pytest.mark.parametrize(
    ("code", "page", "found"),
    [
        ("EUR", "10,00 Euro", True),
        ("EUR", "10,00€", True),
        ("EUR", "10,00EUR", True),
        ("EUR", "Europe", False),
        ("GBP", "£ 10", True),
        ("CHF", "CHF 10", True),
        ("CHF", "10.00", False),
    ],
)
def test_currencies(code: str, page: str, found: bool) -> None:
    assert printed.currency(code, page) is found
