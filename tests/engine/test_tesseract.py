"""The other OCR engine: the program tesseract, run for real where it is installed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from extraction.engine import sandbox_child
from extraction.engine.errors import ReaderUnavailable
from extraction.engine.parsers import ocr_tesseract
from extraction.engine.sandbox import Sandbox
from extraction.engine.values import Limits, ParsedDocument, decode
from tests.engine.paper import LETTER, OPTIONS, picture, read, source, texts

TESSERACT = replace(OPTIONS, ocr_engine="tesseract")
WORDS = " ".join(LETTER).split()

installed = pytest.mark.skipif(ocr_tesseract.program() is None, reason="the program tesseract is not installed")


@installed
def test_words_with_their_places(tmp_path):
    shown = picture()
    shown.save(tmp_path / "a.png")
    page = read(tmp_path / "a.png", TESSERACT).pages[0]
    assert texts(page) == WORDS
    ink = shown.convert("L").point(lambda value: 255 if value < 128 else 0)
    for word in page.words:
        assert 0.3 <= word.confidence <= 1
        left, _, right, _ = ink.crop((word.box.x0, word.box.y0, word.box.x1, word.box.y1)).getbbox()
        assert right - left > 0.9 * (word.box.x1 - word.box.x0)


@installed
@pytest.mark.parametrize("turned", [90, 180])
def test_a_picture_lying_on_its_side_is_turned(tmp_path, turned):
    lines = [*LETTER, "Oak shelf, oiled 2 x 145.00", "Fitting and delivery 60.00", "Subtotal 350.00", "Thank you"]
    picture(lines, size=(1000, 1000), height=44).rotate(turned, expand=True).save(tmp_path / "a.png")
    page = read(tmp_path / "a.png", TESSERACT).pages[0]
    assert page.turn == turned
    assert texts(page)[: len(WORDS)] == WORDS


@installed
def test_it_runs_within_the_sandbox(tmp_path):
    picture().save(tmp_path / "a.png")
    with Sandbox(Limits(), ocr=True) as sandbox:
        parsed = sandbox.parse(source(tmp_path / "a.png"), TESSERACT)
        recognised = decode(sandbox.recognise(source(tmp_path / "a.png"), parsed, TESSERACT), ParsedDocument)
    assert texts(recognised.pages[0]) == WORDS


def test_a_missing_program_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(ocr_tesseract, "FOLDERS", str(tmp_path))
    with pytest.raises(ReaderUnavailable, match="is not installed"):
        ocr_tesseract.Tesseract(1)


def test_the_sandbox_lets_no_other_program_start(monkeypatch):
    monkeypatch.setattr(sandbox_child, "_allowed_program", "/usr/bin/tesseract")
    sandbox_child._refuse(sandbox_child._PROGRAM_STARTS, ("/usr/bin/tesseract", ["tesseract"], None, None))
    for event, arguments in [
        (sandbox_child._PROGRAM_STARTS, ("/bin/sh", ["sh"], None, None)),
        ("os.system", ("/usr/bin/tesseract",)),
        ("os.posix_spawn", ("/usr/bin/tesseract", [], {})),
    ]:
        with pytest.raises(PermissionError):
            sandbox_child._refuse(event, arguments)


def test_no_program_is_allowed_for_the_engine_in_the_wheel(monkeypatch):
    monkeypatch.setattr(sandbox_child, "_allowed_program", "/usr/bin/tesseract")
    sandbox_child._allow_program(OPTIONS)
    with pytest.raises(PermissionError):
        sandbox_child._refuse(sandbox_child._PROGRAM_STARTS, ("/usr/bin/tesseract", [], None, None))
