"""What reviewers confirmed on a vendor's documents, used on its next ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from tempfile import NamedTemporaryFile

import pytest
from msgspec.structs import replace

from extraction.engine import pipeline
from extraction.engine.amounts import Style
from extraction.engine.entered import Notation, value_of
from extraction.engine.memory import expression, is_right, merged, observe, pattern
from extraction.engine.reading import Reading
from extraction.engine.values import Box, Confirmed, Options, Remembered, Source

OPTIONS = Options(today=date(2026, 6, 1))
GERMAN = Notation(Style(decimal=","), "dmy")
PAGE = """\
Kranich & Sohn
Hafengasse 3, 20457 Hamburg

                                     RECHNUNG
Beleg 2026 / Zeichen  {number}
Ausgefertigt am       {issued}

Pos  Leistung                  Menge   Einzelpreis     Betrag
1    Segel genaeht                 1        {net}     {net}

     Nettobetrag                                     {net}
     Umsatzsteuer 19 %                                {tax}
     Gesamtbetrag EUR                                {gross}
     Zu buchen                                       {booked}
"""


def text(number, issued, net, tax, gross, booked="8,88"):
    return PAGE.format(number=number, issued=issued, net=net, tax=tax, gross=gross, booked=booked)


FIRST = text("KS.17.A", "03.02.2026", "100,00", "19,00", "119,00")
SECOND = text("KS.18.B", "04.03.2026", "200,00", "38,00", "238,00")
THIRD = text("KS.231.C", "05.04.2026", "300,00", "57,00", "357,00")


def parsed(page: str):
    with NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(page)
        file.flush()
        return pipeline.parse(Source(path=file.name, media_type="text/plain", filename="a.txt"), OPTIONS)


def box_of(page: str, value: str) -> Box:
    row, line = next((row, line) for row, line in enumerate(page.splitlines()) if value in line)
    return Box(line.index(value), row, line.index(value) + len(value), row + 1)


def seen(page: str, **fields: str):
    """Observations of a document whose fields, as printed, a reviewer confirmed."""
    confirmed = [
        Confirmed(field=name, value=str(value_of(name, printed, GERMAN)), page=1, box=box_of(page, printed))
        for name, printed in fields.items()
    ]
    return observe(Reading(parsed(page), today=OPTIONS.today), confirmed)


def read(page: str, memory=None):
    return pipeline.extract(parsed(page), replace(OPTIONS, memory=memory))


def test_a_label_that_no_language_has_is_learned():
    before = read(THIRD)
    memory = merged("kranich", [seen(FIRST, invoice_number="KS.17.A"), seen(SECOND, invoice_number="KS.18.B")])
    after = read(THIRD, memory).field("invoice_number")

    assert before.value("invoice_number") != "KS.231.C", "or this test shows nothing"
    assert after.value == "KS.231.C"
    assert after.evidence.box == box_of(THIRD, "KS.231.C")
    assert after.confidence == 0.75
    assert after.why.reasons == ("where it was confirmed on 2 earlier documents",)


def test_what_agrees_is_surer_and_says_so():
    memory = merged("kranich", [seen(FIRST, total_amount="119,00"), seen(SECOND, total_amount="238,00")])
    plain, total = read(THIRD).field("total_amount"), read(THIRD, memory).field("total_amount")
    assert total.value == plain.value == Decimal("357.00")
    assert total.confidence >= plain.confidence
    assert total.why.reasons[0] == "as confirmed on 2 earlier documents"


def test_a_label_outweighs_the_place():
    """Two lines more, and the sums stand lower."""
    longer = THIRD.replace("Pos  L", "\n\n\nPos  L")
    memory = merged("kranich", [seen(FIRST, amount_paid="8,88")])
    found = read(longer.replace("8,88", "6,66"), memory).field("amount_paid")
    assert found.value == Decimal("6.66")
    assert found.evidence.box.y0 == box_of(longer, "8,88").y0


def test_dates_are_read_in_the_order_of_the_document():
    memory = merged("kranich", [seen(FIRST, invoice_date="03.02.2026")])
    assert read(THIRD, memory).value("invoice_date") == date(2026, 4, 5)


def test_a_constant_is_known_without_a_place_after_several_documents():
    once = [Confirmed(field="vendor_name", value="Kranich und Sohn oHG")]
    reading = Reading(parsed(FIRST), today=OPTIONS.today)
    one, several = (merged("kranich", [observe(reading, once)] * times) for times in (1, 6))
    nameless = THIRD.replace("Kranich & Sohn", "").replace("Hafengasse 3, 20457 Hamburg", "")
    assert read(nameless, one).value("vendor_name") != "Kranich und Sohn oHG"
    found = read(nameless, several).field("vendor_name")
    assert (found.value, found.evidence.source) == ("Kranich und Sohn oHG", "derived")


def test_changing_values_are_no_constant():
    memory = merged("kranich", [seen(FIRST, invoice_number="KS.17.A")])
    assert all(item.value is None for item in memory.fields)


def test_memory_of_another_layout_changes_nothing():
    other = "Rechnung\n\n" + "x\n" * 30 + "Aktenzeichen   ZZ-1\nSaldo   77,10\n"
    memory = merged("other", [seen(other, invoice_number="ZZ-1", total_amount="77,10")])
    assert read(THIRD, memory).value("total_amount") == Decimal("357.00")
    assert read(THIRD, memory).field("invoice_number") == read(THIRD).field("invoice_number")


def test_unknown_fields_lists_and_places_outside_are_left_out():
    reading = Reading(parsed(FIRST), today=OPTIONS.today)
    confirmed = [
        Confirmed(field="parties", value="A"),
        Confirmed(field="nonsense", value="A"),
        Confirmed(field="iban", value="X", page=9, box=Box(0, 0, 1, 1)),
        Confirmed(field="bic", value="X", page=1, box=Box(900, 900, 901, 901)),
    ]
    found = {item.field: item for item in observe(reading, confirmed)}
    assert set(found) == {"iban", "bic"}
    assert found["iban"].page is None
    assert found["bic"].label == ""


def test_observations_of_one_label_are_counted_together():
    same = Remembered(field="bic", times=1, page=1, box=Box(0.1, 0.1, 0.2, 0.2), label="bic", pattern="A", value="X")
    other = replace(same, label="swift", value="Y")
    memory = merged("v", [[same], [replace(same, box=Box(0.3, 0.1, 0.4, 0.2))], [other]])
    assert [(item.label, item.times, item.value) for item in memory.fields] == [("bic", 2, None), ("swift", 1, None)]
    assert memory.fields[0].box == Box(0.2, 0.1, 0.3, 0.2)


@pytest.mark.parametrize(
    ("printed", "shape"), [("RE-2026/0017", "A-9/9"), ("  Ünal  GmbH", "A A"), ("12", "9"), ("", ""), ("A" * 99, "A")]
)
def test_the_shape_of_a_text(printed, shape):
    assert pattern(printed) == shape


@pytest.mark.parametrize(
    ("shape", "line", "found"),
    [
        ("A-9/9", "No RE-2026/18 of today", "RE-2026/18"),
        ("A-9", "XRE-1", "XRE-1"),
        ("9", "a1 22", "22"),
        ("A.9.A", "KS.231.C", "KS.231.C"),
        ("(9)+*", "see (1)+* there", "(1)+*"),
    ],
)
def test_texts_of_a_shape_are_found(shape, line, found):
    assert expression(shape).search(line).group() == found


def test_a_shape_without_digits_finds_nothing():
    assert expression("A A") is None


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("total_amount", "357.00", True),
        ("total_amount", "357", True),
        ("total_amount", "375", False),
        ("total_amount", "much", False),
        ("total_amount", "", False),
        ("iban", "", True),
        ("vendor_name", "KRANICH+Sohn", True),
        ("invoice_date", "2026-04-05", True),
        ("invoice_date", "05.04.2026", False),
        ("currency", "€", True),
        ("currency", "$", False),
    ],
)
def test_what_was_read_is_compared_with_what_was_confirmed(field, value, right):
    assert is_right(read(THIRD), Confirmed(field=field, value=value)) is right


def test_a_place_is_learned_only_where_the_value_stands_as_it_is_entered():
    """A currency is printed as a sign, an address on several lines: reading there again would give something else."""
    page = FIRST.replace("Zu buchen ", "Zu buchen £")
    sign = Confirmed(field="currency", value="GBP", page=1, box=box_of(page, "£"))
    number = Confirmed(field="invoice_number", value="KS.17.A", page=1, box=box_of(page, "KS.17.A"))
    learned = observe(Reading(parsed(page), today=OPTIONS.today), [sign, number])
    assert [(item.field, item.value, item.page) for item in learned] == [
        ("currency", "GBP", None),
        ("invoice_number", None, 1),
    ]


def confirmed_as_read(page: str) -> list[Confirmed]:
    """What a reviewer confirms who finds nothing wrong."""
    fields = [field for field in read(page).fields if not isinstance(field.value, tuple)]
    return [
        Confirmed(field=field.name, value=str(field.value), page=field.evidence.page, box=field.evidence.box)
        for field in fields
    ]


WITHIN_A_CELL = """\
Kranich & Sohn
Hafengasse 3, 20457 Hamburg

                                     RECHNUNG
Rechnungsnummer       KS-17
Rechnungsdatum        03.02.2026
Leistungszeitraum     01.01.2026 - 31.01.2026
IBAN                  DE89 3704 0044 0532 0130 00
Zahlungsart           per Überweisung

Pos  Leistung                  Menge   Einzelpreis     Betrag
1    Segel genaeht                 1      100,00       100,00

     Zwischensumme                              {currency} 100,00
     Umsatzsteuer 19 %                          {currency}  19,00
     Gesamtbetrag                               {currency} 119,00
"""


@pytest.mark.parametrize("currency", ["EUR", "€", "CHF", "£"])
def test_what_was_read_right_stays_right(currency):
    """A code beside an amount, two days in one cell, an account in groups."""
    page = WITHIN_A_CELL.format(currency=currency)
    confirmed = confirmed_as_read(page)
    names = {item.field for item in confirmed}
    assert {"currency", "service_end", "iban", "payment_method", "total_amount"} <= names, "or this shows nothing"
    memory = merged("kranich", [observe(Reading(parsed(page), today=OPTIONS.today), confirmed)] * 3)
    after = read(page, memory)
    assert {item.field for item in confirmed if is_right(after, item)} == names
    assert after.field("total_amount").why.reasons[0] == "as confirmed on 3 earlier documents"


def test_an_account_is_recalled_as_accounts_are_written():
    page = WITHIN_A_CELL.format(currency="EUR").replace("IBAN   ", "Nostro ")
    memory = merged("kranich", [seen(page, iban="DE89 3704 0044 0532 0130 00")])
    other = page.replace("DE89 3704 0044 0532 0130 00", "DE02 1203 0000 0000 2020 51")
    assert read(other, memory).value("iban") == "DE02120300000000202051"
