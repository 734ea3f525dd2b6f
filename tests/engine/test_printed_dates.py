"""Dates as people print them, and which of day and month comes first."""

from __future__ import annotations

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from extraction.engine.dates import decide_order, find_compact, find_dates, find_six_digits, resolve, year_first
from extraction.engine.fields.dated import Dates
from extraction.engine.fields.dates import read_dates
from extraction.engine.languages import LANGUAGES
from tests.engine.drawn import extract, reading

FIFTH_OF_MARCH = date(2018, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2018-03-05", "2018/03/05", "2018.03.05", "05.03.2018", "5.3.2018", "05/03/2018", "05-03-2018", "05.03.18",
        "5. März 2018", "5 mars 2018", "5 marzo 2018", "5 de marzo de 2018", "5 de março de 2018", "5 maart 2018",
        "5 marca 2018", "5. března 2018", "5. marts 2018", "5 Mart 2018", "March 5, 2018", "Mar 5, 2018",
        "5th March 2018", "5th of March 2018", "05-Mar-2018", "05-Mar-18", "2018-Mar-05", "5.Mrz.2018",
        "2018年3月5日", "Mar05'18", "dn.05-03-2018", "05/03/201812:48", "2018-03-05T10:00:00", "01-x 05.03.2018",
        "05.03.2018_11:20",
    ],
)  # fmt: skip
def test_one_day_in_many_notations(text: str) -> None:
    assert FIFTH_OF_MARCH in [item.dmy for item in find_dates(text)]


@pytest.mark.parametrize(
    "text", ["31.02.2018", "13/13/2018", "1.234.56", "192.168.10.20", "RE-20151008/504", "12:30:45", "99/99/99", "3.5"]
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert list(find_dates(text)) == []


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("26/03/05", date(2026, 3, 5)),  # else of 2005
        ("16/03/05", date(2005, 3, 16)),  # of long ago in either order
        ("05/03/26", date(2026, 3, 5)),
        ("05/03/2026", date(2026, 3, 5)),
    ],
)
def test_the_year_stands_first_only_where_the_date_would_be_of_long_ago(printed: str, value: date) -> None:
    found = next(find_dates(printed))
    assert year_first(found, date(2026, 11, 22)).dmy == value


def test_digits_without_separators_are_found_where_asked_for() -> None:
    assert [item.dmy for item in find_compact("20180305/101500")] == [FIFTH_OF_MARCH]
    assert [item.dmy for item in find_compact("05032018")] == [FIFTH_OF_MARCH]
    assert list(find_compact("20189905 1234567890")) == []


def order_of(*texts: str, american: bool = False, terms: tuple[int, ...] = ()) -> str:
    dates = [item for text in texts for item in find_dates(text)]
    return decide_order(dates, month_first_likely=american, terms_days=terms)


def test_a_part_above_twelve_decides_the_order() -> None:
    assert order_of("03/04/2018", "17/04/2018", american=True) == "dmy"
    assert order_of("03/04/2018", "04/17/2018") == "mdy"


def test_the_terms_of_payment_decide_the_order() -> None:
    assert order_of("11/03/2017", "12/03/2017", terms=(30,)) == "mdy"
    assert order_of("05/03/2017", "04/04/2017", terms=(30,), american=True) == "dmy"


def test_else_what_is_usual_where_the_document_comes_from() -> None:
    assert order_of("03/04/2018", american=True) == "mdy"
    assert order_of("03/04/2018") == "dmy"


def test_a_date_is_resolved_in_the_order_of_its_document() -> None:
    (item,) = find_dates("03/04/2018")
    assert resolve(item, "dmy") == date(2018, 4, 3)
    assert resolve(item, "mdy") == date(2018, 3, 4)


@given(
    st.dates(min_value=date(1970, 1, 1), max_value=date(2059, 12, 31)),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["d. MMMM y", "d MMMM y", "dd.MM.yyyy", "yyyy-MM-dd"]),
)
def test_every_day_is_read_back_in_every_language(day: date, language: str, pattern: str) -> None:
    printed = format_date(day, format=pattern, locale=language)
    assert day in [item.dmy for item in find_dates(f"Date: {printed} ")]


@given(st.text(max_size=300))
def test_any_text_is_survived_and_places_are_true(text: str) -> None:
    for item in find_dates(text):
        assert text[item.start : item.end] == item.raw


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Mon 6/04/2026  11:02", date(2026, 4, 6)),
        ("Thu 6/04/2026  11:02", date(2026, 6, 4)),
        ("6/04/2026  4:02 PM", date(2026, 6, 4)),
        ("6/04/2026  16:02", date(2026, 4, 6)),
    ],
)
def test_the_day_of_the_week_and_the_clock_tell_the_order(line: str, value: date) -> None:
    roll = f"HOLLY DINER\n{line}\n\n2 Soup   $11.00\nTotal   $11.00\nCash   $20.00\nChange   $9.00\n"
    assert extract(roll).value("invoice_date") == value


@pytest.mark.parametrize(
    "text",
    [
        "15. dubna 2026", "15 Nisan 2026", "2026. 04. 15.", "15-Apr-26", "Apr 15th, 2026", "15 kwietnia 2026 r.",
        "15.IV.2026", "15 IV 2026", "15. apríla 2026", "Apr 15 '26", "15.04.'26", "15,04,2026", "15.04.2026r.",
        "15/4 2026", "15/4-26", "15·04·2026", "d. 15/4-2026", "15apr2026", "15-ABR-26", "Wednesday, April 15, 2026",
        "15.04.2026-30.04.2026",
    ],
)  # fmt: skip
def test_further_notations(text: str) -> None:
    assert date(2026, 4, 15) in [item.dmy for item in find_dates(text)]


@pytest.mark.parametrize("text", ["July 1 - July 31, 2018", "3 Juillet", "12.10 2024", "V 2026", "Apr 15, 26 pcs"])
def test_no_day_is_made_of_two(text: str) -> None:
    assert all(item.dmy == date(2018, 7, 31) for item in find_dates(text))


def test_six_digits_are_a_date_where_one_must_be() -> None:
    assert [item.dmy for item in find_six_digits("150426")] == [date(2026, 4, 15)]
    assert list(find_six_digits("999999")) == []


def issued(text: str, currency: str | None = None) -> date | None:
    found = read_dates(Dates(reading(text), currency)).get("invoice_date")
    return found[0].value if found else None


@pytest.mark.parametrize(
    ("text", "currency", "day"),
    [
        pytest.param("Invoice date: 03/04/2026\nDue date: 02/05/2026", None, date(2026, 4, 3), id="due-after-issue"),
        pytest.param("Invoice date: 04/03/2026\nDue date: 05/02/2026", None, date(2026, 4, 3), id="month-first-by-due"),
        pytest.param("Invoice date: 04/12/2026", None, date(2026, 4, 12), id="not-far-ahead"),
        pytest.param("Invoice date: 03/04/2026\nTel. +44 20 7946 0018", "USD", date(2026, 4, 3), id="phone-code"),
        pytest.param("Invoice date: 03/04/2026\nAustin, TX 78701", "USD", date(2026, 3, 4), id="town-of-the-states"),
        pytest.param("Invoice date: 03/04/2026\nLondon SW1A 1AA", "GBP", date(2026, 4, 3), id="british"),
        pytest.param("Facture du 03/04/2026\nMontant à payer", "EUR", date(2026, 4, 3), id="language"),
        pytest.param("Invoice date: 03/04/2026\nOrder date: 03/28/2026", "EUR", date(2026, 3, 4), id="another-date"),
    ],
)
def test_day_or_month_first_by_what_the_document_shows(text: str, currency: str | None, day: date) -> None:
    assert issued(f"INVOICE\n{text}\n", currency) == day


@pytest.mark.parametrize(
    "text", ["Invoice date   15   April   2026", "Invoice date: 150426", "Invoice date: 15 04 2026"]
)
def test_a_date_in_pieces_or_without_separators_is_read_behind_its_label(text: str) -> None:
    assert issued(f"INVOICE\n{text}\n") == date(2026, 4, 15)
