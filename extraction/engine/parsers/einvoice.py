"""A bare XML file: an e-invoice, handed on untouched as the document's one attachment."""

from __future__ import annotations

from extraction.engine.parsers.content import is_xml, read_bounded
from extraction.engine.values import Attachment, Options, ParsedDocument, Source

MEDIA_TYPES: tuple[str, ...] = ("application/xml", "text/xml")
EXTENSIONS: tuple[str, ...] = ("xml",)
recognises = is_xml


def parse(source: Source, options: Options) -> ParsedDocument:
    """No pages: the extractor reads the XML itself, exactly."""
    content = read_bounded(source.path, options.limits.max_attachment_bytes)
    attachment = Attachment(name="invoice.xml", media_type="application/xml", content=content)
    return ParsedDocument(media_type="application/xml", attachments=(attachment,))
