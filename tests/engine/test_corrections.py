"""What a person enters becomes values, as the document writes numbers and dates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from extraction.engine.corrections import corrected, differences, written_values
from extraction.engine.entered import notation_of, value_of
from extraction.engine.values import Box, Entries, Entry, Evidence, Extraction, Field, LineItem

PLACE = Box(10, 20, 60, 30)


def field(name, raw, value, page=1):
    return Field(name=name, raw=raw, value=value, confidence=0.8, evidence=Evidence(rule="label", page=page, box=PLACE))


def line(description, amount, row):
    box = Box(10, row, 60, row + 10)
    cells = {"description": description, "amount": amount}
    return LineItem(
        cells=tuple(
            Field(
                name=name,
                raw=text.replace(".", ","),
                value=text,
                confidence=0.8,
                evidence=Evidence(rule="column", page=1, box=box),
            )
            for name, text in cells.items()
        )
    )


GERMAN = Extraction(
    document_type="invoice",
    document_type_confidence=0.9,
    fields=(
        field("total_amount", "1.190,00 €", "1190.00"),
        field("invoice_date", "03.04.2026", date(2026, 4, 3)),
        field("vendor_name", "Moorhof GmbH", "Moorhof GmbH"),
    ),
    line_items=(line("Stroh", "400.00", 100), line("Heu", "600.00", 120)),
)
AMERICAN = Extraction(
    document_type="invoice",
    document_type_confidence=0.9,
    fields=(
        field("total_amount", "$1,190.00", "1190.00"),
        field("invoice_date", "04/03/2026", date(2026, 4, 3)),
    ),
)


def enter(extraction, **texts):
    return corrected(extraction, Entries(fields={name: Entry(text=text) for name, text in texts.items()}))


@pytest.mark.parametrize(
    ("document", "name", "text", "value"),
    [
        (GERMAN, "total_amount", "1.234 €", Decimal(1234)),
        (GERMAN, "total_amount", "1.234,50", Decimal("1234.50")),
        (GERMAN, "total_amount", "1234.5", Decimal("1234.5")),
        (GERMAN, "total_amount", "-12,00", Decimal("-12.00")),
        (AMERICAN, "total_amount", "1,234", Decimal(1234)),
        (AMERICAN, "total_amount", "(12.50)", Decimal("-12.50")),
        (AMERICAN, "total_amount", "1 234,56 €", Decimal("1234.56")),
        (AMERICAN, "total_amount", "12\u202f345.60", Decimal("12345.60")),
        (AMERICAN, "total_amount", "9 999 EUR", Decimal(9999)),
        (AMERICAN, "total_amount", "$-12.50", Decimal("-12.50")),
        (AMERICAN, "total_amount", "CA$ 12.50", Decimal("12.50")),
        (AMERICAN, "total_amount", "12.50 KES", Decimal("12.50")),
        (AMERICAN, "total_amount", "₦12.50", Decimal("12.50")),
        (AMERICAN, "total_amount", "12.50 CR", Decimal("-12.50")),
        (AMERICAN, "total_amount", "+12.50", Decimal("12.50")),
        (AMERICAN, "total_amount", "\ufeff12.50\u200b", Decimal("12.50")),
        (GERMAN, "total_amount", "12,-", Decimal(12)),
        (GERMAN, "total_amount", "12,50- EUR", Decimal("-12.50")),
        (GERMAN, "total_amount", "1'234.50 sFr.", Decimal("1234.50")),
        (GERMAN, "due_date", "05.06.2026", date(2026, 6, 5)),
        (AMERICAN, "due_date", "05/06/2026", date(2026, 5, 6)),
        (AMERICAN, "due_date", "May 6, 2026", date(2026, 5, 6)),
        (AMERICAN, "due_date", "2026-05-06", date(2026, 5, 6)),
        (GERMAN, "due_date", "\u200b5.6.2026", date(2026, 6, 5)),
        (GERMAN, "iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        (GERMAN, "iban", "de89\u200b3704\u00ad0044 0532 0130 00", "DE89370400440532013000"),
        (GERMAN, "parties", "Moorhof GmbH; \u200b; Ada Lang", ("Moorhof GmbH", "Ada Lang")),
        (GERMAN, "vendor_name", "می\u200cخواهم", "می\u200cخواهم"),
        (GERMAN, "currency", "€", "EUR"),
        (GERMAN, "currency", "chf", "CHF"),
        (GERMAN, "parties", "Moorhof GmbH; Ada Lang", ("Moorhof GmbH", "Ada Lang")),
        (GERMAN, "expiration_date", "31.12.2027", "2027-12-31"),
        (GERMAN, "expiration_date", "perpetual", "perpetual"),
        (GERMAN, "vendor_name", "  Moorhof\n  OHG ", "Moorhof OHG"),
    ],
)
def test_texts_become_values(document, name, text, value):
    outcome = enter(document, **{name: text})
    assert outcome.problems == {}
    assert outcome.extraction.value(name) == value
    assert outcome.extraction.field(name).confidence == 1.0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("total_amount", "lots"),
        ("total_amount", "12,00 and 13,00"),
        ("total_amount", "12 13,00"),
        ("total_amount", "=1+1"),
        ("total_amount", "=1"),
        ("total_amount", "1+1"),
        ("total_amount", "@12,00"),
        ("total_amount", "12,00 or so"),
        ("total_amount", "Total 12,00"),
        ("total_amount", "12,00 €/kg"),
        ("total_amount", "KES 12,00 €"),
        ("total_amount", "(12,00"),
        ("total_amount", "12,00 12,00"),
        ("total_amount", "19 %"),
        ("total_amount", "-"),
        ("due_date", "tomorrow"),
        ("due_date", "2026-02-30"),
        ("currency", "marbles"),
        ("vendor_name", "x" * 2001),
        ("no_such_field", "1"),
        ("quantity", "1"),
        ("document_type", "poem"),
    ],
)
def test_what_cannot_be_read_is_told_and_changes_nothing(name, text):
    outcome = (
        enter(GERMAN, vendor_name="Another", **{name: text})
        if name != "vendor_name"
        else enter(GERMAN, vendor_name=text)
    )
    assert list(outcome.problems) == [name]
    assert outcome.extraction == GERMAN
    assert outcome.made == ()


@pytest.mark.parametrize("text", ["=1+1", "12,00 or so"])
def test_what_is_no_number_as_a_whole_says_what_is_needed(text):
    assert enter(GERMAN, total_amount=text).problems == {"total_amount": "A number is needed, such as 1234.56."}


@pytest.mark.parametrize(("text", "number"), [("Gesamt 1.234,50 €", "1234.50"), ("12,50 A", "12.50")])
def test_from_the_page_a_number_is_taken_with_what_is_printed_beside_it(text, number):
    assert value_of("total_amount", text, notation_of(GERMAN), is_printed=True) == Decimal(number)


@pytest.mark.parametrize(("text", "rate"), [("19 %", 19), ("7,5%", Decimal("7.5")), ("19", 19)])
def test_a_rate_may_be_entered_with_its_sign(text, rate):
    assert value_of("tax_rate", text, notation_of(GERMAN)) == rate


@pytest.mark.parametrize("name", ["due_date", "expiration_date"])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31.02.2026", "There is no such day."),
        ("2026-13-01", "There is no such day."),
        ("2026/02/30", "There is no such day."),
        ("13/13/2026", "There is no such day."),
        ("31. Februar 2026", "There is no such day."),
        ("February 30, 2026", "There is no such day."),
        ("2026年2月30日", "There is no such day."),
        ("31.02.1066", "A date is needed, such as 2026-03-31."),
        ("31. Murmel 2026", "A date is needed, such as 2026-03-31."),
        ("31.02.2026 or later", "A date is needed, such as 2026-03-31."),
        ("01.02.2026 02.02.2026", "A date is needed, such as 2026-03-31."),
    ],
)
def test_of_a_day_that_does_not_exist_that_is_said(name, text, problem):
    assert enter(GERMAN, **{name: text}).problems == {name: problem}


def test_the_place_of_a_value_is_kept():
    entries = Entries(fields={"total_amount": Entry(text="1.191,00", page=2, box=PLACE)})
    outcome = corrected(GERMAN, entries)
    total = outcome.extraction.field("total_amount")
    assert (total.evidence.page, total.evidence.box, total.evidence.source) == (2, PLACE, "person")
    assert [(made.field, made.before, made.after, made.page) for made in outcome.made] == [
        ("total_amount", "1190.00", "1191.00", 2)
    ]


def test_to_enter_what_was_read_makes_it_certain():
    outcome = enter(GERMAN, total_amount="1190.00")
    total = outcome.extraction.field("total_amount")
    assert (total.confidence, total.evidence.box, total.evidence.source) == (1.0, PLACE, "text")
    assert outcome.made == ()


def test_an_empty_text_takes_the_value_away():
    outcome = enter(GERMAN, vendor_name=" ")
    assert outcome.extraction.field("vendor_name") is None
    assert [(made.before, made.after) for made in outcome.made] == [("Moorhof GmbH", None)]


def test_the_kind_is_changed_like_a_field():
    outcome = enter(GERMAN, document_type="credit_note")
    assert (outcome.extraction.document_type, outcome.extraction.document_type_confidence) == ("credit_note", 1.0)
    assert written_values(outcome.extraction)["document_type"] == "credit_note"


def rows(extraction):
    return tuple(
        {cell.name: Entry(text=str(cell.value), page=cell.evidence.page, box=cell.evidence.box) for cell in item.cells}
        for item in extraction.line_items
    )


def test_lines_that_stay_keep_what_is_known_about_them():
    outcome = corrected(GERMAN, Entries(line_items=rows(GERMAN)))
    assert outcome.extraction.line_items == GERMAN.line_items
    assert outcome.made == ()


def test_a_line_that_goes_is_told_once():
    outcome = corrected(GERMAN, Entries(line_items=rows(GERMAN)[1:]))
    assert outcome.extraction.line_items == GERMAN.line_items[1:]
    assert [(made.field, made.row, made.before, made.after) for made in outcome.made] == [
        ("description", 0, "Stroh", None),
        ("amount", 0, "400.00", None),
    ]


def test_a_line_that_comes_is_told():
    new = {"description": Entry(text="Lieferung"), "amount": Entry(text="12,50")}
    outcome = corrected(GERMAN, Entries(line_items=(*rows(GERMAN), new, {"description": Entry(text="")})))
    assert [(made.field, made.row, made.after) for made in outcome.made] == [
        ("description", 2, "Lieferung"),
        ("amount", 2, "12.50"),
    ]
    assert len(outcome.extraction.line_items) == 3


def numbers(*lines):
    return replace(GERMAN, line_items=tuple(line(text, amount, 100) for text, amount in lines))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("xxxxxx", "xyxxxx", [("description", 1, "x", "y")]),
        ("xxxxxx", "yxxxxz", [("description", 0, "x", "y"), ("description", 5, "x", "z")]),
        ("abcd", "bcde", [("description", 0, "a", None), ("amount", 0, "1.00", None),
                          ("description", 3, None, "e"), ("amount", 3, None, "1.00")]),
        ("abc", "bac", [("description", 0, None, "b"), ("amount", 0, None, "1.00"),
                        ("description", 1, "b", None), ("amount", 1, "1.00", None)]),
    ],
)  # fmt: skip
def test_of_rows_that_are_the_same_only_those_are_told_that_were_changed(before, after, told):
    was, now = (numbers(*((text, "1.00") for text in texts)) for texts in (before, after))
    assert [(made.field, made.row, made.before, made.after) for made in differences(was, now)] == told


def test_bad_cells_are_named_by_their_place():
    bad = ({"amount": Entry(text="x"), "colour": Entry(text="red")},)
    assert set(corrected(GERMAN, Entries(line_items=bad)).problems) == {"line_items.0.amount", "line_items.0.colour"}
    assert set(corrected(GERMAN, Entries(tax_lines=({"tax_rate": Entry(text="x")},))).problems) == {
        "tax_lines.0.tax_rate"
    }


def test_there_are_limits():
    many = tuple({"amount": Entry(text="1")} for _ in range(2001))
    assert set(corrected(GERMAN, Entries(line_items=many)).problems) == {"line_items"}


def test_numbers_are_read_as_the_document_writes_them():
    assert value_of("total_amount", "1.500", notation_of(GERMAN)) == 1500
    assert value_of("total_amount", "1,500", notation_of(AMERICAN)) == 1500


NOTHING_PAID = replace(
    GERMAN,
    fields=(
        *GERMAN.fields,
        replace(field("amount_due", "1.190,00 €", "1190.00"), evidence=Evidence(rule="total_nothing_paid", page=1)),
    ),
)


@pytest.mark.parametrize(
    ("document", "texts", "due"),
    [
        (NOTHING_PAID, {"total_amount": "1.200,00"}, Decimal("1200.00")),
        (NOTHING_PAID, {"total_amount": "1.200,00", "amount_due": "200"}, Decimal(200)),
        (NOTHING_PAID, {"total_amount": ""}, None),
        (NOTHING_PAID, {"vendor_name": "Moorhof OHG"}, Decimal("1190.00")),
        (replace(NOTHING_PAID, fields=(*GERMAN.fields, field("amount_due", "190,00", "190.00"))),
         {"total_amount": "1.200,00"}, Decimal("190.00")),
    ],
)  # fmt: skip
def test_an_amount_due_that_is_the_total_goes_on_being_it(document, texts, due):
    after = enter(document, **texts).extraction
    assert after.value("amount_due") == due
    again = enter(after, total_amount="1.300,00").extraction
    assert (again.value("amount_due") == Decimal("1300.00")) is (
        due is not None and after.field("amount_due").evidence.rule == "total_nothing_paid"
    )


@pytest.mark.parametrize("box", [Box(5, 5, 1, 9), Box(1, 9, 5, 5), Box(float("nan"), 0, 1, 1)])
def test_a_box_is_left_top_right_and_bottom(box):
    outcome = corrected(GERMAN, Entries(fields={"total_amount": Entry(text="1", page=1, box=box)}))
    assert outcome.problems == {"total_amount": "The box must be left, top, right and bottom."}
