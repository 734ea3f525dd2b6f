"""Invoices as data: CII, UBL and FatturaPA, as a file of their own or inside a PDF.

The values come from the XML, exactly, with confidence 1. Where the document has pages, each value is also looked for
there, so that a person can be shown where it stands; and the pages are read as those of any invoice are, to compare
(:func:`beside_page`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from extraction.engine.errors import DamagedDocument
from extraction.engine.extractors.einvoice import compare, xml
from extraction.engine.extractors.einvoice.locate import locate
from extraction.engine.extractors.einvoice.reading import read
from extraction.engine.extractors.einvoice.said import Said, printed
from extraction.engine.values import Attachment, Extraction, Issue, Options, ParsedDocument

NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
"""What the standards call the invoice inside a PDF; files of other names are looked at after these."""

DAMAGED = "The XML is damaged or too deeply nested."
DECLARES_TYPE = "The XML declares a document type (DTD). No e-invoice has one, and it could do harm, so it is refused."


def extract(document: ParsedDocument, options: Options) -> Extraction | None:
    """Read the attachment that is an invoice in a known syntax.

    ``None`` when there is none, so that a PDF is read by its pages. A bare XML file has no pages: it becomes ``other``,
    and raises DamagedDocument when it is not well-formed or declares a document type.
    """
    for attachment in _candidates(document):
        root = xml.parse(attachment.content)
        found = xml.invoice(root) if root is not None else None
        if found is not None:
            return locate(read(*found, options.limits), document.pages)
        if root is None and document.media_type == "application/xml":
            raise DamagedDocument(DECLARES_TYPE if xml.declares_type(attachment.content) else DAMAGED)
    return _unknown() if document.media_type == "application/xml" else None


def beside_page(stated: Extraction, shown: Extraction, document: ParsedDocument) -> Extraction:
    """What the XML states (see :func:`extract`), compared with what the pages show, and completed by it.

    Several invoices in one XML are left as they are: which of them the pages show is not known.
    """
    if stated.parts:
        return stated

    @cache
    def everything_stated() -> Said:
        roots = (xml.parse(attachment.content) for attachment in _candidates(document))
        return Said(text for root in roots if root is not None for text in xml.all_texts(root))

    @cache
    def everything_printed() -> Said:
        return printed(document.pages)

    return compare.beside_page(stated, shown, everything_stated, everything_printed)


def unread(document: ParsedDocument) -> Iterator[Issue]:
    """An issue for each attachment that should be an e-invoice and is none, of a document read by its pages."""
    for attachment in document.attachments:
        if attachment.name.lower() in NAMES or xml.parse(attachment.content) is None:
            yield Issue(
                code="attachment_unreadable",
                severity="warning",
                message="An XML file inside the document is damaged and was not read; the values come from the page.",
                params={"name": attachment.name},
            )


def _candidates(document: ParsedDocument) -> list[Attachment]:
    return sorted(document.attachments, key=lambda attachment: attachment.name.lower() not in NAMES)


def _unknown() -> Extraction:
    issue = Issue(
        code="unknown_xml",
        severity="warning",
        message="The XML is not an invoice in CII, UBL or FatturaPA.",
    )
    return Extraction(document_type="other", document_type_confidence=1.0, issues=(issue,), steps=("einvoice:unknown",))
