"""The typefaces that documents are set in, and which letters each of them has.

Base fonts of PDF are not embedded and know Western European letters only, as in most real invoices; the others come
from packages and cover all languages here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

_VERA = Path(reportlab.__file__).parent / "fonts"
_SANS = Path(font_source_sans_pro.__file__).parent / "files"
_SERIF = Path(font_source_serif_pro.__file__).parent / "files"


@dataclass(frozen=True)
class Typeface:
    """Names under which ReportLab knows the regular and the bold cut."""

    regular: str
    bold: str
    mono: bool = False


TYPEFACES = {
    "helvetica": Typeface("Helvetica", "Helvetica-Bold"),
    "times": Typeface("Times-Roman", "Times-Bold"),
    "courier": Typeface("Courier", "Courier-Bold", mono=True),
    "vera": Typeface("Vera", "Vera-Bold"),
    "sans": Typeface("SourceSans", "SourceSans-Bold"),
    "light": Typeface("SourceSans-Light", "SourceSans-Semibold"),
    "serif": Typeface("SourceSerif", "SourceSerif-Bold"),
}
_FILES = {
    "Vera": _VERA / "Vera.ttf",
    "Vera-Bold": _VERA / "VeraBd.ttf",
    "SourceSans": _SANS / "SourceSansPro-Regular.ttf",
    "SourceSans-Bold": _SANS / "SourceSansPro-Bold.ttf",
    "SourceSans-Light": _SANS / "SourceSansPro-Light.ttf",
    "SourceSans-Semibold": _SANS / "SourceSansPro-Semibold.ttf",
    "SourceSerif": _SERIF / "SourceSerifPro-Regular.ttf",
    "SourceSerif-Bold": _SERIF / "SourceSerifPro-Bold.ttf",
}


def has_letters(font: str, text: str) -> bool:
    """Whether all of ``text`` can be set in ``font``."""
    if font in _FILES:
        glyphs = pdfmetrics.getFont(ready(font)).face.charToGlyph
        return all(ord(character) in glyphs for character in text)
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@cache
def ready(font: str) -> str:
    """``font`` after its file was read; base fonts need none."""
    if font in _FILES:
        pdfmetrics.registerFont(TTFont(font, _FILES[font]))
    return font


@cache
def width_of(text: str, font: str, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, ready(font), size))
