"""Sums are chosen together: arithmetic beats labels."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extraction.engine.fields.totals import Sums, read_sums
from tests.engine.drawn import reading


def sums(text: str) -> Sums:
    return read_sums(reading(text))


def values(found: Sums) -> dict[str, Decimal | None]:
    chosen = {
        "total": found.total,
        "subtotal": found.subtotal,
        "tax": found.tax,
        "due": found.due,
        "paid": found.paid,
    }
    return {name: candidate.value if candidate else None for name, candidate in chosen.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Net   100.00\nVAT 20%   20.00\nTotal   120.00", {"subtotal": 100, "tax": 20, "total": 120}, id="plain"
        ),
        pytest.param(
            "Summe netto   100,00\nzzgl. 19 % MwSt.   19,00\nSumme   119,00",
            {"subtotal": 100, "tax": 19, "total": 119},
            id="plus-tax",
        ),
        pytest.param(
            "Total TTC   120,00\ndont TVA 20 %   20,00", {"total": 120, "tax": 20}, id="total-contains-the-tax"
        ),
        pytest.param(
            "Net           VAT 20%       Gross\n100.00        20.00         120.00",
            {"subtotal": 100, "tax": 20, "total": 120},
            id="heads-above",
        ),
        pytest.param(
            "Total   500.00\nDeposit paid   200.00\nBalance due   300.00",
            {"total": 500, "paid": 200, "due": 300},
            id="prepaid",
        ),
        pytest.param(
            "Netto   340,00\n7 % MwSt aus 260,00   18,20\n19 % MwSt aus 80,00   15,20\nGesamt   373,40",
            {"subtotal": 340, "tax": Decimal("33.40"), "total": Decimal("373.40")},
            id="tax-by-rate",
        ),
        pytest.param(
            "Subtotal   27.36\nRounding adj   -0.01\nTotal   27.35\nCash   50.00\nChange   22.65",
            {"total": Decimal("27.35")},
            id="after-rounding",
        ),
        pytest.param(
            "Total   41.48\nRounding   0.02\nTotal saving   0.00   Total   41.50",
            {"total": Decimal("41.50")},
            id="rounded-up-unsigned",
        ),
        pytest.param(
            "Subtotal   48.50\nTax   4.00\nTip   10.00\nTotal   62.50",
            {"subtotal": Decimal("48.50"), "tax": 4, "total": Decimal("62.50")},
            id="tip",
        ),
        pytest.param(
            "Amount   30.00\nAmount   70.00\nCash   120.00\nChange   20.00\nTotal   100.00",
            {"total": 100},
            id="cash-less-change",
        ),
        pytest.param(
            "Total HT -218,48\nTotal taxes -14,99\nTotal TTC -233,47",
            {"subtotal": Decimal("-218.48"), "tax": Decimal("-14.99"), "total": Decimal("-233.47")},
            id="negative",
        ),
    ],
)
def test_the_set_that_agrees_is_chosen(text: str, expected: dict[str, Decimal | int]) -> None:
    found = values(sums(text))
    assert {name: found[name] for name in expected} == expected


def test_a_tax_under_a_wrong_name_is_found_by_arithmetic() -> None:
    found = values(sums("Total netto   198,00\nSteuerbasis USt. 19%   198,00   37,62\nTotal brutto   235,62"))
    assert found["tax"] == Decimal("37.62")


def test_words_of_registration_numbers_name_no_sum() -> None:
    found = values(sums("GST Reg. No. 001234 12.00\nTotal 50.00"))
    assert found["tax"] is None
    assert found["total"] == 50


def test_agreement_counts_what_is_proved() -> None:
    proved = sums("Net   100.00\nVAT 20%   20.00\nTotal   120.00")
    claimed = sums("Net   100.00\nVAT 20%   25.00\nTotal   120.00")
    assert proved.agreement > claimed.agreement
    assert proved.total is not None
    assert claimed.total is not None
    assert proved.total.score > claimed.total.score


def test_lines_that_add_up_confirm_the_total() -> None:
    text = "Betrag   80,00\nBetrag   70,00"
    assert values(read_sums(reading(text), [Decimal(30), Decimal(50)]))["total"] == 80


def test_without_sums_there_is_no_total() -> None:
    assert sums("No figures here").total is None


def test_whole_numbers_count_where_the_money_has_no_decimals() -> None:
    found = values(sums("Subtotal   ¥480,000\nTax 10%   ¥48,000\nTotal   ¥528,000"))
    assert (found["subtotal"], found["tax"], found["total"]) == (480000, 48000, 528000)
