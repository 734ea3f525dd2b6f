"""PDF → words with boxes, by pypdfium2; by pdfplumber where pdfium refuses the file."""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extraction.engine.errors import DamagedDocument, EmptyDocument, EncryptedDocument, LimitExceeded
from extraction.engine.parsers import pdf_attachments
from extraction.engine.parsers.characters import clean, unreadable_share
from extraction.engine.parsers.content import is_pdf
from extraction.engine.parsers.geometry import PageView, Span, direction, in_reading_order, slope
from extraction.engine.parsers.hidden_text import visible
from extraction.engine.parsers.spacing import join_spaced_letters
from extraction.engine.parsers.text_skew import levelled, text_skew
from extraction.engine.values import Issue, Limits, Options, Page, ParsedDocument, Source, Word

MEDIA_TYPES: tuple[str, ...] = ("application/pdf", "application/x-pdf")
EXTENSIONS: tuple[str, ...] = ("pdf",)
recognises = is_pdf

PDFIUM = threading.RLock()
"""pdfium is not thread-safe: whoever calls it, in this process, holds this lock."""

# A word ends at white space, at controls, and after U+FFFE, pdfium's mark for a hyphen at the end of a line
# (what follows stands on the next line).
_WORD = re.compile("[^\\s\x00-\x1f\x7f-\x9f\u200b\ufeff\ufffe]+\ufffe?|\ufffe")

FEW_CHARACTERS = 60  # a page with fewer may be a picture with a stamp or a page number over it
IMAGE_SHARE = 0.3  # of the page, from which few characters mean that the text is in the picture
DRAWN_PATHS = 300  # so many paths and hardly a character: the letters are drawn as outlines
GARBAGE_SHARE = 0.3  # of characters that are no letters: the text layer is worth nothing
MAX_OBJECTS = 5_000  # of a page, looked at to find its pictures
MAX_ANNOTATIONS = 1_000  # of a page, looked at to find typed ones


@contextmanager
def opened(path: str) -> Iterator[pdfium.PdfDocument]:
    """The document in pdfium, with the lock held. Raises EncryptedDocument or DamagedDocument."""
    with PDFIUM:
        try:
            document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
                raise EncryptedDocument from None
            raise DamagedDocument from None
        try:
            if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
                document.init_forms()  # without it, what was typed into fields is neither shown nor read
            yield document
        finally:
            document.close()


def parse(source: Source, options: Options) -> ParsedDocument:
    """Words of every page and the e-invoice inside, if there is one."""
    limits = options.limits
    try:
        with opened(source.path) as document:
            pages, issues = _pages(document, limits)
            attachments, doubts = pdf_attachments.read(document, limits)
            issues += doubts
    except DamagedDocument:
        from extraction.engine.parsers import pdf_plumber  # slow to import and seldom needed

        pages, issues, attachments = pdf_plumber.pages(source.path, limits), [], ()
    if not pages:
        raise EmptyDocument("The document has no pages.")
    return ParsedDocument(
        media_type="application/pdf", pages=tuple(pages), attachments=attachments, issues=tuple(issues)
    )


def _pages(document: pdfium.PdfDocument, limits: Limits) -> tuple[list[Page], list[Issue]]:
    if len(document) > limits.max_pages:
        raise LimitExceeded(f"The document has more than {limits.max_pages} pages.")
    pages: list[Page] = []
    issues: list[Issue] = []
    characters = 0
    for index in range(len(document)):
        try:
            page = _loaded(document, index)
        except pdfium.PdfiumError:
            pages.append(Page(number=index + 1, width=0, height=0, unit="pt"))
            issues.append(_unreadable_page(index + 1))
            continue
        try:
            read, count = _page(page, index + 1, limits.max_characters - characters)
        finally:
            page.close()
        characters += count
        pages.append(read)
    return pages, issues


def _loaded(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """The page, what was typed into its fields or onto it made part of its text (in memory)."""
    page = document[index]
    if not _was_typed_on(page):
        return page
    pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
    page.close()
    return document[index]  # flattening counts from the next time it is loaded


def _was_typed_on(page: pdfium.PdfPage) -> bool:
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
        if kind in (pdfium_c.FPDF_ANNOT_WIDGET, pdfium_c.FPDF_ANNOT_FREETEXT):
            return True
    return False


def _unreadable_page(number: int) -> Issue:
    return Issue(
        code="page_unreadable",
        severity="warning",
        message=f"Page {number} is damaged and could not be read.",
        params={"page": str(number)},
    )


def _page(page: pdfium.PdfPage, number: int, max_characters: int) -> tuple[Page, int]:
    """The page and how many characters it holds."""
    try:
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        return Page(number=number, width=page.get_width(), height=page.get_height(), unit="pt"), 0
    try:
        text = _text(textpage, max_characters)
        spans = visible(page, textpage, _spans(textpage, text), (found.start() for found in _WORD.finditer(text)))
    finally:
        textpage.close()
    view = PageView.of(page.get_bbox(), page.get_rotation(), spans)
    garbage = unreadable_share(text) > GARBAGE_SHARE
    skew = 0.0 if garbage else text_skew(spans)
    words = [] if garbage else _words(spans, view, skew)
    few = sum(len(word.text) for word in words) < FEW_CHARACTERS
    read = Page(
        number=number,
        width=view.width,
        height=view.height,
        unit="pt",
        words=tuple(words),
        needs_ocr=garbage or (few and _is_picture(page)),
        skew=skew,
        turn=view.turn,
    )
    return read, len(text)


def _text(textpage: pdfium.PdfTextPage, max_characters: int) -> str:
    """One Python character for each of pdfium's (UTF-16 code units), so that indices agree."""
    count = textpage.count_chars()
    if count > max_characters:
        raise LimitExceeded("The document holds too much text.")
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium_c.FPDFText_GetText(textpage, 0, count, buffer)
    if count and written != count + 1:  # pdfium left characters out: ask for each of them
        return "".join(chr(min(pdfium_c.FPDFText_GetUnicode(textpage, index), 0xFFFF)) for index in range(count))
    return "".join(map(chr, buffer[:count]))


def _spans(textpage: pdfium.PdfTextPage, text: str) -> list[Span]:
    """The words in user space. Two look-ups a word are enough: its first and its last character."""
    handle, first, last = textpage.raw, pdfium_c.FS_RECTF(), pdfium_c.FS_RECTF()
    spans = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        pdfium_c.FPDFText_GetLooseCharBox(handle, start, first)
        left, bottom, right, top = first.left, first.bottom, first.right, first.top
        running, rise = None, 0.0
        if end - start > 1:
            pdfium_c.FPDFText_GetLooseCharBox(handle, end - 1, last)
            if end - start > 2:
                dx, dy = last.left - left, last.bottom - bottom
                running = direction(dx, dy)
                if dx and dy:  # of letters of unlike width only the middles show how the word slopes
                    rise = slope(dx + last.right - right, dy + last.top - top)
            left, bottom = min(left, last.left), min(bottom, last.bottom)
            right, top = max(right, last.right), max(top, last.top)
        spans.append(Span(match.group(), left, bottom, right, top, running, rise))
    return spans


def _words(spans: list[Span], view: PageView, skew: float) -> list[Word]:
    words = []
    for span in spans:
        box = view.place(span)
        text = clean(span.text.replace("\ufffe", "-"))
        if box and text:
            words.append(Word(text, levelled(box, skew, view) if skew else box))
    return join_spaced_letters(in_reading_order(words) if view.turn else words)


def _is_picture(page: pdfium.PdfPage) -> bool:
    """Whether images cover a good part of the page, or its letters may be drawn as outlines."""
    area = page.get_width() * page.get_height()
    covered, paths = 0.0, 0
    for item in islice(page.get_objects(max_depth=4), MAX_OBJECTS):
        if item.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            paths += 1
        elif item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
    return covered > IMAGE_SHARE * area or paths > DRAWN_PATHS
