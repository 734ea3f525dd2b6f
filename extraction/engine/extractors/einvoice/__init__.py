"""Invoices as data: CII, UBL and FatturaPA, as a file of their own or inside a PDF.

The values come from the XML, exactly, with confidence 1. Where the document has pages, each value is also looked for
there, so that a person can be shown where it stands.
"""

from __future__ import annotations

from extraction.engine.extractors.einvoice.locate import locate
from extraction.engine.extractors.einvoice.reading import read
from extraction.engine.extractors.einvoice.xml import load
from extraction.engine.values import Attachment, Extraction, Issue, Options, ParsedDocument

XML_START = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<", b"\xfe\xff\x00<")


def extract(document: ParsedDocument, options: Options) -> Extraction | None:
    """Read the first attachment that is an invoice in a known syntax.

    ``None`` when there is none, so that a PDF is read by its pages; a bare XML file has no pages and becomes ``other``.
    """
    for attachment in document.attachments:
        found = load(attachment.content) if _may_be_xml(attachment) else None
        if found is not None:
            return locate(read(*found, options.limits), document.pages)
    return _unknown() if document.media_type == "application/xml" else None


def _may_be_xml(attachment: Attachment) -> bool:
    return attachment.content[:64].lstrip().startswith(XML_START)


def _unknown() -> Extraction:
    issue = Issue(
        code="unknown_xml",
        severity="warning",
        message="The XML is not an invoice in CII, UBL or FatturaPA, or it is damaged.",
    )
    return Extraction(document_type="other", document_type_confidence=1.0, issues=(issue,), steps=("einvoice:unknown",))
