"""Public data sets → our form, on tiny invented copies in the layouts in which they are published."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from evaluation.corpus import load
from evaluation.datasets import cuad, sroie, zugferd
from evaluation.datasets.__main__ import main
from evaluation.datasets.folder import Folder
from training.generator.einvoices import attached

ROOT = Path(__file__).parents[2]
FACTUR_X = ROOT / "samples" / "invoice-factur-x.pdf"


def converted(source: Path, out: Path, convert: Any) -> tuple[dict[str, dict[str, Any]], str]:
    """Truth by category and origin, and what was told."""
    folder = Folder(out, "data")
    convert(source, folder)
    folder.close()
    return {f"{case.category}/{case.truth['source']['path']}": dict(case.truth) for case in load(out)}, folder.summary()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# --- SROIE ------------------------------------------------------------------------------------------------------------
BOXES = """\
20,100,90,100,90,130,20,130,TOTAL
200,104,290,104,290,134,200,134,RM 1,007.50
20,10,300,10,300,40,20,40,KEDAI BUKU HUJAN SDN BHD
20,50,300,50,300,80,20,80,DATE: 02/JAN/2017
no,place,at,all
"""
LABELS = {"company": "KEDAI BUKU HUJAN SDN BHD", "date": "02/JAN/2017", "address": "", "total": "RM 1,007.50"}


def receipt(folder: Path, number: str, labels: object = LABELS, boxes: str = BOXES, scan: bytes = b"scan") -> None:
    for name, file, content in (
        ("key", f"{number}.json", labels if isinstance(labels, bytes) else json.dumps(labels).encode()),
        ("box", f"{number}.csv", boxes.encode()),
        ("img", f"{number}.jpg", scan + number.encode()),
    ):
        place = folder / "data" / name
        place.mkdir(parents=True, exist_ok=True)
        (place / file).write_bytes(content)


def test_a_receipt_becomes_a_scan_and_a_transcript(tmp_path: Path) -> None:
    receipt(tmp_path / "copy", "000")
    truths, told = converted(tmp_path / "copy", tmp_path / "out", sroie.convert)

    truth = truths["receipts/data/img/000.jpg"]
    assert truth == truths["receipts_text/data/img/000.jpg"]
    assert truth["vendor_name"] == "KEDAI BUKU HUJAN SDN BHD"
    assert truth["invoice_date"] == "2017-01-02"
    assert truth["total_amount"] == "1007.50"
    assert truth["currency"] == "MYR"
    assert truth["vendor_address"] is None
    assert truth["sroie"] == LABELS
    assert truth["accept"] == {"document_type": ["invoice"]}
    assert truth["verified_absent"] == ["due_date"]
    scan, text = load(tmp_path / "out")
    assert scan.path.read_bytes() == b"scan000"
    assert text.path.read_text() == "KEDAI BUKU HUJAN SDN BHD\nDATE: 02/JAN/2017\nTOTAL  RM 1,007.50\n"
    assert scan.issuer == text.issuer == "kedaibukuhujan"
    assert "1  receipts\n" in told
    assert "1  receipts_text" in told


def test_labels_that_the_transcript_contradicts_are_dropped(tmp_path: Path) -> None:
    wrong = {"company": "PASAR LAUT", "date": "03/JAN/2017", "address": "9 JALAN AYER", "total": "1,008.50"}
    receipt(tmp_path / "copy", "000", wrong, BOXES + "20,200,90,200,90,230,20,230,AMOUNT DUE 5.00\n")
    truths, told = converted(tmp_path / "copy", tmp_path / "out", sroie.convert)

    truth = truths["receipts/data/img/000.jpg"]
    fields = ("vendor_name", "invoice_date", "vendor_address", "total_amount")
    assert [truth[field] for field in fields] == [None] * 4
    assert truth["sroie"] == wrong
    assert truth["verified_absent"] == []
    assert "1  answers left out, not shown: total_amount" in told


def test_odd_receipts_are_left_out_and_counted(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for number, labels in (("000", LABELS), ("001", b"{"), ("002", ["a list"]), ("003", LABELS), ("004", LABELS)):
        receipt(copy, number, labels)
    (copy / "data" / "img" / "003.jpg").write_bytes(b"scan000")
    (copy / "data" / "img" / "004.jpg").unlink()
    receipt(copy, "005", LABELS, boxes="nothing\n")
    truths, told = converted(copy, tmp_path / "out", sroie.convert)

    assert list(truths) == ["receipts/data/img/000.jpg", "receipts_text/data/img/000.jpg"]
    assert "3  left out, labels or boxes that cannot be read: data/img/001.jpg, data/img/002.jpg, data/img/005" in told
    assert "1  left out, the same scan once more: data/img/003.jpg" in told
    assert "1  left out, no image or no boxes: data/img/004.jpg" in told


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("25/12/2018", date(2018, 12, 25)),
        ("05-02-18", date(2018, 2, 5)),
        ("9/2/2017", date(2017, 2, 9)),
        ("2018/02/22", date(2018, 2, 22)),
        ("20180428", date(2018, 4, 28)),
        ("28122018", date(2018, 12, 28)),
        ("01-NOV-2017", date(2017, 11, 1)),
        ("1 Nov, 17", date(2017, 11, 1)),
        ("25 March 2018", date(2018, 3, 25)),
        ("25.03.2018 14:05:11", date(2018, 3, 25)),
        ("12/25/2018", None),
        ("25/12/1018", None),
        ("", None),
    ],
)
def test_days_of_labels(label: str, day: date | None) -> None:
    assert sroie.day_of(label) == day


@pytest.mark.parametrize(
    ("label", "total"),
    [("9.00", "9.00"), ("RM9.75", "9.75"), ("$ 12", "12"), ("1,007.50", "1007.50"), ("1,07.50", None), ("", None)],
)
def test_totals_of_labels(label: str, total: str | None) -> None:
    found = sroie.total_of(label)
    assert (None if found is None else str(found)) == total


# --- CUAD -------------------------------------------------------------------------------------------------------------
HEADS = [
    "Filename",
    *("Document Name", "Document Name-Answer", "Parties", "Parties-Answer"),
    *("Agreement Date", "Agreement Date-Answer", "Effective Date", "Effective Date-Answer"),
    *("Expiration Date", "Expiration Date-Answer", "Renewal Term", "Renewal Term-Answer"),
    *("Notice Period To Terminate Renewal", "Notice Period To Terminate Renewal- Answer"),
    *("Governing Law", "Governing Law-Answer", "Insurance", "Insurance-Answer"),
]
TEXT = "HARBOUR AGREEMENT\nmade on July 26, 2014 between Tern Shipping, Inc. and Gull & Sons\nLtd."
ANSWERS = {
    "Filename": "TernShippingInc_20140801_8-K_EX-10.1_1_Harbour Agreement.pdf",
    "Document Name": "['HARBOUR AGREEMENT']",
    "Document Name-Answer": "Harbour Agreement",
    "Parties": "['Tern Shipping, Inc.']",
    "Parties-Answer": 'Tern Shipping, Inc. ("Owner"); Gull & Sons Ltd. (“Port”, “Keeper”); (each a "Party")',
    "Agreement Date": "['July 26, 2014']",
    "Agreement Date-Answer": "7/26/14",
    "Effective Date": "['the date of its signature']",
    "Expiration Date": "['forever']",
    "Expiration Date-Answer": "Perpetual",
    "Renewal Term": "[]",
    "Notice Period To Terminate Renewal": "['[***] days']",
    "Notice Period To Terminate Renewal- Answer": "[] days",
    "Governing Law": "['of Ohio']",
    "Governing Law-Answer": "Ohio; Kansas",
    "Insurance-Answer": "No",
}


def contracts(folder: Path, *rows: dict[str, str], pdf: bool = True) -> None:
    """In the one named ``CUAD_v1``, as the archive unpacks."""
    place = folder / "CUAD_v1"
    for name in ("full_contract_txt", "full_contract_pdf/Part_I/Harbour"):
        (place / name).mkdir(parents=True)
    with (place / "master_clauses.csv").open("w", newline="", encoding="utf-8") as table:
        writer = csv.DictWriter(table, HEADS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    # The table writes signs and spaces of some names in another way than the files do.
    name = ANSWERS["Filename"].removesuffix(".pdf").replace(" ", "_")
    (place / "full_contract_txt" / f"{name}.txt").write_text(TEXT)
    if pdf:
        (place / "full_contract_pdf" / "Part_I" / "Harbour" / f"{name}.PDF").write_bytes(b"%PDF")


def test_a_contract_becomes_a_pdf_and_a_text(tmp_path: Path) -> None:
    contracts(tmp_path / "copy", ANSWERS)
    truths, told = converted(tmp_path / "copy", tmp_path / "out", cuad.convert)

    truth = truths[f"contracts/{ANSWERS['Filename']}"]
    assert truth == truths[f"contracts_text/{ANSWERS['Filename']}"]
    assert {field: truth[field] for field in cuad.COLUMNS} == {
        "document_title": "Harbour Agreement",
        "parties": ["Tern Shipping, Inc.", "Gull & Sons Ltd."],
        "agreement_date": "2014-07-26",
        "effective_date": None,
        "expiration_date": "perpetual",
        "renewal_term": None,
        "notice_period": None,
        "governing_law": "Ohio; Kansas",
    }
    assert truth["verified_absent"] == ["renewal_term"], "a clause without an answer is not absence"
    assert truth["accept"] == {"governing_law": ["Ohio", "Kansas"]}
    assert {case.issuer for case in load(tmp_path / "out")} == {"ternshippinginc"}
    assert "answers left out" not in told


def test_names_that_are_not_in_the_text_are_dropped(tmp_path: Path) -> None:
    row = {**ANSWERS, "Document Name-Answer": "Port Agreement", "Parties-Answer": "Tern Shipping, Inc.; Gulls Ltd."}
    contracts(tmp_path / "copy", row)
    truths, told = converted(tmp_path / "copy", tmp_path / "out", cuad.convert)

    truth = truths[f"contracts/{ANSWERS['Filename']}"]
    assert (truth["document_title"], truth["parties"]) == (None, None)
    assert "1  answers left out, not shown: parties" in told


def test_odd_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    contracts(tmp_path / "copy", {"Filename": "Nowhere.pdf"}, {}, ANSWERS, ANSWERS, pdf=False)
    truths, told = converted(tmp_path / "copy", tmp_path / "out", cuad.convert)

    assert list(truths) == [f"contracts_text/{ANSWERS['Filename']}"]
    assert "2  left out, no text file of this name: Nowhere.pdf, a row without a name" in told
    assert "1  left out, the same contract once more" in told
    assert "1  left out, no PDF of this name" in told


@pytest.mark.parametrize(
    ("answer", "day"),
    [
        ("5/8/14", "2014-05-08"),
        ("12/31/2020", "2020-12-31"),
        ("9/23/97", "1997-09-23"),
        ("1/1/60", "1960-01-01"),
        ("1/1/59", "2059-01-01"),
        ("2/30/20", None),
        ("[]/[]/2013", None),
        ("7/1/19; 7/1/22", None),
        ("", None),
    ],
)
def test_days_month_first(answer: str, day: str | None) -> None:
    assert cuad.day_of(answer) == day


# --- ZUGFeRD ----------------------------------------------------------------------------------------------------------
def page_of(*lines: str) -> bytes:
    drawn = io.BytesIO()
    canvas = Canvas(drawn, invariant=True)
    canvas.line(50, 50, 500, 50)
    for number, line in enumerate(lines):
        canvas.drawString(50, 800 - 14 * number, line)
    canvas.save()
    return drawn.getvalue()


@pytest.fixture(scope="module")
def xml() -> bytes:
    with pikepdf.open(FACTUR_X) as pdf:
        return next(iter(pdf.attachments.values())).get_file().read_bytes()


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FACTUR_X.with_suffix(".truth.json").read_text())
    return found


def invoices(folder: Path, **files: bytes) -> Path:
    (folder / "copy" / "deep").mkdir(parents=True)
    for name, content in files.items():
        (folder / "copy" / "deep" / f"{name}.pdf").write_bytes(content)
    return folder / "copy"


def test_the_answers_are_those_of_the_xml(tmp_path: Path, known: dict[str, Any]) -> None:
    truths, _ = converted(invoices(tmp_path, one=FACTUR_X.read_bytes()), tmp_path / "out", zugferd.convert)

    truth = truths["invoices/deep/one.pdf"]
    for field in (*zugferd.FIELDS[:9], "iban", "vendor_vat_id", "document_type"):
        assert truth[field] == known.get(field), field
    assert [line["amount"] for line in truth["line_items"]] == [line["amount"] for line in known["line_items"]]
    assert truth["verified_absent"] == []


def test_nothing_but_the_page_tells_the_answers(tmp_path: Path, known: dict[str, Any]) -> None:
    converted(invoices(tmp_path, one=FACTUR_X.read_bytes()), tmp_path / "out", zugferd.convert)

    with pikepdf.open(load(tmp_path / "out")[0].path) as pdf:
        assert not pdf.attachments
        assert not pdf.docinfo
        assert "/Metadata" not in pdf.Root
        assert "/AF" not in pdf.Root
        streams = [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    assert not [stream for stream in streams if known["invoice_number"].encode() in stream and b"<" in stream[:100]]


def test_what_the_page_does_not_print_is_null(tmp_path: Path, known: dict[str, Any], xml: bytes) -> None:
    page = page_of(known["vendor_name"], f"Invoice {known['invoice_number']}", "Total 1.23 EUR, credit note")
    source = invoices(tmp_path, one=attached(page, xml))
    truths, told = converted(source, tmp_path / "out", zugferd.convert)

    truth = truths["invoices/deep/one.pdf"]
    assert truth["vendor_name"] == known["vendor_name"]
    assert truth["invoice_number"] == known["invoice_number"]
    assert truth["currency"] == "EUR"
    assert truth["accept"] == {"document_type": ["invoice", "credit_note"]}
    for field in ("total_amount", "tax_amount", "invoice_date", "customer_name", "iban", "line_items"):
        assert truth[field] is None
        assert f"1  answers left out, not shown: {field}" in told


def test_odd_invoices_are_left_out_and_counted(tmp_path: Path, known: dict[str, Any], xml: bytes) -> None:
    locked = io.BytesIO()
    with pikepdf.open(FACTUR_X) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="u", owner="o"))
    source = invoices(
        tmp_path,
        a=FACTUR_X.read_bytes(),
        b=FACTUR_X.read_bytes(),
        c=locked.getvalue(),
        d=b"no PDF",
        e=page_of("no XML"),
        f=attached(page_of("Something else", "for 1.23"), xml),
        g=attached(page_of(), xml),
        h=attached(page_of("broken XML"), b"<Invoice"),
    )
    (source / "bare.xml").write_bytes(xml)
    truths, told = converted(source, tmp_path / "out", zugferd.convert)

    assert list(truths) == ["invoices/deep/a.pdf"]
    for reason in (
        "1  left out, the same page once more: deep/b.pdf",
        "2  left out, encrypted or damaged: deep/c.pdf, deep/d.pdf",
        "2  left out, no invoice in XML inside: deep/e.pdf, deep/h.pdf",
        "1  left out, a page that shows another invoice than its XML: deep/f.pdf",
        "1  left out, no text on its pages: deep/g.pdf",
    ):
        assert reason in told


# --- All of them ------------------------------------------------------------------------------------------------------
def test_twice_gives_the_same_files(tmp_path: Path) -> None:
    receipt(tmp_path / "sroie", "000")
    contracts(tmp_path / "cuad", ANSWERS)
    source = invoices(tmp_path / "zugferd", one=FACTUR_X.read_bytes())
    for place, convert in (
        (tmp_path / "sroie", sroie.convert),
        (tmp_path / "cuad", cuad.convert),
        (source, zugferd.convert),
    ):
        converted(place, place / "first", convert)
        once = contents(place / "first")
        for path in sorted((place / "first").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        converted(place, place / "first", convert)
        assert contents(place / "first") == once


def test_data_sets_can_lie_side_by_side(tmp_path: Path) -> None:
    receipt(tmp_path / "sroie", "000")
    contracts(tmp_path / "cuad", ANSWERS)
    for name in ("sroie", "cuad"):
        assert main([name, str(tmp_path / name), str(tmp_path / "all" / name)]) == 0
    assert {(case.category, case.issuer) for case in load(tmp_path / "all")} == {
        ("receipts", "kedaibukuhujan"),
        ("receipts_text", "kedaibukuhujan"),
        ("contracts", "ternshippinginc"),
        ("contracts_text", "ternshippinginc"),
    }


@pytest.mark.parametrize("name", ["sroie", "cuad", "zugferd"])
def test_a_wrong_source_is_told(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, str(tmp_path / "nothing"), str(tmp_path / "out")]) == 2
    assert str(tmp_path / "nothing") in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_earlier_results_are_not_mixed_with_new_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    receipt(tmp_path / "copy", "000")
    arguments = ["sroie", str(tmp_path / "copy"), str(tmp_path / "out")]
    assert (main(arguments), main(arguments)) == (0, 2)
    assert "not an empty folder" in capsys.readouterr().err


def test_the_command(tmp_path: Path) -> None:
    receipt(tmp_path / "copy", "000")
    command = [sys.executable, "-m", "evaluation.datasets", "sroie", str(tmp_path / "copy"), str(tmp_path / "out")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert "1  receipts" in run.stdout
