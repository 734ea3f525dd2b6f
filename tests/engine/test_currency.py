"""Marks that several currencies share are told apart by what else is printed."""

from __future__ import annotations

import pytest

from extraction.engine.fields.currency import read_currency
from tests.engine.drawn import extract, reading


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Invoice\nSubtotal   $494.40\nTotal CAD   $568.44", "CAD"),
        ("Invoice\nTotal   $494.40\nAll prices in AUD", "AUD"),
        ("Invoice\nTotal   $494.40", "USD"),
        ("Faktura\nAtt betala   250,00 kr\nMoms   50,00 kr", "SEK"),
        ("Invoice\nTotal   €494.40", "EUR"),
        ("Kvittering\n944 170 921 MVA\nTotalt   134,00", "NOK"),
        ("Recibo\nCUIT Nro.: 30-71188420-9\nTotal   $ 4.650,00", "ARS"),
        ("Reçu\nTPS 144209981RT0001\nTotal   22,39", "CAD"),
        ("Reçu\nSous-total   19,39\nTotal   22,39 $", "CAD"),
        ("Receipt\nGST No: 88-114-209\nTotal   $19.40", "NZD"),
        ("Receipt\nGST Reg No: 201944120K\nTotal   $19.40", "SGD"),
        ("Receipt\nVAT NO: 4470211893\nTotal   R19.40", "ZAR"),
        ("Receipt\nTotal      USD      84.00\nPaid      USD      84.00\nApprox. EUR 77.28", "USD"),
    ],
)
def test_marks(text: str, code: str) -> None:
    found = read_currency(reading(text))
    assert found is not None
    assert found[0].value == code


def test_none_is_invented() -> None:
    text = "INVOICE\n\nVendor: Bramble\nBill To: Otter Lane\nInvoice No: 3003\nDate: 2026-03-09\n\nTotal   716.00"
    found = extract(text)
    assert found.value("total_amount") is not None
    assert found.value("currency") is None
