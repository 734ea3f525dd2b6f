"""One misread number is put right where arithmetic proves it, and nothing else is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from extraction.engine import pipeline
from extraction.engine.fields.misread import likeness
from extraction.engine.values import Extraction, ParsedDocument
from tests.engine.drawn import OPTIONS, document

HEAD = "INVOICE\nInvoice no: 4711\nVendor: Northwind\nDate: 2024-03-05\n\n"
BLURRED, SURE = 0.9, 0.999


def recognised(text: str, confidence: float = BLURRED) -> ParsedDocument:
    """The page as OCR gives it."""
    (page,) = document(text, unit="pt").pages
    words = tuple(replace(word, origin="ocr", confidence=confidence) for word in page.words)
    return ParsedDocument(media_type="image/png", pages=(replace(page, unit="px", words=words),))


def read(text: str, confidence: float = BLURRED) -> Extraction:
    return pipeline.extract(recognised(HEAD + text, confidence), OPTIONS)


def repairs(found: Extraction) -> dict[str, str]:
    return {field.name: field.why.repair for field in found.fields if field.why is not None and field.why.repair}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        pytest.param(
            "Net             100.00\nVAT 19%          19.00\nTotal           118.00", "total_amount", "119", id="total"
        ),
        pytest.param(
            "Net             180.00\nVAT 19%          19.00\nTotal           119.00", "subtotal_amount", "100", id="net"
        ),
        pytest.param(
            "Net             100.00\nVAT 19%          16.00\nTotal           119.00", "tax_amount", "19", id="tax"
        ),
        pytest.param(
            "Net           1,250.00\nVAT 20%         250.00\nTotal         2,700.00",
            "total_amount",
            None,
            id="too-different",
        ),
        pytest.param(
            "Net             834.00\nVAT 20%         166.80\nTotal           000.80",
            "total_amount",
            None,
            id="three-digits",
        ),
        pytest.param(
            "Net             120.00\nVAT 15%          18.00\nTotal            38.00",
            "total_amount",
            "138",
            id="first-digit-lost",
        ),
    ],
)
def test_the_sums_prove_what_was_misread(text: str, field: str, value: str | None) -> None:
    found = read(text)
    if value is None:
        assert repairs(found) == {}
        return
    mended = found.field(field)
    assert mended is not None
    assert mended.value == Decimal(value)
    assert mended.evidence.source == "derived"
    assert mended.evidence.box is not None
    assert field in repairs(found)


def test_the_sentence_says_what_was_read_and_what_proves_the_value() -> None:
    found = read("Net             100.00\nVAT 19%          19.00\nTotal           118.00")
    assert repairs(found)["total_amount"] == "“118.00” was read; the net 100.00 and the tax 19.00 prove 119.00."
    total = found.field("total_amount")
    assert total is not None
    assert total.raw == "118.00"


def test_what_cannot_be_told_apart_is_left() -> None:
    """Without a rate the total may be misread as well as the tax."""
    assert repairs(read("Net             100.00\nTax              19.00\nTotal           118.00")) == {}


@pytest.mark.parametrize("confidence", [SURE, 1.0])
def test_what_was_read_clearly_is_printed_so(confidence: float) -> None:
    found = read("Net             100.00\nVAT 19%          19.00\nTotal           118.00", confidence)
    assert repairs(found) == {}
    assert found.value("total_amount") == Decimal(118)


def test_a_text_layer_is_never_repaired() -> None:
    text = HEAD + "Net             100.00\nVAT 19%          19.00\nTotal           118.00"
    found = pipeline.extract(document(text, unit="pt"), OPTIONS)
    assert repairs(found) == {}
    assert found.value("total_amount") == Decimal(118)


def test_a_sum_that_is_printed_twice_was_not_misread_twice() -> None:
    text = "Net             100.00\nVAT 19%          19.00\nTotal           118.00\nVisa            118.00"
    assert "total_amount" not in repairs(read(text))


ITEMS = """\
Description              Qty    Unit price     Amount
Paper A4                  10          4.00      40.00
Pens                       5          1.20       6.00
Lamp                       2         35.50      71.00

Net                                            117.00
VAT 20%                                         23.40
Total                                          140.40
"""


@pytest.mark.parametrize(
    ("printed", "misread", "cell"),
    [
        pytest.param("71.00", "77.00", "amount", id="amount"),
        pytest.param("35.50", "36.50", "unit_price", id="price"),
        pytest.param(" 5          1.20", " 6          1.20", "quantity", id="quantity"),
    ],
)
def test_a_cell_is_proved_by_its_line_and_by_the_sum_of_the_lines(printed: str, misread: str, cell: str) -> None:
    right, found = read(ITEMS), read(ITEMS.replace(printed, misread))
    assert [item.value(cell) for item in found.line_items] == [item.value(cell) for item in right.line_items]
    mended = [field for item in found.line_items for field in item.cells if field.evidence.source == "derived"]
    assert [field.name for field in mended] == [cell]
    assert mended[0].why is not None
    assert "the sum of the lines" in (mended[0].why.repair or "")


def test_cells_that_agree_stay() -> None:
    found = read(ITEMS)
    assert all(field.evidence.source == "ocr" for item in found.line_items for field in item.cells)


@pytest.mark.parametrize(
    ("printed", "value", "expected"),
    [
        ("118.00", "112.00", "near"),
        ("119.00", "119.00", "usual"),
        ("11900", "119.00", "usual"),
        ("1.190,00", "1190", "usual"),
        ("83.10", "33.10", "usual"),
        ("38.00", "138.00", "usual"),
        ("€6119.00", "119.00", "usual"),
        ("12.00", "17.00", "usual"),
        ("12.00", "34.00", None),
        ("1200", "12345.00", None),
    ],
)
def test_likeness(printed: str, value: str, expected: str | None) -> None:
    assert likeness(printed, Decimal(value)) == expected
