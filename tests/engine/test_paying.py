"""Terms, method and reference of payment; the day that follows from the terms; the time of a sale."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.engine.fields.dated import Dates
from extraction.engine.fields.payment import read_payment_method, read_payment_reference, read_payment_terms
from extraction.engine.fields.terms import terms_of
from extraction.engine.fields.times import read_time
from tests.engine.drawn import extract, reading

HEAD = "A-17\n2026-02-27\n\n"  # no words, so that the language is that of the line below


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("Terms: net 30", date(2026, 3, 29)),
        ("payable within 14 days", date(2026, 3, 13)),
        ("Payment is due within thirty (30) days of the invoice date.", date(2026, 3, 29)),
        ("Payment terms: 30 days end of month", date(2026, 3, 30)),
        ("Conditions de paiement : 30 jours fin de mois", date(2026, 3, 31)),
        ("Conditions de paiement : fin de mois + 30 jours", date(2026, 3, 30)),
        ("Condizioni di pagamento: 60 giorni d.f.f.m.", date(2026, 4, 30)),
        ("Zahlbar innerhalb von 14 Tagen ohne Abzug", date(2026, 3, 13)),
        ("Zahlungsbedingungen: 7 Tage 2 % Skonto, 30 Tage netto", date(2026, 3, 29)),
        ("Betalingsbetingelser: Netto 8 dage", date(2026, 3, 7)),
        ("Betalningsvillkor: 10 dagar netto", date(2026, 3, 9)),
        ("Termin płatności: 14 dni", date(2026, 3, 13)),
        ("Splatnost: 14 dní", date(2026, 3, 13)),
        ("Vade: 30 gün", date(2026, 3, 29)),
        ("Condições de pagamento: 30 dias", date(2026, 3, 29)),
        ("Gelieve binnen 21 dagen te betalen", date(2026, 3, 20)),
    ],
)
def test_the_last_day_to_pay_follows_from_the_terms(words: str, due: date) -> None:
    terms = terms_of(reading(HEAD + words))
    assert terms
    assert terms[0].due(date(2026, 2, 27)) == due


def test_a_day_that_was_counted_says_so() -> None:
    field = extract("INVOICE\nInvoice date: 2026-02-27\nTerms: net 30\n\nTotal: 10.00 EUR").field("due_date")
    assert field is not None
    assert field.evidence.source == "derived"
    assert field.why is not None
    assert field.why.repair is not None
    assert "net 30" in field.why.repair


def test_a_printed_due_date_is_not_counted() -> None:
    field = extract("INVOICE\nInvoice date: 2026-02-27\nTerms: net 30\nDue date: 2026-04-15\n\nTotal: 10.00 EUR").field(
        "due_date"
    )
    assert field is not None
    assert (field.value, field.evidence.source) == (date(2026, 4, 15), "text")


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("Zahlbar bis 05.03.2026 mit 3 % Skonto oder bis 27.03.2026 ohne Abzug.", date(2026, 3, 27)),
        ("Please pay by 05/03/2026 less 2 %, or pay by 27/03/2026 in full.", date(2026, 3, 27)),
        ("Total à payer\navant le 13/03/2026", date(2026, 3, 13)),
        ("We'll take the amount by Direct\nDebit on or just after 13/03/2026", date(2026, 3, 13)),
        ("Paid by debit card 27/02/2026", None),
    ],
)
def test_the_last_day_for_all_of_it_is_read_from_sentences(words: str, due: date | None) -> None:
    text = f"INVOICE No 5\nDate: 27/02/2026\n\nTotal: 10.00 EUR\n\n{words}"
    assert extract(text).value("due_date") == due


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Payment terms: 30 days from invoice date", "30 days from invoice date"),
        ("Terms          Net 30", "Net 30"),
        ("Zahlbar innerhalb von 14 Tagen ohne Abzug. Danke!", "Zahlbar innerhalb von 14 Tagen ohne Abzug."),
        ("Conditions de règlement : 30 jours net   Mode de règlement : virement", "30 jours net"),
    ],
)
def test_terms_are_given_as_printed(text: str, terms: str) -> None:
    read = reading(HEAD + text)
    found = read_payment_terms(read, terms_of(read))
    assert found is not None
    assert found[0].value == terms


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Payment method: Bank transfer", "bank_transfer"),
        ("Zahlungsart: SEPA-Lastschrift", "direct_debit"),
        ("Mode de règlement : chèque", "cheque"),
        ("Modalità di pagamento: Bonifico bancario", "bank_transfer"),
        ("Forma de pago: recibo domiciliado", "direct_debit"),
        ("Forma de pagamento: PIX", "wallet"),
        ("Betaalwijze: Automatische incasso", "direct_debit"),
        ("Sposób zapłaty: przelew", "bank_transfer"),
        ("Způsob úhrady: hotově", "cash"),
        ("Betalningssätt: Autogiro", "direct_debit"),
        ("Betalingsmåde: MobilePay", "wallet"),
        ("Ödeme Şekli: Kredi Kartı", "card"),
        ("Paid with Visa ending in 4242", "card"),
    ],
)
def test_methods_of_payment(text: str, method: str) -> None:
    found = read_payment_method(reading(HEAD + text))
    assert found is not None
    assert found[0].value == method


@pytest.mark.parametrize(
    "text",
    ["We accept Visa, PayPal or bank transfer", "Make checks payable to Ash Ltd", "Bank: IBAN DE89370400440532013000"],
)
def test_what_is_offered_is_not_how_it_was_paid(text: str) -> None:
    assert read_payment_method(reading(HEAD + text)) is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Payment reference: 4711-22", "4711-22"),
        ("Variabilní symbol: 2026000387", "2026000387"),
        ("OCR-nummer     508174", "508174"),
        ("avec la communication structurée +++120/0260/21456+++", "+++120/0260/21456+++"),
        ("Indbetales med FI-kort +71<000000000017338+85440123<", "+71<000000000017338+85440123<"),
        ("Verwendungszweck: RF18 5390 0754 7034", "RF18 5390 0754 7034"),
        ("Please transfer the amount, quoting A-17.", "A-17"),
        ("Gelieve bij betaling 8831 5103 9414 te vermelden.", "8831 5103 9414"),
    ],
)
def test_references_to_quote(text: str, reference: str) -> None:
    found = read_payment_reference(reading(HEAD + text))
    assert found is not None
    assert found[0].value == reference


@pytest.mark.parametrize(
    "text", ["Bitte geben Sie bei Zahlung die Rechnungsnummer an.", "Reference: PR-9", "+49 761 555 0"]
)
def test_other_numbers_are_no_references(text: str) -> None:
    assert read_payment_reference(reading(HEAD + text)) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("27.02.2026 10:18", "10:18"), ("27/02/26 09h47", "09:47"), ("02/27/2026 7:42 PM", "19:42"),
        ("27.02.2026  12:05:33", "12:05:33"), ("Time: 3:26:40 pm", "15:26:40"), ("27.02.2026 14.05 Uhr", "14:05"),
        ("Date 2026-02-27\nTime: 08:11", "08:11"), ("12:15 AM 02/27/2026", "00:15"),
    ],
)  # fmt: skip
def test_times_of_day(text: str, time: str) -> None:
    found = read_time(Dates(reading(f"SHOP\n{text}\n"), "EUR"), date(2026, 2, 27))
    assert found is not None
    assert found[0].value == time


@pytest.mark.parametrize("text", ["Mo-Fr 08:00-18:00", "Open 9:00 - 17:00", "Ratio 4:30", "Article 12.30"])
def test_opening_hours_and_others_are_no_time_of_sale(text: str) -> None:
    assert read_time(Dates(reading(f"SHOP\n{text}\n"), "EUR"), None) is None
