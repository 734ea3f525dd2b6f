"""CSV files as people and programs write them: languages, delimiters, rows around the lines, totals, bank exports."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extraction.engine import output, pipeline
from extraction.engine.values import Extraction, Options, Source

OPTIONS = Options(today=date(2026, 6, 1))

SHAPES: list[tuple[str, str, dict[str, Any]]] = [
    ("German, title and address above, totals and terms below", """\
Möbelwerk Falk GmbH;;;;
Industriestr. 7;;;;
48155 Münster;;;;
Rechnung Nr. 4711;;;;
Datum: 03.04.2026;;;;
Pos;Bezeichnung;Menge;Einzelpreis;Gesamt
1;Stuhl, Eiche;2;1.234,50;2.469,00
2;Tisch;1;15,00;15,00
;Zwischensumme;;;2.484,00
;MwSt 19 %;;;471,96
;Gesamtbetrag EUR;;;2.955,96
Zahlbar bis 03.05.2026;;;;
IBAN DE89 3704 0044 0532 0130 00;;;;
""", {
        "document_type": "invoice", "vendor_name": "Möbelwerk Falk GmbH", "invoice_number": "4711",
        "invoice_date": "2026-04-03", "due_date": "2026-05-03", "total_amount": 2955.96, "tax_amount": 471.96,
        "subtotal_amount": 2484.0, "currency": "EUR", "iban": "DE89370400440532013000",
        "amounts": [2469.0, 15.0], "descriptions": ["Stuhl, Eiche", "Tisch"],
    }),
    ("French, labels and values in cells", """\
Facture n°;F2026-118;;
Date;14/03/2026;;
Fournisseur;Atelier Meunier SARL;;
Client;Hôtel Bellevue;;
Désignation;Qté;P.U. HT;Montant HT
Rideaux;6;120,00;720,00
Total HT;;;720,00
TVA 20 %;;;144,00
Total TTC;;;864,00
""", {
        "vendor_name": "Atelier Meunier SARL", "customer_name": "Hôtel Bellevue", "invoice_number": "F2026-118",
        "invoice_date": "2026-03-14", "total_amount": 864.0, "tax_amount": 144.0, "amounts": [720.0],
    }),
    ("Spanish", """\
Descripción;Cantidad;Precio unitario;Importe
Reparación;2;155,00;310,00
Base imponible;;;310,00
IVA 21%;;;65,10
Total factura;;;375,10 €
""", {"total_amount": 375.1, "tax_amount": 65.1, "currency": "EUR", "amounts": [310.0]}),
    ("Italian, tabs", """\
Descrizione\tQuantità\tPrezzo unitario\tImporto
Perizia\t1\t850,00\t850,00
Imponibile\t\t\t850,00
IVA 22%\t\t\t187,00
Totale fattura\t\t\t1.037,00
""", {"total_amount": 1037.0, "tax_amount": 187.0, "amounts": [850.0]}),
    ("Dutch, bars", """\
Omschrijving|Aantal|Stukprijs|Bedrag
Onderhoud|3|95,00|285,00
Subtotaal|||285,00
BTW 21%|||59,85
Totaal te betalen|||344,85
""", {"total_amount": 344.85, "tax_amount": 59.85, "subtotal_amount": 285.0, "amounts": [285.0]}),
    ("Polish, thousands set apart by spaces", """\
Lp.;Nazwa;Ilość;Cena netto;Wartość netto
1;Ławka szkolna;10;210,00;2 100,00
;Razem;;;2 100,00
""", {"total_amount": 2100.0, "amounts": [2100.0], "descriptions": ["Ławka szkolna"]}),
    ("Portuguese", """\
Descrição;Quantidade;Preço unitário;Valor
Mesa;1;480,00;480,00
Total;;;480,00
""", {"total_amount": 480.0, "amounts": [480.0]}),
    ("Czech", """\
Popis;Množství;Cena za kus;Celkem
Lavička;4;3200,00;12800,00
""", {"total_amount": 12800.0, "amounts": [12800.0]}),
    ("Swedish", """\
Benämning;Antal;À-pris;Belopp
Kabel;10;12,50;125,00
""", {"total_amount": 125.0, "amounts": [125.0]}),
    ("Danish", """\
Beskrivelse;Antal;Enhedspris;Beløb
Maling;12;180,00;2.160,00
I alt;;;2.160,00
""", {"total_amount": 2160.0, "amounts": [2160.0]}),
    ("Turkish", """\
Açıklama;Miktar;Birim Fiyat;Tutar
Masa;4;1.250,00;5.000,00
""", {"total_amount": 5000.0, "amounts": [5000.0]}),
    ("no heads", """\
Oak shelf;3;25.00;75.00
Bracket;10;1.50;15.00
Fitting;1;40.00;40.00
""", {
        "document_type": "invoice", "total_amount": 130.0, "amounts": [75.0, 15.0, 40.0],
        "quantities": [3.0, 10.0, 1.0],
    }),
    ("heads in a language that is not known", """\
Kuvaus;Määrä;Hinta;Yhteensä
Tuoli;2;45,00;90,00
Pöytä;3;120,00;360,00
""", {"total_amount": 450.0, "amounts": [90.0, 360.0], "descriptions": ["Tuoli", "Pöytä"]}),
    ("texts and sums alone", "Consulting May,1200.00\nTravel,85.50\n", {
        "total_amount": 1285.5, "amounts": [1200.0, 85.5],
    }),
    ("empty columns and rows", """\
,Description,,Qty,,Unit Price,Amount,
,Paint,,2,,10.00,20.00,
,,,,,,,
,Brush,,1,,4.00,4.00,
""", {"total_amount": 24.0, "amounts": [20.0, 4.0]}),
    ("two heads of one name, the first empty", "Item,Amount,Amount\nA,,5.00\nB,,6.00\n", {"amounts": [5.0, 6.0]}),
    ("line breaks in quotes", 'Description,Qty,Price,Amount\n"Oak shelf,\noiled",2,5.00,10.00\n', {
        "descriptions": ["Oak shelf, oiled"], "amounts": [10.0],
    }),
    ("currency in cells", "Item,Qty,Price,Total\nA,2,$1.50,$3.00\n", {"currency": "USD", "total_amount": 3.0}),
    ("a returned line", "Item,Qty,Price,Total\nA,2,5.00,10.00\nB returned,-1,4.00,-4.00\n", {
        "document_type": "invoice", "total_amount": 6.0, "amounts": [10.0, -4.0],
    }),
    ("money back", "Item,Qty,Price,Total\nA returned,-2,5.00,-10.00\n", {
        "document_type": "credit_note", "total_amount": -10.0,
    }),
    ("titled as a credit note", """\
Gutschrift Nr. G-12;;;
Bezeichnung;Menge;Einzelpreis;Gesamt
Stuhl;1;50,00;50,00
""", {"document_type": "credit_note", "invoice_number": "G-12", "total_amount": 50.0}),
    ("an order", """\
PURCHASE ORDER,,,
PO number,71-A,,
Item,Qty,Price,Total
Panel,4,25.00,100.00
""", {"document_type": "purchase_order", "total_amount": 100.0}),
    ("rates in percent", "Item,Qty,Price,VAT,Discount,Amount\nA,2,10.00,20%,10%,18.00\nB,1,5.00,5%,,5.00\n", {
        "amounts": [18.0, 5.0], "tax_rates": [20.0, 5.0], "discount_rates": [10.0, None],
    }),
    ("rates as fractions", "Item;Menge;Einzelpreis;MwSt;Gesamt\nA;1;10,00;0,19;10,00\n", {"tax_rates": [19.0]}),
    ("a row of totals that counts, too", "Item,Qty,Price,Amount\nA,2,5.00,10.00\nB,3,1.00,3.00\nTotal,5,,13.00\n", {
        "total_amount": 13.0, "amounts": [10.0, 3.0],
    }),
    ("sums carried from page to page", """\
Bezeichnung;Menge;Einzelpreis;Gesamt
Stuhl;1;50,00;50,00
Übertrag;;;50,00
Tisch;1;70,00;70,00
Summe;;;120,00
""", {"amounts": [50.0, 70.0], "total_amount": 120.0}),
    ("postage among the lines", "Item,Qty,Price,Amount\nA,2,5.00,10.00\nShipping,,,4.90\n", {
        "amounts": [10.0, 4.9], "total_amount": 14.9,
    }),
    ("thanks at the end", "Item,Qty,Price,Amount\nA,2,5.00,10.00\nB,1,5.00,5.00\nC,1,1.00,1.00\nThank you!,,,\n", {
        "descriptions": ["A", "B", "C"], "total_amount": 16.0,
    }),
    ("Excel's mark for the delimiter", "sep=;\nItem;Qty;Price;Amount\nA;2;5.00;10.00\n", {"total_amount": 10.0}),
    ("a bank's export with debit and credit", """\
Date,Description,Debit,Credit,Balance
01/05/2026,Opening balance,,,1000.00
03/05/2026,Card payment grocer,42.18,,957.82
15/05/2026,Salary,,2310.00,3267.82
""", {
        "document_type": "statement", "opening_balance": 1000.0, "closing_balance": 3267.82,
        "amounts": [-42.18, 2310.0],
        "service_start": "2026-05-03", "service_end": "2026-05-15", "total_amount": None,
    }),
    ("a German bank's export", """\
Auftragskonto;Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Betrag;Währung
DE89370400440532013000;30.04.26;30.04.26;LASTSCHRIFT;Strom April;-84,20;EUR
DE89370400440532013000;28.04.26;28.04.26;GUTSCHRIFT;Gehalt;2.410,00;EUR
""", {
        "document_type": "statement", "iban": "DE89370400440532013000", "currency": "EUR", "amounts": [-84.2, 2410.0],
        "descriptions": ["LASTSCHRIFT Strom April", "GUTSCHRIFT Gehalt"], "service_start": "2026-04-28",
    }),
    ("a Dutch bank's export, the side in a column of its own", """\
Datum;Naam / Omschrijving;Rekening;Af Bij;Bedrag (EUR);Mededelingen
20260305;Huur;NL91ABNA0417164300;Af;690,00;maart
20260324;Werkgever;NL91ABNA0417164300;Bij;2015,00;salaris
""", {
        "document_type": "statement", "amounts": [-690.0, 2015.0], "currency": "EUR", "iban": "NL91ABNA0417164300",
        "service_start": "2026-03-05", "service_end": "2026-03-24",
    }),
    ("the side as a letter", """\
Belegdatum;Buchungstext;Umsatz;Soll/Haben
05.03.2026;Miete;690,00;S
24.03.2026;Zahlung;2.015,00;H
""", {"document_type": "statement", "amounts": [-690.0, 2015.0]}),
    ("a French bank's export, newest first", """\
Date;Libellé;Débit;Crédit;Solde
09/03/2026;PRLV EDF;64,20;;2705,90
05/03/2026;VIR SALAIRE;;1850,00;2770,10
""", {
        "document_type": "statement", "opening_balance": 920.1, "closing_balance": 2705.9, "amounts": [-64.2, 1850.0],
    }),
    ("totals named in the column of prices", """\
No.,Description,Qty,Unit,Unit price,Total
1,Bricks,"1,200",pcs,0.55,660.00
2,Sand,2.5,t,48.00,120.00
,,,,Subtotal,780.00
,,,,VAT 20%,156.00
,,,,Grand total GBP,936.00
""", {
        "total_amount": 936.0, "tax_amount": 156.0, "subtotal_amount": 780.0, "currency": "GBP",
        "amounts": [660.0, 120.0], "quantities": [1200.0, 2.5],
    }),
    ("a form, its heads in the first column", """\
Invoice Number,INV-77
Invoice Date,2026-03-01
Vendor,Plum Design Ltd
Customer,Orchard House
Description,Logo
Quantity,1
Unit Price,450.00
Total,450.00
Currency,GBP
""", {
        "vendor_name": "Plum Design Ltd", "customer_name": "Orchard House", "invoice_number": "INV-77",
        "invoice_date": "2026-03-01", "total_amount": 450.0, "currency": "GBP", "descriptions": ["Logo"],
    }),
    ("Indian, lakhs in quotes", """\
Invoice No,Invoice Date,Party Name,Item Name,HSN,Qty,Rate,Taxable Value
GST/26/101,01-04-2026,Shree Traders,Rice,1006,100,"85.00","8,500.00"
GST/26/101,01-04-2026,Shree Traders,Toor dal,0713,"1,500",120.00,"1,80,000.00"
""", {
        "customer_name": "Shree Traders", "invoice_date": "2026-04-01", "quantities": [100.0, 1500.0],
        "amounts": [8500.0, 180000.0],
    }),
    ("dates, texts and sums as the contract has them are no bank's", "date,description,amount\n2026-05-03,A,5.00\n", {
        "document_type": "invoice", "invoice_date": "2026-05-03", "total_amount": 5.0,
    }),
]  # fmt: skip

CELLS = {
    "amounts": "amount", "descriptions": "description", "quantities": "quantity", "tax_rates": "tax_rate",
    "discount_rates": "discount_rate",
}  # fmt: skip


def read(folder: Path, content: bytes) -> Extraction:
    path = folder / "table.csv"
    path.write_bytes(content)
    return pipeline.process(Source(path=str(path), media_type="text/csv", filename="table.csv"), OPTIONS)


def written(extraction: Extraction) -> dict[str, Any]:
    data = output.extracted_data(extraction)
    columns = {name: [item.get(cell) for item in data["line_items"]] for name, cell in CELLS.items()}
    return {**data, **columns}


@pytest.mark.parametrize(("text", "expected"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES])
def test_shape(tmp_path: Path, text: str, expected: dict[str, Any]) -> None:
    found = written(read(tmp_path, text.encode()))
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    _, text, expected = SHAPES[0]
    found = written(read(tmp_path, text.encode(encoding)))
    assert {name: found.get(name) for name in expected} == expected


REGISTER = """\
Lieferant;Rechnungsnummer;Datum;Beschreibung;Betrag;Währung
Farben Nord;F-1;02.05.2026;Lack;100,00;EUR
Farben Nord;F-1;02.05.2026;Pinsel;20,00;EUR
Holz Süd;H-77;03.05.2026;Leisten;310,00;EUR
;;;Versand;9,90;
Holz Süd;H-78;04.05.2026;Platten;50,00;EUR
"""


def test_a_list_of_invoices_is_taken_apart(tmp_path: Path) -> None:
    found = read(tmp_path, REGISTER.encode())
    assert [
        (
            part.extraction.value("vendor_name"),
            part.extraction.value("invoice_number"),
            str(part.extraction.value("total_amount")),
        )
        for part in found.parts
    ] == [("Farben Nord", "F-1", "120.00"), ("Holz Süd", "H-77", "319.90"), ("Holz Süd", "H-78", "50.00")]
    assert found.value("invoice_number") == "F-1"
    assert [issue.severity for issue in found.issues if issue.code == "several_documents"] == ["error"]
    assert not output.is_valid(found)


def test_what_a_later_invoice_lacks_is_told_with_its_number(tmp_path: Path) -> None:
    found = read(tmp_path, b"vendor,invoice_number,item,amount,currency\nA,1,X,5.00,EUR\n,2,Y,6.00,EUR\n")
    told = next(issue for issue in found.issues if issue.code == "missing_field")
    assert (told.field, told.params["document"], told.message) == (
        "vendor_name",
        "2",
        "2: The vendor name was not found.",
    )


def test_totals_that_do_not_follow_from_the_lines_are_told_and_the_lines_count(tmp_path: Path) -> None:
    found = read(tmp_path, b"Item,Qty,Price,Amount\nA,2,5.00,10.00\nB,1,3.00,3.00\nTotal,,,99.00\n")
    assert str(found.value("total_amount")) == "13.00"
    assert {"stated": "99.00", "sum": "13.00"} in [issue.params for issue in found.issues]


def test_a_balance_that_does_not_follow_from_the_bookings_is_not_believed(tmp_path: Path) -> None:
    text = b"Date,Description,Debit,Credit,Balance\n03/05/2026,A,42.18,,957.82\n15/05/2026,B,,10.00,3267.82\n"
    found = read(tmp_path, text)
    assert found.document_type == "statement"
    assert found.value("opening_balance") is None


@pytest.mark.parametrize(
    "text",
    [
        "a;b\n1;2\n3;4\n",
        "name,age\nAnn,31\nBob,44\n",
        "x,1,2\ny,3,4\n",
        "QUOTATION,,\nItem,Qty,Price,Amount\nA,1,5.00,5.00\n",
        "1.00\n2.00\n",
        "é" * 3_000 + "\n;;",
    ],
)
def test_of_other_tables_nothing_is_invented(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text.encode())
    assert (found.document_type, found.fields, found.line_items) == ("other", (), ())


@pytest.mark.parametrize(
    "text",
    [
        "Item,Amount\n" + "Total,1.00\n" * 20_000,
        "Date,Debit,Credit,Balance\n" + "1/1/2026,1,,1\n" * 20_000,
        ",".join(["amount"] * 900) + "\n" + ",".join(["1.00"] * 900) + "\n",
        "\n".join(",".join(str(n * m) for n in range(1, 60)) for m in range(1, 400)),
        "invoice,amount\n" + "\n".join(f"{n},1.00" for n in range(30_000)),
        ("x" * 5_000 + ",") * 20 + "\n" + "Item,Amount\nA,1.00\n" + ("y " * 2_000 + ",") * 20,
    ],
    ids=range(6),
)
def test_hostile_tables_are_read_to_the_end(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text.encode()).document_type
