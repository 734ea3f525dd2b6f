"""A parsed document as the field readers see it: rows and segments, with the labels, dates and numbers found in them.

Everything is computed once and on demand. Of a long document only the first and the last pages are read for header
fields; line items follow their table through all pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from extraction.engine import labels
from extraction.engine.amounts import Amount, Style, find_amounts, infer_style
from extraction.engine.dates import PrintedDate, find_dates
from extraction.engine.labels import Hit
from extraction.engine.languages import LANGUAGES, uses_comma
from extraction.engine.layout import PageLayout, Row, Segment
from extraction.engine.values import Box, Page, ParsedDocument

FIRST_PAGES, LAST_PAGES = 4, 3
"""Pages of a long document that are read for header fields."""

LANGUAGE_LINES = 40
"""Lines of a single page that tell its language."""

MAX_SEGMENT = 400
"""Characters of a segment that are searched. A longer run of text is a paragraph, not a field."""

NUMBER_CONCEPTS = frozenset(
    {"vat_id", "customer_vat_id", "tax_number", "registration", "invoice_number", "other_number", "payment_reference"}
)


class Marks(NamedTuple):
    """What was found in one segment."""

    hits: Sequence[Hit]
    sections: dict[str, list[Hit]]
    amounts: Sequence[Amount]
    dates: Sequence[PrintedDate]


class Place:
    """A piece of one segment: where a value stands."""

    __slots__ = ("_box", "end", "layout", "segment", "start")

    def __init__(self, layout: PageLayout, segment: Segment, start: int, end: int) -> None:
        self.layout = layout
        self.segment = segment
        self.start = start
        self.end = end
        self._box: Box | None = None

    @property
    def text(self) -> str:
        return self.segment.text[self.start : self.end]

    @property
    def box(self) -> Box:
        if self._box is None:
            self._box = self.segment.span_box(self.start, self.end)
        return self._box

    @property
    def page(self) -> int:
        return self.layout.number

    @property
    def confidence(self) -> float:
        """Of the OCR; 1.0 for a text layer."""
        return self.segment.span_confidence(self.start, self.end)


class Reading:
    """One document: its header pages in rows and segments, and what is marked in each segment."""

    def __init__(self, document: ParsedDocument, *, today: date) -> None:
        self.document = document
        self.today = today
        self.decided: dict[str, Any] = {}  # values chosen so far, by field: readers of later fields may look
        self.pages = [PageLayout(page) for page in header_pages(document.pages)]

    def alone(self, layout: PageLayout) -> Reading:
        """One page as if it were a document of its own; what is marked in it is shared if the language is the same."""
        single = Reading(ParsedDocument(media_type=self.document.media_type), today=self.today)
        votes = labels.languages_of((segment.text[:MAX_SEGMENT] for segment in layout.segments), limit=LANGUAGE_LINES)
        if not votes or max(votes, key=lambda language: votes[language]) in self.languages:
            single.languages, single.style = self.languages, self.style
            first = copy(layout)
        else:
            first = layout.unmarked()
        first.number = 1
        single.pages = [first]
        return single

    # What the document is written in

    @cached_property
    def language_votes(self) -> dict[str, float]:
        return labels.languages_of(segment.text[:MAX_SEGMENT] for _, segment in self.segments())

    @cached_property
    def languages(self) -> frozenset[str]:
        return labels.active_languages(self.language_votes)

    @cached_property
    def language(self) -> str:
        """The strongest; of equals the first of ``LANGUAGES``, so that reading is repeatable."""
        votes = self.language_votes
        return max(LANGUAGES, key=lambda language: votes.get(language, 0.0))

    @cached_property
    def style(self) -> Style:
        default = "," if uses_comma(self.language) else "."
        return infer_style((segment.text[:MAX_SEGMENT] for _, segment in self.segments()), default)

    # What stands in it

    @cached_property
    def text(self) -> str:
        """All cells, one a line."""
        return "\n".join(segment.text for _, segment in self.segments())

    def segments(self) -> Sequence[tuple[PageLayout, Segment]]:
        return self._segments

    @cached_property
    def _segments(self) -> Sequence[tuple[PageLayout, Segment]]:
        return [(page, segment) for page in self.pages for segment in page.segments]

    @cached_property
    def mixed(self) -> Sequence[tuple[PageLayout, Segment]]:
        """Segments with letters and digits: sums mostly have no letters, and labels no digits."""
        return [
            (page, segment)
            for page, segment in self.segments()
            if any(map(str.isdigit, segment.text)) and any(map(str.isalpha, segment.text))
        ]

    def rows(self) -> Iterator[tuple[PageLayout, Row]]:
        return ((page, row) for page in self.pages for row in page.rows)

    def all_pages(self) -> Iterator[PageLayout]:
        """Every page with words, in order. Those between the header pages are laid out when their turn comes."""
        known = {page.number: page for page in self.pages}
        for page in self.document.pages:
            if page.words:
                yield known.get(page.number) or PageLayout(page)

    def section(self, segment: Segment, section: str) -> Sequence[Hit]:
        """The labels of one section (``fields``, ``amounts``, ``columns``, ``titles``) in a segment, by place."""
        marks: Marks = segment.marks or self._marks(segment)
        return marks.sections.get(section, ())

    def segments_with(self, section: str) -> Sequence[tuple[PageLayout, Segment]]:
        """Those that hold labels of a section: few of all, and looked through for each field."""
        return self._by_section.get(section, ())

    @cached_property
    def _by_section(self) -> dict[str, list[tuple[PageLayout, Segment]]]:
        found: dict[str, list[tuple[PageLayout, Segment]]] = {}
        for page, segment in self.segments():
            for section in self._marks(segment).sections:
                found.setdefault(section, []).append((page, segment))
        return found

    def hits(self, segment: Segment) -> Sequence[Hit]:
        """The labels of all sections."""
        return self._marks(segment).hits

    def amounts(self, segment: Segment) -> Sequence[Amount]:
        """The numbers in a segment that are no part of a date."""
        return self._marks(segment).amounts

    def dates(self, segment: Segment) -> Sequence[PrintedDate]:
        return self._marks(segment).dates

    def _marks(self, segment: Segment) -> Marks:
        if segment.marks is None:
            segment.marks = self._read(segment)
        marks: Marks = segment.marks
        return marks

    def _read(self, segment: Segment) -> Marks:
        text = segment.text[:MAX_SEGMENT]
        if segment.words[0].origin == "ocr":
            tokens = labels.tokenize_recognised(text, self.languages)
            found = labels.lexicon().scan(text, tokens, self.languages)
        else:
            found = labels.find(text, self.languages)
        hits = sorted(found, key=lambda hit: (hit.start, -hit.end))
        if not any(map(str.isdigit, text)):
            return Marks(hits, _by_section(hits), (), ())
        dates = list(find_dates(text))
        amounts = [
            amount
            for amount in find_amounts(text, self.style)
            if not any(item.start < amount.end and amount.start < item.end for item in dates)
        ]
        return Marks(hits, _by_section(hits), amounts, dates)


def _by_section(hits: Sequence[Hit]) -> dict[str, list[Hit]]:
    """Labels by section. A word of a longer label of a number ("GST" in "GST Reg. No") names no sum."""
    sections: dict[str, list[Hit]] = {}
    numbers = [hit for hit in hits if hit.section == "fields" and hit.concept in NUMBER_CONCEPTS]
    for hit in hits:
        inside = hit.section == "amounts" and any(
            other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start
            for other in numbers
        )
        if not inside:
            sections.setdefault(hit.section, []).append(hit)
    return sections


def header_pages(pages: tuple[Page, ...]) -> tuple[Page, ...]:
    """All pages of a short document, the first and last of a long one."""
    filled = tuple(page for page in pages if page.words)
    if len(filled) <= FIRST_PAGES + LAST_PAGES:
        return filled
    return filled[:FIRST_PAGES] + filled[-LAST_PAGES:]
