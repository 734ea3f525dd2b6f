"""The second PDF reader, for files that pdfium refuses (one without its header, for example)."""

from __future__ import annotations

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from extraction.engine.errors import DamagedDocument, EncryptedDocument, EngineError, LimitExceeded
from extraction.engine.parsers.characters import clean
from extraction.engine.values import Box, Limits, Page, Word

# Words end where the gap is this share of the letters' width. With the default, a fixed distance,
# pdfplumber glues words of small print together.
GAP_RATIO = 0.15


def pages(path: str, limits: Limits) -> list[Page]:
    """The words of every page. Raises EncryptedDocument, DamagedDocument or LimitExceeded."""
    try:
        with pdfplumber.open(path) as document:
            return _bounded(document, limits)
    except EngineError:
        raise
    except PdfminerException as error:
        if error.args and isinstance(error.args[0], PDFPasswordIncorrect):
            raise EncryptedDocument from None
        raise DamagedDocument from None
    except MemoryError:
        raise
    except Exception:  # pdfminer meets damage with whatever the code happens to raise
        raise DamagedDocument from None


def _bounded(document: pdfplumber.pdf.PDF, limits: Limits) -> list[Page]:
    if len(document.pages) > limits.max_pages:
        raise LimitExceeded(f"The document has more than {limits.max_pages} pages.")
    return [_page(page) for page in document.pages]


def _page(page: pdfplumber.page.Page) -> Page:
    left, top, _, _ = page.bbox
    words = [
        Word(text, Box(found["x0"] - left, found["top"] - top, found["x1"] - left, found["bottom"] - top))
        for found in page.extract_words(x_tolerance_ratio=GAP_RATIO)
        if (text := clean(found["text"]))
    ]
    return Page(
        number=page.page_number, width=float(page.width), height=float(page.height), unit="pt", words=tuple(words)
    )
