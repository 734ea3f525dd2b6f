"""Labels are found in every spelling, and every language has its file."""

from __future__ import annotations

import pytest

from extraction.engine import labels
from extraction.engine.labels import active_languages, languages_of, lexicon, tokenize, tokenize_recognised
from extraction.engine.languages import LANGUAGES, data

ALL = frozenset(LANGUAGES)


def concepts(text: str, section: str = "fields", languages: frozenset[str] = ALL) -> list[str]:
    return [hit.concept for hit in lexicon().scan(text, tokenize(text), languages) if hit.section == section]


@pytest.mark.parametrize("text", ["Rechnungs-Nr.", "RECHNUNGSNR", "Rechnungs Nr:", "rechnungsnummer", "Rechnung #"])
def test_spelling_does_not_matter(text: str) -> None:
    assert "invoice_number" in concepts(text)


@pytest.mark.parametrize("text", ["Fälligkeit", "Faelligkeit", "FÄLLIGKEIT", "Falligkeit"])
def test_umlauts_may_be_written_out_or_lost(text: str) -> None:
    assert "due_date" in concepts(text)


def test_the_longest_phrase_counts() -> None:
    assert concepts("Customer VAT number: X") == ["customer_vat_id"]


def test_short_words_need_a_colon_or_a_cell_of_their_own() -> None:
    assert "customer" in concepts("To: Acme")
    assert "customer" in concepts("To")
    assert "customer" not in concepts("To be paid")


def test_compounds_are_titles() -> None:
    assert concepts("Mietnebenkostenrechnung", "titles") == ["invoice"]


def test_only_the_languages_of_the_document_are_used() -> None:
    assert "invoice_date" in concepts("Fecha de emisión", languages=frozenset({"es"}))
    assert concepts("Fecha de emisión", languages=frozenset({"de", "en"})) == []


@pytest.mark.parametrize(
    ("word", "meant"), [("Tatal", "total"), ("INVDICE", "invoice"), ("T0TAL", "total"), ("lnvoice", "lnvoice")]
)
def test_misread_words_become_the_word_of_a_label(word: str, meant: str) -> None:
    assert [token.text for token in tokenize_recognised(word, frozenset({"en"}))] == [meant]


@pytest.mark.parametrize("word", ["Stationery", "Jalan", "4711", "PO"])
def test_other_words_stay(word: str) -> None:
    assert [token.text for token in tokenize_recognised(word, frozenset({"en"}))] == [word.lower()]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Rechnungsbetrag inkl. MwSt., bitte überweisen Sie innerhalb von 14 Tagen"),
        ("fr", "Montant de la facture, merci de payer avant la date d'échéance"),
        ("pl", "Faktura VAT, termin płatności, sprzedawca, nabywca, do zapłaty"),
        ("tr", "Fatura tarihi, ödenecek tutar, birim fiyat, teşekkür ederiz"),
    ],
)
def test_the_language_is_recognised(language: str, text: str) -> None:
    votes = languages_of([text])
    assert max(votes, key=lambda code: votes[code]) == language
    assert {language, "en"} <= active_languages(votes)


def test_without_evidence_all_languages_are_read() -> None:
    assert active_languages({}) == ALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_file_has_the_same_sections_and_concepts(language: str) -> None:
    """A concept that a file misses would never be found in that language."""

    # A plain "number" is written the same in all languages once folded, and breakdowns of taxes have few words.
    only_english = {("fields", "number")}
    wanted = {(section, concept) for section in labels.SECTIONS for concept in data("en")[section]} - only_english
    found = {(section, concept) for section in labels.SECTIONS for concept in data(language)[section]}
    assert wanted <= found
