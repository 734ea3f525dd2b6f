"""Which words of a text layer does nobody see: invisible ones, white ones on white, and ones too small to read.

Scanners with OCR write their whole text invisibly over the picture. That text is the page's and is kept, as is
invisible or white text over a picture on any page. Text inside form XObjects is taken as seen.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extraction.engine.parsers.geometry import Span

TINY = 1.0  # points, below which type is too small to be read
MOST = 0.5  # of the letters of a page: when more are hidden, they are its text
MAX_OBJECTS = 5_000  # of a page, looked at
MAX_COMPARISONS = 1_000_000  # of hidden objects with what they may stand on; on a page of more, all is taken as seen
WHITE = 250  # of 255, from which each colour of a thing must be for it to be white
PICTURES = (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM)  # a form may hold an image

_Bounds = tuple[float, float, float, float]
_Object = Any  # a pointer that pdfium gives


def visible(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, spans: list[Span], starts: Iterable[int]) -> list[Span]:
    """``spans`` without the hidden ones. ``starts``: the index of the first character of each."""
    hidden = {place for place, span in enumerate(spans) if _is_tiny(span)}
    if unseen := _unseen_objects(page):
        for place, start in enumerate(starts):
            if _address(pdfium_c.FPDFText_GetTextObject(textpage, start)) in unseen:
                hidden.add(place)
    letters = sum(len(span.text) for span in spans)
    if not hidden or sum(len(spans[place].text) for place in hidden) > MOST * letters:
        return spans
    return [span for place, span in enumerate(spans) if place not in hidden]


def _is_tiny(span: Span) -> bool:
    """By the box, which is as high as the font; where the font does not tell its height, a dash is as flat."""
    flat = span.top - span.bottom < TINY or span.right - span.left < TINY
    return flat and len(span.text) > 1 and any(map(str.isalnum, span.text))


def _unseen_objects(page: pdfium.PdfPage) -> set[int | None]:
    """The addresses of text objects that are invisible or white, and stand on nothing that shows them."""
    count = min(pdfium_c.FPDFPage_CountObjects(page), MAX_OBJECTS)
    handle, one, mode_of = page.raw, pdfium_c.FPDFPage_GetObject, pdfium_c.FPDFTextObj_GetTextRenderMode
    invisible: list[tuple[int, _Object]] = []
    white: list[tuple[int, _Object]] = []
    colour = _Colour()
    for index in range(count):
        item = one(handle, index)
        mode = mode_of(item)
        if mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE:
            invisible.append((index, item))
        elif mode == pdfium_c.FPDF_TEXTRENDERMODE_FILL and colour.is_white(item):
            white.append((index, item))
    if not invisible and not white:
        return set()
    grounds = _grounds(page, count, colour)
    if len(grounds) * (len(invisible) + len(white)) > MAX_COMPARISONS:
        return set()
    pictures = [bounds for _, bounds, picture in grounds if picture]
    unseen = {_address(item) for _, item in invisible if not _stands_on(item, pictures)}
    for index, item in white:
        if not _stands_on(item, [bounds for below, bounds, _ in grounds if below < index]):
            unseen.add(_address(item))
    return unseen


class _Colour:
    """Asks for the colour that things are filled with."""

    def __init__(self) -> None:
        self.parts = tuple(ctypes.c_uint() for _ in range(4))

    def is_white(self, item: _Object) -> bool:
        red, green, blue, alpha = self.parts
        return bool(
            pdfium_c.FPDFPageObj_GetFillColor(item, red, green, blue, alpha)
            and red.value >= WHITE
            and green.value >= WHITE
            and blue.value >= WHITE
        )


def _grounds(page: pdfium.PdfPage, count: int, colour: _Colour) -> list[tuple[int, _Bounds, bool]]:
    """(index, bounds, whether it may be a picture) of what white text could be seen on."""
    found = []
    filled, stroked = ctypes.c_int(), ctypes.c_int()
    for index in range(count):
        item = pdfium_c.FPDFPage_GetObject(page, index)
        kind = pdfium_c.FPDFPageObj_GetType(item)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
            continue
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            pdfium_c.FPDFPath_GetDrawMode(item, filled, stroked)
            if not filled.value or colour.is_white(item):
                continue
        if bounds := _bounds(item):
            found.append((index, bounds, kind in PICTURES))
    return found


def _bounds(item: _Object) -> _Bounds | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    known = pdfium_c.FPDFPageObj_GetBounds(item, left, bottom, right, top)
    return (left.value, bottom.value, right.value, top.value) if known else None


def _stands_on(item: _Object, grounds: Sequence[_Bounds]) -> bool:
    own = _bounds(item)
    if own is None:
        return False
    x, y = (own[0] + own[2]) / 2, (own[1] + own[3]) / 2
    return any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in grounds)


def _address(item: _Object) -> int | None:
    return ctypes.cast(item, ctypes.c_void_p).value
