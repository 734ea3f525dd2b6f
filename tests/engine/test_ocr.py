"""Recognition with the real engine and models: words, their places, skew and orientation."""

from __future__ import annotations

import statistics
import sys

import cv2
import numpy as np
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein
from reportlab.lib.utils import ImageReader

from benchmarks import photographed
from extraction.engine import pipeline
from extraction.engine.layout import PageLayout
from extraction.engine.parsers import raster
from extraction.engine.parsers.ocr_recogniser import HEIGHT, Glyphs
from extraction.engine.parsers.ocr_spaces import spaces
from extraction.engine.values import Limits
from tests.engine.paper import LETTER, OPTIONS, drawn_pdf, letter, parse, picture, read, source, texts

WORDS = " ".join(LETTER).split()
LONG_ENOUGH = [
    "Harbour Joinery Ltd", "12 Quay Street, Port Amber", "Invoice number: HJ-1001", "Invoice date: 2026-03-14",
    "Oak shelf, oiled 2 x 145.00", "Fitting and delivery 60.00", "Subtotal 350.00", "Total to pay 416.50 EUR",
]  # fmt: skip


def sheet() -> Image.Image:
    return picture(LONG_ENOUGH, size=(1000, 1000), height=44)


def joined(page) -> str:
    return "".join(texts(page))


def test_words_of_a_picture(tmp_path):
    picture().save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    assert texts(page) == WORDS
    assert not page.needs_ocr
    assert {word.origin for word in page.words} == {"ocr"}
    assert all(0.5 < word.confidence <= 1 for word in page.words)


def test_each_box_holds_the_ink_of_its_word(tmp_path):
    shown = picture()
    shown.save(tmp_path / "a.png")
    ink = shown.convert("L").point(lambda value: 255 if value < 128 else 0)
    for word in read(tmp_path / "a.png").pages[0].words:
        box = (word.box.x0 - 8, word.box.y0 - 4, word.box.x1 + 8, word.box.y1 + 4)
        within = ink.crop(box).getbbox()
        assert within is not None, word.text
        inked = ink.crop((0, box[1], shown.width, box[3]))  # the whole line
        assert inked.getpixel((round(word.box.x0 + word.box.x1) // 2, 0)) == 0  # nothing of the line above
        left, _, right, _ = within
        assert right - left > 0.7 * (word.box.x1 - word.box.x0)


def test_a_scanned_page_keeps_points_and_the_others_their_words(tmp_path):
    def draw(canvas) -> None:
        letter(canvas)
        canvas.showPage()
        canvas.drawImage(ImageReader(picture()), 20, 50, 360, 168)

    parsed = parse(drawn_pdf(tmp_path / "a.pdf", draw))
    told: list[tuple[int, int]] = []
    recognised = pipeline.recognise(source(tmp_path / "a.pdf"), parsed, OPTIONS, lambda *step: told.append(step))
    assert told == [(1, 1)]
    assert recognised.pages[0] == parsed.pages[0]
    page = recognised.pages[1]
    assert texts(page) == WORDS
    assert (page.width, page.height, page.unit) == (400, 300, "pt")
    first = page.words[0].box
    assert first.x0 == pytest.approx(
        20 + 60 * 0.4, abs=4
    )  # drawn 60 pixels from the picture's left, at 0.4 points each
    assert first.y0 == pytest.approx(300 - 218 + 60 * 0.4, abs=8)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_picture_lying_on_its_side_is_turned(tmp_path, turned):
    sheet().rotate(turned, expand=True).save(tmp_path / "a.png")  # counter-clockwise
    page = read(tmp_path / "a.png").pages[0]
    assert page.turn == turned
    assert joined(page) == "".join("".join(LONG_ENOUGH).split())
    tops = [word.box.y0 for word in page.words]
    assert tops == sorted(tops, key=lambda top: round(top / 44))


@pytest.mark.parametrize("degrees", [-4, 3])
def test_lines_of_a_crooked_scan_are_made_level(tmp_path, degrees):
    sheet().rotate(degrees, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC).save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    assert page.skew == pytest.approx(-degrees, abs=0.7)
    assert joined(page) == "".join("".join(LONG_ENOUGH).split())
    rest = iter(page.words)
    for line in LONG_ENOUGH:
        middles, read_so_far = [], ""
        while len(read_so_far) < len("".join(line.split())):
            word = next(rest)
            read_so_far += word.text
            middles.append((word.box.y0 + word.box.y1) / 2)
        assert max(middles) - min(middles) < 8, line


def test_a_long_narrow_receipt_is_read_to_its_end(tmp_path):
    lines = [f"Article {number:03d}  {number}.50" for number in range(1, 121)]
    picture(lines, size=(420, 120 * 60 + 120), height=30).save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    numbers = [word.text for word in page.words if len(word.text) == 3 and word.text.isdigit()]
    assert numbers == [f"{number:03d}" for number in range(1, 121)]


def test_a_blank_page_has_no_words(tmp_path):
    Image.new("RGB", (600, 800), "white").save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    assert page.words == ()
    assert not page.needs_ocr


def test_nothing_calls_out(tmp_path):
    """No download and no telemetry: while a page is recognised nobody opens a connection."""
    calls: list[str] = []
    watching = True
    sys.addaudithook(lambda event, _: calls.append(event) if watching and event.startswith("socket.") else None)
    picture().save(tmp_path / "a.png")
    read(tmp_path / "a.png")
    watching = False
    assert calls == []


def line_with_gaps(gaps: list[int]) -> np.ndarray:
    """A line of short black bars, 8 pixels wide, with these gaps between them."""
    line = np.full((HEIGHT, 8 * (len(gaps) + 1) + sum(gaps), 3), 255, dtype=np.uint8)
    left = 0
    for gap in [*gaps, 0]:
        line[8:40, left : left + 8] = 0
        left += 8 + gap
    return line


@pytest.mark.parametrize(
    ("gaps", "network", "expected"),
    [
        pytest.param([2, 12, 2, 2], [0.0, 0.9, 0.0, 0.0], [2], id="both agree"),
        pytest.param([2, 9, 2, 2], [0.0, 0.1, 0.0, 0.0], [2], id="a gap where the network hesitated"),
        pytest.param([2, 20, 2, 2], [0.0, 0.0, 0.0, 0.0], [], id="wide type that the network is sure of"),
        pytest.param([9, 9, 9, 9], [0.0, 0.1, 0.0, 0.0], [], id="all gaps are as wide"),
        pytest.param([2, 2, 2, 2], [0.0, 0.9, 0.0, 0.0], [2], id="narrow, but the network is sure"),
    ],
)
def test_spaces_from_the_network_and_from_the_ink(gaps, network, expected):
    middles = [4 + sum(8 + gap for gap in gaps[:index]) for index in range(len(gaps) + 1)]
    columns = tuple((middle - 4) // 8 for middle in middles)
    glyphs = Glyphs("abcde", columns, (1.0,) * 5, tuple(network), middles[-1] / 8)
    assert spaces(glyphs, line_with_gaps(gaps)) == expected


def test_no_space_comes_into_a_number():
    glyphs = Glyphs("1,190", (0, 1, 3, 4, 5), (1.0,) * 5, (0.0, 0.1, 0.0, 0.0), 6)
    assert spaces(glyphs, line_with_gaps([2, 9, 2, 2])) == []


def fanned(sheet: Image.Image, strength: float) -> Image.Image:
    """Seen from one side: the right edge appears taller by ``strength``, so that its lines fan out."""
    width, height = sheet.size
    spread = strength * height / 2
    there = np.float32([[0, spread], [width, 0], [width, height], [0, height - spread]])
    here = np.float32([[0, 0], [width, 0], [width, height], [0, height]])
    matrix = cv2.getPerspectiveTransform(here, there)
    return Image.fromarray(cv2.warpPerspective(np.asarray(sheet), matrix, (width, height), borderValue=(255,) * 3))


def test_lines_that_fan_out_become_parallel(tmp_path):
    lines = [f"Article {number:02d}                    {number}.50" for number in range(1, 13)]
    fanned(picture(lines, size=(1000, 1100), height=36), 0.25).save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    assert page.fan > 5
    rows = ["".join(row.text.split()) for row in PageLayout(page).rows]
    assert rows == ["".join(line.split()) for line in lines]


@pytest.mark.parametrize("spoil", [lambda sheet: fanned(sheet, 0.25), lambda sheet: sheet.rotate(4, fillcolor="white")])
def test_boxes_fit_the_preview(tmp_path, spoil):
    spoil(picture(LONG_ENOUGH, size=(1000, 1100), height=40)).save(tmp_path / "a.png")
    page = read(tmp_path / "a.png").pages[0]
    shown = raster.preview(source(tmp_path / "a.png"), 1, Limits(), width_px=500, view=page.view).convert("L")
    ink = shown.point(lambda value: 255 if value < 128 else 0)
    for word in (word for word in page.words if len(word.text) > 2):
        box = tuple(side / 2 for side in (word.box.x0 - 4, word.box.y0, word.box.x1 + 4, word.box.y1))
        left, top, right, bottom = ink.crop(box).getbbox()
        assert right - left > 0.7 * (box[2] - box[0]), word.text
        assert bottom - top > 0.3 * (box[3] - box[1]), word.text


def test_confidence_tells_noise_from_print(tmp_path):
    clear, poor = picture(), picture().resize((180, 84)).resize((900, 420))
    means = []
    for number, shown in enumerate((clear, poor)):
        shown.save(tmp_path / f"{number}.png")
        means.append(statistics.fmean(word.confidence for word in read(tmp_path / f"{number}.png").pages[0].words))
    assert means[0] > means[1]


@pytest.mark.parametrize("size", [(60_000, 1), (1, 60_000), (60_000, 40), (7, 7)])
def test_a_picture_too_thin_for_letters_holds_none(tmp_path, size):
    Image.new("L", size, 255).save(tmp_path / "a.png")
    assert read(tmp_path / "a.png").pages[0].words == ()


def test_a_narrow_roll_is_read_in_slices_that_need_no_scaling(tmp_path):
    roll = Image.new("RGB", (420, 3000), "white")
    for top in (0, 1300, 2700):
        roll.paste(picture(["Tea  2.00"], size=(420, 120), height=36), (0, top))
    roll.save(tmp_path / "a.png")
    assert "".join(texts(read(tmp_path / "a.png").pages[0])).count("Tea") == 3


@pytest.mark.parametrize(
    ("country", "spoil"), [("DE", photographed.curved), ("FR", photographed.perspective), ("CZ", photographed.shadow)]
)
def test_a_photographed_receipt(tmp_path, country, spoil):
    receipt = photographed.RECEIPTS[country]
    Image.fromarray(spoil(photographed.paper(receipt))).save(tmp_path / "a.jpg", quality=88)
    read_document = read(tmp_path / "a.jpg")
    rows = [row.text for row in PageLayout(read_document.pages[0]).rows]
    printed, seen = ("".join("".join(lines).split()) for lines in (photographed.lines(receipt), rows))
    assert Levenshtein.normalized_distance(printed, seen) < 0.02
    found = pipeline.extract(read_document, OPTIONS)
    assert found.value("vendor_name") == receipt.vendor
    assert (found.value("invoice_date"), found.value("total_amount")) == (receipt.date, receipt.total)


def test_a_small_receipt_on_a_large_photograph(tmp_path):
    receipt = photographed.RECEIPTS["GB"]
    spoiled = photographed.small_on_a_large_table(photographed.paper(receipt))
    Image.fromarray(spoiled).save(tmp_path / "a.jpg", quality=88)
    words = texts(read(tmp_path / "a.jpg").pages[0])
    assert {"Harbour", "Scone,", "£24.15", "02/03/2026"} <= set(words)
