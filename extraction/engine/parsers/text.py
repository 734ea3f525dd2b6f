"""Plain text → pages of character cells, so that one code for layouts serves it and PDF alike."""

from __future__ import annotations

import re

from extraction.engine.errors import EmptyDocument, LimitExceeded
from extraction.engine.parsers.content import looks_like_text, read_bounded
from extraction.engine.parsers.encoding import decode
from extraction.engine.values import Box, Options, Page, ParsedDocument, Source, Word

MEDIA_TYPES: tuple[str, ...] = ("text/plain",)
EXTENSIONS: tuple[str, ...] = ("txt", "text")
recognises = looks_like_text

TAB_COLUMNS = 8
MAX_BYTES_PER_CHARACTER = 4  # of UTF-8 and UTF-32

_WORD = re.compile(r"\S+")


def parse(source: Source, options: Options) -> ParsedDocument:
    """A page for each form feed; a word's box is its columns and its row."""
    limits = options.limits
    text = decode(read_bounded(source.path, MAX_BYTES_PER_CHARACTER * limits.max_characters))
    if len(text) > limits.max_characters:
        raise LimitExceeded("The document holds too much text.")
    if not text.strip():
        raise EmptyDocument("The file holds no text.")
    sheets = text.rstrip("\f\n").split("\f")
    if len(sheets) > limits.max_pages:
        raise LimitExceeded(f"The document has more than {limits.max_pages} pages.")
    pages = tuple(_page(number, sheet) for number, sheet in enumerate(sheets, start=1))
    return ParsedDocument(media_type="text/plain", pages=pages)


def _page(number: int, sheet: str) -> Page:
    lines = [line.expandtabs(TAB_COLUMNS).rstrip() for line in sheet.split("\n")]
    words = tuple(
        Word(match.group(), Box(match.start(), row, match.end(), row + 1))
        for row, line in enumerate(lines)
        for match in _WORD.finditer(line)
    )
    width = max(map(len, lines))
    return Page(number=number, width=width, height=len(lines), unit="char", words=words)
