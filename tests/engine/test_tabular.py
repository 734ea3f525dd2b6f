"""CSV as an invoice: the contract's heads and rules, other languages, and cells that cannot be read."""

from __future__ import annotations

from datetime import date

import pytest

from extraction.engine import output
from extraction.engine.extractors import tabular
from extraction.engine.extractors.tabular.columns import ALIASES, find_heads, is_sum
from extraction.engine.pipeline import parse, validate
from extraction.engine.values import Limits, Options, ParsedDocument, Source, Table

OPTIONS = Options(today=date(2026, 6, 1))


def rows(text: str, delimiter: str = ",") -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell.strip() for cell in line.split(delimiter)) for line in text.strip().splitlines())


def read(text: str, delimiter: str = ","):
    document = ParsedDocument(media_type="text/csv", tables=(Table(rows=rows(text, delimiter)),))
    return validate(tabular.extract(document, OPTIONS), OPTIONS)


def data(text: str, delimiter: str = ",") -> dict:
    return output.extracted_data(read(text, delimiter))


FULL = """
vendor,customer,invoice_number,invoice_date,due_date,currency,tax,description,quantity,unit_price,amount
Northwind Supplies,Acme GmbH,INV-1001,2026-04-15,2026-05-15,EUR,19.00,Consulting,1,100.00,100.00
Somebody else,Nobody,INV-1001,2026-04-16,2026-05-16,USD,5.00,Travel,2,10.50,
"""


def test_the_contracts_table():
    found = data(FULL)

    assert found.pop("confidence_score") >= 0.8
    assert found == {
        "document_type": "invoice",
        "vendor_name": "Northwind Supplies",
        "customer_name": "Acme GmbH",
        "invoice_number": "INV-1001",
        "invoice_date": "2026-04-15",
        "due_date": "2026-05-15",
        "total_amount": 121.0,
        "currency": "EUR",
        "tax_amount": 19.0,
        "line_items": [
            {"description": "Consulting", "quantity": 1.0, "unit_price": 100.0, "amount": 100.0},
            {"description": "Travel", "quantity": 2.0, "unit_price": 10.5, "amount": 21.0},
        ],
    }
    assert output.is_valid(read(FULL))


@pytest.mark.parametrize(("name", "alias"), [(name, alias) for name, aliases in ALIASES.items() for alias in aliases])
@pytest.mark.parametrize("spelling", [str, str.upper, str.title, lambda alias: alias.replace("_", " ")])
def test_every_promised_head_is_known_in_any_spelling(name, alias, spelling):
    heads = find_heads([(spelling(alias), "amount" if name != "amount" else "quantity")])

    assert heads.columns[name].index == 0


def test_of_two_heads_with_one_meaning_the_earlier_alias_counts():
    heads = find_heads([("name", "item", "description", "total", "amount")])

    assert heads.columns["description"].head == "description"
    assert heads.columns["amount"].head == "amount"


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("Pos;Artikelbezeichnung;Menge;Einzelpreis;Gesamtpreis", {"description", "quantity", "unit_price", "amount"}),
        ("Lieferant;Rechnungsnummer;Datum;Betrag (EUR)", {"vendor_name", "invoice_number", "invoice_date", "amount"}),
        ("N°;Désignation;Qté;Prix unitaire;Montant", {"description", "quantity", "unit_price", "amount"}),
        ("Descrizione;Quantità;Prezzo unitario;Importo", {"description", "quantity", "unit_price", "amount"}),
        ("Descripción;Cantidad;Precio unitario;Importe", {"description", "quantity", "unit_price", "amount"}),
        ("Omschrijving;Aantal;Stukprijs;Bedrag", {"description", "quantity", "unit_price", "amount"}),
        ("Nr;SKU;Item;Price in USD;Line Total", {"product_code", "description", "unit_price", "amount"}),
    ],
)  # fmt: skip
def test_heads_in_other_languages(head, names):
    assert set(find_heads(rows(head, ";")).columns) == names


GERMAN = """
Müller & Söhne KG;;;
Rechnungsnummer;4711;;
Datum;03.04.2026;;
Lieferant;Müller & Söhne KG;;
Pos;Artikelbezeichnung;Menge;Einzelpreis;Gesamtpreis
1;Stuhl;2;1.234,50 €;2.469,00 €
2;Tisch;1,5;10;15
;Summe;;;2.484,00 €
;MwSt 19%;;;471,96 €
;Gesamtbetrag;;;2.955,96 €
"""


def test_preamble_decimal_commas_and_rows_of_totals():
    found = data(GERMAN, ";")

    assert [item["amount"] for item in found["line_items"]] == [2469.0, 15.0]
    assert [item["quantity"] for item in found["line_items"]] == [2.0, 1.5]
    assert (found["subtotal_amount"], found["tax_amount"], found["total_amount"]) == (2484.0, 471.96, 2955.96)
    assert found["currency"] == "EUR"
    assert (found["vendor_name"], found["invoice_number"]) == ("Müller & Söhne KG", "4711")
    assert found["invoice_date"] == "2026-04-03"


@pytest.mark.parametrize(
    "text", ["Total", "TOTAL:", "Summe", "Subtotal", "MwSt 19 %", "VAT (20%)", "Totale", "Zwischensumme"]
)
def test_words_for_sums(text):
    assert is_sum(text)


@pytest.mark.parametrize("text", ["", "Total cleaning service", "Stuhl", "19 %", "Tax advice"])
def test_descriptions_are_no_sums(text):
    assert not is_sum(text)


def test_a_supplier_that_is_called_total_is_kept():
    found = data("vendor,invoice_number,description,quantity,price,amount\nTotal,1,Fuel,2,5,10\nTotal,1,Oil,1,7,7")

    assert (found["vendor_name"], found["total_amount"]) == ("Total", 17.0)
    found = data("vendor,invoice_number,description,amount\nTotal,1,Fuel,10\nTotal,1,Oil,7")
    assert (found["vendor_name"], found["total_amount"]) == ("Total", 17.0)


def test_a_missing_amount_is_quantity_times_unit_price_and_says_so():
    extraction = read("item,qty,price,total\nA,3,1.5,\nB,1,2,2")
    derived = extraction.line_items[0].cells[-1]

    assert (derived.value, derived.evidence.source) == (4.5, "derived")
    assert extraction.line_items[1].cells[-1].evidence.source == "table"
    assert extraction.value("total_amount") == 6.5


def test_cells_that_cannot_be_read_are_told_and_do_no_harm():
    extraction = read("vendor,date,item,qty,price,total\nA,soon,X,many,5,5\nA,,Y,2,abc,\nA,,Z,=1+1,1,3")

    told = [issue.params for issue in extraction.issues if issue.code == "unreadable_cell"]
    assert told == [
        {"column": "quantity", "place": "row 1"},
        {"column": "unit_price", "place": "row 2"},
        {"column": "quantity", "place": "row 3"},
        {"column": "invoice_date", "place": "row 1"},
    ]
    assert extraction.value("total_amount") == 8
    assert extraction.field("total_amount").confidence == 0.6, "the sum lacks a line"
    assert extraction.line_items[1].value("amount") is None


def test_many_unreadable_cells_are_told_five_times():
    extraction = read("item,amount\n" + "\n".join("x,?" for _ in range(50)))

    assert sum(issue.code == "unreadable_cell" for issue in extraction.issues) == 5


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1234.5", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234,50", 1234.5),
        ("1 234,50", 1234.5),
        ("1 234.50", 1234.5),
        ("1'234.50", 1234.5),
        ("$1,234.50", 1234.5),
        ("EUR 5", 5.0),
        ("-5.00", -5.0),
        ("(5.00)", -5.0),
        ("0", 0.0),
        ("1e5", None),
        ("NaN", None),
        ("5 or 6", None),
        ("9" * 40, None),
        ("9" * 100_000, None),
    ],
)
def test_amounts_in_cells(cell, expected):
    found = data(f"description;amount\nx;{cell}", ";")

    assert found["line_items"][0]["amount"] == expected
    assert found["total_amount"] == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2026-04-03"], "2026-04-03"),
        (["2026-04-03T10:00:00Z"], "2026-04-03"),
        (["2026-04-03 10:00"], "2026-04-03"),
        (["20260403"], "2026-04-03"),
        (["03.04.2026"], "2026-04-03"),
        (["03/04/2026"], "2026-04-03"),
        (["03/04/2026", "03/25/2026"], "2026-03-04"),
        (["3 April 2026"], "2026-04-03"),
        (["31.02.2026"], None),
        (["later"], None),
    ],
)
def test_dates_in_cells(cells, expected):
    found = data("date;amount\n" + "\n".join(f"{cell};1" for cell in cells), ";")

    assert found["invoice_date"] == expected


def test_the_currency_decides_the_order_of_an_open_date():
    assert data("date,currency,amount\n03/04/2026,USD,1")["invoice_date"] == "2026-03-04"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("currency,amount\neur,1", "EUR"),
        ("currency,amount\n€,1", "EUR"),
        ("currency,amount\nzł,1", "PLN"),
        ("item,amount\nA,£1", "GBP"),
        ("item,amount (CHF)\nA,1", "CHF"),
        ("item,amount\nA,1", None),
        ("currency,amount\nshells,1", None),
    ],
)
def test_currency(text, expected):
    assert data(text)["currency"] == expected


@pytest.mark.parametrize(
    "text", ["a,b,c\n1,2,3", "vendor,customer\nA,B", "description,quantity\nA,1", "just text", "1,2\n3,4"]
)
def test_a_table_that_is_no_invoice_is_other_and_nothing_is_invented(text):
    extraction = read(text)

    assert (extraction.document_type, extraction.fields, extraction.line_items) == ("other", (), ())
    assert "columns_unknown" in {issue.code for issue in extraction.issues}


def test_heads_without_rows_are_an_invoice_without_lines():
    extraction = read("vendor,amount")

    assert (extraction.document_type, extraction.line_items) == ("invoice", ())
    assert extraction.missing_fields == ("vendor_name", "total_amount", "currency")


def test_one_column_of_amounts():
    assert data("amount\n5\n6")["total_amount"] == 11.0


def test_ragged_rows():
    found = data("item,qty,price,total\nA\nB,2,3,6,extra,cells\n,,,")

    assert [item["description"] for item in found["line_items"]] == ["A", "B"]
    assert found["total_amount"] == 6.0


def test_several_invoices_in_one_table_are_parts():
    extraction = read("invoice,item,amount\n1,A,5\n2,B,6\n1,C,7\n,D,1")

    assert [part.extraction.value("invoice_number") for part in extraction.parts] == ["1", "2"]
    assert [part.extraction.value("total_amount") for part in extraction.parts] == [13, 6]
    assert [len(part.extraction.line_items) for part in extraction.parts] == [3, 1]
    assert extraction.value("total_amount") == 13
    issue = next(issue for issue in extraction.issues if issue.code == "several_documents")
    assert issue.params == {"count": "2", "where": "1, 2"}
    assert not output.is_valid(extraction)


@pytest.mark.parametrize(
    ("totals", "told"),
    [
        pytest.param("Summe;;29,00", [], id="of-all"),
        pytest.param("Summe;;24,00", [], id="of-the-last"),
        pytest.param("Summe netto;;29,00\nMwSt 19 %;;5,51\nGesamt;;34,51", [], id="of-all-with-tax"),
        pytest.param("Summe;;30,00", [("30.00", "29.00")], id="wrong"),
    ],
)
def test_totals_below_several_invoices(totals, told):
    extraction = read(
        f"Rechnungsnummer;Bezeichnung;Betrag\n1;A;5,00\n2;B;24,00\n{totals}".replace(",", ".").replace(";", ",")
    )

    found = [issue for issue in extraction.issues if issue.code == "total_row_differs"]
    assert [(issue.params["stated"], issue.params["sum"]) for issue in found] == told
    assert [part.extraction.value("total_amount") for part in extraction.parts] == [5, 24]


def test_each_invoice_has_its_total_and_all_have_one():
    extraction = read("invoice,item,amount\n1,A,5\nTotal,,5\n2,B,6\nTotal,,6\nGrand total,,11")

    assert not [issue for issue in extraction.issues if issue.code == "total_row_differs"]
    assert [part.extraction.value("total_amount") for part in extraction.parts] == [5, 6]


def test_invoices_of_one_table_have_one_currency():
    extraction = read("invoice,item,amount\n1,A,5.00\n2,B,6.00 EUR")
    found = [part.extraction.field("currency") for part in extraction.parts]

    assert [field.value for field in found] == ["EUR", "EUR"]
    assert found[0].confidence <= 0.5 < found[1].confidence


def test_the_language_alone_makes_no_sure_currency():
    field = read("Beschreibung,Menge,Preis,Betrag\nA,1,10.00,10.00\nB,2,10.00,20.00\nSumme,,,30.00").field("currency")

    assert field is None or field.confidence <= 0.5


def test_of_very_many_invoices_the_first_are_read_and_the_rest_is_told():
    extraction = read("invoice,amount\n" + "\n".join(f"{number},1" for number in range(2_100)))

    assert len(extraction.parts) == 2_000
    assert "too_many_invoices" in {issue.code for issue in extraction.issues}


@pytest.mark.parametrize("media_type", ["application/pdf", "text/plain"])
def test_tables_of_other_files_are_left_to_others(media_type):
    document = ParsedDocument(media_type=media_type, tables=(Table(rows=rows(FULL)),))

    assert tabular.extract(document, OPTIONS) is None


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_from_the_file(tmp_path, delimiter, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(FULL.strip().replace("Acme", "Ächme").replace(",", delimiter).encode(encoding))
    parsed = parse(Source(path=str(path), media_type="text/csv", filename="a.csv"), OPTIONS)

    found = output.extracted_data(tabular.extract(parsed, OPTIONS))

    assert (found["customer_name"], found["total_amount"]) == ("Ächme GmbH", 121.0)


def test_values_that_look_like_formulas_stay_text():
    assert data('vendor,amount\n=cmd|"/c calc"!A1,1')["vendor_name"] == '=cmd|"/c calc"!A1'


def test_of_a_table_that_was_cut_the_total_is_not_known(tmp_path):
    (tmp_path / "a.csv").write_text("vendor,item,amount,currency\n" + "Acme,Bolt,1.00,EUR\n" * 5)
    source = Source(path=str(tmp_path / "a.csv"), media_type="text/csv", filename="a.csv")
    options = Options(today=date(2026, 6, 1), limits=Limits(max_table_rows=3))
    found = validate(tabular.extract(parse(source, options), options), options)
    assert len(found.line_items) == 2
    assert found.value("total_amount") is None
    assert found.missing_fields == ("total_amount",)
