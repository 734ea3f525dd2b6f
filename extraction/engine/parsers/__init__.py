"""Bytes → text and boxes: one module per family of file types, each answering to :class:`Parser`.

A new file type is one new module here plus one line in ``PARSERS``.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Protocol

from extraction.engine.errors import ContentMismatch, EmptyDocument, UnsupportedType
from extraction.engine.parsers import einvoice, image, pdf, table, text
from extraction.engine.parsers.content import head_of
from extraction.engine.values import Options, ParsedDocument, Source

UNSPECIFIC = frozenset({"", "application/octet-stream"})
"""Declared types that say nothing; the extension decides alone."""


class Parser(Protocol):
    """What a module in this package offers."""

    MEDIA_TYPES: tuple[str, ...]
    """Declared types it answers to; the first is the proper one."""

    EXTENSIONS: tuple[str, ...]
    """File name extensions, lower case, without the dot."""

    def recognises(self, head: bytes) -> bool:
        """Whether a file that begins with ``head`` can be of this family."""
        ...

    def parse(self, source: Source, options: Options) -> ParsedDocument:
        """Raises an :class:`~extraction.engine.errors.EngineError` when the file cannot be read."""
        ...


PARSERS: tuple[Parser, ...] = (pdf, image.PNG, image.JPEG, einvoice, table, text)


def parser_for(source: Source) -> Parser:
    """The parser on which file name, declared type and real content agree.

    Raises UnsupportedType, ContentMismatch or EmptyDocument.
    """
    extension = PurePath(source.filename).suffix.removeprefix(".").lower()
    parser = next((parser for parser in PARSERS if extension in parser.EXTENSIONS), None)
    if parser is None:
        raise UnsupportedType
    declared = source.media_type.partition(";")[0].strip().lower()
    if declared not in UNSPECIFIC and declared not in parser.MEDIA_TYPES:
        raise ContentMismatch
    head = head_of(source.path)
    if not head:
        raise EmptyDocument
    if not parser.recognises(head):
        raise ContentMismatch
    return parser
