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
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from extraction.engine.field_kinds import FIELD_KINDS as FIELD_KINDS
from extraction.engine.field_kinds import LINE_ITEM_FIELDS as LINE_ITEM_FIELDS
from extraction.engine.field_kinds import TAX_LINE_FIELDS as TAX_LINE_FIELDS

Origin = Literal["text", "ocr"]
Unit = Literal["pt", "px", "char"]
Severity = Literal["error", "warning", "info"]
RuleSetting = Literal["off", "error", "warning", "info"]
DocumentType = Literal["invoice", "credit_note", "receipt", "contract", "purchase_order", "statement", "other"]
OcrEngine = Literal["rapidocr", "tesseract"]
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


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """Another document of the same workspace, as it was read or corrected; ``id`` is the caller's name for it."""

    id: str
    same_bytes: bool = False
    document_type: DocumentType = "other"
    vendor_name: str | None = None
    vendor_vat_id: str | None = None
    invoice_number: str | None = None
    invoice_date: date | None = None
    total_amount: Decimal | None = None
    currency: str | None = None
    iban: str | None = None
    is_account_trusted: bool = True  # not of a document that was rejected, or was doubted for its account itself


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the workspace knows already: documents that may be of the same vendor or the same document again.

    The caller chooses generously by number, total and vendor; which of them matters is for the rules to say.
    """

    earlier: tuple[Earlier, ...] = ()


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """A field as a reviewer left it: a text, a plain decimal or an ISO date; empty where the document has none.

    ``box`` is in the unit of the page; both are ``None`` for a value that was typed in.
    """

    field: str
    value: str
    page: int | None = None
    box: Box | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a person enters as a value: typed, or taken from a place on a page as it is printed there.

    An empty text says that the document has no such value.
    """

    text: str
    page: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    box: Box | None = None


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """Cells of one row of a table, counted from 0. Those that are not named stay."""

    row: int
    cells: dict[str, Entry]


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """What a person changes of an extraction: fields by name, ``document_type`` among them, and tables as a whole; or
    single rows of the line items, however many there are."""

    fields: dict[str, Entry] = {}
    line_items: tuple[dict[str, Entry], ...] | None = None
    line_item_changes: tuple[RowChange, ...] = ()
    tax_lines: tuple[dict[str, Entry], ...] | None = None


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """One change that came of entries. ``row`` counts from 0 in a table; ``None`` is a value that is not there."""

    field: str
    before: str | None
    after: str | None
    row: int | None = None
    page: int | None = None
    box: Box | None = None


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """Where and as what reviewers found a field of one vendor before.

    ``box`` is in shares of the page's width and height (0 to 1), ``label`` the text beside or above the value,
    ``pattern`` its shape with letters as A and digits as 9, ``value`` what never changed over all documents.
    """

    field: str
    times: int
    page: int | None = None  # from 1; negative counts from the last page
    box: Box | None = None
    label: str = ""
    pattern: str = ""
    value: str | None = None


class VendorMemory(msgspec.Struct, frozen=True, kw_only=True):
    """What reviewers confirmed or corrected on a vendor's earlier documents."""

    vendor: str  # its identity: VAT id, IBAN, or folded name
    documents: int  # how many were learned from
    fields: tuple[Remembered, ...] = ()


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller decides. Even today's date enters here, so that reading is repeatable."""

    today: date
    limits: Limits = Limits()
    ocr_engine: OcrEngine = "rapidocr"
    ocr_threads: int = 1
    rules: dict[str, RuleSetting] = {}  # by code; a rule that is not named keeps its own severity
    known: Known = Known()
    memory: VendorMemory | None = None


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


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How a page is turned and made level before it is shown, so that its boxes fit the picture."""

    turn: int = 0
    skew: float = 0.0
    fan: float = 0.0


AS_DISPLAYED = View()


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page. ``number`` counts from 1. ``needs_ocr``: it shows a picture of text that is not recognised yet."""

    number: int
    width: float
    height: float
    unit: Unit
    words: tuple[Word, ...] = ()
    needs_ocr: bool = False
    unreadable: bool = False  # it shows something, of which recognition made next to nothing
    skew: float = 0.0  # degrees by which the boxes were turned to make lines level
    fan: float = 0.0  # degrees by which lines slope more at the bottom than at the top, as on photographs; undone too
    turn: int = 0  # 0, 90, 180 or 270: clockwise degrees by which the page, as displayed, was turned to be upright

    @property
    def view(self) -> View:
        return View(turn=self.turn, skew=self.skew, fan=self.fan)


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
    source: Literal["text", "ocr", "xml", "table", "derived", "llm", "person"] = "text"


PAGE_SAYS = "page:"
"""Begins the rule of a considered value that the page of an e-invoice has where its XML has another one."""


class Considered(msgspec.Struct, frozen=True, kw_only=True):
    """One value that could have been the field's, with its share of the belief (0 to 1) and its place."""

    raw: str
    value: str
    share: float
    rule: str
    page: int | None = None
    box: Box | None = None


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why a field has its value. ``reasons`` are short phrases for a person, the weightiest first.

    ``considered`` holds the candidates, the chosen one first. ``repair`` is a sentence where the value is not the
    printed one, because arithmetic proves another.
    """

    reasons: tuple[str, ...] = ()
    considered: tuple[Considered, ...] = ()
    repair: str | None = None


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One value that was read. ``confidence`` is the chance (0 to 1) that ``value`` is right."""

    name: str
    raw: str
    value: Any  # FieldValue; its type follows from FIELD_KINDS[name]
    confidence: float
    evidence: Evidence
    why: Why | None = None

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value", typed(self.name, self.value))


class LineItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an invoice, or of its table of taxes; each cell is a field with its own place on the page."""

    cells: tuple[Field, ...]

    def value(self, name: str) -> FieldValue:
        return next((cell.value for cell in self.cells if cell.name == name), None)


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    """What was read. ``confidence`` is the chance that all required fields are right.

    ``parts`` is empty for one document. Where a file holds several, it has an entry for each, and the extraction's own
    fields are those of the first.
    """

    document_type: DocumentType
    document_type_confidence: float
    fields: tuple[Field, ...] = ()
    line_items: tuple[LineItem, ...] = ()
    tax_lines: tuple[LineItem, ...] = ()
    parts: tuple[Part, ...] = ()
    unreadable_pages: tuple[int, ...] = ()  # numbers of pages that show text nobody could read
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


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One of several documents in a file: its pages (from 1, both included; 0 in a table) and what was read there."""

    first_page: int
    last_page: int
    extraction: Extraction


def typed(name: str, value: Any) -> FieldValue:
    """The value in the type that ``FIELD_KINDS`` gives its name; after JSON everything is text.

    Raises ``ValueError`` or ``ArithmeticError`` for a text that is no such value.
    """
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
