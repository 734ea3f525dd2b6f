"""Until when all of it is to be paid, where no date says so; and which part of a date is the month."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.engine.fields.dated import Dates
from extraction.engine.fields.dates import read_dates
from extraction.engine.fields.terms import terms_of
from tests.engine.drawn import reading


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param("Payment terms: net 45 days", id="sentence"),
        pytest.param("Payment Terms     Carrier\n45 Days           Road", id="below-the-label"),
        pytest.param("Mode/Terms of Payment   45 Days", id="beside-the-label"),
        pytest.param("Payment terms: 2% 10 days, net 45 days", id="not-the-discount"),
    ],
)
def test_days_are_counted_from_the_date_of_the_invoice(terms: str) -> None:
    found = read_dates(Dates(reading(f"INVOICE\nInvoice date: 2026-04-12\n\n{terms}\n"), "EUR"))
    assert found["due_date"][0].value == date(2026, 5, 27)


def test_days_that_are_no_terms_are_not_counted() -> None:
    text = "INVOICE\nInvoice date: 2026-04-12\n\nService      Quantity\nAudit        8 days\n"
    assert "due_date" not in read_dates(Dates(reading(text), "EUR"))


@pytest.mark.parametrize("line", ["Net price, Calgary AB T2P 1J9", "Net price, Ottawa ON K1J 8M9", "Net price 3 J4"])
def test_a_postcode_is_no_number_of_days(line: str) -> None:
    assert terms_of(reading(f"INVOICE\nPayment terms: {line}\n")) == []


@pytest.mark.parametrize("line", ["net 30 j", "net 30J.", "30j", "30 JOURS"])
def test_short_words_for_days(line: str) -> None:
    assert [term.days for term in terms_of(reading(f"FACTURE\nPayment terms: {line}\n"))][:1] == [30]


def test_a_town_in_the_states_and_dollars_put_the_month_first() -> None:
    text = "FUEL STOP 44\nGRAND ISLAND NE 68801\n05/02/26 06:31\nPUMP 06\nFUEL TOTAL  $39.03\n"
    assert read_dates(Dates(reading(text), "USD"))["invoice_date"][0].value == date(2026, 5, 2)


def test_a_direct_debit_is_due_when_it_is_collected() -> None:
    text = "Facture du 03/02/2026\n\nMontant prélevé à partir du 12/02/2026   26,90 €\n"
    assert read_dates(Dates(reading(text), "EUR"))["due_date"][0].value == date(2026, 2, 12)
