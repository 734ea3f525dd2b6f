"""Words become rows, segments and blocks by where they stand."""

from __future__ import annotations

import random

import pytest

from extraction.engine.layout import PageLayout, Segment, overlap, rows, union
from extraction.engine.values import Box, Page, Unit, Word
from tests.engine.drawn import page


def laid_out(text: str, unit: Unit = "char") -> PageLayout:
    return PageLayout(page(text, unit=unit))


def cells(layout: PageLayout) -> list[list[str]]:
    return [[segment.text for segment in row.segments] for row in layout.rows]


@pytest.mark.parametrize("unit", ["char", "pt"])
def test_a_wide_gap_separates_cells(unit: Unit) -> None:
    layout = laid_out("Invoice number     INV 1\nTotal amount due   5.00", unit)
    assert cells(layout) == [["Invoice number", "INV 1"], ["Total amount due", "5.00"]]


def test_the_order_of_words_in_the_file_does_not_matter() -> None:
    drawn = page("Alpha beta      gamma\nDelta           epsilon\nZeta", unit="pt")
    shuffled = list(drawn.words)
    random.Random(5).shuffle(shuffled)
    as_drawn, as_shuffled = PageLayout(drawn), rows(shuffled, "pt")
    assert [[segment.text for segment in row.segments] for row in as_shuffled] == cells(as_drawn)


def test_a_slight_slope_stays_one_row() -> None:
    words = [Word(f"w{i}", Box(20.0 * i, 100 + 0.3 * i, 20.0 * i + 17, 110 + 0.3 * i)) for i in range(12)]
    assert len(rows(words, "pt")) == 1


def test_a_tall_word_does_not_swallow_the_rows_beside_it() -> None:
    tall = Word("LOGO", Box(0, 0, 60, 40))
    beside = [Word(f"line{i}", Box(100, 12.0 * i, 140, 12.0 * i + 9)) for i in range(3)]
    found = [[word.text for segment in row.segments for word in segment.words] for row in rows([tall, *beside], "pt")]
    assert sum("line" in text for row in found for text in row) == 3
    assert all(sum("line" in text for text in row) <= 1 for row in found)


def test_bold_type_printed_twice_is_one_word() -> None:
    words = [Word("Total", Box(10, 10, 40, 20)), Word("Total", Box(10.4, 10, 40.4, 20))]
    assert [segment.text for row in rows(words, "pt") for segment in row.segments] == ["Total"]


def test_a_block_is_an_address_with_its_lines() -> None:
    layout = laid_out("Acme AG             Datum 1.1.2024\nRing 5\n10115 Berlin\n\nRechnung", "pt")
    assert [block.text for block in layout.blocks] == [
        "Acme AG\nRing 5\n10115 Berlin",
        "Datum 1.1.2024",
        "Rechnung",
    ]


def test_below_gives_what_stands_under_a_head() -> None:
    layout = laid_out("Number    Date\nA-1       1.1.2024", "pt")
    date = layout.rows[0].segments[1]
    assert [segment.text for segment in layout.below(date.box, date.row)] == ["1.1.2024"]


def test_the_box_of_a_part_lies_in_the_box_of_its_word() -> None:
    segment = Segment([Word("Total:EUR", Box(0, 0, 90, 10)), Word("5.00", Box(100, 0, 140, 10))], 0)
    part = segment.span_box(6, 9)
    assert (part.x0, part.x1) == pytest.approx((60, 90))
    assert segment.span_box(0, len(segment.text)) == Box(0, 0, 140, 10)


def test_the_lowest_confidence_of_touched_words_counts() -> None:
    words = [Word("a", Box(0, 0, 5, 9), 0.9, "ocr"), Word("b", Box(6, 0, 9, 9), 0.4, "ocr")]
    segment = Segment(words, 0)
    assert segment.span_confidence(0, 1) == 0.9
    assert segment.span_confidence(0, 3) == 0.4


def test_union_and_overlap() -> None:
    assert union([Box(0, 1, 2, 3), Box(1, 0, 5, 2)]) == Box(0, 0, 5, 3)
    assert overlap(0, 5, 3, 9) == 2
    assert overlap(0, 1, 4, 9) == -3


def test_an_empty_page_has_no_rows() -> None:
    layout = PageLayout(Page(number=1, width=10, height=10, unit="pt"))
    assert layout.rows == ()
    assert layout.blocks == ()


def test_columns_of_different_line_spacing_stay_apart() -> None:
    """High boxes, as OCR gives them: the lines of one column overlap, and those of the other stand between them."""
    left = [Word(f"left{i}", Box(0, 24.0 * i, 90, 24.0 * i + 32), origin="ocr") for i in range(4)]
    right = [Word(f"right{i}", Box(300, 24.0 * i + 12, 390, 24.0 * i + 36), origin="ocr") for i in range(4)]
    assert all(len(segment.words) == 1 for row in rows([*left, *right], "px") for segment in row.segments)
