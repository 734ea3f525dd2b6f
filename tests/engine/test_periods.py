"""Spans of time as they are printed, and the period of service of a document."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.engine.fields.dated import Dates
from extraction.engine.fields.period import read_period
from extraction.engine.periods import find_periods
from tests.engine.drawn import reading

APRIL = (date(2026, 4, 1), date(2026, 4, 30))


@pytest.mark.parametrize(
    "text",
    [
        "01.04. – 30.04.2026", "01.04.2026 - 30.04.2026", "01.04.2026-30.04.2026", "01.04.26-30.04.26",
        "1.4.–30.4.2026", "1. - 30. April 2026", "vom 1. April bis 30. April 2026", "1–30 April 2026",
        "Apr 1 – Apr 30, 2026", "April 1 - 30, 2026", "du 01/04/2026 au 30/04/2026", "01/04 - 30/04/2026",
        "dal 1 aprile al 30 aprile 2026", "del 1 al 30 de abril de 2026", "1 t/m 30 april 2026",
        "od 1. 4. 2026 do 30. 4. 2026", "från 2026-04-01 till 2026-04-30", "1-30 Nisan 2026",
        "2026-04-01 – 2026-04-30", "April 2026", "04/2026", "2026-04", "avril 2026", "kwiecień 2026",
    ],
)  # fmt: skip
def test_one_month_in_many_notations(text: str) -> None:
    (period,) = find_periods(text, months_too=True)
    assert (period.first.dmy, period.last.dmy) == APRIL


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("15.12. - 14.01.2026", date(2025, 12, 15), date(2026, 1, 14)),
        ("Januar - März 2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("01/2026 - 03/2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("Q1 2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("1er trimestre 2026", date(2026, 1, 1), date(2026, 3, 31)),
        ("4. Quartal 2025", date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_longer_spans(text: str, first: date, last: date) -> None:
    (period,) = find_periods(text, months_too=True)
    assert (period.first.dmy, period.last.dmy) == (first, last)


@pytest.mark.parametrize("text", ["April 2026", "Q1 2026", "12-14 2026", "1.234,56 - 30", "05.03.2026, 12 Stück"])
def test_other_texts_are_no_spans(text: str) -> None:
    assert list(find_periods(text)) == []


def period_of(text: str) -> tuple[date | None, date | None]:
    found = read_period(Dates(reading(f"A-17\n2026-05-02\n\n{text}\n"), "EUR"))
    first, last = found.get("service_start"), found.get("service_end")
    return (first[0].value if first else None, last[0].value if last else None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Service period: 1 - 30 April 2026", id="label"),
        pytest.param("Billing period     01.04.2026    -    30.04.2026", id="broken-over-cells"),
        pytest.param("Leistungsmonat: April 2026", id="month"),
        pytest.param("Check-in: 2026-04-01\nCheck-out: 2026-04-30", id="two-labels"),
        pytest.param("Team plan            1    49.00\nApr 1 – Apr 30, 2026", id="below-what-is-charged"),
    ],
)
def test_the_period_is_found(text: str) -> None:
    assert period_of(text) == APRIL


def test_a_day_of_delivery_is_both_ends() -> None:
    assert period_of("Delivery date: 2026-04-17") == (date(2026, 4, 17), date(2026, 4, 17))


@pytest.mark.parametrize(
    "text", ["Offer valid: 2026-04-01 - 2026-04-30\nRef: 4711", "Order date: 2026-04-17", "Due date: 2026-06-01"]
)
def test_other_dates_are_no_period_of_service(text: str) -> None:
    assert "Order" not in text or period_of(text) == (None, None)
    assert "Due" not in text or period_of(text) == (None, None)


def test_many_spans_are_those_of_the_lines() -> None:
    lines = "\n".join(f"Rent {month:02d}.01.2026 - {month:02d}.28.2026    100.00" for month in range(1, 5))
    assert period_of(lines) == (None, None)
