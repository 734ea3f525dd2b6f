"""ZUGFeRD and Factur-X: PDF invoices that carry their own answers as XML.

Source: repository ``ZUGFeRD/corpus`` (Apache 2.0), or any folder of such files, however deep. Becomes the category
``invoices``: the PDFs without anything that tells the answers but the page itself: attachments, metadata and the
document's title, subject and author are taken out.

The answers are those of the XML, as the engine reads XML; each is looked for in the text of the pages, in every usual
notation, and becomes ``null`` where it is not there. Of two fields with the same value only the more important one
counts, since it is printed once, perhaps. Amounts of zero are ``null``, and all lines are where one of their amounts
is not printed. What the page says beyond its XML is not known, and nothing is verified as absent.

Left out: files without an invoice in XML (bare XML files too: reading XML and scoring it by the same XML would prove
nothing), with several invoices, encrypted or damaged ones, pages without text, pages that show neither the number nor
the total (they are another invoice), and pages that are there twice.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from evaluation.comparing import letters
from evaluation.comparing import name as plain_name
from evaluation.datasets import printed
from evaluation.datasets.folder import Folder
from extraction.engine.extractors import einvoice
from extraction.engine.values import Attachment, Extraction, FieldValue, LineItem, Options, ParsedDocument

FIELDS = (
    "vendor_name", "customer_name", "invoice_number", "invoice_date", "due_date", "total_amount", "tax_amount",
    "currency", "subtotal_amount", "amount_due", "iban", "bic", "vendor_vat_id", "vendor_tax_number",
    "customer_vat_id", "purchase_order",
)  # fmt: skip
"""What is looked for on the page, the most important first."""

TELLING = ("/AF", "/Metadata", "/Collection", "/PieceInfo")
"""Entries of a document or a page that hold or describe attachments."""

OPTIONS = Options(today=date(2000, 1, 1))
"""Nothing that XML says depends on the day on which it is read."""

_REFUND = re.compile(r"gutschrift|\bavoir\b|credit note|nota di credito|nota de cr[eé]dito")


class _LeftOut(Exception):
    """Why a file is not taken over."""


def convert(source: Path, folder: Folder) -> None:
    """Raises FileNotFoundError where there is no PDF."""
    paths = sorted(path for path in source.rglob("*") if path.suffix.lower() == ".pdf" and path.is_file())
    if not paths:
        raise FileNotFoundError(f"There is no PDF below {source}.")
    for path in paths:
        origin = path.relative_to(source).as_posix()
        try:
            _convert(path, origin, folder)
        except _LeftOut as reason:
            folder.leave_out(origin, str(reason))


def _convert(path: Path, origin: str, folder: Folder) -> None:
    try:
        with pikepdf.open(path) as pdf:
            stated = _stated(pdf)
            bare = _without_answers(pdf)
        page = _text(bare)
    except (pikepdf.PikepdfError, pypdfium2.PdfiumError, ValueError, RecursionError):
        raise _LeftOut("encrypted or damaged") from None
    if not letters(page):
        raise _LeftOut("no text on its pages")
    if not folder.is_new(page.encode("utf-8", "replace")):
        raise _LeftOut("the same page once more")
    values = {field.name: field.value for field in stated.fields}
    truth = _shown(values, page, folder)
    if truth["invoice_number"] is None and truth["total_amount"] is None:
        raise _LeftOut("a page that shows another invoice than its XML")
    lines = _lines(stated.line_items, page)
    if stated.line_items and lines is None:
        folder.drop("line_items")
    issuer = plain_name(str(values.get("vendor_name") or "")) or origin
    answers = {**_kind(stated, page), **truth, "line_items": lines, "verified_absent": []}
    folder.add("invoices", origin, bare, ".pdf", answers, issuer)


def _stated(pdf: pikepdf.Pdf) -> Extraction:
    """What the XML inside says."""
    attachments = tuple(
        Attachment(name=name, media_type="application/xml", content=spec.get_file().read_bytes())
        for name, spec in pdf.attachments.items()
        if name.lower().endswith(".xml")
    )
    document = ParsedDocument(media_type="application/pdf", attachments=attachments)
    found = einvoice.extract(document, OPTIONS)
    if found is None:
        raise _LeftOut("no invoice in XML inside")
    if found.parts:
        raise _LeftOut("several invoices inside")
    return found


def _without_answers(pdf: pikepdf.Pdf) -> bytes:
    for name in list(pdf.attachments):
        del pdf.attachments[name]
    del pdf.docinfo
    for holder in (pdf.Root, *(page.obj for page in pdf.pages)):
        for key in TELLING:
            if key in holder:
                del holder[key]
    for page in pdf.pages:
        if "/Annots" in page:
            page.Annots = pikepdf.Array([note for note in page.Annots if not _is_attachment(note)])
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _is_attachment(note: pikepdf.Object) -> bool:
    return isinstance(note, pikepdf.Dictionary) and note.get("/Subtype") == "/FileAttachment"


def _text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def _shown(values: Mapping[str, FieldValue], page: str, folder: Folder) -> dict[str, str | None]:
    """The values of ``FIELDS`` that the page prints, as the truth writes them."""
    shown: dict[str, str | None] = dict.fromkeys(FIELDS)
    taken: list[FieldValue] = []
    for field in FIELDS:
        value = values.get(field)
        if not value or value in taken:
            continue
        if _is_printed(field, value, page):
            shown[field] = _written(value)
            taken.append(value)
        else:
            folder.drop(field)
    return shown


def _is_printed(field: str, value: FieldValue, page: str) -> bool:
    if isinstance(value, Decimal):
        return printed.amount(value, page)
    if isinstance(value, date):
        return printed.day(value, page)
    if field == "currency":
        return printed.currency(str(value), page)
    return printed.text(str(value), page)


def _written(value: FieldValue) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _lines(lines: tuple[LineItem, ...], page: str) -> list[dict[str, str | None]] | None:
    """With the cells that are printed; ``None`` where there is no line, or an amount of one is not printed."""
    amounts = [line.value("amount") for line in lines]
    if not lines or not all(isinstance(value, Decimal) and printed.amount(value, page) for value in amounts):
        return None
    return [_cells(line, page) for line in lines]


def _cells(line: LineItem, page: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in ("description", "quantity", "unit_price", "amount"):
        value = line.value(name)
        if isinstance(value, Decimal):
            is_shown = printed.amount(value, page, whole=name != "amount")
        else:
            is_shown = value is not None and printed.text(str(value), page)
        found[name] = _written(value) if is_shown else None
    return found


def _kind(stated: Extraction, page: str) -> dict[str, Any]:
    """Refunds are called many things, and "Gutschrift" is a self-billed invoice as well: then both types are right."""
    kinds = ["invoice", "credit_note"]
    says_refund = _REFUND.search(page.casefold()) is not None
    unclear = says_refund or stated.document_type == "credit_note"
    return {"document_type": stated.document_type, "accept": {"document_type": kinds} if unclear else {}}
