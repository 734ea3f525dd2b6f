"""Numbers and money as people print them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.engine.amounts import Style, currencies_of, find_amounts, find_marks, infer_style, parse_number

COMMA, POINT, UNKNOWN = Style(","), Style("."), Style()
SPACED, COLON = Style(".", spaced=True), Style(",", colon=True)


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1.234,56", UNKNOWN, "1234.56"),
        ("1,234.56", UNKNOWN, "1234.56"),
        ("1 234,56", COMMA, "1234.56"),
        ("1\u202f234,56", COMMA, "1234.56"),
        ("1'234.56", UNKNOWN, "1234.56"),
        ("1’234.56", UNKNOWN, "1234.56"),
        ("7,08,000.00", UNKNOWN, "708000.00"),
        ("1.234.567", UNKNOWN, "1234567"),
        ("1.234", COMMA, "1234"),
        ("1.234", POINT, "1.234"),
        ("1,234", POINT, "1234"),
        ("1,234", COMMA, "1.234"),
        ("0.025", COMMA, "0.025"),
        ("36.0000", POINT, "36.0000"),
        ("12,5", UNKNOWN, "12.5"),
        ("1.234.56", UNKNOWN, "1234.56"),  # an OCR slip for 1,234.56
        ("42", UNKNOWN, "42"),
    ],
)
def test_number_is_read_in_the_style_of_its_document(text: str, style: Style, value: str) -> None:
    parsed = parse_number(text, style)
    assert parsed is not None
    assert parsed[0] == Decimal(value)


@pytest.mark.parametrize("text", ["", ".", "abc", "1" * 19, "00,12", "05.30", "--"])
def test_other_digits_are_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "style", "value", "mark"),
    [
        ("Total EUR 119.00", POINT, "119.00", "EUR"),
        ("$1,326.80", POINT, "1326.80", "$"),
        ("RM9.75", POINT, "9.75", "RM"),
        ("160,00 €", COMMA, "160.00", "€"),
        ("22 385,00 Kč", COMMA, "22385.00", "Kč"),
        ("-1.059,74", COMMA, "-1059.74", None),
        ("−0,50", COMMA, "-0.50", None),
        ("100,00-", COMMA, "-100.00", None),
        ("(30.00)", POINT, "-30.00", None),
        ("£ (12.00)", POINT, "-12.00", None),
        ("100,-", COMMA, "100", None),
        (".99", POINT, "0.99", None),
        ("Betrag: 5,00 EUR zahlbar", COMMA, "5.00", "EUR"),
        ("¥480,000", POINT, "480000", "¥"),
        ("1.234.--", COMMA, "1234", None),
        ("1'234.–", POINT, "1234", None),
        ("45,00 -", COMMA, "-45.00", None),
        ("12,00- €", COMMA, "-12.00", "€"),
        ("45.00 CR", POINT, "-45.00", None),
        ("45.00DR", POINT, "45.00", None),
        ("R 12 250.00", SPACED, "12250.00", None),
        ("1 234:50 kr", COLON, "1234.50", "kr"),
        ("9.99F", POINT, "9.99", None),
        ("9,99 B", COMMA, "9.99", None),
        ("4,99/kg", COMMA, "4.99", None),
    ],
)
def test_sum_with_sign_and_currency(text: str, style: Style, value: str, mark: str | None) -> None:
    found = list(find_amounts(text, style))
    assert [(amount.value, amount.mark) for amount in found] == [(Decimal(value), mark)]
    assert text[found[0].start : found[0].end] == found[0].raw


@pytest.mark.parametrize(
    "text",
    [
        "RE-20151008/504",
        "05.03.2018",
        "12:30",
        "10.0.0.1",
        "A4",
        "FR20-12",
        "2018/03/05",
        "x12y",
        "0.75L",
        "4x4",
        "1:50",
    ],
)
def test_parts_of_other_things_are_no_amounts(text: str) -> None:
    assert list(find_amounts(text, POINT)) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2x3,50  7,00 A", ["2", "3.50", "7.00"]),
        ("0,532 kg x 4,99 EUR/kg", ["0.532", "4.99"]),
    ],
)
def test_several_numbers_in_one_text(text: str, values: list[str]) -> None:
    assert [amount.value for amount in find_amounts(text, COMMA)] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (["Total R 1 250.00", "VAT R 187.50"], SPACED),
        (["Total R 1,250.00"], POINT),
        (["Summa 1 234:50", "kl 12:30"], Style(None, colon=True)),
        (["kl 12:30", "Bord 4"], Style(None)),
    ],
)
def test_the_document_tells_how_it_groups_digits(texts: list[str], style: Style) -> None:
    assert infer_style(texts) == style


def test_space_groups_digits_only_where_the_comma_is_decimal() -> None:
    assert [amount.value for amount in find_amounts("2 500,00", COMMA)] == [Decimal("2500.00")]
    assert [amount.value for amount in find_amounts("2 500.00", POINT)] == [Decimal(2), Decimal("500.00")]


def test_percentages_are_marked() -> None:
    rate, tax = find_amounts("19 % MwSt. 12,35", COMMA)
    assert (rate.is_percent, rate.is_money) == (True, False)
    assert (tax.is_percent, tax.is_money) == (False, True)


def test_style_is_what_most_clear_numbers_use() -> None:
    assert infer_style(["1.234,56", "10,00", "v2.10"]).decimal == ","
    assert infer_style(["Total 12.00", "1,200"]).decimal == "."
    assert infer_style(["no numbers"], default=",").decimal == ","


@pytest.mark.parametrize(
    ("mark", "codes"),
    [("€", ("EUR",)), ("RM", ("MYR",)), ("zł", ("PLN",)), ("sfr.", ("CHF",)), ("unknown", ())],
)
def test_marks_stand_for_currencies(mark: str, codes: tuple[str, ...]) -> None:
    assert currencies_of(mark) == codes


def test_ambiguous_marks_name_all_currencies() -> None:
    assert set(currencies_of("kr")) == {"SEK", "DKK", "NOK"}
    assert currencies_of("$")[0] == "USD"


def test_marks_are_found_alone_and_glued_to_a_word() -> None:
    assert list(find_marks("AMOUNT (RM)")) == ["RM"]
    assert list(find_marks("TotalCHF 5")) == ["CHF"]
    assert list(find_marks("format")) == []


GROUPED = {
    ("." , ","): lambda number: f"{number:,.2f}".replace(",", "_").replace(".", ",").replace("_", "."),
    (",", "."): lambda number: f"{number:,.2f}",
    (" ", ","): lambda number: f"{number:,.2f}".replace(",", " ").replace(".", ","),
    ("'", "."): lambda number: f"{number:,.2f}".replace(",", "'"),
}  # fmt: skip


@given(
    st.decimals(min_value=0, max_value=Decimal("999999999.99"), places=2),
    st.sampled_from(sorted(GROUPED)),
)
def test_every_amount_is_read_back_from_every_notation(value: Decimal, marks: tuple[str, str]) -> None:
    printed = GROUPED[marks](value)
    found = list(find_amounts(f"Total {printed}", Style(marks[1])))
    assert [amount.value for amount in found] == [value]


@given(st.text(max_size=300), st.sampled_from([COMMA, POINT, UNKNOWN]))
def test_any_text_is_survived_and_places_are_true(text: str, style: Style) -> None:
    for amount in find_amounts(text, style):
        assert text[amount.start : amount.end] == amount.raw
