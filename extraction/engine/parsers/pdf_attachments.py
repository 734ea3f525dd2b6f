"""The e-invoice inside a PDF: its embedded XML files, by pdfium's attachment calls."""

from __future__ import annotations

import ctypes

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extraction.engine.parsers.characters import clean
from extraction.engine.values import Attachment, Issue, Limits

MAX_ATTACHMENTS = 100


def read(document: pdfium.PdfDocument, limits: Limits) -> tuple[tuple[Attachment, ...], list[Issue]]:
    """All embedded ``.xml`` files up to ``limits.max_attachment_bytes`` together; an issue for each that is left out.

    The caller holds the pdfium lock.
    """
    found: list[Attachment] = []
    issues: list[Issue] = []
    room = limits.max_attachment_bytes
    for index in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        attachment = document.get_attachment(index)
        name = clean(attachment.get_name())
        if not name.lower().endswith(".xml"):
            continue
        content = _content(attachment, room)
        if content is None:
            issues.append(_left_out())
            continue
        room -= len(content)
        found.append(Attachment(name=name, media_type="application/xml", content=content))
    return tuple(found), issues


def _content(attachment: pdfium.PdfAttachment, maximum: int) -> bytes | None:
    size = ctypes.c_ulong()
    if not pdfium_c.FPDFAttachment_GetFile(attachment, None, 0, size) or not 0 < size.value <= maximum:
        return None
    buffer = ctypes.create_string_buffer(size.value)
    if not pdfium_c.FPDFAttachment_GetFile(attachment, buffer, size.value, size):
        return None
    return buffer.raw


def _left_out() -> Issue:
    return Issue(
        code="attachment_unreadable",
        severity="warning",
        message="An XML file inside the document is damaged or too large and was not read.",
    )
