"""Where in a file does another document begin? Decided from what stands on each page, and only on good evidence.

A page that says "page 2 of 3", carries a sum forward or repeats the number goes on with its document; terms, time
sheets, delivery notes and other enclosures belong to the document before them, a covering letter to the one after it.
Another document begins where a page by itself is an invoice, credit note or receipt (an order after an order, a
statement after a statement) and has another number, or begins to count its pages again, or has its own date and
total. Several receipts on one page are not taken apart.

Of a long file only the top and the bottom of each page are looked at, so the work grows with the pages alone.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from msgspec.structs import replace
from rapidfuzz.distance import Levenshtein

from extraction.engine.classify import TIME, WHOLE_MONEY, Classification, classify
from extraction.engine.fields.numbers import read_invoice_number, read_purchase_order
from extraction.engine.layout import PageLayout, Row
from extraction.engine.reading import Reading
from extraction.engine.titles import is_head
from extraction.engine.values import Considered, DocumentType, Evidence, Extraction, Field, Issue, LineItem, Page, Word

Range = tuple[int, int]
"""Indexes of the first and the last page of one document."""

MONEY: frozenset[DocumentType] = frozenset({"invoice", "credit_note", "receipt"})
SERIES: frozenset[DocumentType] = frozenset({"purchase_order", "statement"})
"""Kinds of which several may be filed together; among the pages of an invoice they are enclosures."""

MAX_DOCUMENTS = 500
"""So many of a file are read: each costs as much as a file of its own, and a stage has its time."""

TOP, BOTTOM = 0.5, 0.92
"""Shares of the height of a page of a long file, above and below which it is looked at."""

TEXT_LINES = 30
"""Lines of a page of plain text that are always looked at."""

HEAD_ROWS, FOOT_ROWS = 8, 4
"""Rows in which pages are counted."""

TITLE_ROWS = 20
"""Rows of a page in which a title and the number of the document stand."""

SURE_NUMBER = 2.0
"""Score of a number that is believed to be the document's own."""

REMEMBERED = 16
"""Pages of one document whose dates and totals are looked at."""

NEAR = 1
"""Numbers that recognition may have told apart by mistake differ in so many characters."""

STRIP = frozenset({"customer", "terms"})
TOTALS = frozenset({"total", "gross", "due"})

_COUNT = re.compile(r"\W{0,3}(?P<page>\d{1,4})(?:\s?(?:/|\||[^\W\d]{1,4}\.?)\s?(?P<pages>\d{1,4}))?(?!\d|[.,/-]\d)")
_BARE_COUNT = re.compile(
    r"\W{0,2}(?P<page>\d{1,3})\s?(?:/|of|von|de|sur|di|van|av|af|z|ze)\s?(?P<pages>\d{1,3})\W{0,2}"
)


def ranges(reading: Reading) -> list[Range]:
    """The documents of a file, in order; a single range when it holds one."""
    pages = reading.document.pages
    whole = [(0, len(pages) - 1)]
    filled = [index for index, page in enumerate(pages) if page.words]
    if len(filled) < 2:
        return whole
    starts = list(_starts(_sheets(reading, filled)))
    firsts = [0, *(filled[start] for start in starts[1:])]
    return list(zip(firsts, [*(first - 1 for first in firsts[1:]), len(pages) - 1], strict=True))


def _sheets(reading: Reading, filled: Sequence[int]) -> Iterator[_Sheet]:
    pages = reading.document.pages
    if len(filled) == len(reading.pages):
        layouts: Iterable[PageLayout] = reading.pages
    else:
        layouts = (PageLayout(replace(pages[index], words=_ends(pages[index]))) for index in filled)
    return (_Sheet(reading, layout) for layout in layouts)


def _ends(page: Page) -> tuple[Word, ...]:
    top, bottom = TOP * page.height, BOTTOM * page.height
    if page.unit == "char":  # a page of text may be as short as what stands on it
        top = max(top, TEXT_LINES)
    return tuple(word for word in page.words if word.box.y0 < top or word.box.y0 > bottom)


def _starts(sheets: Iterator[_Sheet]) -> Iterator[int]:
    """Indexes of the sheets with which a document begins."""
    current = _Current(next(sheets))
    yield 0
    for index, sheet in enumerate(sheets, start=1):
        if current.goes_on(sheet):
            current.take(sheet)
        elif current.kind == "contract":
            return  # its annexes may be forms of invoices and orders
        elif current.is_followed_by(sheet):
            yield index
            current = _Current(sheet)
        else:
            current.take(sheet)


class _Current:
    """The document that the pages so far belong to. What they say is put together only when it is asked for."""

    def __init__(self, sheet: _Sheet) -> None:
        self.first = sheet
        self.count = sheet.count
        self._pending = deque([sheet], maxlen=REMEMBERED)
        self._dates: set[str] = set()
        self._times: set[str] = set()
        self._totals: set[Decimal] = set()

    def take(self, sheet: _Sheet) -> None:
        """A further page. One that comes before the document proper (a covering letter) is known by that."""
        self.count = sheet.count or self.count
        self._pending.append(sheet)
        if not self.goes_on(sheet) and not self._is_known and sheet.kind.document_type in MONEY:
            self.first = sheet

    @property
    def kind(self) -> DocumentType:
        return self.first.kind.document_type

    @property
    def number(self) -> str | None:
        return self.first.number

    @property
    def _is_known(self) -> bool:
        return self.kind in MONEY | SERIES or self.number is not None

    def is_followed_by(self, sheet: _Sheet) -> bool:
        """Does another document begin with this sheet?"""
        kind = sheet.kind.document_type
        if not self._is_known:
            return False
        if kind in SERIES:
            return kind == self.kind and (self._has_other_number(sheet) or sheet.begins_to_count)
        if kind not in MONEY or not sheet.is_headed:
            return False
        if self._has_same_number(sheet):
            return {kind, self.kind} == {"invoice", "credit_note"} and not self._shares_total(sheet)
        return self._has_other_number(sheet) or sheet.begins_to_count or self._is_apart(sheet)

    def goes_on(self, sheet: _Sheet) -> bool:
        """By the count of its pages, a sum that is carried over, or the number that it repeats in its head."""
        if sheet.count and sheet.count[0] > 1:
            return True
        unfinished = self.count is not None and self.count[1] is not None and self.count[0] < self.count[1]
        if sheet.carries or (unfinished and sheet.count is None):
            return True
        return self.number is not None and self.number in sheet.head_words and not sheet.names_other(self.kind)

    def _has_same_number(self, sheet: _Sheet) -> bool:
        if self.number is None or sheet.number is None:
            return False
        if self.number in sheet.number or sheet.number in self.number:
            return True
        near = sheet.recognised and Levenshtein.distance(self.number, sheet.number) <= NEAR
        return near and not self._is_apart(sheet)

    def _has_other_number(self, sheet: _Sheet) -> bool:
        return None not in (self.number, sheet.number) and not self._has_same_number(sheet)

    def _is_apart(self, sheet: _Sheet) -> bool:
        """Each has its own total, and its own date or (receipts) its own time; or a receipt follows the last page."""
        if not sheet.totals or self._shares_total(sheet) or not self._totals:
            return False
        if self._dates and sheet.dates and not self._dates & sheet.dates:
            return True
        if self._is_complete and sheet.kind.document_type == "receipt":
            return True
        receipts = self.kind == sheet.kind.document_type == "receipt"
        return receipts and bool(self._times and sheet.times) and not self._times & sheet.times

    @property
    def _is_complete(self) -> bool:
        """Its last page, as it counts them, has been seen."""
        return self.count is not None and self.count[0] == self.count[1]

    def _shares_total(self, sheet: _Sheet) -> bool:
        for page in self._pending:
            self._dates |= page.dates
            self._times |= page.times
            self._totals |= page.totals
        self._pending.clear()
        return bool(self._totals & sheet.totals)


class _Sheet:
    """What one page says about the document that it belongs to. All is read when it is asked for."""

    def __init__(self, reading: Reading, layout: PageLayout) -> None:
        self.whole = reading
        self.layout = layout

    @cached_property
    def reading(self) -> Reading:
        return self.whole.alone(self.layout)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.layout.rows

    @property
    def recognised(self) -> bool:
        return self.layout.origin == "ocr"

    @cached_property
    def count(self) -> tuple[int, int | None] | None:
        """ "Page 2 of 3": (2, 3)."""
        edge = (*self.rows[:HEAD_ROWS], *self.rows[HEAD_ROWS:][-FOOT_ROWS:])
        return next((count for row in edge if (count := self._count_in(row))), None)

    def _count_in(self, row: Row) -> tuple[int, int | None] | None:
        for segment in row.segments:
            text = segment.text[:60]
            bare = _BARE_COUNT.fullmatch(text)
            found = [bare] if bare and int(bare["pages"]) <= len(self.whole.document.pages) else []
            words = [hit for hit in self.whole.section(segment, "words") if hit.concept == "page"]
            for match in (*found, *(_COUNT.match(text, hit.end) for hit in words)):
                if match:
                    page, pages = int(match["page"]), match["pages"]
                    if 1 <= page <= (int(pages) if pages else len(self.whole.document.pages)):
                        return page, int(pages) if pages else None
        return None

    @cached_property
    def carries(self) -> bool:
        """Its first sum is that of the page before."""
        for row in self.rows[: 4 * HEAD_ROWS]:
            if any(amount.is_money for segment in row.segments for amount in self.whole.amounts(segment)):
                first = self.whole.section(row.segments[0], "amounts")
                return any(hit.concept == "carry" and hit.start <= 3 for hit in first)
        return False

    @cached_property
    def head_words(self) -> frozenset[str]:
        """The words of the head, letters and digits alone."""
        words = (word.text for row in self.rows[:TITLE_ROWS] for segment in row.segments for word in segment.words)
        return frozenset("".join(filter(str.isalnum, word)).casefold() for word in words)

    def names_other(self, kind: DocumentType) -> bool:
        """Its head names another kind of document, as a credit note does that refers to its invoice."""
        return any(
            hit.concept in MONEY and hit.concept != kind
            for row in self.rows[:TITLE_ROWS]
            for segment in row.segments
            for hit in self.whole.section(segment, "titles")
        )

    @cached_property
    def kind(self) -> Classification:
        return classify(self.reading)

    @cached_property
    def number(self) -> str | None:
        """The document's own number, letters and digits alone."""
        order = self.kind.document_type == "purchase_order"
        found = (read_purchase_order if order else read_invoice_number)(self.reading)
        if found is None or found[0].score < SURE_NUMBER:
            return None
        return "".join(filter(str.isalnum, str(found[0].value))).casefold() or None

    @cached_property
    def is_headed(self) -> bool:
        """Has the labels with which a document begins, or its title."""
        rows = {segment.row for _, segment in self.reading.segments_with("fields")}
        fields = {concept for row in rows for concept in self._labels(self.reading.pages[0].rows[row])}
        titled = "title" in self.kind.reason or self.kind.document_type == "receipt"
        return titled or ("invoice_number" in fields and not fields.isdisjoint({"invoice_date", "date"}))

    def _labels(self, row: Row) -> set[str]:
        """None in the heads of a list of invoices; a strip of labels over their values names the customer or terms."""
        found = {hit.concept for segment in row.segments for hit in self.reading.section(segment, "fields")}
        return found if found & STRIP or not is_head(self.reading, row) else set()

    @property
    def begins_to_count(self) -> bool:
        return self.count is not None and self.count[0] == 1

    @cached_property
    def times(self) -> frozenset[str]:
        return frozenset(match.group() for row in self.rows for match in TIME.finditer(row.text[:200]))

    @cached_property
    def dates(self) -> frozenset[str]:
        return frozenset(
            segment.text[item.start : item.end]
            for _, segment in self.reading.segments()
            for item in self.reading.dates(segment)
        )

    @cached_property
    def totals(self) -> frozenset[Decimal]:
        """The sums in rows that name a total, or the largest sum of a receipt."""
        named = frozenset(self._sums(named=True))
        if named or self.kind.document_type != "receipt":
            return named
        return frozenset(sorted(self._sums(named=False))[-1:])

    def _sums(self, *, named: bool) -> Iterator[Decimal]:
        above = False  # the row before named a total and held no sum: its cells stand over their values
        for row in self.rows:
            words = {hit.concept for segment in row.segments for hit in self.reading.section(segment, "amounts")}
            told = bool(words & TOTALS) or above
            sums = [
                amount.value
                for segment in row.segments
                for amount in self.reading.amounts(segment)
                if amount.is_money or (told and WHOLE_MONEY.fullmatch(amount.raw))
            ]
            if told or not named:
                yield from sums
            above = bool(words & TOTALS) and not sums


def too_many(count: int) -> Issue:
    """For a file with ``count`` documents, more than are read."""
    return Issue(
        code="too_many_documents",
        severity="error",
        message=f"The file holds {count} documents; only the first {MAX_DOCUMENTS} were read.",
        params={"count": str(count), "read": str(MAX_DOCUMENTS)},
    )


def moved(found: Extraction, pages: int) -> Extraction:
    """``found`` with all its places so many pages further on."""
    if not pages:
        return found
    return replace(
        found,
        fields=tuple(_moved_field(field, pages) for field in found.fields),
        line_items=tuple(_moved_line(line, pages) for line in found.line_items),
        tax_lines=tuple(_moved_line(line, pages) for line in found.tax_lines),
    )


def _moved_line(line: LineItem, pages: int) -> LineItem:
    return LineItem(cells=tuple(_moved_field(cell, pages) for cell in line.cells))


def _moved_field(field: Field, pages: int) -> Field:
    why = field.why and replace(
        field.why, considered=tuple(_moved_place(considered, pages) for considered in field.why.considered)
    )
    return replace(field, evidence=_moved_place(field.evidence, pages), why=why)


Placed = TypeVar("Placed", Evidence, Considered)


def _moved_place(item: Placed, pages: int) -> Placed:
    return item if item.page is None else replace(item, page=item.page + pages)
