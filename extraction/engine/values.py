"""Everything that crosses the engine's boundary: frozen, typed, JSON round-trippable.

``encode`` and ``decode`` turn any value here into JSON bytes and back without loss. Money is
``Decimal``, dates are ``date``; a field keeps both ``raw`` (as printed) and ``value``.

Coordinates: origin at the top left of the page as a person sees it (rotation and crop box already
applied, and turned by ``Page.turn`` where its text would still stand sideways or upside down), x to
the right, y down. The unit is that of the page: PDF points, image pixels (after EXIF orientation), or
character cells for plain text.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

import msgspec

Origin = Literal["text", "ocr"]
Unit = Literal["pt", "px", "char"]
Severity = Literal["error", "warning", "info"]
DocumentType = Literal["invoice", "credit_note", "receipt", "contract", "purchase_order", "other"]
Kind = Literal["text", "amount", "number", "date", "list"]

FIELD_KINDS: dict[str, Kind] = {
    # invoices and receipts
    "vendor_name": "text",
    "customer_name": "text",
    "invoice_number": "text",
    "invoice_date": "date",
    "due_date": "date",
    "total_amount": "amount",
    "currency": "text",
    "tax_amount": "amount",
    "subtotal_amount": "amount",
    "amount_due": "amount",
    "amount_paid": "amount",
    "iban": "text",
    "bic": "text",
    "vendor_vat_id": "text",
    "customer_vat_id": "text",
    "purchase_order": "text",
    "vendor_address": "text",
    "customer_address": "text",
    # contracts
    "document_title": "text",
    "parties": "list",
    "agreement_date": "date",
    "effective_date": "date",
    "expiration_date": "text",  # a date as ISO text, or "perpetual"
    "governing_law": "text",
    "renewal_term": "text",
    "notice_period": "text",
    # cells of a line item
    "description": "text",
    "quantity": "number",
    "unit": "text",
    "unit_price": "amount",
    "amount": "amount",
    "tax_rate": "number",
    "product_code": "text",
}
"""Every field the engine may return, and the type of its value."""

LINE_ITEM_FIELDS = ("description", "quantity", "unit_price", "amount", "unit", "tax_rate", "product_code")

FieldValue = str | Decimal | date | tuple[str, ...] | None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on one document. Sizes in bytes, times in seconds."""

    max_pages: int = 2_000
    max_image_pixels: int = 120_000_000  # of an image file; it is refused before a pixel is decoded
    max_pixels: int = 25_000_000  # of what is worked on: rendered pages and larger images are scaled down to it
    max_characters: int = 20_000_000  # of text in the whole document
    max_attachment_bytes: int = 20_000_000
    max_table_rows: int = 50_000
    memory_bytes: int = 1_024 * 1024 * 1024  # address space of the child that reads text
    ocr_memory_bytes: int = 6 * 1024 * 1024 * 1024  # address space of the child that runs OCR
    seconds: float = 60.0  # of one stage, except OCR
    ocr_seconds_per_page: float = 60.0


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller decides. Even today's date enters here, so that reading is repeatable."""

    today: date
    limits: Limits = Limits()
    ocr_threads: int = 1


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A file on local disk. ``filename`` is what the sender called it: for people and for the extension only."""

    path: str
    media_type: str
    filename: str


class Box(msgspec.Struct, frozen=True, array_like=True, gc=False):
    x0: float
    y0: float
    x1: float
    y1: float


class Word(msgspec.Struct, frozen=True, array_like=True, gc=False):
    text: str
    box: Box
    confidence: float = 1.0
    origin: Origin = "text"


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page. ``number`` counts from 1. ``needs_ocr``: it shows a picture of text that is not recognised yet."""

    number: int
    width: float
    height: float
    unit: Unit
    words: tuple[Word, ...] = ()
    needs_ocr: bool = False
    skew: float = 0.0  # degrees by which the boxes were turned to make lines level
    turn: int = 0  # 0, 90, 180 or 270: clockwise degrees by which the page, as displayed, was turned to be upright


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of cells as they stand in the file (CSV, or a ruled table on a page)."""

    rows: tuple[tuple[str, ...], ...]
    page: int | None = None


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    media_type: str
    content: bytes


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """A doubt about a document. ``message`` is a sentence for a person made from ``params``."""

    code: str
    severity: Severity
    message: str
    field: str | None = None
    params: dict[str, str] = {}


class ParsedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes turned into text and boxes. ``tables`` for CSV, ``attachments`` for files in a PDF (or the XML itself)."""

    media_type: str
    pages: tuple[Page, ...] = ()
    tables: tuple[Table, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    issues: tuple[Issue, ...] = ()
    seconds: dict[str, float] = {}

    @property
    def needs_ocr(self) -> bool:
        return any(page.needs_ocr for page in self.pages)


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value stands and which rule chose it. ``box`` covers all of ``raw`` on that page."""

    rule: str
    page: int | None = None
    box: Box | None = None
    source: Literal["text", "ocr", "xml", "table", "derived"] = "text"


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One value that was read. ``confidence`` is the chance (0 to 1) that ``value`` is right."""

    name: str
    raw: str
    value: Any  # FieldValue; its type follows from FIELD_KINDS[name]
    confidence: float
    evidence: Evidence

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value", _typed(self.name, self.value))


class LineItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an invoice; each cell is a field with its own place on the page."""

    cells: tuple[Field, ...]

    def value(self, name: str) -> FieldValue:
        return next((cell.value for cell in self.cells if cell.name == name), None)


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    """What was read. ``confidence`` is the chance that all required fields are right."""

    document_type: DocumentType
    document_type_confidence: float
    fields: tuple[Field, ...] = ()
    line_items: tuple[LineItem, ...] = ()
    issues: tuple[Issue, ...] = ()
    missing_fields: tuple[str, ...] = ()
    confidence: float = 0.0
    steps: tuple[str, ...] = ()
    seconds: dict[str, float] = {}

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def value(self, name: str) -> FieldValue:
        found = self.field(name)
        return found.value if found else None


def _typed(name: str, value: Any) -> FieldValue:
    """The value in the type that ``FIELD_KINDS`` gives its name; after JSON everything is text."""
    kind = FIELD_KINDS[name]
    if value is None:
        return None
    if kind in ("amount", "number"):
        return value if isinstance(value, Decimal) else Decimal(str(value))
    if kind == "date":
        return value if isinstance(value, date) else date.fromisoformat(value)
    if kind == "list":
        return tuple(value)
    return str(value)


T = TypeVar("T")


def encode(value: msgspec.Struct) -> bytes:
    """JSON bytes of any value of this module."""
    return msgspec.json.encode(value)


def decode(data: bytes, kind: type[T]) -> T:
    """The inverse of :func:`encode`. Raises ``msgspec.ValidationError`` when ``data`` is of another form."""
    return msgspec.json.decode(data, type=kind)
