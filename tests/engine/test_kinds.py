"""Short documents of many kinds in every language, each recognised as what it is.

``kinds/*.txt`` hold them, one file a language; a line ``=== kind: name`` begins each.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from extraction.engine import pipeline
from extraction.engine.classify import classify
from extraction.engine.languages import LANGUAGES
from extraction.engine.values import DocumentType, Unit
from tests.engine.drawn import OPTIONS, document, extract, reading

FOLDER = Path(__file__).with_name("kinds")


def documents() -> list[tuple[str, str, str]]:
    """Name, kind and text of each."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        for piece in path.read_text("utf-8").split("=== ")[1:]:
            head, _, text = piece.partition("\n")
            kind, _, name = head.partition(": ")
            found.append((f"{path.stem}, {kind}: {name}", kind, text.rstrip("\n")))
    return found


DOCUMENTS = documents()


def test_every_language_and_every_kind_is_among_them() -> None:
    assert {name[:2] for name, _, _ in DOCUMENTS} == set(LANGUAGES)
    assert {kind for _, kind, _ in DOCUMENTS} == set(get_args(DocumentType))


@pytest.mark.parametrize("unit", ["char", "pt"])
@pytest.mark.parametrize(("kind", "text"), [item[1:] for item in DOCUMENTS], ids=[item[0] for item in DOCUMENTS])
def test_kind_is_recognised(kind: str, text: str, unit: Unit) -> None:
    assert classify(reading(text, unit=unit)).document_type == kind


CORRECTION = """FACTURA RECTIFICATIVA R-2026-014     Fecha 20/04/2026
Rectifica la factura 2026/051
Base imponible    {net} EUR
IVA 21%           {tax} EUR
Total factura     {total} EUR"""


@pytest.mark.parametrize(
    ("net", "tax", "total", "kind"),
    [("-80,00", "-16,80", "-96,80", "credit_note"), ("80,00", "16,80", "96,80", "invoice")],
)
def test_a_correction_is_what_its_total_says(net: str, tax: str, total: str, kind: str) -> None:
    """It gives money back, or it states the invoice anew."""
    assert extract(CORRECTION.format(net=net, tax=tax, total=total)).document_type == kind


def test_a_credit_note_stays_one_whatever_its_sign() -> None:
    text = "NOTA DE CRÉDITO NC 2026/9   Data 14/04/2026\nReferente à fatura FT 98\nTotal   73,80 EUR"
    assert extract(text).document_type == "credit_note"


def test_a_pro_forma_invoice_is_read_and_says_so() -> None:
    text = next(text for name, _, text in DOCUMENTS if "pro forma" in name)
    found = pipeline.validate(pipeline.extract(document(text), OPTIONS), OPTIONS)
    assert found.document_type == "invoice"
    assert str(found.value("total_amount")) == "820.00"
    assert "pro_forma" in {issue.code for issue in found.issues}


def test_the_heads_of_a_table_are_no_titles() -> None:
    text = "Open items\n\nDate         Invoice     Receipt     Remark\nMarch        A-7         -           12.00"
    assert classify(reading(text)).document_type == "other"
