"""Statements: the account, the balances, and bookings that lead from one to the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extraction.engine import output, pipeline
from extraction.engine.values import Unit
from tests.engine.drawn import OPTIONS, document, extract
from tests.engine.test_kinds import DOCUMENTS

STATEMENTS = {name: text for name, kind, text in DOCUMENTS if kind == "statement"}

EXPECTED = {
    "cs, statement: výpis": ("Banka Vltava", "Petr Dvořák", "12400.00", "34600.00", ["-9000.00", "31200.00"]),
    "da, statement: kontoudtog": ("Fjordbanken", "Bo Lund", "2100.00", "15800.00", ["-5200.00", "18900.00"]),
    "de, statement: bank": ("Sparbank Weser", "Helga Moritz", "1840.22", "3510.22", ["-740.00", "2410.00"]),
    "en, statement: credit card": (
        "Harbor Bank Platinum Card", "M. Okafor", "512.20", "353.10", ["-512.20", "64.10", "289.00"],
    ),
    "en, statement: of account": (
        "Oakley Building Supplies Ltd", "Barton Roofing", "310.00", "145.20", ["145.20", "-310.00"],
    ),
    "es, statement: extracto": ("Caja Meridional", "Marta Nieto", "1120.00", "2711.80", ["-48.20", "1640.00"]),
    "fr, statement: relevé": ("Banque des Alpes", None, "920.10", "2705.90", ["1850.00", "-64.20"]),
    "it, statement: estratto conto": ("Banca del Golfo", "Carlo Neri", "640.00", "2047.90", ["1500.00", "-92.10"]),
    "nl, statement: afschrift": ("Polderbank", "J. Smit", "812.40", "2137.40", ["-690.00", "2015.00"]),
    "pl, statement: wyciąg": ("Bank Nadwiślański", "Anna Zych", "1204.00", "4404.00", ["-900.00", "4100.00"]),
    "pt, statement: extrato": ("Banco do Tejo", "Rui Matos", "702.00", "1967.50", ["-34.50", "1300.00"]),
    "sv, statement: kontoutdrag": ("Fjällbanken", "Lisa Berg", "4210.00", "27710.00", ["-3900.00", "27400.00"]),
    "de, statement: Kreditkarte": (None, "Sven Thal", "0.00", "-258.90", ["-18.90", "-240.00"]),
    "en, statement: checking": ("NORTHSIDE CREDIT UNION", None, "1902.11", "3729.71", ["-22.40", "1850.00"]),
    "fr, statement: compte client": (None, "Menuiserie Blanc", None, "0.00", ["240.00", "-240.00"]),
    "id, statement: rekening koran": ("Bank Sentosa", "Ali Hasan", "1500000", "9300000", ["-1200000", "9000000"]),
    "tr, statement: ekstre": ("Boğaz Bankası", "Ali Kaya", "1500.00", "9300.00", ["-1200.00", "9000.00"]),
}  # fmt: skip


@pytest.mark.parametrize("unit", ["char", "pt"])
@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_is_read(name: str, unit: Unit) -> None:
    found = extract(STATEMENTS[name], unit=unit)
    fields = tuple(found.value(name) for name in ("vendor_name", "customer_name", "opening_balance", "closing_balance"))
    vendor, customer, opening, closing, amounts = EXPECTED[name]
    assert fields == (vendor, customer, opening and Decimal(opening), closing and Decimal(closing))
    assert [item.value("amount") for item in found.line_items] == [Decimal(amount) for amount in amounts]


BANK = """\
Harbour Bank                                Account statement
Account holder: M. Vane                     1 March 2026 to 31 March 2026
IBAN GB33 BUKB 2020 1555 5555 55
Date         Description          Debit     Credit    Balance
01/03/2026   Opening balance                            900.00
12/03/2026   Rent                 500.00                400.00
20/03/2026   Salary                         2,000.00  2,400.00
31/03/2026   Closing balance                          2,400.00
"""


def test_account_period_and_bookings_with_their_places() -> None:
    found = pipeline.validate(extract(BANK), OPTIONS)
    data = output.extracted_data(found)
    assert (data["iban"], data["service_start"], data["service_end"]) == (
        "GB33BUKB20201555555555",
        "2026-03-01",
        "2026-03-31",
    )
    assert [(item["description"], item["amount"]) for item in data["line_items"]] == [
        ("Rent", -500.0),
        ("Salary", 2000.0),
    ]
    assert data["total_amount"] is None
    assert output.is_valid(found)
    cells = [cell for item in found.line_items for cell in item.cells]
    assert all(cell.evidence.page == 1 and cell.evidence.box is not None for cell in cells)


def test_bookings_that_do_not_add_up_are_left_out() -> None:
    found = extract(BANK.replace("500.00 ", "510.00 "))
    assert found.document_type == "statement"
    assert found.line_items == ()
    assert found.value("closing_balance") == Decimal("2400.00")


def test_bookings_go_on_over_pages() -> None:
    lines = BANK.splitlines(keepends=True)
    first, second = "".join(lines[:6]), "".join(lines[:1] + lines[3:4] + lines[6:])
    found = pipeline.extract(document(first, second), OPTIONS)
    assert found.parts == ()
    assert [item.value("amount") for item in found.line_items] == [Decimal("-500.00"), Decimal("2000.00")]
    assert {cell.evidence.page for item in found.line_items for cell in item.cells} == {1, 2}


@pytest.mark.parametrize("text", ["", "03.03.  1,00 -\n" * 6_000, "Closing balance 1.00\n" * 3_000, "1/1/26 " * 999])
def test_hostile_statements_are_read_to_the_end(text: str) -> None:
    assert (
        extract(f"ACCOUNT STATEMENT\nOpening balance 5.00\n{text}\nClosing balance 5.00").document_type == "statement"
    )
