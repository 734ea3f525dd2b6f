"""PDF: words stand where a person sees them, whatever the file does with its coordinates."""

from __future__ import annotations

import pikepdf
import pytest
from PIL import ImageChops
from reportlab.lib.utils import ImageReader

from extraction.engine.errors import DamagedDocument, EncryptedDocument, LimitExceeded
from extraction.engine.parsers import raster
from extraction.engine.values import Box, Limits, Options, View
from tests.engine.paper import LETTER, OPTIONS, drawn_pdf, edited, letter, parse, picture, source, texts, written

WORDS = " ".join(LETTER).split()


def ink(path, turn: int) -> Box:
    """Where the rendered page is not white, in points."""
    shown = raster.turned(raster.picture(source(path), 1, Limits(), dots_per_inch=144), turn)
    left, top, right, bottom = ImageChops.invert(shown).getbbox()
    return Box(left / 2, top / 2, right / 2, bottom / 2)


def bounds(words) -> Box:
    boxes = [word.box for word in words]
    return Box(min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes))


def assert_boxes_cover_the_ink(path) -> None:
    page = parse(path).pages[0]
    seen, read = ink(path, page.turn), bounds(page.words)
    # Boxes are as high as the font, ink only as high as the letters: up to 5 points of 12.
    for name in ("x0", "y0", "x1", "y1"):
        assert getattr(read, name) == pytest.approx(getattr(seen, name), abs=5), name


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("media", "crop"),
    [
        ((0, 0, 400, 300), None),
        ((0, 0, 400, 300), (90, 40, 380, 260)),
        ((-50, -70, 400, 300), None),
        ((-50, -70, 400, 300), (90, 40, 380, 260)),
        ((0, 0, 400, 300), (90, 40, 900, 900)),  # larger than the page: only what both show
    ],
)
def test_boxes_are_where_the_page_shows_the_words(tmp_path, rotate, media, crop):
    path = drawn_pdf(tmp_path / "a.pdf", letter)

    def turn(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        page.MediaBox = list(media)
        page.Rotate = rotate
        if crop:
            page.CropBox = list(crop)

    edited(path, turn)
    page = parse(path).pages[0]
    assert texts(page) == WORDS  # in reading order
    assert_boxes_cover_the_ink(path)
    # A /Rotate that leaves the text sideways or upside down for a person is undone.
    assert page.turn == (360 - rotate) % 360


@pytest.mark.parametrize(("angle", "turn"), [(90, 90), (180, 180), (270, 270)])
def test_text_drawn_sideways_comes_out_upright(tmp_path, angle, turn):
    def draw(canvas) -> None:
        canvas.translate(200, 150)
        canvas.rotate(angle)
        letter(canvas, left=-90, top=30)

    path = drawn_pdf(tmp_path / "a.pdf", draw)
    page = parse(path).pages[0]
    assert texts(page) == WORDS
    assert page.turn == turn
    assert (page.width, page.height) == ((300, 400) if angle % 180 else (400, 300))
    assert all(word.box.x1 - word.box.x0 > word.box.y1 - word.box.y0 for word in page.words if len(word.text) > 3)
    assert_boxes_cover_the_ink(path)


def test_a_scan_shown_sideways_by_rotate_is_upright(tmp_path):
    """The usual case of /Rotate: the text runs up the sheet, and the sheet is turned for reading."""

    def draw(canvas) -> None:
        canvas.translate(200, 150)
        canvas.rotate(90)
        letter(canvas, left=-90, top=30)

    path = edited(drawn_pdf(tmp_path / "a.pdf", draw), lambda pdf: pdf.pages[0].rotate(90, relative=False))
    page = parse(path).pages[0]
    assert page.turn == 0
    assert (page.width, page.height) == (300, 400)
    assert_boxes_cover_the_ink(path)


def test_a_watermark_does_not_stand_between_the_words(tmp_path):
    def draw(canvas) -> None:
        letter(canvas)
        canvas.translate(100, 100)
        canvas.rotate(45)
        canvas.drawString(0, 0, "CONFIDENTIAL")

    assert texts(parse(drawn_pdf(tmp_path / "a.pdf", draw)).pages[0]) == WORDS


def test_words_outside_of_the_visible_page_are_left_out(tmp_path):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: (letter(canvas), canvas.drawString(5, 5, "hidden")))
    edited(path, lambda pdf: setattr(pdf.pages[0], "CropBox", [100, 100, 400, 300]))
    assert texts(parse(path).pages[0]) == WORDS


def test_letters_printed_apart_are_one_word(tmp_path):
    def draw(canvas) -> None:
        canvas.drawString(50, 200, "I N V O I C E   D A T E")
        canvas.drawString(50, 170, "A B 12")
        for column, cell in enumerate("ABCDEF"):
            canvas.drawString(50 + 40 * column, 140, cell)

    found = texts(parse(drawn_pdf(tmp_path / "a.pdf", draw)).pages[0])
    assert found == ["INVOICE", "DATE", "A", "B", "12", *"ABCDEF"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("I N V O I C E  N o  4 7 1 1", ["INVOICE", "No", "4711"]),
        ("R - 8 8 2 3 1", ["R-88231"]),
        ("1 . 4 8 7 , 5 0   E U R", ["1.487,50", "EUR"]),
        ("1 2 / 0 3 / 2 0 2 6", ["12/03/2026"]),
        ("2 x 5 = 1 0", ["2", "x", "5", "=", "1", "0"]),
        ("Page 1 / 2 -", ["Page", "1", "/", "2", "-"]),
        ("4 7 1 1 pieces", ["4", "7", "1", "1", "pieces"]),
        ("7   8   9", ["7", "8", "9"]),
    ],
)
def test_digits_printed_apart_are_one_number_where_nothing_else_stands_beside_them(tmp_path, line, words):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: canvas.drawString(50, 200, line))
    assert texts(parse(path).pages[0]) == words


def test_a_word_broken_at_the_line_end_is_two_words_in_two_places(tmp_path):
    def draw(canvas) -> None:
        canvas.drawString(300, 200, "Rechnungs-")
        canvas.drawString(50, 186, "betrag")

    first, second = parse(drawn_pdf(tmp_path / "a.pdf", draw)).pages[0].words
    assert (first.text, second.text) == ("Rechnungs-", "betrag")
    assert first.box.x0 == pytest.approx(300, abs=1)
    assert second.box.x0 == pytest.approx(50, abs=1)


def test_what_was_typed_into_a_form_is_read(tmp_path):
    def draw(canvas) -> None:
        canvas.drawString(50, 200, "Total:")
        canvas.acroForm.textfield(name="total", value="1,190.00 EUR", x=100, y=196, width=120, height=20, fontSize=12)

    total, amount, currency = parse(drawn_pdf(tmp_path / "a.pdf", draw)).pages[0].words
    assert (total.text, amount.text, currency.text) == ("Total:", "1,190.00", "EUR")
    assert 100 <= amount.box.x0 < amount.box.x1 < currency.box.x0 < 220
    assert amount.box.y0 < total.box.y1
    assert total.box.y0 < amount.box.y1


def scan(canvas) -> None:
    canvas.drawImage(ImageReader(picture()), 20, 20, 360, 260)


@pytest.mark.parametrize(
    ("draw", "needs_ocr"),
    [
        (letter, False),
        (lambda canvas: None, False),
        (scan, True),
        (lambda canvas: (scan(canvas), canvas.drawString(180, 5, "Page 1 of 1")), True),
        (lambda canvas: (letter(canvas), canvas.drawImage(ImageReader(picture()), 300, 250, 60, 30)), False),
        (lambda canvas: [canvas.line(x, 10, x + 3, 14) for x in range(400)], True),
        (lambda canvas: [canvas.line(20, y, 380, y) for y in range(20, 280, 20)], False),
    ],
    ids=["text", "blank", "scan", "scan with page number", "text with logo", "letters as outlines", "ruled sheet"],
)
def test_only_pictures_of_text_need_recognition(tmp_path, draw, needs_ocr):
    assert parse(drawn_pdf(tmp_path / "a.pdf", draw)).needs_ocr is needs_ocr


def test_a_text_layer_of_no_letters_is_not_believed(tmp_path):
    """A font whose table maps every letter to private use: looks right, reads as nothing."""

    def spoil(pdf: pikepdf.Pdf) -> None:
        table = (
            b"begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> <e000> endbfrange"
        )
        for font in pdf.pages[0].Resources.Font.values():
            font.ToUnicode = pdf.make_stream(table + b" endcmap")

    page = parse(edited(drawn_pdf(tmp_path / "a.pdf", letter), spoil)).pages[0]
    assert page.needs_ocr
    assert page.words == ()


def test_embedded_xml_comes_along_and_other_files_do_not(tmp_path):
    def attach(pdf: pikepdf.Pdf) -> None:
        for name, content in (("factur-x.xml", b"<a/>"), ("photo.png", b"\x89PNG"), ("Extra.XML", b"<b/>")):
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)

    parsed = parse(edited(drawn_pdf(tmp_path / "a.pdf", letter), attach))
    assert {(found.name, found.content) for found in parsed.attachments} == {
        ("factur-x.xml", b"<a/>"),
        ("Extra.XML", b"<b/>"),
    }


def test_embedded_xml_beyond_the_limit_is_named_and_left_out(tmp_path):
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["factur-x.xml"] = pikepdf.AttachedFileSpec(pdf, b" " * 5_000, filename="factur-x.xml")

    path = edited(drawn_pdf(tmp_path / "a.pdf", letter), attach)
    parsed = parse(path, Options(today=OPTIONS.today, limits=Limits(max_attachment_bytes=4_999)))
    assert parsed.attachments == ()
    assert [issue.code for issue in parsed.issues] == ["attachment_unreadable"]


def test_a_password_is_needed(tmp_path):
    path = edited(
        drawn_pdf(tmp_path / "a.pdf", letter), lambda pdf: None, encryption=pikepdf.Encryption(user="x", owner="y")
    )
    with pytest.raises(EncryptedDocument):
        parse(path)


def test_an_owners_password_alone_does_not_hinder_reading(tmp_path):
    path = edited(
        drawn_pdf(tmp_path / "a.pdf", letter), lambda pdf: None, encryption=pikepdf.Encryption(user="", owner="y")
    )
    assert texts(parse(path).pages[0]) == WORDS


def test_a_file_that_lost_its_header_is_read_all_the_same(tmp_path):
    path = drawn_pdf(tmp_path / "a.pdf", letter)
    content = path.read_bytes()
    written(path, content[content.index(b"1 0 obj") :])
    assert texts(parse(path).pages[0]) == WORDS


def test_a_file_cut_short_still_opens_or_fails_clearly(tmp_path):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: [(letter(canvas), canvas.showPage()) for _ in range(5)])
    content = path.read_bytes()
    for size in range(10, len(content), len(content) // 40):
        written(path, content[:size])
        try:
            parsed = parse(path)
        except DamagedDocument:
            continue
        assert len(parsed.pages) <= 6


def test_a_page_that_is_missing_is_an_issue_of_the_document(tmp_path):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: (letter(canvas), canvas.showPage(), letter(canvas)))

    def append_what_is_no_page(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Kids.append(pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font)))
        pdf.Root.Pages.Count = 3

    edited(path, append_what_is_no_page)
    parsed = parse(path)
    assert texts(parsed.pages[0]) == WORDS
    assert [issue.code for issue in parsed.issues] == ["page_unreadable"]


@pytest.mark.parametrize("limits", [Limits(max_pages=2), Limits(max_characters=100)])
def test_too_long_a_document_is_refused(tmp_path, limits):
    path = drawn_pdf(tmp_path / "a.pdf", lambda canvas: [(letter(canvas), canvas.showPage()) for _ in range(3)])
    with pytest.raises(LimitExceeded):
        parse(path, Options(today=OPTIONS.today, limits=limits))


@pytest.mark.parametrize(("width_px", "turn", "size"), [(800, 0, (800, 600)), (300, 90, (300, 400))])
def test_a_preview_is_as_wide_as_asked(tmp_path, width_px, turn, size):
    path = drawn_pdf(tmp_path / "a.pdf", letter)
    shown = raster.preview(source(path), 1, Limits(), width_px=width_px, view=View(turn=turn))
    assert shown.size == size


def test_a_preview_of_a_huge_page_is_bounded(tmp_path):
    path = drawn_pdf(tmp_path / "a.pdf", letter, size=(14_000, 14_000))
    shown = raster.preview(source(path), 1, Limits(max_pixels=1_000_000), width_px=50_000)
    assert shown.width * shown.height <= 1_000_000
